package app

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/embeddedpg"
	"github.com/yarmarka/yarmarka/internal/platform/migrate"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Ages at which doctor speaks up.
const (
	backupWarn = 26 * time.Hour
	queueWarn  = 5 * time.Minute
	mailWarn   = time.Hour
)

// checkDatabase asks the database about itself, the schema, the queues and the books.
func (p *program) checkDatabase(ctx context.Context) []finding {
	db, err := p.openDatabase(ctx)
	if err != nil {
		f := explain(err, p.Config)
		return []finding{bad("database", "away", "what", f.What, "do", f.Do)}
	}
	defer db.close(ctx)
	facts, err := readFacts(ctx, db.pool)
	if err != nil {
		return []finding{bad("database", "away", "what", oneLine(err), "do", explain(err, p.Config).Do)}
	}
	list := append(p.judgeServer(facts), checkClock(facts.Now))
	schema, usable := checkSchema(ctx, db.direct)
	list = append(list, schema)
	if !usable {
		return list
	}
	return append(list, p.checkShop(ctx, db.pool)...)
}

// facts are what doctor wants to know of the server, read on a connection of the program's own kind.
type facts struct {
	Version, Connections, Others        int
	Encoding, Timeout, Checksums, Fsync string
	Pages, Commit                       string
	Superuser, Replica                  bool
	Missing                             []string
	Now                                 time.Time
}

func readFacts(ctx context.Context, db pg.DB) (facts, error) {
	return pg.One[facts](ctx, db, `
		select current_setting('server_version_num')::int / 10000 as version,
			current_setting('max_connections')::int as connections,
			(select count(*)::int from pg_stat_activity where backend_type = 'client backend') as others,
			(select pg_encoding_to_char(encoding)::text from pg_database where datname = current_database()) as encoding,
			current_setting('statement_timeout') as timeout, current_setting('data_checksums') as checksums,
			current_setting('fsync') as fsync, current_setting('full_page_writes') as pages, current_setting('synchronous_commit') as commit,
			(select rolsuper from pg_roles where rolname = current_user) as superuser, pg_is_in_recovery() as replica,
			array(select name from unnest(array['pg_trgm', 'unaccent', 'btree_gin', 'citext', 'intarray']) as name
				where not exists (select from pg_available_extensions e where e.name = name.name)) as missing,
			clock_timestamp() as now`)
}

// judgeServer says what is wrong with the server's settings; one line says that nothing is.
func (p *program) judgeServer(f facts) []finding {
	var list []finding
	add := func(found bool, finding finding) {
		if found {
			list = append(list, finding)
		}
	}
	add(f.Version < embeddedpg.MinVersion, bad("database", "old", "version", f.Version))
	add(f.Encoding != "UTF8", bad("database", "encoding", "encoding", f.Encoding))
	add(len(f.Missing) > 0, bad("database", "extensions", "names", strings.Join(f.Missing, ", ")))
	add(f.Replica, bad("database", "replica"))
	add(f.Fsync == "off" || f.Pages == "off", bad("database", "reckless"))
	add(f.Commit == "off", bad("database", "async"))
	add(f.Timeout == "0", doubt("database", "timeouts"))
	add(f.Checksums == "off", doubt("database", "checksums"))
	add(f.Connections < p.DBConns+p.Workers+10, doubt("database", "connections", "max", f.Connections, "want", p.DBConns+p.Workers+10))
	add(f.Superuser && p.DatabaseURL != "" && p.Env == "production", doubt("database", "superuser"))
	if len(list) == 0 {
		list = append(list, well("database", "version", f.Version))
	}
	return list
}

// checkSchema says where the schema stands, and whether its tables can be asked.
func checkSchema(ctx context.Context, direct string) (finding, bool) {
	state, err := migrate.Read(ctx, direct)
	switch {
	case errors.Is(err, migrate.ErrEncoding): // said already
		return bad("schema", "unread", "why", oneLine(err)), false
	case err != nil:
		return bad("schema", "unread", "why", oneLine(err)), false
	case state.Dirty:
		return bad("schema", "dirty", "step", step(state.Current)), false
	case state.Current > state.Latest:
		return bad("schema", "newer", "step", step(state.Current), "latest", step(state.Latest)), false
	case state.Current < state.Latest:
		return doubt("schema", "older", "step", step(state.Current), "latest", step(state.Latest)), false
	}
	return well("schema", "step", step(state.Current)), true
}

// checkShop asks the queues, the books, the last backup, and who may sign in.
func (p *program) checkShop(ctx context.Context, db pg.DB) []finding {
	var list []finding
	q, err := readQueues(ctx, db)
	if err != nil {
		return []finding{bad("queue", "unread", "why", oneLine(err))}
	}
	read := map[string]float64{}
	for _, v := range q {
		read[v.Name+v.Label] = v.Value
	}
	list = append(list, p.judgeQueues(read)...)
	list = append(list, checkBooks(ctx, db), checkBackup(ctx, db), checkRates(ctx, db))
	return append(list, p.checkPeople(ctx, db)...)
}

func (p *program) judgeQueues(read map[string]float64) []finding {
	var list []finding
	late := func(check, metric string, limit time.Duration) {
		if age := time.Duration(read[metric] * float64(time.Second)); age > limit {
			list = append(list, bad(check, "late", "age", age.Round(time.Second).String()))
		} else {
			list = append(list, well(check))
		}
	}
	late("queue", "yarmarka_job_oldest_seconds", queueWarn)
	late("outbox", "yarmarka_mail_oldest_seconds", mailWarn)
	late("webhooks", "yarmarka_webhook_lag_seconds", queueWarn)
	late("holds", "yarmarka_hold_overdue_seconds", queueWarn)
	if n := int(read["yarmarka_jobsgiven_up"]); n > 0 {
		list = append(list, doubt("queue", "given_up", "n", n))
	}
	if n := int(read["yarmarka_payment_alerts_open"]); n > 0 {
		list = append(list, doubt("payments", "alerts", "n", n))
	}
	return list
}

func checkBooks(ctx context.Context, db pg.DB) finding {
	for check, sql := range books {
		n, err := pg.Scalar[int64](ctx, db, sql)
		if err != nil {
			return bad("books", "unread", "why", oneLine(err))
		}
		if n != 0 {
			return bad("books", "drift", "check", check, "n", int(n))
		}
	}
	return well("books")
}

// step writes a migration's number as it is: it is a date, not a quantity.
func step(version uint) string { return strconv.FormatUint(uint64(version), 10) }
