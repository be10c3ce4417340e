package pricelist

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"

	"golang.org/x/text/encoding"

	"github.com/yarmarka/yarmarka/internal/platform/form"
)

// Mapping says which column of a table holds what: column index → field name. Columns that map to
// "param" become characteristics named by their header; columns that are absent are left out.
type Mapping map[int]string

// Fields a column may map to, in the order the mapping page offers them.
var Fields = []string{"sku", "title", "variant", "brand", "part_number", "gtin", "category", "description", "price", "old_price",
	"currency", "stock", "available", "weight_kg", "pictures", "group", "country", "hs_code", "vat", "param"}

// headings are the names shops give their columns, folded, per field.
var headings = map[string][]string{
	"sku":         {"sku", "id", "артикул продавца", "код", "код товара", "ваш sku", "offer id", "shop-sku"},
	"title":       {"product", "name", "title", "название", "наименование", "товар", "название товара"},
	"variant":     {"variant", "вариант", "модификация"},
	"brand":       {"brand", "vendor", "бренд", "торговая марка", "марка"},
	"part_number": {"part number", "mpn", "артикул", "артикул производителя", "vendorcode"},
	"gtin":        {"gtin", "ean", "ean13", "barcode", "штрихкод", "штрих-код"},
	"category":    {"category", "категория", "раздел", "группа"},
	"description": {"description", "описание", "полное описание"},
	"price":       {"price", "цена", "цена, руб", "стоимость", "цена продажи"},
	"old_price":   {"old price", "старая цена", "цена до скидки", "oldprice"},
	"currency":    {"currency", "валюта"},
	"stock":       {"stock", "quantity", "qty", "остаток", "количество", "в наличии", "наличие"},
	"available":   {"visible", "available", "активен", "видимость"},
	"weight_kg":   {"weight", "вес", "вес (кг)", "вес, кг"},
	"pictures":    {"images", "image", "picture", "pictures", "фото", "изображения", "картинки"},
	"group":       {"group_id", "group", "группа вариантов"},
	"country":     {"country", "страна", "страна производства", "страна производитель", "страна-производитель"},
	"hs_code":     {"тн вэд", "hs code", "код тн вэд"},
	"vat":         {"vat", "ндс", "ставка ндс"},
}

// ignored are columns of shop engines that describe the shop's pages and not the thing.
var ignored = []string{"url", "currency id", "units", "featured", "meta title", "meta keywords", "meta description", "annotation"}

// Guess maps a header by the names of its columns. The first column that fits a field has it; what
// fits nothing becomes a characteristic.
func Guess(header []string) Mapping {
	m, taken := Mapping{}, map[string]bool{}
	for i, h := range header {
		name := strings.ToLower(oneLine(h))
		if name == "" || slices.Contains(ignored, name) || strings.HasPrefix(name, "to_") {
			continue
		}
		m[i] = "param"
		for _, field := range Fields {
			if !taken[field] && slices.Contains(headings[field], name) {
				m[i], taken[field] = field, true
				break
			}
		}
	}
	return m
}

const (
	maxColumns = 1000
	maxRecord  = 2 << 20
)

type table struct {
	csv      *csv.Reader
	guard    *recordGuard
	header   []string
	line     int // of the record read last
	Encoding string
}

// recordGuard bounds what one record may read, so that a quote nobody closed cannot fill memory.
type recordGuard struct {
	r io.Reader
	n int
}

func (g *recordGuard) Read(p []byte) (int, error) {
	if g.n > maxRecord {
		return 0, errToken
	}
	n, err := g.r.Read(p)
	g.n += n
	return n, err
}

// otherKinds are how files begin that are no tables, and yet may have no NUL in what we look at.
var otherKinds = []string{"PK\x03\x04", "%PDF-", `{\rtf`}

func newTable(r io.Reader) (*table, error) {
	br, err := open(r)
	if err != nil {
		return nil, err
	}
	text, name, err := decodeText(br)
	if err != nil {
		return nil, err
	}
	head, err := br.Peek(16 << 10)
	if len(head) == 0 {
		return nil, broken("feed.empty", err)
	}
	if slices.Contains(head, 0) || slices.ContainsFunc(otherKinds, func(start string) bool { return strings.HasPrefix(string(head), start) }) {
		return nil, broken("feed.not_csv", nil)
	}
	guard := &recordGuard{r: &ended{r: text}}
	c := csv.NewReader(guard)
	c.Comma, c.LazyQuotes, c.FieldsPerRecord, c.ReuseRecord = delimiter(string(head)), true, -1, true
	t := &table{csv: c, guard: guard, Encoding: name}
	record, err := t.next()
	if err != nil {
		return nil, t.explain(err)
	}
	if len(record) > maxColumns {
		return nil, broken("feed.too_many_columns", nil, "max", maxColumns)
	}
	t.header = slices.Clone(record)
	return t, nil
}

// delimiter picks what cuts the first line oftenest, outside quotes.
func delimiter(head string) rune {
	counts, quoted := map[rune]int{}, false
	for _, r := range head {
		if r == '"' {
			quoted = !quoted
		}
		if r == '\n' && !quoted {
			break
		}
		if !quoted {
			counts[r]++
		}
	}
	best := ';'
	for _, r := range []rune{',', '\t', '|'} {
		if counts[r] > counts[best] {
			best = r
		}
	}
	return best
}

func (t *table) next() ([]string, error) {
	t.guard.n = 0
	record, err := t.csv.Read()
	if err != nil {
		return record, err
	}
	t.line, _ = t.csv.FieldPos(0)
	if last := record[len(record)-1]; len(record) == 1 && last == endMark {
		return nil, io.EOF
	} else if strings.HasSuffix(last, endMark) {
		return nil, errQuote
	}
	return record, nil
}

