// Package dbtest gives a test a real PostgreSQL database of its own, migrated and empty: a clone of a template
// that is built once for each state of the migrations. It uses the server of YARMARKA_TEST_DATABASE_URL or
// DATABASE_URL where one is set, and otherwise a private one that all test programs of this user share and that
// ends by itself when none has used it for a while. Only _test.go files and fixture packages import it.
package dbtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// setUpTime bounds the making of one database, which on a cold machine includes starting the server and, where
// PostgreSQL is missing, installing it.
const setUpTime = 5 * time.Minute

// testConns lets a race test have more goroutines at work than the program's own pool would.
const testConns = 16

// New gives a pool on a fresh database with the whole schema, which is dropped when the test ends.
func New(t testing.TB) *pgxpool.Pool {
	t.Helper()
	return open(t, URL(t))
}

// URL is New for what opens its own connections: the address of a fresh database with the whole schema.
func URL(t testing.TB) string {
	t.Helper()
	return create(t, true)
}

// EmptyURL is the address of a fresh database with nothing in it, for tests of the migrations themselves.
func EmptyURL(t testing.TB) string {
	t.Helper()
	return create(t, false)
}

func open(t testing.TB, address string) *pgxpool.Pool {
	t.Helper()
	pool, err := pg.Open(t.Context(), address, pg.Options{MaxConns: testConns})
	if err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	// Cleanups run last in, first out: the pool closes before its database is dropped.
	t.Cleanup(pool.Close)
	return pool
}

// create makes a database, from the template or from nothing, and drops it after the test.
func create(t testing.TB, migrated bool) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), setUpTime)
	defer cancel()
	s, err := theServer(ctx)
	if err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	source := "template0"
	if migrated {
		if source, err = s.template(ctx); err != nil {
			t.Fatalf("dbtest: building the template database: %v", err)
		}
	}
	return s.copyOf(t, ctx, source)
}

// copyOf clones a database and drops the clone after the test.
func (s *server) copyOf(t testing.TB, ctx context.Context, source string) string {
	t.Helper()
	name := cloneName(time.Now())
	if err := s.clone(ctx, name, source); err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := s.drop(ctx, name); err != nil {
			t.Errorf("dbtest: dropping %s: %v", name, err)
		}
	})
	return s.url(name)
}

// server is the PostgreSQL of this test program.
type server struct {
	address string // of its maintenance database
	admin   *pgxpool.Pool

	mu    sync.Mutex
	ready string // the template's name once it is known to be there
}

// theServer finds or starts the server once for the whole test program.
var theServer = func() func(context.Context) (*server, error) {
	var mu sync.Mutex
	var s *server
	return func(ctx context.Context) (*server, error) {
		mu.Lock()
		defer mu.Unlock()
		if s != nil {
			return s, nil
		}
		found, err := connect(ctx)
		if err == nil {
			s = found
		}
		return found, err
	}
}()

func connect(ctx context.Context) (*server, error) {
	address := os.Getenv("YARMARKA_TEST_DATABASE_URL")
	if address == "" {
		address = os.Getenv("DATABASE_URL")
	}
	if address == "" {
		var err error
		if address, err = sharedCluster(ctx); err != nil {
			return nil, err
		}
	}
	cfg, err := pgxpool.ParseConfig(address)
	if err != nil {
		return nil, err
	}
	cfg.MaxConns = 4
	// Nothing may keep a template's neighbour busy: the administrator's connections go quickly.
	cfg.MaxConnIdleTime = 5 * time.Second
	// The pool lives as long as the process: tests of several goroutines share it, and none is the last.
	admin, err := pgxpool.NewWithConfig(context.WithoutCancel(ctx), cfg)
	if err != nil {
		return nil, err
	}
	s := &server{address: address, admin: admin}
	if err := s.sweep(ctx); err != nil {
		return nil, fmt.Errorf("the test server: %w", err)
	}
	return s, nil
}

func (s *server) url(database string) string {
	u, err := url.Parse(s.address)
	if err != nil || u.Scheme == "" { // a key=value string; the last dbname wins
		return s.address + " dbname=" + database
	}
	u.Path = "/" + database
	return u.String()
}

// clone copies source. On PostgreSQL 15 and later copying files is quicker than writing them through the log.
func (s *server) clone(ctx context.Context, name, source string) error {
	sql := fmt.Sprintf(`create database %s template %s strategy file_copy encoding 'UTF8'`, ident(name), ident(source))
	if source == "template0" {
		sql += ` locale 'C.UTF-8'`
	}
	for try := 1; ; try++ {
		_, err := s.admin.Exec(ctx, sql)
		// An autovacuum worker in the template is in the way for a moment.
		if code(err) != "55006" || try == 20 {
			return err
		}
		time.Sleep(time.Duration(try) * 10 * time.Millisecond)
	}
}

func (s *server) drop(ctx context.Context, name string) error {
	_, err := s.admin.Exec(ctx, fmt.Sprintf(`drop database if exists %s with (force)`, ident(name)))
	return err
}

// Names say when a database was made, so that what a killed test left behind can be told from what is in use.
const clonePrefix = "ytest_"

func cloneName(now time.Time) string {
	return fmt.Sprintf("%s%s_%s", clonePrefix, now.UTC().Format("20060102150405"), strings.ToLower(rand.Text()[:10]))
}

func cloneTime(name string) (time.Time, bool) {
	stamp, _, ok := strings.Cut(strings.TrimPrefix(name, clonePrefix), "_")
	made, err := time.Parse("20060102150405", stamp)
	return made, ok && err == nil
}

// leftAfter is longer than any test program runs.
const leftAfter = 3 * time.Hour

// sweep drops what killed tests have left.
func (s *server) sweep(ctx context.Context) error {
	names, err := pg.Scalars[string](ctx, s.admin, `select datname::text from pg_database where datname like $1`, clonePrefix+"%")
	if err != nil {
		return err
	}
	var all error
	for _, name := range names {
		if made, ok := cloneTime(name); ok && time.Since(made) > leftAfter {
			all = errors.Join(all, s.drop(ctx, name))
		}
	}
	return all
}

func ident(name string) string { return pgx.Identifier{name}.Sanitize() }

func code(err error) string {
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pgErr.Code
	}
	return ""
}
