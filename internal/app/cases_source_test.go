package app

import (
	"go/ast"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// imports gives the imports of each file of the program itself, tests and their helpers aside.
func imports(t *testing.T) map[string][]string {
	t.Helper()
	of := map[string][]string{}
	for path, file := range parsed(t) {
		if strings.HasSuffix(path, "_test.go") || strings.Contains(path, "test/") || strings.HasPrefix(path, "bench/") {
			continue
		}
		for _, spec := range file.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			of[path] = append(of[path], name)
		}
	}
	if len(of) < 200 {
		t.Fatalf("only %d files were read", len(of))
	}
	return of
}

// The program uses the cryptography that docs/security.md lists, and math/rand only where a guess gains nothing.
func TestCryptographyIsOfTheInventory(t *testing.T) {
	t.Parallel()
	allowed := []string{"crypto/rand", "crypto/sha256", "crypto/subtle", "crypto/hmac", "crypto/tls", "crypto/x509", "golang.org/x/crypto/argon2"}
	// Keys of the stand-in for electronic signatures are made and sealed in one place.
	sealed := []string{"crypto/aes", "crypto/cipher", "crypto/ecdsa", "crypto/elliptic", "crypto/hkdf", "crypto/x509/pkix"}
	// Pauses before another try, and the faults of a stand-in.
	harmless := []string{"internal/export/postal/line.go", "internal/export/postal/standin/", "internal/export/dispatch/jobs.go", "internal/export/rates/client.go",
		"internal/platform/pg/", "internal/market/catalog/", "internal/search/", "internal/app/demo", "internal/platform/art/", "internal/payment/", "internal/platform/jobs/"}
	for path, names := range imports(t) {
		for _, name := range names {
			if (strings.HasPrefix(name, "crypto/") || strings.HasPrefix(name, "golang.org/x/crypto/")) && !slices.Contains(allowed, name) &&
				(path != "internal/export/signature/key.go" || !slices.Contains(sealed, name)) {
				t.Errorf("%s imports %s, which docs/security.md does not list", path, name)
			}
			if strings.HasPrefix(name, "math/rand") && !slices.ContainsFunc(harmless, func(dir string) bool { return strings.HasPrefix(path, dir) }) {
				t.Errorf("%s imports %s: say here why a guess gains nothing", path, name)
			}
		}
	}
}

func TestNothingIsUnsafe(t *testing.T) {
	t.Parallel()
	for path, names := range imports(t) {
		if slices.Contains(names, "unsafe") || slices.Contains(names, "C") || slices.Contains(names, "plugin") {
			t.Errorf("%s leaves the language's safety", path)
		}
	}
}

// Other programs are started by what sets up PostgreSQL and the tools of tests and backups, and by nothing that a request reaches.
func TestProgramsAreStartedWhereTheyMayBe(t *testing.T) {
	t.Parallel()
	may := []string{"internal/platform/embeddedpg/", "internal/platform/syspkg/", "internal/platform/chromium/", "internal/platform/backup/", "internal/app/doctor"}
	for path, names := range imports(t) {
		if slices.Contains(names, "os/exec") && !slices.ContainsFunc(may, func(dir string) bool { return strings.HasPrefix(path, dir) }) {
			t.Errorf("%s starts programs", path)
		}
	}
}

// A parameter takes the type of what it is compared with first, and 0 has four bytes: past them an id, or what somebody types
// in its place, is an error of the encoding.
func TestParametersComparedWithZeroSayTheirType(t *testing.T) {
	t.Parallel()
	untyped := regexp.MustCompile(`[$@]\w+ (=|<>|>|<|>=|<=) 0\b`)
	for path, file := range parsed(t) {
		ast.Inspect(file, func(n ast.Node) bool {
			text, ok := n.(*ast.BasicLit)
			if ok && text.Kind == token.STRING && !strings.HasSuffix(path, "_test.go") && untyped.MatchString(text.Value) {
				t.Errorf("%s: %s", path, untyped.FindString(text.Value))
			}
			return true
		})
	}
}

