// Package goods keeps the export passport of every listing that may be sold abroad: its code, origin, weights, texts in
// two languages, age and authorship, and the seller's own terms. It owns export_goods, export_goods_events and
// export_sellers, serves the seller's pages of readiness, and says what a listing still lacks. It proposes and never
// confirms: a code, a text and a maker's word are the seller's; a document is a desk's.
package goods

import (
	"slices"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// Passport is what a parcel's papers need to know of one listing. Zero and "" are facts not told yet.
type Passport struct {
	OfferID, SellerID int64
	Abroad            bool
	HS                string // six digits, or ""
	Confirmed         bool   // the seller said that the code is right
	Confidence        int    // per cent, of the suggestion that was confirmed; 100 for a code typed by hand
	TNVED             string // ten digits, or ""; begins with HS
	HTSUS             string // the ten digits of the USA's own schedule, or ""; begins with HS
	Origin            string // ISO 3166 alpha-2: where it was made
	NetGrams          int64  // of one piece
	GrossGrams        int64  // of one piece, packed
	LengthMM          int64  // packed
	WidthMM, HeightMM int64
	TextEN, TextRU    string // what it is, as a form says it
	Material          string
	Technique         string
	Author            string
	YearMade          int
	ByAuthor          bool
	Mass              bool // made in many
	Unique            bool // the only one; neither: not told
	Collection        string
	Traits            []string // battery, liquid, …
	Documents         []string // what desks gave: expert_opinion, permit
	Verdict           string   // what the rules say of the thing wherever it goes: "" not asked, pass, needs, refused
	Asked             []string // what they ask for: year, author, expert_opinion, …
	Version           int
}

// Lacks are the keys of everything that keeps the thing at home: facts that any form needs, and what the rules in force
// ask for besides.
func (p Passport) Lacks() []string {
	var missing []string
	need := func(have bool, key string) {
		if !have && !slices.Contains(missing, key) {
			missing = append(missing, key)
		}
	}
	need(p.HS != "" && p.Confirmed, "hs")
	need(p.TextEN != "", "text_en")
	need(p.Origin != "", "origin")
	need(p.NetGrams > 0, "net_weight")
	need(p.GrossGrams > 0, "gross_weight")
	need(p.LengthMM > 0 && p.WidthMM > 0 && p.HeightMM > 0, "size")
	need(p.Mass || p.Unique, "making")
	for _, key := range p.Asked {
		need(false, key)
	}
	return missing
}

// LacksHTSUS says that only a parcel to the USA would still have to wait: for the code of their own schedule.
func (p Passport) LacksHTSUS() bool { return p.Abroad && p.HS != "" && p.HTSUS == "" }

// Ready says whether a foreign buyer may be offered the thing: it is switched on, and nothing lacks.
func (p Passport) Ready() bool { return p.Abroad && len(p.Lacks()) == 0 }

// Line is the passport as the rules see it: so many pieces, paid with so much together.
func (p Passport) Line(sku string, qty int, value money.Amount) clearance.Line {
	code := p.HS
	if p.TNVED != "" {
		code = p.TNVED
	}
	return clearance.Line{SKU: sku, HS: code, HTSUS: p.HTSUS, Sure: p.Confirmed, Text: p.TextEN, TextRU: p.TextRU, Quantity: qty,
		NetGrams: p.NetGrams * int64(qty), Value: value, Origin: p.Origin, Material: p.Material, YearMade: p.YearMade,
		Author: p.Author, ByAuthor: p.ByAuthor, Mass: p.Mass, Collection: p.Collection, Traits: p.Traits, Documents: p.Documents}
}

// SellerTerms are who sends: what a declaration says of the seller.
type SellerTerms struct {
	SellerID     int64
	Kind         string // individual, self_employed, entrepreneur, company; "" is not told
	VATPayer     bool
	WantsVAT0    bool // proves the export to the tax service
	Signature    bool // has a qualified electronic signature
	INN          string
	KPP          string // of a company
	OGRN         string
	NameLatin    string
	AddressLatin string // street and house
	CityLatin    string
	Postcode     string
	Phone, Email string
	Version      int
}

// Lacks are the keys of what the seller has not told yet.
func (t SellerTerms) Lacks() []string {
	var missing []string
	need := func(have bool, key string) {
		if !have {
			missing = append(missing, key)
		}
	}
	need(t.Kind != "", "kind")
	need(t.INN != "", "inn")
	need(t.KPP != "" || t.Kind != "company", "kpp")
	need(t.OGRN != "" || t.Kind != "company" && t.Kind != "entrepreneur", "ogrn")
	need(t.NameLatin != "", "name_latin")
	need(t.AddressLatin != "", "address_latin")
	need(t.CityLatin != "", "city_latin")
	need(t.Postcode != "", "postcode")
	need(t.Phone != "", "phone")
	need(t.Email != "", "email")
	return missing
}
