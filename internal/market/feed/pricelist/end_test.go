package pricelist_test

import (
	"strings"
	"testing"

	"github.com/yarmarka/yarmarka/internal/market/feed/pricelist"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// What is wrong far within a table, or with its end, is found as well as what is wrong at its beginning; single quotes pass.
func TestTablesAreReadToTheirEnds(t *testing.T) {
	t.Parallel()
	const head = "название;цена\n"
	rows := strings.Repeat("Чайник медный;100\n", 4_000)
	for name, c := range map[string]struct{ text, key string }{
		"in order":            {head + rows, ""},
		"no line end":         {head + rows + "Чай;1", ""},
		"quotes":              {head + rows + "\"Чай \"\"белый\"\"\";1\nООО \"Рога\";2\n", ""},
		"lines in a cell":     {head + "\"Чай\nбелый\";1\n", ""},
		"an empty last line":  {head + "Чай;1\n\n\n", ""},
		"a quote never ends":  {head + rows + "\"Чай;1\nКофе;2\n", "feed.bad_csv"},
		"ends with a quote":   {head + rows + "Чай;\"", "feed.bad_csv"},
		"head's quote":        {"название;\"цена\nЧай;1\n", "feed.bad_csv"},
		"NUL":                 {head + rows + "Чай\x00;1\n", "feed.not_csv"},
		"a line of NUL":       {head + rows + "\x00\nЧай;1\n", "feed.not_csv"},
		"another encoding":    {head + rows + "\xd7\xe0\xe9;1\n", "feed.mixed_encoding"},
		"half of a surrogate": {head + rows + "Чай\xed\xa0\x80;1\n", "feed.mixed_encoding"},
		"a page":              {"%PDF-1.7\n" + head, "feed.not_csv"},
	} {
		_, err := pricelist.Glance(strings.NewReader(c.text), nil)
		if errs.KeyOf(err) != c.key || c.key == "" && err != nil {
			t.Errorf("%s: %v, want %q", name, err, c.key)
		}
	}
}

// The type of document that the format once asked for says nothing and passes.
func TestTheTypeOfTheFormatPasses(t *testing.T) {
	t.Parallel()
	const shop = `<yml_catalog><shop><offers><offer id="1"><name>Чай</name><price>1</price></offer></offers></shop></yml_catalog>`
	for _, before := range []string{`<!DOCTYPE yml_catalog SYSTEM "shops.dtd">`, "<?xml version=\"1.0\"?>\n<!-- x -->\n<!DOCTYPE yml_catalog SYSTEM 'http://partner.example/pages/shops.dtd' >\n", "<!DOCTYPE yml_catalog>"} {
		if _, err := pricelist.Glance(strings.NewReader(before+shop), nil); err != nil {
			t.Errorf("%s: %v", before, err)
		}
	}
}
