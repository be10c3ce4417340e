package pricelist_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"

	"github.com/yarmarka/yarmarka/internal/market/feed/pricelist"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// collect is a Sink that keeps everything.
type collect struct {
	tree     []pricelist.Category
	rows     []pricelist.Row
	problems []pricelist.Problem
}

func (c *collect) Categories(tree []pricelist.Category) error { c.tree = tree; return nil }

func (c *collect) Row(row *pricelist.Row, problems []pricelist.Problem) error {
	if row != nil {
		c.rows = append(c.rows, *row)
	}
	c.problems = append(c.problems, problems...)
	return nil
}

const head = `<?xml version="1.0" encoding="UTF-8"?><yml_catalog date="2026-11-21"><shop><categories>` +
	`<category id="1">Кухня</category><category id="2" parentId="1">Кофемолки</category></categories><offers>`
const tail = `</offers></shop></yml_catalog>`

func readYML(t *testing.T, doc string) (*collect, error) {
	t.Helper()
	var c collect
	return &c, pricelist.ReadYML(strings.NewReader(doc), &c)
}

func TestReadYMLSimplifiedOffer(t *testing.T) {
	t.Parallel()
	c, err := readYML(t, head+`<offer id="a1" available="true" group_id="7"><name> Кофемолка  «Тула» </name><vendor>Тулажернов</vendor>`+
		`<vendorCode>40-7719</vendorCode><barcode>4680638720608</barcode><price>4290.50</price><oldprice>5600</oldprice>`+
		`<currencyId>RUR</currencyId><categoryId>2</categoryId><count>46</count><vat>VAT_20</vat><weight>0,54</weight>`+
		`<dimensions>20.1/8/8</dimensions><param name="Цвет">малахит</param><param name="Вместимость" unit="г">25</param>`+
		`<description><![CDATA[<p>Мелет <b>ровно</b>.</p>]]></description><country_of_origin>Россия</country_of_origin></offer>`+tail)
	if err != nil {
		t.Fatal(err)
	}
	want := []pricelist.Row{{N: 1, Line: 1, SKU: "a1", Group: "7", Title: "Кофемолка «Тула»", Brand: "Тулажернов", PartNumber: "40-7719",
		GTINs: []string{"4680638720608"}, CategoryID: "2", Category: []string{"Кухня", "Кофемолки"}, Description: "<p>Мелет <b>ровно</b>.</p>",
		Price: 429050, OldPrice: 560000, Stock: 46, Available: true, Condition: "new", VAT: "vat20", WeightG: 540,
		SizeMM: [3]int{201, 80, 80}, Country: "Россия", Params: []pricelist.Param{{Name: "Цвет", Value: "малахит"}, {Name: "Вместимость", Unit: "г", Value: "25"}}}}
	if diff := cmp.Diff(want, c.rows); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(c.problems) > 0 {
		t.Errorf("problems: %v", c.problems)
	}
}

func TestRowProblems(t *testing.T) {
	t.Parallel()
	base := map[string]string{"id": `id="a"`, "name": "<name>Чай</name>", "price": "<price>10</price>", "cat": "<categoryId>1</categoryId>", "more": ""}
	for name, tc := range map[string]struct {
		part, with, field, key string
		fatal                  bool
	}{
		"no id":            {"id", "", "sku", "feed.row.no_sku", true},
		"no name":          {"name", "", "title", "feed.row.no_title", true},
		"no price":         {"price", "", "price", "feed.row.no_price", true},
		"word for a price": {"price", "<price>дорого</price>", "price", "feed.row.bad_price", true},
		"negative price":   {"price", "<price>-5</price>", "price", "feed.row.bad_price", true},
		"price of nought":  {"price", "<price>0</price>", "price", "feed.row.zero_price", true},
		"three decimals":   {"price", "<price>1.005</price>", "price", "feed.row.bad_price", true},
		"dollars":          {"more", "<currencyId>USD</currencyId>", "currency", "feed.row.currency", true},
		"half a thing":     {"more", "<count>1.5</count>", "stock", "feed.row.bad_stock", true},
		"check digit":      {"more", "<barcode>4680638720609</barcode>", "barcode", "feed.row.bad_gtin", false},
		"unknown category": {"cat", "<categoryId>99</categoryId>", "category", "feed.row.unknown_category", false},
		"two sizes":        {"more", "<dimensions>1/2</dimensions>", "dimensions", "feed.row.bad_dimensions", false},
		"weight of a ship": {"more", "<weight>1e9</weight>", "weight", "feed.row.bad_weight", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := map[string]string{}
			for k, v := range base {
				p[k] = v
			}
			p[tc.part] = tc.with
			good := `<offer id="ok"><name>Мёд</name><price>1</price><categoryId>1</categoryId></offer>`
			c, err := readYML(t, head+"<offer "+p["id"]+">"+p["name"]+p["price"]+p["cat"]+p["more"]+"</offer>"+good+tail)
			if err != nil {
				t.Fatal(err)
			}
			if len(c.problems) != 1 {
				t.Fatalf("problems: %v", c.problems)
			}
			got := c.problems[0]
			if got.Field != tc.field || got.Key != tc.key || got.Fatal != tc.fatal || got.N != 1 {
				t.Errorf("got %+v", got)
			}
			if want := map[bool]int{true: 1, false: 2}[tc.fatal]; len(c.rows) != want {
				t.Errorf("%d rows went on, want %d: a bad row must not take others with it", len(c.rows), want)
			}
		})
	}
}