func (t *table) explain(err error) error {
	line := t.line
	if perr, ok := errors.AsType[*csv.ParseError](err); ok {
		line = perr.StartLine
	}
	switch {
	case errors.Is(err, errToken):
		return broken("feed.token_too_large", err, "line", line)
	case err == io.EOF:
		return broken("feed.empty", err)
	case errors.Is(err, errNUL):
		return broken("feed.not_csv", err)
	case errors.Is(err, errQuote):
		return broken("feed.bad_csv", err, "line", line)
	case errors.Is(err, encoding.ErrInvalidUTF8):
		return broken("feed.mixed_encoding", err, "line", line+1)
	}
	if _, ok := errors.AsType[*csv.ParseError](err); ok {
		return broken("feed.bad_csv", err, "line", line)
	}
	return wrapRead(err)
}

// ReadCSV streams a table with a header row: UTF-8 or windows-1251, cut by semicolon, comma, tab or
// bar (found out), gzip or not. m may be nil: then Guess maps the columns. Rows of the same product
// that differ in the variant column become variants of one card.
func ReadCSV(r io.Reader, m Mapping, sink Sink) error {
	t, err := newTable(r)
	if err != nil {
		return err
	}
	if m == nil {
		m = Guess(t.header)
	}
	if !slices.Contains(m.Fields(), "title") || !slices.Contains(m.Fields(), "price") {
		return broken("feed.columns_missing", nil)
	}
	if err := sink.Categories(nil); err != nil {
		return err
	}
	for n := 1; ; n++ {
		record, err := t.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return t.explain(err)
		}
		c := checker{row: &Row{N: n, Line: t.line, Stock: -1, Available: true, Condition: "new"}}
		c.record(record, t.header, m)
		row := c.row
		if c.fatal() {
			row = nil
		}
		if err := sink.Row(row, c.problems); err != nil {
			return err
		}
	}
}

// Fields lists what the columns hold, in no order.
func (m Mapping) Fields() []string {
	var fields []string
	for _, f := range m {
		fields = append(fields, f)
	}
	return fields
}

// Twice names a field that two columns hold, "" when none is; any number of columns may be characteristics.
func (m Mapping) Twice() string {
	seen := map[string]bool{}
	for _, field := range m.Fields() {
		if field != "param" && seen[field] {
			return field
		}
		seen[field] = true
	}
	return ""
}

// Head reads the header of a table and its first record, which is empty where there is none.
func Head(r io.Reader) (header, first []string, err error) {
	t, err := newTable(r)
	if err != nil {
		return nil, nil, err
	}
	if first, err = t.next(); err != nil && err != io.EOF {
		return t.header, nil, t.explain(err)
	}
	return t.header, first, nil
}

func (c *checker) record(record, header []string, m Mapping) {
	variant, priced := "", false
	for i, value := range record {
		value = strings.TrimSpace(value)
		if value == "" || i >= len(header) {
			continue
		}
		switch m[i] {
		case "variant":
			variant = oneLine(value)
		case "price":
			priced = true
			c.price("price", value, &c.row.Price)
		case "param":
			c.row.Params = append(c.row.Params, Param{Name: cut(oneLine(header[i]), maxParam), Value: cut(oneLine(value), maxParam)})
		default:
			c.column(m[i], value)
		}
	}
	if variant != "" {
		if c.row.Group == "" {
			c.row.Group = cut(oneLine(c.row.Brand+" "+c.row.Title), maxSKU)
		}
		c.row.Params = append(c.row.Params, Param{Name: "Вариант", Value: cut(variant, maxParam)})
	}
	if c.row.SKU == "" { // a table without its own ids: the thing and its variant name the offer
		c.row.SKU = cut(oneLine(c.row.Brand+" "+c.row.Title+" "+variant), maxSKU)
	}
	c.check()
	if !priced {
		c.fault(true, "price", "", "feed.row.no_price")
	}
	if len(c.row.Category) == 0 {
		c.fault(false, "category", "", "feed.row.no_category")
	}
}

func (c *checker) column(field, value string) {
	r := c.row
	switch field {
	case "sku":
		r.SKU = value
	case "title":
		r.Title = value
	case "brand":
		r.Brand = value
	case "part_number":
		r.PartNumber = value
	case "group":
		r.Group = cut(oneLine(value), maxSKU)
	case "gtin":
		c.gtin(value)
	case "category":
		first, _, _ := strings.Cut(value, ",") // a thing in several shelves stands on the first
		for _, name := range strings.Split(first, "/") {
			if name = oneLine(name); name != "" {
				r.Category = append(r.Category, cut(name, maxTitle))
			}
		}
	case "description":
		r.Description = value
	case "old_price":
		c.price("old_price", value, &r.OldPrice)
	case "currency":
		if v := strings.ToUpper(value); v != "RUB" && v != "RUR" && v != "РУБ" && v != "РУБ." && v != "₽" {
			c.fault(true, "currency", value, "feed.row.currency")
		}
	case "stock":
		c.stock(value)
	case "available":
		r.Available = value != "0" && !strings.EqualFold(value, "false") && !strings.EqualFold(value, "нет")
	case "weight_kg":
		r.WeightG = c.weight(value)
	case "pictures":
		for _, p := range strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ';' || r == '|' }) {
			r.Pictures = append(r.Pictures, strings.TrimSpace(p))
		}
	case "country":
		r.Country = cut(form.Clean(value), maxSKU)
	case "hs_code":
		r.HSCode = cut(form.Clean(value), 14)
	case "vat":
		r.VAT = vatCode(value)
	}
}
