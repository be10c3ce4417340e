package feed_test

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"strings"
	"testing"

	"github.com/yarmarka/yarmarka/internal/market/feed"
	"github.com/yarmarka/yarmarka/internal/market/feed/feedtest"
	"github.com/yarmarka/yarmarka/internal/market/feed/pricelist"
)

// values are what shops, their programs and strangers write into a field.
var values = []string{
	"", " ", "0", "-1", "-0", "1.5", "1,5", "1e2", "1e309", "NaN", "Inf", "0x10", "１", "٣", "2147483648", "9223372036854775807", "9223372036854775808", strings.Repeat("9", 400),
	"92233720368547758.07", "92233720368547758.08", "1 000", "1 000,50 руб.", "0.001", "0,004", "true", "null", "10000-01-01", "30.02.2026",
	strings.Repeat("щ", 5000), strings.Repeat("щ ", 40_000), strings.Repeat("x", 300_000), strings.Repeat("/", 5000), strings.Repeat("1,", 5000), strings.Repeat("\U0001F468\u200d", 200), "z" + strings.Repeat("\u0351\u0489", 300),
	"\u202egnp.exe", "a\u200b\u2060\ufeffb", "\ufffd\ufffe", "\u0085\u2028", "\U0010fffd", "Ａ", "ﬃ", "İı", "<script>alert(1)</script>", "<b>&amp;</b>]]>", "' or 1=1; --", "$1 \\ % _ {} []", "=cmd|' /C calc'!A0",
	"../../etc/passwd", "http://127.0.0.1/x.jpg", "https://" + strings.Repeat("a", 5000) + ".ru/x.jpg", "javascript:alert(1)", "data:image/png;base64,AAAA", "//evil.example/x", "http://[::1%25x]/", "a\r\nb\tc", "1/2/3", "1/2", "0/0/0", "1e9/1e9/1e9", "-1/-2/-3", "4607001771234", "460700177123X", "DE", "Китай", "6912000000", "VAT_20",
}

// ended runs an import and says how it ended; whatever the file holds, it ends in words and not in an error of ours.
func (b *bench) ended(id int64) feed.Import {
	b.T.Helper()
	if err := b.S.Run(b.T.Context(), id); err != nil {
		b.T.Fatalf("%.600v", err)
	}
	i := b.Get(id)
	if i.Live() && i.State != feed.Held || i.State != feed.Cancelled && i.MessageKey == "" {
		b.T.Errorf("the import is %s %q", i.State, i.MessageKey)
	}
	return i
}

func escaped(text string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(text)); err != nil {
		return ""
	}
	return b.String()
}

// Whatever stands in whichever element or attribute of an offer or a category: rows are taken or refused, one by one, and
// the import ends.
func TestWhateverStandsInACatalogue(t *testing.T) {
	t.Parallel()
	elements := []string{"name", "typePrefix", "model", "vendor", "vendorCode", "author", "artist", "title", "description", "country_of_origin", "tn-ved-code", "shop-sku", "barcode", "ISBN", "price", "oldprice", "currencyId",
		"picture", "count", "disabled", "vat", "weight", "dimensions", "param", "condition", "unknown"}
	attributes := []string{"group_id", "available", "type"}
	var shelves, rows strings.Builder
	n := 0
	offer := func(attr, inner, shelf string) {
		n++
		fmt.Fprintf(&rows, `<offer id="h-%d" %s><name>Чайник медный номер %[1]d</name><price>100</price><categoryId>%[4]s</categoryId>%[3]s</offer>`, n, attr, inner, shelf)
	}
	for k, value := range values {
		text := escaped(value)
		for _, e := range elements {
			if e == "name" || e == "price" {
				n++
				fmt.Fprintf(&rows, `<offer id="h-%d"><%s>%s</%[2]s><name>Запас</name><price>5</price><categoryId>2</categoryId></offer>`, n, e, text)
				continue
			}
			offer("", fmt.Sprintf("<%s>%s</%[1]s>", e, text), "2")
		}
		for _, a := range attributes {
			offer(fmt.Sprintf(`%s="%s"`, a, text), "", "2")
		}
		offer("", fmt.Sprintf(`<param name="%s" unit="%[1]s">1</param>`, text), "2")
		offer("", "", text)
		fmt.Fprintf(&rows, `<offer id="%s"><name>Чайник</name><price>100</price><categoryId>2</categoryId></offer>`, text)
		fmt.Fprintf(&shelves, `<category id="h%d" parentId="%s">%[2]s</category><category id="%[2]s">Полка</category>`, k, text)
		offer("", "", fmt.Sprintf("h%d", k))
	}
	for d := range 30 { // a path of long names
		fmt.Fprintf(&shelves, `<category id="d%d" parentId="d%d">%s</category>`, d, d-1, strings.Repeat("длинно ", 100))
	}
	offer("", "", "d20")
	b := newBench(t, true, feed.Source{Kind: pricelist.YML, Name: "Склад", Absent: feed.KeepAbsent})
	i := b.ended(b.Upload(strings.Replace(feedtest.Head, "</categories>", shelves.String()+"</categories>", 1)+rows.String()+feedtest.Tail, false))
	if i.State != feed.Done || i.Created < n/3 {
		t.Errorf("%s, %d of %d rows were taken: %s", i.State, i.Created, n, i.MessageKey)
	}
	t.Logf("%d rows: %d taken, %d refused, %d warned", i.Total, i.Created, i.Failed, i.Warned)
}

// The same of a table, column by column.
func TestWhateverStandsInATable(t *testing.T) {
	t.Parallel()
	header := []string{"sku", "title", "variant", "brand", "part number", "gtin", "category", "description", "price", "old price", "currency", "stock", "available", "weight", "images", "group", "country", "hs code", "vat", "Материал"}
	usual := []string{"", "Чайник", "", "", "", "", "Кофемолки", "", "100", "", "", "1", "", "", "", "", "", "", "", "медь"}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Comma = ';'
	write := func(row []string) {
		if err := w.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	write(header)
	n := 0
	for _, value := range values {
		for column := range header {
			n++
			row := append([]string{}, usual...)
			row[0], row[1] = fmt.Sprintf("t-%d", n), fmt.Sprintf("Чайник медный номер %d", n)
			row[column] = value
			write(row)
		}
	}
	w.Flush()
	bench := newBench(t, true, feed.Source{Kind: pricelist.CSV, Name: "Таблица", Absent: feed.KeepAbsent})
	i := bench.ended(bench.Upload(b.String(), false))
	if i.State != feed.Done || i.Created < n/3 {
		t.Errorf("%s, %d of %d rows were taken: %s %v", i.State, i.Created, n, i.MessageKey, i.Args())
	}
	t.Logf("%d rows: %d taken, %d refused, %d warned", i.Total, i.Created, i.Failed, i.Warned)
}
