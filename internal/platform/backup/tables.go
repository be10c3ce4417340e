package backup

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// fleeting are tables whose rows are not worth keeping: they are unlogged, and empty after a crash anyway.
const fleeting = `'u'`

// connect opens one connection on which rows print the same everywhere and nothing times out.
func connect(ctx context.Context, url string) (*pgx.Conn, error) {
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	for name, value := range map[string]string{
		"timezone": "UTC", "datestyle": "ISO, MDY", "intervalstyle": "postgres", "bytea_output": "hex", "extra_float_digits": "1",
		"statement_timeout": "0", "idle_in_transaction_session_timeout": "0", "lock_timeout": "30s", "application_name": "yarmarka backup",
	} {
		cfg.RuntimeParams[name] = value
	}
	return pgx.ConnectConfig(ctx, cfg)
}

// tables counts and sums every table. The table that backups themselves are noted in is left out: it differs as soon
// as the backup is made.
func tables(ctx context.Context, db pg.DB) (map[string]Table, error) {
	names, err := pg.Scalars[string](ctx, db, `
		select c.relname::text from pg_class c
		where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relpersistence <> `+fleeting+` and c.relname <> 'backups'
			and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
		order by 1`)
	if err != nil {
		return nil, err
	}
	all := make(map[string]Table, len(names))
	for _, name := range names {
		t, err := pg.One[Table](ctx, db, fmt.Sprintf(`
			select count(*) as rows, coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text as sum from only public.%s t`,
			pgx.Identifier{name}.Sanitize()))
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", name, err)
		}
		all[name] = t
	}
	return all, nil
}

// occupied says whether the database has tables of its own.
func occupied(ctx context.Context, db pg.DB) (bool, error) {
	return pg.Scalar[bool](ctx, db, `
		select exists (select from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
			and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e'))`)
}

// others counts the programs connected to the database besides this one.
func others(ctx context.Context, db pg.DB) (int, error) {
	return pg.Scalar[int](ctx, db, `
		select count(*)::int from pg_stat_activity
		where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`)
}

// empty takes everything out of the database.
func empty(ctx context.Context, db pg.DB) error {
	for _, sql := range []string{`drop schema public cascade`, `create schema public`} {
		if _, err := pg.Exec(ctx, db, sql); err != nil {
			return err
		}
	}
	return nil
}

// ensureRole makes the role that row-level security is written for: roles belong to the server, not to the database,
// so that no dump holds them.
func ensureRole(ctx context.Context, db pg.DB) error {
	_, err := pg.Exec(ctx, db, `
		do $$
		begin
			if not exists (select from pg_roles where rolname = 'yarmarka_seller') then
				create role yarmarka_seller nologin;
			end if;
			if not pg_has_role(current_user, 'yarmarka_seller', 'member') then
				execute format('grant yarmarka_seller to %I', current_user);
			end if;
		end
		$$`)
	return err
}
