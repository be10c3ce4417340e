package migrate_test

import (
	"errors"
	"io/fs"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/migrate"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/migrations"
)

func connect(t *testing.T, address string) *pgxpool.Pool {
	t.Helper()
	pool, err := pg.Open(t.Context(), address, pg.Options{MaxConns: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

func state(t *testing.T, address string) migrate.State {
	t.Helper()
	s, err := migrate.Read(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// schema describes every column, constraint, index, policy and function of the house.
func schema(t *testing.T, pool *pgxpool.Pool) []string {
	t.Helper()
	list, err := pg.Scalars[string](t.Context(), pool, `
		select line from (
			select 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '') as line
			from information_schema.columns where table_schema = 'public'
			union all
			select 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
			from pg_constraint where connamespace = 'public'::regnamespace and conrelid <> 0
			union all select 'index ' || indexdef from pg_indexes where schemaname = 'public'
			union all select 'policy ' || tablename || ' ' || policyname || ' ' || coalesce(qual, '') from pg_policies
		) s order by line`)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestUpDownOneUp(t *testing.T) {
	t.Parallel()
	address := dbtest.EmptyURL(t)
	pool := connect(t, address)
	if err := migrate.Up(t.Context(), address); err != nil {
		t.Fatal(err)
	}
	first := schema(t, pool)
	if s := state(t, address); s.Current != s.Latest || s.Dirty {
		t.Fatalf("after up: %+v", s)
	}
	if err := migrate.Down(t.Context(), address, 1); err != nil {
		t.Fatal(err)
	}
	if s := state(t, address); s.Current >= s.Latest || s.Dirty {
		t.Fatalf("after down one: %+v", s)
	}
	if err := migrate.Up(t.Context(), address); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first, schema(t, pool)); diff != "" {
		t.Errorf("the schema differs after down and up (-first +again):\n%s", diff)
	}
}

func TestDownToNothingAndUpAgain(t *testing.T) {
	t.Parallel()
	address := dbtest.EmptyURL(t)
	pool := connect(t, address)
	if err := migrate.Up(t.Context(), address); err != nil {
		t.Fatal(err)
	}
	first := schema(t, pool)
	if err := migrate.Down(t.Context(), address, 1000); err != nil {
		t.Fatal(err)
	}
	left, err := pg.Scalars[string](t.Context(), pool, `
		select relname::text from pg_class
		where relnamespace = 'public'::regnamespace and relkind in ('r', 'v', 'm', 'S') and relname <> 'schema_migrations'
		order by 1`)
	if err != nil {
		t.Fatal(err)
	}
	if len(left) > 0 {
		t.Errorf("left after taking every step back: %s", strings.Join(left, ", "))
	}
	if err := migrate.Up(t.Context(), address); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first, schema(t, pool)); diff != "" {
		t.Errorf("the schema differs after down and up (-first +again):\n%s", diff)
	}
}

func TestSeveralProgramsStartTogether(t *testing.T) {
	t.Parallel()
	address := dbtest.EmptyURL(t)
	var wg sync.WaitGroup
	errs := make([]error, 4)
	for i := range errs {
		wg.Go(func() { errs[i] = migrate.Up(t.Context(), address) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Error(err)
	}
}

func TestUpRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, prepare string
		want          error
	}{
		{"a newer schema", `update schema_migrations set version = 29990101000000`, migrate.ErrNewer},
		{"a step cut off", `update schema_migrations set dirty = true`, migrate.ErrDirty},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			address := dbtest.URL(t)
			if _, err := connect(t, address).Exec(t.Context(), tt.prepare); err != nil {
				t.Fatal(err)
			}
			if err := migrate.Up(t.Context(), address); !errors.Is(err, tt.want) {
				t.Errorf("err = %v, want %v", err, tt.want)
			}
		})
	}
}

func TestUpRefusesAnotherEncoding(t *testing.T) {
	t.Parallel()
	pool := dbtest.New(t)
	const name = "ytest_sqlascii"
	drop := func() {
		if _, err := pool.Exec(t.Context(), `drop database if exists `+name+` with (force)`); err != nil {
			t.Error(err)
		}
	}
	drop()
	if _, err := pool.Exec(t.Context(), `create database `+name+` template template0 encoding 'SQL_ASCII' locale 'C'`); err != nil {
		t.Fatal(err)
	}
	defer drop()
	if err := migrate.Up(t.Context(), neighbour(t, pool, name)); !errors.Is(err, migrate.ErrEncoding) {
		t.Errorf("err = %v", err)
	}
}

func neighbour(t *testing.T, pool *pgxpool.Pool, database string) string {
	t.Helper()
	u, err := url.Parse(pool.Config().ConnString())
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + database
	return u.String()
}

// stepsFrom counts the steps from the one of that file to the last.
func stepsFrom(t *testing.T, first string) int {
	t.Helper()
	files, err := fs.Glob(migrations.FS, "*.up.sql")
	if err != nil {
		t.Fatal(err)
	}
	n := len(files) - slices.Index(files, first)
	if n > len(files) {
		t.Fatalf("there is no %s", first)
	}
	return n
}

// A step that fails must leave the version before it, so that the next start can try again.
func TestAFailedStepLeavesNothing(t *testing.T) {
	t.Parallel()
	address := dbtest.URL(t)
	pool := connect(t, address)
	before := state(t, address)
	if err := migrate.Down(t.Context(), address, stepsFrom(t, "20260113000000_order.up.sql")); err != nil {
		t.Fatal(err)
	}
	at := state(t, address)
	// The next step creates orders; somebody's table of that name is in its way.
	if _, err := pool.Exec(t.Context(), `create table orders (mine int)`); err != nil {
		t.Fatal(err)
	}
	if err := migrate.Up(t.Context(), address); err == nil {
		t.Fatal("the step succeeded over a foreign table")
	}
	if diff := cmp.Diff(at, state(t, address)); diff != "" {
		t.Errorf("state after the failure (-before +after):\n%s", diff)
	}
	if _, err := pool.Exec(t.Context(), `drop table orders`); err != nil {
		t.Fatal(err)
	}
	if err := migrate.Up(t.Context(), address); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, state(t, address)); diff != "" {
		t.Errorf("state at the end (-want +got):\n%s", diff)
	}
}

func TestEveryTableNamesItsOwner(t *testing.T) {
	t.Parallel()
	pool := dbtest.New(t)
	owners := map[string]bool{}
	for name := range strings.FieldsSeq("account search payment ledger media notify moderation destination seller catalog feed promo cart shipping order review chat platform " +
		"rates postal clearance hs contract goods abroad signature papers desk dispatch vat calculator") {
		owners["owner: "+name] = true
	}
	type row struct{ Name, Comment string }
	rows, err := pg.List[row](t.Context(), pool, `
		select relname::text as name, coalesce(obj_description(oid, 'pg_class'), '') as comment
		from pg_class
		where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
			and relname <> 'schema_migrations' and relname not like 'river\_%'
		order by relname`)
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) == 0 {
		t.Fatal("there are no tables")
	}
	for _, r := range rows {
		first, _, _ := strings.Cut(r.Comment, ";")
		if !owners[strings.TrimSpace(first)] {
			t.Errorf("table %s: comment %q does not begin with 'owner: <module>'", r.Name, r.Comment)
		}
	}
}

// The second wall: the sellers' role sees no row until a seller is named.
func TestTheSellersRoleStandsBehindRowSecurity(t *testing.T) {
	t.Parallel()
	pool := dbtest.New(t)
	bare, err := pg.Scalars[string](t.Context(), pool, `
		select c.relname::text from pg_class c
		where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and not c.relrowsecurity
			and has_table_privilege('yarmarka_seller', c.oid, 'insert, update, delete')
			and exists (select from pg_attribute where attrelid = c.oid and attname = 'seller_id')`)
	if err != nil {
		t.Fatal(err)
	}
	if len(bare) > 0 {
		t.Errorf("tables of sellers that the role may change without row-level security: %s", strings.Join(bare, ", "))
	}
	err = pg.AsSeller(t.Context(), pool, 42, func(tx pgx.Tx) error {
		id, err := pg.Scalar[int64](t.Context(), tx, `select app_seller_id()`)
		if err == nil && id != 42 {
			t.Errorf("app_seller_id() = %d", id)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
