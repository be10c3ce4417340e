// Package migrate brings a database to the schema this program was built for: first the house's own steps from
// package migrations, then River's tables. It refuses a database in another encoding than UTF-8 and one whose
// schema is newer than the program, and it leaves a failed step as if it had never begun. It needs a direct
// address of PostgreSQL, not a transaction pooler, and it holds no SQL of any module.
package migrate

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/golang-migrate/migrate/v4"
	"github.com/golang-migrate/migrate/v4/database"
	migratepgx "github.com/golang-migrate/migrate/v4/database/pgx/v5"
	"github.com/golang-migrate/migrate/v4/source/iofs"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"github.com/yarmarka/yarmarka/migrations"
)

// What a caller can tell apart with errors.Is.
var (
	ErrNewer    = errors.New("the database schema is newer than this program")
	ErrDirty    = errors.New("an earlier migration was cut off in the middle")
	ErrEncoding = errors.New("the database is not in UTF-8")
)

// lockTimeout bounds the wait for a table somebody else is using: a migration that queues for a lock makes every
// later query of that table queue behind it.
const lockTimeout = 10 * time.Second

// turnLock is the advisory lock under which one program of several that start together migrates.
const turnLock = 0x7961726d // "yarm"

// State says where a database stands.
type State struct {
	Current uint // the last step applied, 0 for an empty database
	Latest  uint // the last step this program knows
	Dirty   bool // the step Current was cut off
}

// Up applies every step the database lacks.
func Up(ctx context.Context, url string) error {
	return within(ctx, url, migrations.FS, func(s *session) error {
		if err := s.check(); err != nil {
			return err
		}
		if s.state.Current != s.state.Latest {
			if err := s.step(s.m.Up); err != nil {
				return err
			}
		}
		return s.river(ctx, rivermigrate.DirectionUp)
	})
}

// Down takes back the last steps. Taking back more steps than there are ends with an empty database.
func Down(ctx context.Context, url string, steps int) error {
	return within(ctx, url, migrations.FS, func(s *session) error {
		if err := s.check(); err != nil {
			return err
		}
		known, err := versions(migrations.FS)
		if err != nil {
			return err
		}
		applied := 0
		for _, v := range known {
			if v <= s.state.Current {
				applied++
			}
		}
		if steps >= applied {
			if err := s.river(ctx, rivermigrate.DirectionDown); err != nil {
				return err
			}
			steps = applied
		}
		if steps == 0 {
			return nil
		}
		return s.step(func() error { return s.m.Steps(-steps) })
	})
}

// Force records that the database stands at version, after somebody has looked at what a cut-off step left.
func Force(ctx context.Context, url string, version int) error {
	return within(ctx, url, migrations.FS, func(s *session) error { return s.m.Force(version) })
}

// Read says where the database stands without changing it, except for creating the table of versions.
func Read(ctx context.Context, url string) (State, error) {
	var state State
	err := within(ctx, url, migrations.FS, func(s *session) error {
		state = s.state
		return nil
	})
	return state, err
}

// Latest is the last step in this program.
func Latest() (uint, error) {
	known, err := versions(migrations.FS)
	if err != nil {
		return 0, err
	}
	return known[len(known)-1], nil
}

// session is one program's turn at migrating one database.
type session struct {
	pool  *pgxpool.Pool
	m     *migrate.Migrate
	state State
}

// within opens the database, waits for this program's turn and runs fn.
func within(ctx context.Context, url string, steps fs.FS, fn func(*session) error) (err error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return err
	}
	cfg.MaxConns = 4
	cfg.ConnConfig.RuntimeParams["lock_timeout"] = fmt.Sprint(lockTimeout.Milliseconds())
	cfg.ConnConfig.RuntimeParams["statement_timeout"] = "0" // a backfill may take long
	cfg.ConnConfig.RuntimeParams["application_name"] = "yarmarka migrate"
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return err
	}
	defer pool.Close()

	turn, err := takeTurn(ctx, pool)
	if err != nil {
		return err
	}
	defer endTurn(turn)

	s, err := open(pool, steps)
	if err != nil {
		return err
	}
	defer func() {
		_, closeErr := s.m.Close()
		err = errors.Join(err, closeErr)
	}()
	return fn(s)
}