// Categories that contain each other are told once each, and named as what they are.
func TestCategoriesInACircle(t *testing.T) {
	t.Parallel()
	doc := `<yml_catalog><shop><categories><category id="1" parentId="2">А</category><category id="2" parentId="1">Б</category>
		<category id="3" parentId="2">В</category><category id="4" parentId="4">Г</category></categories><offers>
		<offer id="a"><name>Чай</name><price>1</price><categoryId>1</categoryId></offer>
		<offer id="b"><name>Мёд</name><price>1</price><categoryId>3</categoryId></offer>
		<offer id="c"><name>Сыр</name><price>1</price><categoryId>4</categoryId></offer></offers></shop></yml_catalog>`
	c, err := readYML(t, doc)
	if err != nil {
		t.Fatal(err)
	}
	var paths [][]string
	for _, row := range c.rows {
		paths = append(paths, row.Category)
	}
	if diff := cmp.Diff([][]string{{"Б", "А"}, {"А", "Б", "В"}, {"Г"}}, paths); diff != "" {
		t.Error(diff)
	}
	var keys []string
	for _, p := range c.problems {
		keys = append(keys, p.SKU+" "+p.Key)
	}
	if diff := cmp.Diff([]string{"a feed.row.category_loop", "b feed.row.category_loop"}, keys); diff != "" {
		t.Error(diff)
	}
}

// A table that begins in UTF-8 and goes on in windows-1251 is neither.
func TestMixedEncodings(t *testing.T) {
	t.Parallel()
	_, err := pricelist.Glance(strings.NewReader("sku;название;цена\n1;\xd7\xe0\xe9;10\n"), nil)
	if errs.KeyOf(err) != "feed.mixed_encoding" {
		t.Errorf("got %v", err)
	}
	if _, err := pricelist.Glance(strings.NewReader("sku;\xed\xe0\xe7\xe2\xe0\xed\xe8\xe5;\xf6\xe5\xed\xe0\n1;\xd7\xe0\xe9;10\n"), nil); err != nil {
		t.Errorf("windows-1251 alone: %v", err)
	}
}

