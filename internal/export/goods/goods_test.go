package goods

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	lawbook "github.com/yarmarka/yarmarka/internal/export/clearance/rules"
	"github.com/yarmarka/yarmarka/internal/export/hs"
	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/market/catalog/intake"
	"github.com/yarmarka/yarmarka/internal/market/seller"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// shopfloor is a shop with the service over a database of its own, judged by the rules that are shipped.
type shopfloor struct {
	*Service
	t     *testing.T
	shop  seller.Seller
	now   time.Time
	asked []Case
}

var law = func() *clearance.Library {
	lib, err := clearance.Load(lawbook.FS)
	if err != nil {
		panic(err)
	}
	return lib
}()

func newFloor(t *testing.T) *shopfloor {
	t.Helper()
	db := dbtest.New(t)
	f := &shopfloor{t: t, now: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}
	f.Service = New(Deps{Pool: db, Now: func() time.Time { return f.now }, Codes: hs.New(db, func() time.Time { return f.now }),
		Decide: func(_ context.Context, p *clearance.Parcel, day time.Time) (clearance.Decision, error) {
			book, err := law.On(time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, time.UTC))
			if err != nil {
				return clearance.Decision{}, err
			}
			return book.Decide(p), nil
		},
		Tables: func(_ context.Context, day time.Time) (clearance.Tables, error) { return law.TablesOn(day), nil },
		AskDesk: func(_ context.Context, tx pg.DB, c Case) error {
			f.asked = append(f.asked, c)
			return nil
		}})
	f.shop = catalogtest.Shop(t, db)
	return f
}

func (f *shopfloor) by() Actor { return Actor{SellerID: f.shop.ID} }

// put makes a listing with a title.
func (f *shopfloor) put(ru, en string) int64 { return f.putFor(f.shop, ru, en, 0) }

func (f *shopfloor) putFor(shop seller.Seller, ru, en string, category int64) int64 {
	f.t.Helper()
	card := catalogtest.Card(f.t, f.Pool, shop, func(in *intake.Card) {
		in.Title, in.CategoryID = catalog.Text{RU: ru, EN: en}, category
		in.Variants = []intake.Variant{{Key: "main", WeightG: 350, LengthMM: 300, WidthMM: 200, HeightMM: 50}}
	})
	return catalogtest.Offer(f.t, f.Pool, shop, card.Variants["main"], 150_000, 5)
}

// towel is everything a form of an ordinary new thing says.
func towel(change ...map[string]string) Edit {
	e := Edit{"hs": "6302.60", "text_en": "Terry bath towel, cotton", "text_ru": "Полотенце банное махровое", "origin": "RU", "net_g": "340",
		"gross_g": "400", "length_mm": "300", "width_mm": "200", "height_mm": "60", "material": "хлопок", "making": "mass"}
	for _, c := range change {
		for key, value := range c {
			e[key] = value
		}
	}
	return e
}

// camera is a vintage thing: a FED of 1955.
func camera() Edit {
	return Edit{"hs": "900653", "text_en": "FED-2 rangefinder film camera, 35 mm", "text_ru": "Фотоаппарат плёночный ФЭД-2", "origin": "RU", "net_g": "700",
		"gross_g": "900", "length_mm": "180", "width_mm": "120", "height_mm": "100", "material": "металл", "making": "mass", "year": "1955"}
}

func (f *shopfloor) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

// save writes a form over whatever version there is.
func (f *shopfloor) save(offer int64, e Edit) Passport {
	f.t.Helper()
	l, err := f.listing(f.t.Context(), f.shop.ID, offer)
	f.must(err)
	p, err := f.Save(f.t.Context(), f.by(), offer, l.Passport.Version, true, e)
	f.must(err)
	return p
}

func (f *shopfloor) read(offer int64) Passport {
	f.t.Helper()
	found, err := ForOffers(f.t.Context(), f.Pool, []int64{offer})
	f.must(err)
	return found[offer]
}

