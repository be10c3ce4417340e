package app

import (
	"encoding/csv"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// root is the repository as tests of this package see it.
const root = "../.."

// goFiles are the Go files of the repository, parsed.
var goFiles = sync.OnceValues(func() (map[string]*ast.File, error) {
	files := map[string]*ast.File{}
	set := token.NewFileSet()
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() && (strings.HasPrefix(e.Name(), ".") && path != root || e.Name() == "testdata" || e.Name() == "node_modules" || e.Name() == "var") {
			return filepath.SkipDir
		}
		if e.IsDir() || !strings.HasSuffix(path, ".go") {
			return nil
		}
		file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		files[strings.TrimPrefix(filepath.ToSlash(path), root+"/")] = file
		return err
	})
	return files, err
})

func parsed(t *testing.T) map[string]*ast.File {
	t.Helper()
	files, err := goFiles()
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// allTests are the names of all tests and fuzz targets as docs/*.csv name them: package.TestName.
func allTests(t *testing.T) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	for path, file := range parsed(t) {
		if !strings.HasSuffix(path, "_test.go") {
			continue
		}
		pkg := strings.TrimSuffix(file.Name.Name, "_test")
		for _, decl := range file.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Recv == nil && (strings.HasPrefix(fn.Name.Name, "Test") || strings.HasPrefix(fn.Name.Name, "Fuzz")) {
				all[pkg+"."+fn.Name.Name] = true
			}
		}
	}
	return all
}

// list reads a table of docs/.
func list(t *testing.T, name string) [][]string {
	t.Helper()
	f, err := os.Open(filepath.Join(root, "docs", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}

// anchors are the places of docs/security.md that reasons may point to.
func anchors(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "docs", "security.md"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, head := range regexp.MustCompile(`(?m)^## (.+)$`).FindAllStringSubmatch(string(text), -1) {
		names = append(names, strings.ReplaceAll(strings.ToLower(head[1]), " ", "-"))
	}
	return names
}

var pointer = regexp.MustCompile(`docs/security\.md#([a-z-]+)`)

// proven checks that a row names tests that exist, or a reason.
func proven(t *testing.T, what, tests, reason string, known map[string]bool, places []string) {
	t.Helper()
	if tests == "" && strings.TrimSpace(reason) == "" {
		t.Errorf("%s has neither a test nor a reason", what)
	}
	for _, test := range strings.Fields(tests) {
		if !known[test] {
			t.Errorf("%s names %s, which is nowhere", what, test)
		}
	}
	for _, place := range pointer.FindAllStringSubmatch(reason, -1) {
		if !slices.Contains(places, place[1]) {
			t.Errorf("%s points to docs/security.md#%s, which is nowhere", what, place[1])
		}
	}
}

// docs/asvs.csv has each requirement of ASVS 5.0.0 levels 1 and 2 in scope once, with a test that exists or a reason. WebRTC,
// OAuth and self-contained tokens (V9, V10, V17) are out of scope: we have none. Level 1 is met whole, and no more than five
// requirements of level 2 are not.
func TestASVSIsProven(t *testing.T) {
	t.Parallel()
	known, places := allTests(t), anchors(t)
	id := regexp.MustCompile(`^V(1|2|3|4|5|6|7|8|11|12|13|14|15|16)\.\d+\.\d+$`)
	seen, levels, open := map[string]bool{}, map[string]int{}, 0
	for _, row := range list(t, "asvs.csv") {
		if seen[row[0]] || !id.MatchString(row[0]) {
			t.Errorf("%s stands twice or is no requirement in scope", row[0])
		}
		seen[row[0]] = true
		levels[row[1]]++
		proven(t, row[0], row[3], row[4], known, places)
		if strings.HasPrefix(row[4], "not met") || strings.HasPrefix(row[4], "in part") {
			open++
			if row[1] == "1" {
				t.Errorf("%s is of level 1 and %s", row[0], row[4])
			}
		}
	}
	if levels["1"] != 61 || levels["2"] != 149 {
		t.Errorf("%d requirements of level 1 and %d of level 2, want 61 and 149", levels["1"], levels["2"])
	}
	if open > 5 {
		t.Errorf("%d requirements are not met, at most five may be", open)
	}
}

// docs/cases.csv has each of the 102 cases of attacks and bad input, with a test that exists or a reason.
func TestCasesAreProven(t *testing.T) {
	t.Parallel()
	known, places := allTests(t), anchors(t)
	rows := list(t, "cases.csv")
	for i, row := range rows {
		if row[0] != strconv.Itoa(i+1) {
			t.Errorf("line %d is of case %s", i+2, row[0])
		}
		proven(t, "case "+row[0], row[2], row[3], known, places)
	}
	if len(rows) != 102 {
		t.Errorf("%d cases, want 102", len(rows))
	}
}
