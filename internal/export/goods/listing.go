package goods

import (
	"context"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/hs"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Listing is an offer of a seller with what the catalogue knows of it and the passport it has. A listing that nobody has
// told anything of has a passport of version 0.
type Listing struct {
	OfferID, SellerID   int64
	ProductID, Category int64
	SKU                 string
	TitleRU, TitleEN    string
	Slug                string
	Condition           string
	WeightG             int64
	LengthMM, WidthMM   int64
	HeightMM            int64
	Path                []hs.Place
	Specs               []Spec
	Passport            Passport
}

// Spec is a characteristic of the card in both languages.
type Spec struct{ Code, Value, RU, EN string }

// Title is the card's name in a language.
func (l Listing) Title(lang i18n.Lang) string {
	if lang == i18n.EN && l.TitleEN != "" {
		return l.TitleEN
	}
	return l.TitleRU
}

// spec finds the first characteristic whose code holds one of the words.
func (l Listing) spec(words ...string) (Spec, bool) {
	for _, word := range words {
		if i := slices.IndexFunc(l.Specs, func(s Spec) bool { return strings.Contains(s.Code, word) }); i >= 0 {
			return l.Specs[i], true
		}
	}
	return Spec{}, false
}

// Thing is the listing as something to classify.
func (l Listing) Thing() hs.Thing {
	material := l.Passport.Material
	if s, ok := l.spec("composition", "fabric", "material"); ok && material == "" {
		material = s.RU + " " + s.EN
	}
	return hs.Thing{ProductID: l.ProductID, SellerID: l.SellerID, CategoryID: l.Category, TitleRU: l.TitleRU, TitleEN: l.TitleEN,
		Category: l.Path, Material: material, Use: l.Passport.Technique, YearMade: l.Passport.YearMade}
}

// shortTitle is the Russian title without what a form has no room for.
func (l Listing) shortTitle() string { return hs.Plain(l.TitleRU, maxText) }

// Proposed is the passport with what the card itself tells, where the seller has told nothing yet. It is what a form
// shows, and becomes a fact only when the seller saves it. The code is never among it.
func (l Listing) Proposed() Passport {
	p := l.Passport
	fill := func(field *int64, value int64) {
		if *field == 0 {
			*field = value
		}
	}
	fill(&p.GrossGrams, l.WeightG)
	if p.NetGrams == 0 {
		p.NetGrams = min(l.WeightG, p.GrossGrams)
	}
	fill(&p.LengthMM, l.LengthMM)
	fill(&p.WidthMM, l.WidthMM)
	fill(&p.HeightMM, l.HeightMM)
	word := func(field *string, value string) {
		if *field == "" {
			*field = value
		}
	}
	if s, ok := l.spec("origin"); ok {
		word(&p.Origin, originOf[s.Value])
	}
	if s, ok := l.spec("composition", "fabric", "material"); ok {
		word(&p.Material, hs.Plain(s.RU, maxWord))
	}
	word(&p.TextRU, l.shortTitle())
	word(&p.TextEN, hs.Describe(l.Thing(), maxText))
	if !p.Mass && !p.Unique && l.Passport.Version == 0 && l.Condition == "new" {
		p.Mass = true
	}
	return p
}

// originOf are the countries that the catalogue's attribute of origin names, by the codes of its values.
var originOf = map[string]string{"russia": "RU", "belarus": "BY", "kazakhstan": "KZ", "armenia": "AM", "kyrgyzstan": "KG", "china": "CN",
	"turkey": "TR", "uzbekistan": "UZ", "india": "IN", "germany": "DE", "italy": "IT", "ethiopia": "ET", "georgia": "GE", "japan": "JP"}

// listing reads one of the seller's listings with its passport.
func (s *Service) listing(ctx context.Context, sellerID, offerID int64) (Listing, error) {
	list, err := s.listings(ctx, sellerID, []int64{offerID})
	if err != nil {
		return Listing{}, err
	}
	if len(list) == 0 {
		return Listing{}, errGone
	}
	return list[0], nil
}

// listings reads those of the offers that are the seller's, in the order of their ids.
func (s *Service) listings(ctx context.Context, sellerID int64, offers []int64) (list []Listing, err error) {
	err = pg.AsSeller(ctx, s.Pool, sellerID, func(tx pgx.Tx) error {
		if list, err = selectListings(ctx, tx, sellerID, offers); err != nil {
			return err
		}
		passports, err := selectOwnPassports(ctx, tx, sellerID, offers)
		if err != nil {
			return err
		}
		of := map[int64]Passport{}
		for _, p := range passports {
			of[p.OfferID] = p
		}
		for i := range list {
			p, ok := of[list[i].OfferID]
			if !ok {
				p = Passport{OfferID: list[i].OfferID, SellerID: sellerID}
			}
			list[i].Passport = p
		}
		return nil
	})
	return list, err
}

// Sheet is everything the form of one listing shows.
type Sheet struct {
	Listing
	Suggestions []hs.Suggestion
	Min         int  // the confidence, in per cent, from which a suggestion is offered with one click
	Sure        bool // the first suggestion has it
	Events      []Event
	TNVED       []hs.Line  // the ten-digit codes under the code, where the nomenclature is imported
	Words       hs.Verdict // what a foreign customs would say of the English text
	Papers      []Paper    // what desks gave and still holds
	AsksHTSUS   bool       // a rule in force asks for the USA's own code
	WarnDays    int        // how long before its end a paper may be asked for anew
}

// asksHTSUS says that a country asks for the USA's own code today, by the list that the rule names.
func asksHTSUS(t clearance.Tables) bool { return len(t.Lists["htsus_countries"]) > 0 }

// Get reads the form of one listing.
func (s *Service) Get(ctx context.Context, sellerID, offerID int64) (sheet Sheet, err error) {
	defer errs.Wrap(&err, "goods.Get(%d)", offerID)
	if sheet.Listing, err = s.listing(ctx, sellerID, offerID); err != nil {
		return sheet, err
	}
	if sheet.Suggestions, err = s.Codes.Suggest(ctx, sheet.Thing()); err != nil {
		return sheet, err
	}
	tables, err := s.Tables(ctx, s.Now())
	if err != nil {
		return sheet, err
	}
	sheet.Min, sheet.AsksHTSUS = hs.Threshold(tables), asksHTSUS(tables)
	sheet.Sure = len(sheet.Suggestions) > 0 && sheet.Suggestions[0].Confidence >= sheet.Min
	if text := sheet.Proposed().TextEN; text != "" {
		sheet.Words = hs.CheckText(text, tables)
	}
	if code := sheet.Passport.HS; code != "" {
		if sheet.TNVED, err = s.Codes.Lines(ctx, code, s.Now()); err != nil {
			return sheet, err
		}
	}
	if sheet.Papers, err = s.papersOf(ctx, sellerID, offerID); err != nil {
		return sheet, err
	}
	if sheet.WarnDays, err = s.warnDays(ctx, s.Now()); err != nil {
		return sheet, err
	}
	err = pg.AsSeller(ctx, s.Pool, sellerID, func(tx pgx.Tx) error {
		sheet.Events, err = selectEvents(ctx, tx, sellerID, offerID)
		return err
	})
	return sheet, err
}