// Of what the standard library keeps for others the sealing of keys takes one mode and one curve, both of the inventory: a
// cipher that authenticates nothing, a short curve or a broken hash of a signature is not called by its name anywhere.
func TestNoWeakModeIsCalled(t *testing.T) {
	t.Parallel()
	taken := map[string][]string{
		"cipher": {"AEAD", "NewGCM"}, "elliptic": {"P256"}, "aes": {"NewCipher"}, "ecdsa": {"GenerateKey", "PrivateKey", "PublicKey"}, "hkdf": {"Key"},
		"argon2": {"IDKey"}, "hmac": {"New", "Equal"}, "sha256": {"New", "Sum256", "Size"},
	}
	weak := regexp.MustCompile(`(?i)^(MD5|SHA1|.*With(MD5|SHA1|MD2)|ECDSAWithSHA1|.*DigestAlgorithm(MD5|SHA1)|.*EncryptionAlgorithm(DES|RC2).*|InsecureRandom.*)$`)
	seen := map[string]bool{}
	for path, file := range parsed(t) {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		ast.Inspect(file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			pkg, ok := sel.X.(*ast.Ident)
			if !ok {
				return true
			}
			if names, listed := taken[pkg.Name]; listed {
				if seen[pkg.Name] = true; !slices.Contains(names, sel.Sel.Name) {
					t.Errorf("%s calls %s.%s, which is not of the inventory", path, pkg.Name, sel.Sel.Name)
				}
			}
			if weak.MatchString(sel.Sel.Name) {
				t.Errorf("%s says %s.%s", path, pkg.Name, sel.Sel.Name)
			}
			return true
		})
	}
	if !seen["cipher"] || !seen["argon2"] || !seen["sha256"] {
		t.Errorf("nothing was looked at: %v", seen)
	}
}

// No client of ours leaves certificates unchecked or speaks a version of TLS before 1.2.
func TestOurClientsCheckCertificates(t *testing.T) {
	t.Parallel()
	for path, file := range parsed(t) {
		ast.Inspect(file, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			if ok && !strings.HasSuffix(path, "_test.go") && slices.Contains([]string{"InsecureSkipVerify", "VersionTLS10", "VersionTLS11", "VersionSSL30", "CipherSuites", "MaxVersion"}, id.Name) ||
				ok && !strings.HasSuffix(path, "_test.go") && strings.HasPrefix(id.Name, "TLS_") {
				t.Errorf("%s says %s", path, id.Name)
			}
			return true
		})
	}
}

// Scripts put texts into pages as texts, run no text as code, and keep nothing of a person in the browser.
func TestScriptsPutTextAsText(t *testing.T) {
	t.Parallel()
	scripts, err := filepath.Glob(filepath.Join(root, "web", "static", "*", "*.js"))
	if err != nil {
		t.Fatal(err)
	}
	more, err := filepath.Glob(filepath.Join(root, "web", "static", "*.js"))
	if err != nil {
		t.Fatal(err)
	}
	if scripts = append(scripts, more...); len(scripts) == 0 {
		t.Fatal("no scripts were found")
	}
	bad := regexp.MustCompile(`\.(innerHTML|outerHTML)\s*\+?=\s*[^=]|insertAdjacentHTML|document\.write|new Function|\beval\(|postMessage|__proto__|sessionStorage\.setItem|indexedDB`)
	kept := regexp.MustCompile(`localStorage(?:\.setItem\(\s*'([a-z]+)'|\[|\.[a-z]+\s*=|\.setItem\([^'])`)
	for _, path := range scripts {
		if strings.Contains(path, "htmx") { // it swaps HTML of this site, rendered by us, under the same policy
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range bad.FindAllString(string(text), -1) {
			t.Errorf("%s says %q", path, found)
		}
		// What stays is a list of cards that were looked at and whether keys are on; signing out clears both.
		for _, found := range kept.FindAllStringSubmatch(string(text), -1) {
			if found[1] != "recent" && found[1] != "keys" {
				t.Errorf("%s keeps %q in the browser", path, found[0])
			}
		}
	}
}

// Parts that read hostile bytes are not older than the versions in which their holes were closed.
func TestPartsAreNewEnough(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	for part, least := range map[string][3]int{"github.com/go-chi/chi/v5": {5, 3, 0}, "github.com/jackc/pgx/v5": {5, 9, 2}, "golang.org/x/image": {0, 45, 0}, "golang.org/x/net": {0, 55, 0}, "github.com/yuin/goldmark": {1, 7, 17}} {
		m := regexp.MustCompile(regexp.QuoteMeta(part) + ` v(\d+)\.(\d+)\.(\d+)`).FindStringSubmatch(string(text))
		if m == nil {
			continue // not used
		}
		var have [3]int
		for i := range have {
			if have[i], err = strconv.Atoi(m[i+1]); err != nil {
				t.Fatal(err)
			}
		}
		if slices.Compare(have[:], least[:]) < 0 {
			t.Errorf("%s is %v, older than %v", part, have, least)
		}
	}
	if m := regexp.MustCompile(`(?m)^go 1\.(\d+)`).FindStringSubmatch(string(text)); m == nil || m[1] < "26" {
		t.Errorf("go.mod asks for Go %v", m)
	}
}

// sqlVerb is how a statement of ours begins.
var sqlVerb = regexp.MustCompile(`(?i)^\s*(select|insert|update|delete|with|create|drop|alter|grant|set|truncate|copy|refresh|vacuum|analyze|lock)\s`)

// Statements are made of what stands in the sources: what a visitor sends reaches them as a parameter. A text that begins as
// a statement may be joined to constants, to pieces that functions of the same file make, and to nothing that came in.
func TestQueriesAreNotMadeOfInput(t *testing.T) {
	t.Parallel()
	seen := 0
	for path, file := range parsed(t) {
		if strings.HasSuffix(path, "_test.go") || !strings.HasPrefix(path, "internal/") || strings.Contains(path, "test/") {
			continue
		}
		var packages []string
		for _, spec := range file.Imports {
			packages = append(packages, filepath.Base(strings.Trim(spec.Path.Value, `"`)))
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if name := types.ExprString(n.Fun); strings.HasPrefix(name, "fmt.") && len(n.Args) > 1 && beginsAsSQL(n.Args[0]) && !slices.Contains(sqlByFormat, path) {
					t.Errorf("%s formats a statement: %.80s", path, types.ExprString(n.Args[0]))
				}
			case *ast.BinaryExpr:
				if n.Op != token.ADD || !beginsAsSQL(n) {
					return true
				}
				seen++
				for _, part := range summands(n) {
					if input := fromOutside(part, packages); input != "" {
						t.Errorf("%s joins %s to a statement", path, input)
					}
				}
				return false
			}
			return true
		})
	}
	if seen < 20 {
		t.Errorf("only %d joined statements were seen", seen)
	}
}