// A packed bomb whose beginning looks like a feed is refused at the door.
func TestABombBehindAFeed(t *testing.T) {
	t.Parallel()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	offer := []byte(`<offer id="1"><name>Чай</name><price>1</price><categoryId>1</categoryId></offer>`)
	text := bytes.Repeat(offer, 100<<20/len(offer))
	for _, part := range [][]byte{[]byte(head), text, []byte(tail)} {
		if _, err := w.Write(part); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := pricelist.Glance(bytes.NewReader(packed.Bytes()), nil); errs.KeyOf(err) != "feed.too_large" {
		t.Errorf("%d packed bytes: %v", packed.Len(), err)
	}
}

func TestBrokenDocuments(t *testing.T) {
	t.Parallel()
	offer := `<offer id="1"><name>Чай</name><price>1</price><categoryId>1</categoryId></offer>`
	for name, tc := range map[string]struct{ doc, key string }{
		"empty":            {"", "feed.empty"},
		"not XML":          {"Это письмо, а не выгрузка", "feed.no_offers"},
		"HTML":             {"<!doctype html><html><body>502</body></html>", "feed.not_yml"},
		"no offers":        {`<yml_catalog><shop><name>x</name></shop></yml_catalog>`, "feed.no_offers"},
		"cut off":          {head + offer + `<offer id="2"><name>Ко`, "feed.cut_off"},
		"wrong encoding":   {head + "<offer id=\"1\"><name>\xd7\xe0\xe9</name></offer>" + tail, "feed.wrong_encoding"},
		"unknown encoding": {`<?xml version="1.0" encoding="EBCDIC-X"?><yml_catalog/>`, "feed.unknown_encoding"},
		"entity bomb":      {`<!DOCTYPE y [<!ENTITY a "aaaa">]><yml_catalog><shop><offers><offer id="1"><name>&a;&a;</name></offer></offers></shop></yml_catalog>`, "feed.refers_outside"},
		"type of its own":  {`<!DOCTYPE yml_catalog SYSTEM "file:///etc/passwd"><yml_catalog><shop><offers>` + offer + tail, "feed.refers_outside"},
		"two types":        {`<!DOCTYPE yml_catalog><!DOCTYPE yml_catalog><yml_catalog><shop><offers>` + offer + tail, "feed.refers_outside"},
		"type within":      {head + `<!DOCTYPE yml_catalog>` + offer + tail, "feed.refers_outside"},
		"inclusion":        {head + `<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="x"/>` + tail, "feed.refers_outside"},
		"two roots":        {head + offer + tail + head + offer + tail, "feed.bad_xml"},
		"text behind":      {head + offer + tail + "MZ", "feed.bad_xml"},
		"attribute twice":  {head + `<offer id="1" id="2"/>` + tail, "feed.bad_xml"},
		"many attributes":  {head + "<offer " + strings.Repeat(`a="" `, 70) + "/>" + tail, "feed.bad_xml"},
		"declared twice":   {head + `<?xml version="1.0"?>` + tail, "feed.bad_xml"},
		"deep nesting":     {head + strings.Repeat("<a>", 5000), "feed.too_deep"},
		"huge attribute":   {head + `<offer id="` + strings.Repeat("x", 3<<20) + `"/>` + tail, "feed.token_too_large"},
		"tag mismatch":     {head + `<offer id="1"><name>Чай</price></offer>` + tail, "feed.bad_xml"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := readYML(t, tc.doc)
			if errs.KindOf(err) != errs.Invalid || errs.KeyOf(err) != tc.key {
				t.Errorf("got %v, want %s", err, tc.key)
			}
		})
	}
}

func TestWindows1251(t *testing.T) {
	t.Parallel()
	doc := strings.Replace(head, "UTF-8", "windows-1251", 1) + `<offer id="1"><name>Чай «Ёлка»</name><price>1</price><categoryId>2</categoryId></offer>` + tail
	raw, err := charmap.Windows1251.NewEncoder().String(doc)
	if err != nil {
		t.Fatal(err)
	}
	c, err := readYML(t, raw)
	if err != nil || len(c.rows) != 1 || c.rows[0].Title != "Чай «Ёлка»" {
		t.Fatalf("%v, %v", c.rows, err)
	}
}

// TestMemoryIsFlat reads fifty thousand offers and asks that the heap holds none of them.
func TestMemoryIsFlat(t *testing.T) {
	const n = 50_000
	r, w := io.Pipe()
	go func() {
		io.WriteString(w, head)
		for i := range n {
			fmt.Fprintf(w, `<offer id="%d"><name>Товар %d</name><price>%d</price><categoryId>2</categoryId><description>%s</description></offer>`,
				i, i, i+1, strings.Repeat("описание ", 40))
		}
		io.WriteString(w, tail)
		w.Close()
	}()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	count := &counting{}
	if err := pricelist.ReadYML(r, count); err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if count.rows != n {
		t.Errorf("%d rows", count.rows)
	}
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 8<<20 {
		t.Errorf("heap grew by %d bytes", grown)
	}
}

type counting struct{ rows int }

func (c *counting) Categories([]pricelist.Category) error         { return nil }
func (c *counting) Row(*pricelist.Row, []pricelist.Problem) error { c.rows++; return nil }