// takeTurn checks the encoding and waits for the advisory lock.
func takeTurn(ctx context.Context, pool *pgxpool.Pool) (*pgxpool.Conn, error) {
	turn, err := pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	var encoding string
	err = turn.QueryRow(ctx, `select pg_encoding_to_char(encoding) from pg_database where datname = current_database()`).Scan(&encoding)
	if err == nil && encoding != "UTF8" {
		err = fmt.Errorf("%w but in %s", ErrEncoding, encoding)
	}
	if err == nil {
		_, err = turn.Exec(ctx, `select set_config('lock_timeout', '0', false), pg_advisory_lock($1)`, turnLock)
	}
	if err != nil {
		turn.Release()
		return nil, err
	}
	return turn, nil
}

// endTurn gives the lock back by ending its connection, which holds even where the query would fail.
func endTurn(turn *pgxpool.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	turn.Hijack().Close(ctx) //nolint:errcheck // the server ends the session when the socket goes away
}

func open(pool *pgxpool.Pool, steps fs.FS) (*session, error) {
	src, err := iofs.New(steps, ".")
	if err != nil {
		return nil, err
	}
	driver, err := migratepgx.WithInstance(stdlib.OpenDBFromPool(pool), &migratepgx.Config{})
	if err != nil {
		return nil, err
	}
	m, err := migrate.NewWithInstance("embedded", src, "pgx5", driver)
	if err != nil {
		return nil, err
	}
	s := &session{pool: pool, m: m}
	known, err := versions(steps)
	if err != nil {
		return nil, err
	}
	s.state.Latest = known[len(known)-1]
	s.state.Current, s.state.Dirty, err = m.Version()
	if errors.Is(err, migrate.ErrNilVersion) {
		err = nil
	}
	return s, err
}

// check refuses what no step can be applied to.
func (s *session) check() error {
	switch {
	case s.state.Dirty:
		return fmt.Errorf("%w: step %d", ErrDirty, s.state.Current)
	case s.state.Current > s.state.Latest:
		return fmt.Errorf("%w: step %d, while the program knows up to %d", ErrNewer, s.state.Current, s.state.Latest)
	}
	return nil
}

// step runs a migration. A file goes to PostgreSQL as one multi-statement query, which is one transaction, so a
// step that failed has left nothing behind: the version before it is put back, and the next start tries again.
func (s *session) step(run func() error) error {
	err := run()
	if err == nil || errors.Is(err, migrate.ErrNoChange) {
		return nil
	}
	err = brief(err)
	failed, dirty, versionErr := s.m.Version()
	if versionErr != nil || !dirty {
		return errors.Join(err, versionErr)
	}
	err = fmt.Errorf("migration %d: %w", failed, err)
	return errors.Join(err, s.m.Force(s.before(failed)))
}

// before is the step before version, or -1 (nothing applied yet).
func (s *session) before(version uint) int {
	known, err := versions(migrations.FS)
	if err != nil {
		return database.NilVersion
	}
	before := database.NilVersion
	for _, v := range known {
		if v < version {
			before = int(v)
		}
	}
	return before
}

// brief leaves out the SQL text that golang-migrate appends to an error.
func brief(err error) error {
	if dbErr, ok := errors.AsType[*database.Error](err); ok && dbErr.OrigErr != nil {
		return dbErr.OrigErr
	}
	if dbErr, ok := errors.AsType[database.Error](err); ok && dbErr.OrigErr != nil {
		return dbErr.OrigErr
	}
	return err
}

// river brings River's tables up to its own last version, or takes them all back.
func (s *session) river(ctx context.Context, direction rivermigrate.Direction) error {
	m, err := rivermigrate.New(riverpgxv5.New(s.pool), nil)
	if err != nil {
		return err
	}
	opts := &rivermigrate.MigrateOpts{}
	if direction == rivermigrate.DirectionDown {
		opts.TargetVersion = -1
	}
	if _, err := m.Migrate(ctx, direction, opts); err != nil {
		return fmt.Errorf("the job queue's tables: %w", err)
	}
	return nil
}
