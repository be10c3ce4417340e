// Package demodata is the market that yarmarka demo opens with: shops, cards and offers in Russian
// and English as plain data. Texts were written for this project; photographs and names of
// groceries come from the sources of Notices. What no source gives (a price, a stock, a date) is
// derived from SHA-256 of the product's id and the field's name, so that every run and every
// machine shows the same market; shoppers are told that it is a demonstration. It owns no tables:
// app writes it through the modules.
package demodata

// Text is a text in both languages.
type Text struct{ RU, EN string }

// Market is everything the demonstration shows.
type Market struct {
	Shops    []Shop
	Products []Product
	Brands   []Brand
	Notices  []Notice
}

// Shop is a seller with an owner who can sign in. Everything legal about it is invented: its INN
// and OGRN have true check digits and the region code 00, which no one has.
type Shop struct {
	Slug    string
	Name    string
	City    Text
	About   Text
	Owner   Person
	Legal   Legal
	Phone   string
	Trusted bool // changes of low risk go live at once

	DispatchDays int // working days until the parcel is handed over
	TransitDays  int // on the road, for the promise on the card
	Methods      []Method

	// Demonstration figures of quality, as the catalogue's buy box reads them.
	RatingHundredths int // 486 is 4.86 of 5
	Ratings          int
	Sales            int
	OnTimePermille   int
	CancelPermille   int
}

// Person is somebody who can sign in to the demonstration.
type Person struct {
	Name  Text
	Email string
}

// Legal is a shop's block of particulars, marked as a demonstration.
type Legal struct {
	Form    string // ip, ooo or self
	Name    string
	INN     string
	OGRN    string // "" for the self-employed
	Address string
}

// Method is a way to deliver that a shop offers. Prices are kopecks.
type Method struct {
	Kind     string // courier, pickup, post or own
	Name     string
	City     string // "" is the whole country
	Price    int64
	FreeFrom int64 // 0: never free
	MinDays  int
	MaxDays  int
}

// Sources of a product.
const (
	Authored = "yarmarka"
	Grocery  = "grocery"
	OFF      = "openfoodfacts"
)

// Product is a card with its variants and the offers for them.
type Product struct {
	ID       string // stable: prices and stock are derived from it
	Source   string
	Category string // code of the taxonomy
	Brand    string // name as in Brands, "" for none
	Part     string // the maker's part number, "" for none
	Title    Text
	About    Text // Markdown; empty where the source has none
	Attrs    []Attr
	Options  []Option
	Variants []Variant // at least one
	Offers   []Offer   // at least one
	Art      string    // kind of the drawn illustration
	Palette  string    // its stone
	Photo    string    // name for Photo, "" for none
}

// Attr is the value of one attribute; which field holds it follows from the attribute's kind.
type Attr struct {
	Code   string
	Values []string // codes, of a one-of or many-of attribute
	Number float64
	Flag   bool
	Text   Text
}

// Option is something variants differ in: a taxonomy attribute, or a free one with Attribute "".
type Option struct {
	Attribute string
	Name      Text
}

// Variant is one choice of every option of its product, in their order.
type Variant struct {
	Choices []Choice
	GTIN    string // 13 digits with a true check digit, or ""
	Weight  int    // grams, packed
}

// Choice is the value of one option. Code is the taxonomy's, "" for a free option.
type Choice struct {
	Code string
	Text Text
}

// Offer is one shop's price and stock for a variant. Prices are kopecks.
type Offer struct {
	Shop         string
	Variant      int // index in Product.Variants
	SKU          string
	Price        int64
	Stock        int
	DispatchDays int
	History      []PricePoint // oldest first; the last one is Price
}

// PricePoint says that the price was set so many days ago.
type PricePoint struct {
	DaysAgo int
	Price   int64
}

// Brand is a maker and what else people type for it.
type Brand struct {
	Name    string   `toml:"name"`
	Aliases []string `toml:"aliases"`
}

// Notice credits a source whose licence asks for it. It is shown on the page about the data.
type Notice struct {
	Title   Text
	Licence string // "" for what is our own
	Text    Text
}