func TestAnOrdinaryListingBecomesReady(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	offer := f.put("Полотенце банное махровое «Заря»", "Zarya terry bath towel")
	sheet, err := f.Get(t.Context(), f.shop.ID, offer)
	f.must(err)
	if len(sheet.Suggestions) == 0 || sheet.Suggestions[0].Code != "630260" {
		t.Errorf("the first suggestion is %v", sheet.Suggestions)
	}
	proposed := sheet.Proposed()
	if proposed.HS != "" || proposed.NetGrams != 350 || proposed.TextEN != "Zarya terry bath towel" || proposed.TextRU != "Полотенце банное махровое" {
		t.Errorf("the card proposes %+v", proposed)
	}
	if got := f.save(offer, Edit{"origin": "RU"}); got.Ready() || !slices.Contains(got.Lacks(), "hs") {
		t.Errorf("with an origin alone it lacks %v", got.Lacks())
	}
	if p := f.save(offer, towel()); !p.Ready() {
		t.Fatalf("it lacks %v", p.Lacks())
	}
	p := f.read(offer)
	if !p.Ready() || !p.Confirmed || p.HS != "630260" || p.Version != 2 || p.Verdict != "pass" {
		t.Errorf("stored: %+v", p)
	}
	want := clearance.Line{SKU: "A-1", HS: "630260", Sure: true, Text: "Terry bath towel, cotton", TextRU: "Полотенце банное махровое", Quantity: 3,
		NetGrams: 1020, Value: 450_000, Origin: "RU", Material: "хлопок", Mass: true, Traits: []string{}, Documents: []string{}}
	if diff := cmp.Diff(want, p.Line("A-1", 3, 450_000)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(f.asked) != 0 {
		t.Errorf("a desk was asked about a towel: %+v", f.asked)
	}
	f.save(offer, Edit{"gross_g": "410"})
	kept, err := clearance.Of(t.Context(), f.Pool, clearance.KindGoods, strconv.FormatInt(offer, 10))
	f.must(err)
	if len(kept) != 2 || kept[1].Moment != clearance.AtListing || kept[1].SellerID != f.shop.ID {
		t.Errorf("%d decisions are kept, want one for each version that says something new", len(kept))
	}
}

func TestBadFactsAreNamedAndKept(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	offer := f.put("Полотенце", "Towel")
	for name, tt := range map[string]struct {
		edit  map[string]string
		field string
		key   string
	}{
		"seven digits":      {map[string]string{"hs": "6302601"}, "hs", "export.goods.err.code_digits"},
		"nine digits":       {map[string]string{"hs": "630260001"}, "hs", "export.goods.err.code_digits"},
		"four digits":       {map[string]string{"hs": "6302"}, "hs", "export.goods.err.code_digits"},
		"letters":           {map[string]string{"hs": "6302ab"}, "hs", "export.goods.err.code_digits"},
		"no such code":      {map[string]string{"hs": "630299", "tnved": "6302970000"}, "tnved", "export.goods.err.tnved_other"},
		"unknown code":      {map[string]string{"hs": "999999"}, "hs", "export.goods.err.code_unknown"},
		"ten unknown":       {map[string]string{"hs": "9999990000"}, "hs", "export.goods.err.code_unknown"},
		"short TN VED":      {map[string]string{"tnved": "63026000"}, "tnved", "export.goods.err.tnved_digits"},
		"a short HTSUS":     {map[string]string{"htsus": "630260"}, "htsus", "export.goods.err.htsus_digits"},
		"another's HTSUS":   {map[string]string{"htsus": "6911103810"}, "htsus", "export.goods.err.tnved_other"},
		"HTSUS alone":       {map[string]string{"hs": "", "htsus": "6302600020"}, "htsus", "export.goods.err.htsus_alone"},
		"net over gross":    {map[string]string{"net_g": "500"}, "net_g", "export.goods.err.net_gross"},
		"weight in words":   {map[string]string{"net_g": "полкило"}, "net_g", "form.whole_number"},
		"no weight":         {map[string]string{"gross_g": "0"}, "gross_g", "form.between"},
		"a year to come":    {map[string]string{"year": "2027"}, "year", "export.goods.err.year_to_come"},
		"a year of letters": {map[string]string{"year": "XIX"}, "year", "export.goods.err.year"},
		"Cyrillic":          {map[string]string{"text_en": "Towel льняной"}, "text_en", "export.goods.err.latin"},
		"a country":         {map[string]string{"origin": "ZZ"}, "origin", "export.goods.err.country"},
		"a trait":           {map[string]string{"traits": "battery, bomb"}, "traits", "export.goods.err.trait"},
		"a long text":       {map[string]string{"text_ru": string(make([]rune, 200))}, "text_ru", "form.bad_text"},
	} {
		p, err := f.Save(t.Context(), f.by(), offer, 0, true, towel(tt.edit))
		if !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := fieldOf(err, tt.field); got != tt.key {
			t.Errorf("%s: field %s says %q, want %q (%v)", name, tt.field, got, tt.key, err)
		}
		if p.Origin == "" && tt.field != "origin" {
			t.Errorf("%s: what was right is lost", name)
		}
	}
	if p := f.read(offer); p.OfferID != 0 {
		t.Errorf("a refused form wrote %+v", p)
	}
}

// fieldOf is the message of one field of a refused form.
func fieldOf(err error, name string) string {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		for _, f := range e.Fields {
			if f.Name == name {
				return f.Key
			}
		}
	}
	return ""
}

