package dbtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// filledKept is how long an unused filled template stays: each build of a test program has its own.
const filledKept = time.Hour

// Filled is New with what fill writes: it fills a template once for this very test program and clones it, so that
// each test starts with the data at the price of a copy.
func Filled(t testing.TB, name string, fill func(ctx context.Context, pool *pgxpool.Pool) error) *pgxpool.Pool {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), setUpTime)
	defer cancel()
	s, err := theServer(ctx)
	if err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	source, err := s.filled(ctx, name, fill)
	if err != nil {
		t.Fatalf("dbtest: filling the template %s: %v", name, err)
	}
	return open(t, s.copyOf(t, ctx, source))
}

var fillings struct {
	sync.Mutex
	ready map[string]string
}

// filled gives the name of the template that fill has filled, building it if this server has none yet.
func (s *server) filled(ctx context.Context, name string, fill func(context.Context, *pgxpool.Pool) error) (string, error) {
	fillings.Lock()
	defer fillings.Unlock()
	if ready, ok := fillings.ready[name]; ok {
		return ready, nil
	}
	version, err := programHash()
	if err != nil {
		return "", err
	}
	empty, err := s.template(ctx)
	if err != nil {
		return "", err
	}
	conn, err := pgx.Connect(ctx, s.address)
	if err != nil {
		return "", err
	}
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // the server ends the session all the same
	if _, err := conn.Exec(ctx, `select pg_advisory_lock($1, hashtext($2))`, templateLock, name); err != nil {
		return "", err
	}
	prefix := clonePrefix + "filled_" + name + "_"
	full := prefix + version
	if err := s.ensureFilled(ctx, conn, full, empty, fill); err != nil {
		return "", err
	}
	if fillings.ready == nil {
		fillings.ready = map[string]string{}
	}
	fillings.ready[name] = full
	return full, s.sweepUnused(ctx, prefix, filledKept)
}

func (s *server) ensureFilled(ctx context.Context, conn *pgx.Conn, name, empty string, fill func(context.Context, *pgxpool.Pool) error) error {
	there, err := pg.Scalar[bool](ctx, conn, `select exists (select from pg_database where datname = $1)`, name)
	if err != nil {
		return err
	}
	if !there {
		raw := name + "_raw"
		if err := errors.Join(s.drop(ctx, raw), s.clone(ctx, raw, empty)); err != nil {
			return err
		}
		if err := s.fillNow(ctx, raw, fill); err != nil {
			return errors.Join(err, s.drop(ctx, raw))
		}
		if _, err := conn.Exec(ctx, fmt.Sprintf(`alter database %s rename to %s`, ident(raw), ident(name))); err != nil {
			return err
		}
	}
	_, err = conn.Exec(ctx, fmt.Sprintf(`comment on database %s is '%s'`, ident(name), time.Now().UTC().Format(time.RFC3339)))
	return err
}

func (s *server) fillNow(ctx context.Context, database string, fill func(context.Context, *pgxpool.Pool) error) error {
	pool, err := pg.Open(ctx, s.url(database), pg.Options{MaxConns: testConns})
	if err != nil {
		return err
	}
	defer pool.Close()
	if err := fill(ctx, pool); err != nil {
		return err
	}
	_, err = pool.Exec(ctx, `analyze`) // the shared server has no autovacuum
	return err
}

// programHash tells builds of test programs apart: what fill writes depends on all of the code.
func programHash() (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	f, err := os.Open(self)
	if err != nil {
		return "", err
	}
	defer f.Close() //nolint:errcheck // only read
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)[:8]), nil
}
