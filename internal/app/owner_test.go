package app_test

import (
	"go/scanner"
	"go/token"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
)

// owners reads whose each table is: the comment "owner: catalog". The job queue's own tables aside.
func owners(t *testing.T) map[string]string {
	t.Helper()
	rows, err := dbtest.New(t).Query(t.Context(), `
		select c.relname::text, coalesce(obj_description(c.oid), '') from pg_class c join pg_namespace n on n.oid = c.relnamespace
		where n.nspname = 'public' and c.relkind in ('r', 'p') and c.relname not like 'river%' and c.relname <> 'schema_migrations'`)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	var table, comment string
	_, err = pgx.ForEachRow(rows, []any{&table, &comment}, func() error { all[table] = comment; return nil })
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// homes are where the modules live.
var homes = []string{"../../internal/", "../../internal/market/", "../../internal/export/", "../../internal/civic/"}

func isModule(module string) bool {
	for _, home := range homes {
		if info, err := os.Stat(home + module); err == nil && info.IsDir() {
			return true
		}
	}
	return false
}

// statement finds what SQL writes to and reads from.
var (
	writes = regexp.MustCompile(`(?i)\b(?:insert\s+into|update|delete\s+from|truncate|merge\s+into)\s+(?:only\s+)?"?([a-z_]+)`)
	reads  = regexp.MustCompile(`(?i)\b(?:from|join)\s+(?:only\s+|lateral\s+)?"?([a-z_]+)`)
)

// moduleOf names the module of a file and its package's path: internal/market/cart/store.go is cart's.
func moduleOf(file string) (module, pkg string) {
	pkg = family(path.Dir(file))
	return path.Base(pkg), pkg
}

// Every table says whose it is; only that module's SQL writes it, and only modules that may import its owner read it.
func TestModulesKeepToTheirTables(t *testing.T) {
	t.Parallel()
	tables, homeOf := owners(t), map[string]string{}
	for table, comment := range tables {
		module, ok := strings.CutPrefix(comment, "owner: ")
		if !ok || !isModule(module) {
			t.Errorf("%s: the comment %q names no module", table, comment)
		}
		tables[table] = module
		for _, home := range homes {
			if _, err := os.Stat(home + module); err == nil {
				homeOf[table] = strings.TrimPrefix(home, "../../") + module
			}
		}
	}
	for file, statements := range sqlOf(t) {
		module, pkg := moduleOf(file)
		for _, sql := range statements {
			for _, m := range writes.FindAllStringSubmatch(sql, -1) {
				if owner, ok := tables[m[1]]; ok && owner != module {
					t.Errorf("%s writes %s, which is %s's", file, m[1], owner)
				}
			}
			for _, m := range reads.FindAllStringSubmatch(sql, -1) {
				if owner, ok := tables[m[1]]; ok && owner != module {
					if why := wrong(pkg, homeOf[m[1]]); why != "" {
						t.Errorf("%s reads %s: its owner %s %s", file, m[1], owner, why)
					}
				}
			}
		}
	}
}

// sqlOf gives the string literals of the program's files that speak SQL. Fixture packages write what they like.
func sqlOf(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	root := os.DirFS("../..")
	err := fs.WalkDir(root, "internal", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_templ.go") {
			return err
		}
		if isTestPackage(path.Dir(name)) {
			return nil
		}
		raw, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		files := token.NewFileSet()
		var s scanner.Scanner
		s.Init(files.AddFile(name, -1, len(raw)), raw, nil, 0)
		for _, tok, lit := s.Scan(); tok != token.EOF; _, tok, lit = s.Scan() {
			if tok == token.STRING {
				found[name] = append(found[name], lit)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
