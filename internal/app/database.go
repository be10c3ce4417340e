package app

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/platform/embeddedpg"
	"github.com/yarmarka/yarmarka/internal/platform/migrate"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// reachWithin is how long the database may take to answer before the start-up gives up.
const reachWithin = 4 * time.Second

// database is the program's PostgreSQL: the one it was told of, or its own.
type database struct {
	pool   *pgxpool.Pool
	direct string             // address past any pooler
	own    *embeddedpg.Server // nil where the database is somebody else's
	leave  func()             // ends the watch over our own
}

// openDatabase connects, starting the program's own PostgreSQL if no other is named.
func (p *program) openDatabase(ctx context.Context) (*database, error) {
	address := p.DatabaseURL
	db := &database{direct: cmp.Or(p.DirectURL, p.DatabaseURL)}
	if address == "" {
		var err error
		if address, err = db.startOwn(ctx, p); err != nil {
			return nil, err
		}
	}
	pool, err := pg.Open(ctx, address, pg.Options{MaxConns: int32(p.DBConns), Pooler: p.Pooler && db.own == nil})
	if err != nil {
		db.close(ctx)
		return nil, err
	}
	db.pool = pool
	reach, cancel := context.WithTimeout(ctx, reachWithin)
	defer cancel()
	if err := pool.Ping(reach); err != nil {
		db.close(ctx)
		return nil, err
	}
	return db, nil
}

func (db *database) startOwn(ctx context.Context, p *program) (string, error) {
	own, err := embeddedpg.Start(ctx, embeddedpg.Options{
		Dir:      filepath.Join(p.Data, "postgres"),
		Settings: embeddedpg.OneMachine(),
		Out:      p.errOut,
	})
	if err != nil {
		return "", err
	}
	db.own = own
	watch, end := context.WithCancel(context.WithoutCancel(ctx))
	kept := make(chan struct{})
	go func() { own.Keep(watch); close(kept) }()
	db.leave = func() { end(); <-kept } // nothing is started again behind the stop
	db.direct = own.URL("postgres")
	return own.SocketURL("postgres"), nil
}

func (db *database) close(ctx context.Context) {
	if db.pool != nil {
		db.pool.Close()
	}
	if db.own == nil {
		return
	}
	db.leave()
	// The program is ending: nobody is left to tell, and the next start recovers what did not stop in time.
	_ = db.own.Stop(context.WithoutCancel(ctx))
}

// withDatabase runs fn on the database, brought to this program's schema.
func (p *program) withDatabase(ctx context.Context, fn func(*database) error) error {
	db, err := p.openDatabase(ctx)
	if err != nil {
		return err
	}
	defer db.close(ctx)
	if err := migrate.Up(ctx, db.direct); err != nil {
		return err
	}
	return fn(db)
}

// migrateDB is the subcommand migrate.
func migrateDB(ctx context.Context, p *program) error {
	verb, number := "up", 1
	if len(p.args) > 0 {
		verb = p.args[0]
	}
	if len(p.args) > 1 {
		var err error
		if number, err = strconv.Atoi(p.args[1]); err != nil || number < 0 {
			return fault("see 'yarmarka help'", "%q is not a number", p.args[1])
		}
	}
	db, err := p.openDatabase(ctx)
	if err != nil {
		return err
	}
	defer db.close(ctx)
	switch verb {
	case "up":
		err = migrate.Up(ctx, db.direct)
	case "down":
		err = migrate.Down(ctx, db.direct, number)
	case "force":
		err = migrate.Force(ctx, db.direct, number)
	case "version":
	default:
		return fault("use up, down N, version or force VERSION", "there is no 'migrate %s'", verb)
	}
	if err != nil {
		return err
	}
	state, err := migrate.Read(ctx, db.direct)
	if err == nil {
		_, err = fmt.Fprintf(p.out, "step %d of %d\n", state.Current, state.Latest)
	}
	return err
}
