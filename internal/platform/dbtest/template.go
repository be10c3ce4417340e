package dbtest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/migrate"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

const (
	templatePrefix = "ytemplate_"
	// templateLock is the advisory lock under which one test program of several builds a template.
	templateLock = 0x79746d70 // "ytmp"
	// templateKept is how long an unused template stays: other checkouts have other migrations.
	templateKept = 24 * time.Hour
)

// template gives the name of the migrated template database, building it if this server has none yet.
func (s *server) template(ctx context.Context) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ready != "" {
		return s.ready, nil
	}
	hash, err := migrate.Hash()
	if err != nil {
		return "", err
	}
	conn, err := pgx.Connect(ctx, s.address)
	if err != nil {
		return "", err
	}
	// The lock ends with its connection, also when this program is killed.
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // the server ends the session all the same
	if _, err := conn.Exec(ctx, `select pg_advisory_lock($1)`, templateLock); err != nil {
		return "", err
	}
	name := templatePrefix + hash
	if err := s.ensure(ctx, conn, name); err != nil {
		return "", err
	}
	s.ready = name
	return name, nil
}

// ensure builds the template under another name and renames it when complete, so that its name says it is whole.
func (s *server) ensure(ctx context.Context, conn *pgx.Conn, name string) error {
	var there bool
	if err := conn.QueryRow(ctx, `select exists (select from pg_database where datname = $1)`, name).Scan(&there); err != nil {
		return err
	}
	if !there {
		if err := s.build(ctx, conn, name); err != nil {
			return err
		}
	}
	used := time.Now().UTC().Format(time.RFC3339)
	if _, err := conn.Exec(ctx, fmt.Sprintf(`comment on database %s is '%s'`, ident(name), used)); err != nil {
		return err
	}
	return s.sweepTemplates(ctx)
}

func (s *server) build(ctx context.Context, conn *pgx.Conn, name string) error {
	raw := name + "_raw"
	if err := s.drop(ctx, raw); err != nil {
		return err
	}
	if err := s.clone(ctx, raw, "template0"); err != nil {
		return err
	}
	if err := migrate.Up(ctx, s.url(raw)); err != nil {
		return errors.Join(err, s.drop(ctx, raw))
	}
	_, err := conn.Exec(ctx, fmt.Sprintf(`alter database %s rename to %s`, ident(raw), ident(name)))
	return err
}

// sweepTemplates drops the templates of migrations that nobody tests any more.
func (s *server) sweepTemplates(ctx context.Context) error {
	return s.sweepUnused(ctx, templatePrefix, templateKept)
}

// sweepUnused drops the databases whose names begin with prefix and whose comment says that they were last used
// longer ago than kept.
func (s *server) sweepUnused(ctx context.Context, prefix string, kept time.Duration) error {
	type row struct{ Name, Used string }
	rows, err := pg.List[row](ctx, s.admin, `
		select datname::text as name, coalesce(shobj_description(oid, 'pg_database'), '') as used
		from pg_database where datname like $1`, prefix+"%")
	if err != nil {
		return err
	}
	var all error
	for _, r := range rows {
		if used, err := time.Parse(time.RFC3339, r.Used); err == nil && time.Since(used) > kept {
			all = errors.Join(all, s.drop(ctx, r.Name))
		}
	}
	return all
}