// Only the USA ask for their own ten digits: a listing without them is ready, and the seller is told that one country
// waits for more; another code takes them back.
func TestTheUSAsOwnCode(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	offer := f.put("Полотенце", "Towel")
	f.save(offer, towel())
	before := f.read(offer)
	look, err := f.Look(t.Context(), f.shop.ID)
	f.must(err)
	if !before.LacksHTSUS() || look.HTSUS != 1 || before.Line("1", 1, 100).HTSUS != "" {
		t.Errorf("without: %+v, %d", before, look.HTSUS)
	}
	if list, err := f.List(t.Context(), f.shop.ID, Filter{Lack: htsus, Limit: 5}); err != nil || len(list) != 1 {
		t.Errorf("%d listings lack it, %v", len(list), err)
	}
	f.save(offer, Edit{htsus: "6302.60.0020"})
	p := f.read(offer)
	look, err = f.Look(t.Context(), f.shop.ID)
	f.must(err)
	if p.HTSUS != "6302600020" || p.LacksHTSUS() || look.HTSUS != 0 || p.Line("1", 1, 100).HTSUS != "6302600020" || p.Ready() != before.Ready() {
		t.Errorf("with: %+v, %d", p, look.HTSUS)
	}
	f.must(f.SetHTSUS(t.Context(), f.Pool, f.shop.ID, offer, "6302600010"))
	f.must(f.SetHTSUS(t.Context(), f.Pool, f.shop.ID, offer, "6911103810"))
	if p := f.read(offer); p.HTSUS != "6302600010" {
		t.Errorf("a desk's code: %q", p.HTSUS)
	}
	f.save(offer, Edit{"hs": "630291"})
	if p := f.read(offer); p.HTSUS != "" {
		t.Errorf("another code keeps %q", p.HTSUS)
	}
}

func TestATenDigitCodeBringsItsSix(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	offer := f.put("Полотенце", "Towel")
	if p := f.save(offer, towel(map[string]string{"hs": "6302 60 000 0"})); p.HS != "630260" || p.TNVED != "6302600000" {
		t.Errorf("code %s, TN VED %s", p.HS, p.TNVED)
	}
	if p := f.save(offer, Edit{"hs": "630291"}); p.TNVED != "" {
		t.Errorf("another code keeps the TN VED %s", p.TNVED)
	}
}

