package pricelist

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// The first look at a file ends in a kind or in a refusal that is explained.
func FuzzGlance(f *testing.F) {
	for _, seed := range []string{"", "<yml_catalog><shop><offers/></shop></yml_catalog>", "название;цена\nчай;1\n", "a,b\n1,2\n", "\x1f\x8b\x08\x00", "PK\x03\x04", "\xff\xfe<\x00", "{\"a\":1}", "<!DOCTYPE a [<!ENTITY b \"c\">]><yml_catalog>&b;", "<?xml version=\"1.0\" encoding=\"utf-16\"?><yml_catalog/>", "<?xml version=\"7\"?><yml_catalog/>"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		if _, err := Glance(bytes.NewReader(file), nil); err != nil && errs.KindOf(err) != errs.Invalid {
			t.Fatalf("not explained: %v", err)
		}
	})
}

// A feed's HTML becomes a text in which nothing of it is markup any more.
func FuzzDescribe(f *testing.F) {
	for _, seed := range []string{"<p>Чай <b>чёрный</b></p>", "<script>alert(1)</script>", "<ul><li>раз<li>два</ul>", "&lt;script&gt;", "[a](javascript:alert(1))", "<a href=\"javascript:x\">y</a>", "<![CDATA[x]]>", "a\x00b", "<<<>>>"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, given string) {
		got := describe(given)
		// What Markdown would read as a tag has a backslash before it.
		if strings.Contains(strings.ReplaceAll(got, `\<`, ""), "<") || utf8.ValidString(given) && !utf8.ValidString(got) {
			t.Fatalf("describe(%q) = %q", given, got)
		}
	})
}

// Columns are guessed from any header: each field once, but characteristics.
func FuzzGuess(f *testing.F) {
	f.Add("название;цена;Цена;price", ";")
	f.Add("SKU,Title,EAN", ",")
	f.Fuzz(func(t *testing.T, header, comma string) {
		if comma == "" {
			return
		}
		if twice := Guess(strings.Split(header, comma)).Twice(); twice != "" {
			t.Fatalf("%q has %s twice", header, twice)
		}
	})
}
