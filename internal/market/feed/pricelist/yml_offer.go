package pricelist

import (
	"encoding/xml"
	"math"
	"strconv"
	"strings"

	"github.com/yarmarka/yarmarka/internal/platform/form"
)

// offer reads one <offer> and gives it to the sink.
func (y *ymlReader) offer(start xml.StartElement) error {
	y.rows++
	line, _ := y.d.InputPos()
	row := &Row{N: y.rows, Line: line, SKU: attr(start, "id"), Group: form.Clean(attr(start, "group_id")),
		Available: attr(start, "available") != "false", Stock: -1, Condition: "new"}
	o := ymlOffer{checker: checker{row: row}, kind: attr(start, "type")}
	for elements := 0; ; {
		t, err := y.token()
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if elements++; elements > maxElements {
				return errToken
			}
			if err := o.element(y, t); err != nil {
				return err
			}
		case xml.EndElement:
			return y.finish(&o)
		}
	}
}

func (y *ymlReader) finish(o *ymlOffer) error {
	o.row.Title = o.title()
	o.row.Category = y.paths[o.row.CategoryID]
	o.check()
	if o.row.Price == 0 && !o.priced {
		o.fault(true, "price", "", "feed.row.no_price")
	}
	if o.row.CategoryID == "" {
		o.fault(false, "category", "", "feed.row.no_category")
	} else if o.row.Category == nil {
		o.fault(false, "category", o.row.CategoryID, "feed.row.unknown_category")
	} else if y.loops[o.row.CategoryID] {
		o.fault(false, "category", o.row.CategoryID, "feed.row.category_loop", "path", cut(strings.Join(o.row.Category, " / "), MaxShown))
	}
	if o.fatal() {
		return y.sink.Row(nil, o.problems)
	}
	return y.sink.Row(o.row, o.problems)
}

type ymlOffer struct {
	checker
	kind                     string
	name, typePrefix, model  string
	author, artist, workName string
	priced                   bool
}

// title follows the kinds of offers: a given name wins; vendor.model joins its three parts; books
// and records join the author and the name.
func (o *ymlOffer) title() string {
	switch {
	case o.name != "" && (o.kind == "book" || o.kind == "books" || o.kind == "audiobook") && o.author != "":
		return o.author + ". " + o.name
	case o.name != "":
		return o.name
	case o.workName != "" && o.artist != "":
		return o.artist + " – " + o.workName
	case o.workName != "":
		return o.workName
	}
	return strings.Join([]string{o.typePrefix, o.row.Brand, o.model}, " ")
}

func (o *ymlOffer) element(y *ymlReader, e xml.StartElement) error {
	if e.Name.Local == "condition" {
		o.condition(attr(e, "type"))
	}
	text, err := y.text()
	if err != nil {
		return err
	}
	value := strings.TrimSpace(text)
	if o.identity(e.Name.Local, value) || value == "" {
		return nil
	}
	switch e.Name.Local {
	case "price":
		o.priced = true
		o.price("price", value, &o.row.Price)
	case "oldprice":
		o.price("oldprice", value, &o.row.OldPrice)
	case "currencyId":
		if value != "RUB" && value != "RUR" {
			o.fault(true, "currency", value, "feed.row.currency")
		}
	case "picture":
		o.row.Pictures = append(o.row.Pictures, value)
	case "count":
		o.stock(value)
	case "disabled":
		o.row.Available = o.row.Available && value != "true"
	case "vat":
		o.row.VAT = vatCode(value)
	case "weight":
		o.row.WeightG = o.weight(value)
	case "dimensions":
		o.dimensions(value)
	case "param":
		o.row.Params = append(o.row.Params, Param{Name: cut(oneLine(attr(e, "name")), maxParam),
			Unit: cut(oneLine(attr(e, "unit")), 40), Value: cut(oneLine(value), maxParam)})
	}
	return nil
}

// identity takes the elements that name the thing; it reports whether e was one of them.
func (o *ymlOffer) identity(name, value string) bool {
	field := map[string]*string{
		"name": &o.name, "typePrefix": &o.typePrefix, "model": &o.model, "vendor": &o.row.Brand, "vendorCode": &o.row.PartNumber,
		"author": &o.author, "artist": &o.artist, "title": &o.workName, "categoryId": &o.row.CategoryID,
		"description": &o.row.Description, "country_of_origin": &o.row.Country, "tn-ved-code": &o.row.HSCode,
	}[name]
	switch {
	case field != nil:
		if *field == "" {
			*field = value
		}
	case name == "shop-sku" && value != "":
		o.row.SKU = value
	case name == "barcode" || name == "ISBN":
		for _, code := range strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ';' }) {
			o.gtin(code)
		}
	default:
		return false
	}
	return true
}

func (o *ymlOffer) condition(kind string) {
	switch strings.ToLower(kind) {
	case "likenew", "showcasesample":
		o.row.Condition = "like_new"
	case "used", "preowned", "reduction":
		o.row.Condition = "used"
	}
}

func (c *checker) stock(text string) {
	n, err := form.ParseInt(text)
	if err != nil || n < 0 || n > math.MaxInt32 {
		c.fault(true, "stock", text, "feed.row.bad_stock")
		return
	}
	c.row.Stock = int(n)
}

// weight reads kilograms with a comma or a point into grams.
func (c *checker) weight(text string) int {
	kg, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
	if err != nil || !(kg > 0 && kg <= 1000) {
		c.fault(false, "weight", text, "feed.row.bad_weight")
		return 0
	}
	return max(1, int(math.Round(kg*1000)))
}

// dimensions reads centimetres "length/width/height" into millimetres.
func (c *checker) dimensions(text string) {
	parts := strings.Split(text, "/")
	if len(parts) != 3 {
		c.fault(false, "dimensions", text, "feed.row.bad_dimensions")
		return
	}
	var mm [3]int
	for i, p := range parts {
		cm, err := strconv.ParseFloat(strings.Replace(strings.TrimSpace(p), ",", ".", 1), 64)
		if err != nil || !(cm > 0 && cm <= 2000) {
			c.fault(false, "dimensions", text, "feed.row.bad_dimensions")
			return
		}
		mm[i] = max(1, int(math.Round(cm*10)))
	}
	c.row.SizeMM = mm
}

// vatCode reads both spellings of the VAT element: names, and the numbers of the receipts law.
func vatCode(text string) string {
	switch strings.ToUpper(text) {
	case "VAT_0", "5":
		return "vat0"
	case "VAT_5", "10":
		return "vat5"
	case "VAT_7", "11":
		return "vat7"
	case "VAT_10", "2":
		return "vat10"
	case "VAT_20", "7", "1":
		return "vat20"
	case "VAT_22":
		return "vat22"
	case "NO_VAT", "6":
		return "none"
	}
	return ""
}