// An old thing waits for an expert; the opinion holds until a fact it was given on changes.
func TestAVintageThingNeedsAnExpert(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	offer := f.put("Фотоаппарат ФЭД-2, 1955", "FED-2 film camera, 1955")
	e := camera()
	delete(e, "origin")
	if f.save(offer, e); len(f.asked) != 0 {
		t.Fatal("an expert is asked before the seller has told everything")
	}
	p := f.save(offer, camera())
	if p.Ready() || !slices.Equal(p.Lacks(), []string{"expert_opinion"}) || len(f.asked) != 1 || f.asked[0].Desk != "culture" || len(f.asked[0].Findings) == 0 {
		t.Fatalf("lacks %v, asked %+v", p.Lacks(), f.asked)
	}
	f.inTx(func(tx pgx.Tx) error {
		return f.AddDocument(t.Context(), tx, Paper{SellerID: f.shop.ID, OfferID: offer, Kind: "expert_opinion", Number: "К-1"})
	})
	f.inTx(func(tx pgx.Tx) error {
		return f.AddDocument(t.Context(), tx, Paper{SellerID: f.shop.ID, OfferID: offer, Kind: "expert_opinion", Number: "К-1"})
	})
	if p := f.read(offer); !p.Ready() || !slices.Equal(p.Documents, []string{"expert_opinion"}) {
		t.Fatalf("after the opinion: lacks %v, documents %v", p.Lacks(), p.Documents)
	}
	if p := f.save(offer, Edit{"gross_g": "950"}); !p.Ready() || len(p.Documents) != 1 {
		t.Errorf("a new weight of the packing withdraws the opinion: %v", p.Lacks())
	}
	p = f.save(offer, Edit{"year": "1934"})
	if p.Ready() || len(p.Documents) != 0 || len(f.asked) != 2 {
		t.Errorf("another year keeps the opinion: documents %v, asked %d times", p.Documents, len(f.asked))
	}
	sheet, err := f.Get(t.Context(), f.shop.ID, offer)
	f.must(err)
	var kinds []string
	for _, e := range sheet.Events {
		kinds = append(kinds, e.Kind)
	}
	slices.Reverse(kinds)
	if want := []string{"code", "asked", "document", "document", "withdrawn", "asked"}; !slices.Equal(kinds, want) {
		t.Errorf("events %v, want %v", kinds, want)
	}
}

// A desk may be asked about a thing before its seller has told anything.
func TestAVerdictMayComeFirst(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	offer := f.put("Фотоаппарат ФЭД-2, 1955", "FED-2 film camera, 1955")
	f.inTx(func(tx pgx.Tx) error { return f.More(t.Context(), tx, f.shop.ID, offer, "Какого года?") })
	if p := f.save(offer, camera()); p.Version != 3 || p.Ready() {
		t.Errorf("after a question: %+v", p)
	}
}

func (f *shopfloor) inTx(fn func(pgx.Tx) error) {
	f.t.Helper()
	f.must(pg.InTx(f.t.Context(), f.Pool, fn))
}

func TestARefusedThingStaysUntilItsFactsChange(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	offer := f.put("Фотоаппарат ФЭД-2, 1955", "FED-2 film camera, 1955")
	f.save(offer, camera())
	f.inTx(func(tx pgx.Tx) error { return f.Refuse(t.Context(), tx, f.shop.ID, offer, "Редкий выпуск") })
	if p := f.read(offer); p.Ready() || p.Verdict != "refused" || !slices.Equal(p.Lacks(), []string{"refused"}) {
		t.Fatalf("after a refusal: %+v", p)
	}
	if f.save(offer, Edit{"gross_g": "960"}); f.read(offer).Verdict != "refused" {
		t.Error("a new weight takes a refusal back")
	}
	if f.save(offer, Edit{"year": "1994"}); !f.read(offer).Ready() {
		t.Errorf("a camera of 1994 lacks %v", f.read(offer).Lacks())
	}
}

// What the rules forbid or ask for is heard, by the rules that are shipped.
func TestRulesAboutTheThingAreHeard(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	for name, tt := range map[string]struct {
		edit  Edit
		lacks []string
	}{
		"an ordinary thing":      {towel(), nil},
		"a stop word":            {towel(map[string]string{"text_en": "Clothes"}), []string{"text_better"}},
		"a unique vase, no year": {towel(map[string]string{"hs": "691390", "text_en": "Hand-painted ceramic vase", "making": "unique"}), []string{"year"}},
		"the same, made in 2024": {towel(map[string]string{"hs": "691390", "text_en": "Hand-painted ceramic vase", "making": "unique", "year": "2024"}), nil},
		"one's own painting":     {towel(map[string]string{"hs": "970191", "text_en": "Oil painting on canvas", "making": "unique", "year": "2024", "by_author": "1"}), nil},
		"somebody's painting":    {towel(map[string]string{"hs": "970191", "text_en": "Oil painting on canvas", "making": "unique", "year": "2024"}), []string{"expert_opinion"}},
		"a museum's":             {towel(map[string]string{"collection": "museum_fund"}), []string{"refused"}},
		"spirits":                {towel(map[string]string{"traits": "alcohol"}), []string{"refused"}},
	} {
		offer := f.put("Вещь", "Thing")
		if p := f.save(offer, tt.edit); !slices.Equal(p.Lacks(), tt.lacks) {
			t.Errorf("%s: lacks %v, want %v", name, p.Lacks(), tt.lacks)
		}
	}
}