func TestGzipBombIsCutOff(t *testing.T) {
	t.Parallel()
	var packed bytes.Buffer
	gz := gzip.NewWriter(&packed)
	io.WriteString(gz, head)
	io.Copy(gz, io.LimitReader(zeros{}, 64<<20))
	gz.Close()
	err := pricelist.ReadYML(&packed, &collect{})
	if key := errs.KeyOf(err); key != "feed.too_large" && key != "feed.token_too_large" {
		t.Errorf("got %v", err)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestReadCSVMapsAndGroups(t *testing.T) {
	t.Parallel()
	var c collect
	err := pricelist.ReadCSV(strings.NewReader("Категория;Бренд;Товар;Вариант;Артикул продавца;Цена;Остаток;Цвет\n"+
		"Кухня/Чайники;Гжель;Чайник «Кобальт»;900 мл;g-1;3 150,00;4;синий\nКухня/Чайники;Гжель;Чайник «Кобальт»;1,2 л;g-2;3990;0;синий\n;;;;g-3;;;\n"), nil, &c)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.rows) != 2 || c.rows[0].Group == "" || c.rows[0].Group != c.rows[1].Group {
		t.Fatalf("rows: %+v", c.rows)
	}
	want := pricelist.Row{N: 1, Line: 2, SKU: "g-1", Group: "Гжель Чайник «Кобальт»", Title: "Чайник «Кобальт»", Brand: "Гжель",
		Category: []string{"Кухня", "Чайники"}, Price: 315000, Stock: 4, Available: true, Condition: "new",
		Params: []pricelist.Param{{Name: "Цвет", Value: "синий"}, {Name: "Вариант", Value: "900 мл"}}}
	if diff := cmp.Diff(want, c.rows[0]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(c.problems) == 0 || c.problems[0].N != 3 {
		t.Errorf("problems: %v", c.problems)
	}
}

func TestBrokenTables(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ doc, key string }{
		"empty":          {"", "feed.empty"},
		"a spreadsheet":  {"PK\x03\x04\x00\x00", "feed.not_csv"},
		"no price":       {"название;цвет\nчай;зелёный\n", "feed.columns_missing"},
		"unclosed quote": {"название;цена\n\"" + strings.Repeat("x", 3<<20), "feed.token_too_large"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := pricelist.ReadCSV(strings.NewReader(tc.doc), nil, &collect{})
			if errs.KeyOf(err) != tc.key {
				t.Errorf("got %v, want %s", err, tc.key)
			}
		})
	}
}

// shared finds a file of the shared test data. A clone without that folder checks what testdata holds.
func shared(parts ...string) (*os.File, error) {
	root := os.Getenv("YARMARKA_TESTDATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "..", "..", "shared", "data")
	}
	return os.Open(filepath.Join(append([]string{root}, parts...)...))
}

func TestEveryElementOfTheSample(t *testing.T) {
	t.Parallel()
	f, err := os.Open(filepath.Join("testdata", "zonesmart_valid_feed.xml"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var c collect
	if err := pricelist.ReadYML(f, &c); err != nil {
		t.Fatal(err)
	}
	var titles []string
	for _, r := range c.rows {
		titles = append(titles, r.Title)
	}
	want := []string{"Принтер Brother 331", "Сэндвичница Brand K220Y9"}
	if len(titles) < 5 || !cmp.Equal(want, titles[:2]) {
		t.Errorf("titles %q, problems %v", titles, c.problems)
	}
}

func TestRealFeeds(t *testing.T) {
	t.Parallel()
	f, err := shared("yml", "given", "kazandelikates", "yml.xml")
	if err != nil {
		t.Logf("only the sample in testdata was read: %v", err)
		return
	}
	defer f.Close()
	var c collect
	if err := pricelist.ReadYML(f, &c); err != nil {
		t.Fatal(err)
	}
	if len(c.rows) != 64 || len(c.tree) != 14 {
		t.Errorf("%d rows, %d categories: %v", len(c.rows), len(c.tree), c.problems)
	}
	table, err := shared("catalog_ru", "okaycms", "given", "export_cp1251.csv.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	c = collect{}
	if err := pricelist.ReadCSV(table, nil, &c); err != nil {
		t.Fatal(err)
	}
	if len(c.rows) < 60 || c.rows[0].Title != "Диван-кровать Max 1,2 в ткани Кордрой" {
		t.Errorf("%d rows, first %q: %v", len(c.rows), c.rows[0].Title, c.problems)
	}
}

func FuzzReadYML(f *testing.F) {
	f.Add([]byte(head + `<offer id="1"><name>Чай</name><price>1</price><categoryId>1</categoryId></offer>` + tail))
	f.Add([]byte(`<?xml version="1.0" encoding="windows-1251"?><yml_catalog><shop><offers/></shop></yml_catalog>`))
	f.Add([]byte("\x1f\x8b\x08\x00"))
	f.Fuzz(func(t *testing.T, doc []byte) {
		if err := pricelist.ReadYML(bytes.NewReader(doc), &collect{}); err != nil && errs.KindOf(err) != errs.Invalid {
			t.Fatalf("not explained: %v", err)
		}
	})
}

func FuzzReadCSV(f *testing.F) {
	f.Add([]byte("название;цена\nчай;10\n"))
	f.Add([]byte("name,price\n\"a\nb\",1\n"))
	f.Fuzz(func(t *testing.T, doc []byte) {
		if err := pricelist.ReadCSV(bytes.NewReader(doc), nil, &collect{}); err != nil && errs.KindOf(err) != errs.Invalid {
			t.Fatalf("not explained: %v", err)
		}
	})
}
