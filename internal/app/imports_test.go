package app_test

import (
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/yarmarka/yarmarka/"

// layers from the bottom up: a package imports only from layers below its own. Within the shared modules and within
// the market there is an order of its own, from left to right.
var layers = [][]string{
	{"migrations"},
	{"internal/platform"},
	{"web"},
	{"internal/account", "internal/search", "internal/payment", "internal/ledger", "internal/media", "internal/notify", "internal/moderation"},
	{"internal/market"},
	{"internal/export", "internal/civic"},
	{"internal/app"},
	{"cmd", "bench"},
}

// market is the order inside the market wing.
var market = []string{"destination", "seller", "catalog", "feed", "promo", "cart", "shipping", "order", "review", "chat"}

// export is the order inside the export wing.
var export = []string{"rates", "postal", "clearance", "hs", "contract", "goods", "abroad", "signature", "papers", "desk", "dispatch", "vat", "calculator"}

// testOnly packages may be imported by tests and fixture packages, never by the program.
var testOnly = []string{"dbtest", "htmltest", "browsertest", "jobstest", "chromium"}

func layer(pkg string) int {
	return slices.IndexFunc(layers, func(names []string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return pkg == name || strings.HasPrefix(pkg, name+"/") })
	})
}

// family is the top folder of a module: its sub-packages are its own affair.
func family(pkg string) string {
	parts := strings.Split(pkg, "/")
	switch {
	case len(parts) > 2 && (parts[1] == "market" || parts[1] == "export" || parts[1] == "civic"):
		return strings.Join(parts[:3], "/")
	case len(parts) > 1 && parts[0] == "internal":
		return strings.Join(parts[:2], "/")
	}
	return parts[0]
}

// leftOf says why to does not stand to the left of from in the order of their wing, or nothing.
func leftOf(order []string, from, to string) string {
	left, right := slices.Index(order, strings.Split(from, "/")[2]), slices.Index(order, strings.Split(to, "/")[2])
	if left < 0 || right < 0 || right > left {
		return "is not to its left in the wing"
	}
	return ""
}

// wrong says why from must not import to, or nothing.
func wrong(from, to string) string {
	a, b := layer(from), layer(to)
	switch {
	case b < 0:
		return "is in no layer: add it to the list"
	case family(from) == family(to):
		return ""
	case strings.HasPrefix(from, "internal/civic/") && (strings.HasPrefix(to, "internal/market/") || strings.HasPrefix(to, "internal/export/")):
		return "belongs to another wing"
	case a < b:
		return "is above it"
	case a == b && strings.HasPrefix(from, "internal/market/"):
		return leftOf(market, from, to)
	case a == b && strings.HasPrefix(from, "internal/export/"):
		return leftOf(export, from, to)
	}
	return ""
}

func isTestPackage(pkg string) bool {
	name := pkg[strings.LastIndexByte(pkg, '/')+1:]
	return strings.HasSuffix(name, "test") || strings.HasSuffix(name, "fake") || slices.Contains(testOnly, name) ||
		strings.HasSuffix(pkg, "syspkg/setup")
}

func TestWhoMayImportWhom(t *testing.T) {
	t.Parallel()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(strings.NewReader(string(out)))
	for dec.More() {
		var pkg struct {
			ImportPath string
			Imports    []string
		}
		if err := dec.Decode(&pkg); err != nil {
			t.Fatal(err)
		}
		from := strings.TrimPrefix(pkg.ImportPath, module)
		for _, path := range pkg.Imports {
			to, ours := strings.CutPrefix(path, module)
			if !ours {
				continue
			}
			if why := wrong(from, to); why != "" {
				t.Errorf("%s imports %s, which %s", from, to, why)
			}
			if isTestPackage(to) && !isTestPackage(from) {
				t.Errorf("%s imports %s, which only tests may", from, to)
			}
		}
	}
}

func TestTheImportRuleBites(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		from, to string
		allowed  bool
	}{
		{"internal/market/order", "internal/market/cart", true},
		{"internal/market/cart", "internal/market/order", false},
		{"internal/account", "internal/market/cart", false},
		{"internal/civic/form", "internal/market/order", false},
		{"internal/export/customs", "internal/market/order", true},
		{"internal/platform/pg", "internal/account", false},
		{"web", "internal/account", false},
		{"internal/app", "internal/market/order", true},
		{"internal/market/order/ordertest", "internal/market/order", true},
		{"internal/search", "internal/newcomer", false},
	} {
		if got := wrong(tt.from, tt.to) == ""; got != tt.allowed {
			t.Errorf("%s may import %s: %v, want %v", tt.from, tt.to, got, tt.allowed)
		}
	}
}