// sqlByFormat are the files that name tables and columns of the schema in statements they format: what they put in comes from
// the catalogue of PostgreSQL or from a list of their own, quoted.
var sqlByFormat = []string{"internal/app/metrics_sql.go", "internal/platform/backup/tables.go"}

func beginsAsSQL(e ast.Expr) bool {
	first := summands(e)[0]
	text, ok := first.(*ast.BasicLit)
	if !ok || text.Kind != token.STRING {
		return false
	}
	value, err := strconv.Unquote(text.Value)
	return err == nil && sqlVerb.MatchString(value)
}

func summands(e ast.Expr) []ast.Expr {
	if sum, ok := e.(*ast.BinaryExpr); ok && sum.Op == token.ADD {
		return append(summands(sum.X), summands(sum.Y)...)
	}
	return []ast.Expr{e}
}

// fromOutside names a part of a statement that a request may have filled: a field of something, or an index into it. What
// another package of ours names is a constant of its sources.
func fromOutside(e ast.Expr, packages []string) string {
	switch e := e.(type) {
	case *ast.SelectorExpr:
		if of, ok := e.X.(*ast.Ident); ok && slices.Contains(packages, of.Name) {
			return ""
		}
		return types.ExprString(e)
	case *ast.IndexExpr:
		return types.ExprString(e)
	case *ast.ParenExpr:
		return fromOutside(e.X, packages)
	}
	return ""
}

// secret is how keys of well-known services and private keys look.
var secret = regexp.MustCompile(`(?:sk|rk)_live_[0-9A-Za-z]{16,}|whsec_[0-9A-Za-z]{24,}|-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[0-9A-Za-z+/=]{40,}|` +
	`\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[0-9A-Za-z]{36}\b|\bgithub_pat_[0-9A-Za-z_]{60,}|\bxox[abprs]-[0-9A-Za-z-]{20,}|\bAIza[0-9A-Za-z_-]{35}\b|\beyJ[0-9A-Za-z_-]{20,}\.eyJ[0-9A-Za-z_-]{20,}\.`)

// No file of the repository holds a key that opens anything.
func TestTheRepositoryHoldsNoSecrets(t *testing.T) {
	t.Parallel()
	for _, like := range []string{"sk_" + "live_4eC39HqLyjWDarjtT1zdp7dc", "AKIA" + "IOSFODNN7EXAMPLE", "-----BEGIN EC " + "PRIVATE KEY-----\n" + strings.Repeat("Ab0/", 16), "ghp_" + strings.Repeat("a1B2", 9)} {
		if !secret.MatchString(like) {
			t.Errorf("%q is not seen to be a secret", like)
		}
	}
	read := 0
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && slices.Contains([]string{".git", "node_modules", "var", "bin", "dist"}, e.Name()):
			return filepath.SkipDir
		case !e.Type().IsRegular():
			return nil
		}
		text, err := os.ReadFile(path)
		read++
		if found := secret.Find(text); found != nil {
			t.Errorf("%s holds %.12q…", path, found)
		}
		return err
	})
	if err != nil || read < 1000 {
		t.Errorf("%d files were read, %v", read, err)
	}
}
