package abroad_test

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/yarmarka/yarmarka/internal/export/abroad"
	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/clearance/rules"
	"github.com/yarmarka/yarmarka/internal/export/contract"
	"github.com/yarmarka/yarmarka/internal/export/goods"
	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/rates"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

var now = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

// table has the figures of the bank's file in testdata of package rates.
var table = rates.Table{Day: time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC), Rates: map[money.Currency]rates.Rate{
	"EUR": {Value: 957793, Nominal: 1}, rates.XDR: {Value: 1134056, Nominal: 1}}}

// carrier is a post with three services, limits of weight and of the longest side.
var carrier = []serviceOfPost{{5011, postal.SmallPacket, 2000, 600, 700_00}, {4031, postal.Parcel, 20_000, 1050, 1900_00}, {7031, postal.EMS, 30_000, 1500, 3900_00}}

type serviceOfPost struct {
	object  int
	service string
	grams   int64
	mm      int64
	price   money.Amount
}

// world is everything an answer is composed of; a test changes what it is about.
type world struct {
	*abroad.Service
	passports map[int64]goods.Passport
	terms     map[int64]goods.SellerTerms
	contracts map[int64][]contract.Contract
	closed    []string
	silent    bool // the post names no price
	book      *clearance.Book
	asked     atomic.Int64
}

// library is the rules that the program carries, read once: they do not change.
var library = sync.OnceValues(func() (*clearance.Library, error) { return clearance.Load(rules.FS) })

func ready(offer int64) goods.Passport {
	return goods.Passport{OfferID: offer, SellerID: 1, Abroad: true, HS: "610910", Confirmed: true, Confidence: 100, TNVED: "6109100000", Origin: "RU",
		NetGrams: 300, GrossGrams: 400, LengthMM: 200, WidthMM: 150, HeightMM: 100, TextEN: "Knitted T-shirt of cotton with a printed pattern",
		TextRU: "Футболка трикотажная хлопковая с рисунком", Material: "cotton", YearMade: 2026, Mass: true, Verdict: "pass"}
}

func newWorld(t testing.TB) *world {
	t.Helper()
	lib, err := library()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{passports: map[int64]goods.Passport{1: ready(1), 2: ready(2), 3: ready(3)},
		terms: map[int64]goods.SellerTerms{1: {SellerID: 1, Kind: "entrepreneur", INN: "500100732259", OGRN: "304500116000157", NameLatin: "IP Ivanova",
			AddressLatin: "1 Lenina St", CityLatin: "Tula", Postcode: "300000", Phone: "+79165551234", Email: "a@shop.example", Signature: true}}}
	w.book = new(clearance.Book)
	w.Service = abroad.New(abroad.Deps{
		Passports: func(_ context.Context, offers []int64) (map[int64]goods.Passport, error) { return w.passports, nil },
		Terms:     func(context.Context, []int64) (map[int64]goods.SellerTerms, error) { return w.terms, nil },
		Rates:     func(context.Context, time.Time) (rates.Table, error) { return table, nil },
		Candidates: func(_ context.Context, a postal.Ask) ([]postal.Candidate, error) {
			w.asked.Add(1)
			return w.candidates(a), nil
		},
		Decide: func(_ context.Context, p *clearance.Parcel, day time.Time) (clearance.Decision, error) {
			book, err := lib.On(day)
			if err != nil {
				return clearance.Decision{}, err
			}
			return book.Decide(p), nil
		},
		Contracts: func(context.Context, []int64) (map[int64][]contract.Contract, error) { return w.contracts, nil },
		Tables:    func(_ context.Context, day time.Time) (clearance.Tables, error) { return lib.TablesOn(day), nil },
		Book:      func(context.Context, time.Time) (*clearance.Book, error) { return w.book, nil },
		Now:       func() time.Time { return now },
	})
	return w
}

// candidates answers as package postal does: the cheapest that fits first, then the dearer, then those that do not fit.
func (w *world) candidates(a postal.Ask) []postal.Candidate {
	var fit, rest []postal.Candidate
	for _, s := range carrier {
		c := postal.Candidate{Object: s.object, Service: s.service, NameRu: s.service, NameEn: s.service, Price: s.price, MinDays: 10, MaxDays: 20, Tracked: true}
		switch {
		case w.silent:
			c.Lost = postal.LostUnknown
		case slices.Contains(w.closed, a.Country):
			c.Lost, c.Facts = postal.LostClosed, []string{postal.FactClosed}
		case a.GrossGrams > s.grams:
			c.Lost, c.LostArgs = postal.LostWeight, []any{"max", s.grams}
		case a.LengthMM > s.mm:
			c.Lost, c.LostArgs = postal.LostSize, []any{"max", s.mm}
		case len(fit) > 0:
			c.Lost, c.LostArgs = postal.LostPrice, []any{"more", int64(s.price - fit[0].Price)}
		}
		if c.Fits() {
			fit = append(fit, c)
		} else {
			rest = append(rest, c)
		}
	}
	return append(fit, rest...)
}

func item(offer int64, qty int, each money.Amount) abroad.Item {
	return abroad.Item{OfferID: offer, SKU: "sku", Qty: qty, Value: each * money.Amount(qty)}
}

func (w *world) judge(t testing.TB, country string, items ...abroad.Item) abroad.Answer {
	t.Helper()
	ans, err := w.Judge(t.Context(), abroad.Ask{SellerID: 1, Items: items, Country: country})
	if err != nil {
		t.Fatal(err)
	}
	return ans
}

// told is what of an answer a test looks at.
type told struct {
	Outcome      clearance.Outcome
	Service      string
	Duty, Tax    money.Amount
	Note         string
	Alternatives []string
}

func tell(ans abroad.Answer) told {
	out := told{Outcome: ans.Outcome(), Duty: ans.Duty, Tax: ans.Tax, Note: ans.DutyNote}
	if c, ok := ans.Chosen(); ok {
		out.Service = c.Service
	}
	for _, a := range ans.Alternatives {
		out.Alternatives = append(out.Alternatives, a.Way)
	}
	return out
}

func TestJudge(t *testing.T) {
	t.Parallel()
	const (
		three = 287_34 // 3 € at 95.7793
		six   = 574_68
	)
	for name, tt := range map[string]struct {
		change  func(w *world)
		country string
		items   []abroad.Item
		want    told
	}{
		"an ordinary thing into the EU": {country: "DE", items: []abroad.Item{item(1, 1, 2000_00)},
			want: told{Outcome: clearance.Pass, Service: postal.SmallPacket, Duty: three, Tax: 567_59, Note: abroad.NoteEU}}, // 19 % of 2000 + 700 + 287.34
		"at the value up to which that sum is asked": {country: "DE", items: []abroad.Item{item(1, 1, 14366_90)}, // 150 € at 95.7793
			want: told{Outcome: clearance.Pass, Service: postal.SmallPacket, Duty: three, Tax: 2917_31, Note: abroad.NoteEU}},
		"above it the ordinary tariff is asked, which nobody knows": {country: "DE", items: []abroad.Item{item(1, 1, 14366_91)},
			want: told{Outcome: clearance.Pass, Service: postal.SmallPacket, Note: abroad.NoteOver}},
		"two codes are two duties": {country: "DE", items: []abroad.Item{item(1, 1, 1000_00), item(2, 2, 500_00)},
			change: func(w *world) { w.set(2, func(p *goods.Passport) { p.HS, p.TNVED = "640399", "6403990000" }) },
			want:   told{Outcome: clearance.Pass, Service: postal.SmallPacket, Duty: six, Tax: 622_19, Note: abroad.NoteEU}},
		"one code twice is one duty": {country: "DE", items: []abroad.Item{item(1, 1, 1000_00), item(2, 1, 1000_00)},
			want: told{Outcome: clearance.Pass, Service: postal.SmallPacket, Duty: three, Tax: 567_59, Note: abroad.NoteEU}},
		"inside the union there is no customs": {country: "KZ", items: []abroad.Item{item(1, 1, 2000_00)},
			want: told{Outcome: clearance.Pass, Service: postal.SmallPacket, Note: abroad.NoteUnion}},
		"a closed country": {country: "DE", items: []abroad.Item{item(1, 1, 2000_00), item(2, 1, 2000_00)},
			change: func(w *world) { w.closed = []string{"DE"} }, want: told{Outcome: clearance.Refused}},
		"too heavy for a packet goes as a parcel": {country: "DE", items: []abroad.Item{item(1, 1, 100_00)},
			change: func(w *world) { w.set(1, func(p *goods.Passport) { p.GrossGrams = 2001 }) },
			want:   told{Outcome: clearance.Pass, Service: postal.Parcel, Duty: three, Tax: 434_59, Note: abroad.NoteEU}},
		"too heavy for everything is split": {country: "KZ", items: []abroad.Item{item(1, 4, 100_00)},
			change: func(w *world) { w.set(1, func(p *goods.Passport) { p.GrossGrams = 9_000 }) },
			want:   told{Outcome: clearance.Refused, Alternatives: []string{abroad.Split}}},
		"one piece too heavy for everything stays": {country: "KZ", items: []abroad.Item{item(1, 1, 100_00)},
			change: func(w *world) { w.set(1, func(p *goods.Passport) { p.GrossGrams = 31_000 }) }, want: told{Outcome: clearance.Refused}},
		"one that is not offered is left out": {country: "DE", items: []abroad.Item{item(1, 1, 100_00), item(2, 1, 100_00)},
			change: func(w *world) { w.set(2, func(p *goods.Passport) { p.Abroad = false }) },
			want:   told{Outcome: clearance.Needs, Alternatives: []string{abroad.Remove}}},
		"two that are not offered are left out together": {country: "DE", items: []abroad.Item{item(1, 1, 100_00), item(2, 1, 100_00), item(3, 1, 100_00)},
			change: func(w *world) { w.passports = map[int64]goods.Passport{1: ready(1)} },
			want:   told{Outcome: clearance.Needs, Alternatives: []string{abroad.Remove}}},
		"none is offered": {country: "DE", items: []abroad.Item{item(1, 1, 100_00), item(2, 1, 100_00)},
			change: func(w *world) { w.passports = nil }, want: told{Outcome: clearance.Needs}},
		"facts that lack": {country: "DE", items: []abroad.Item{item(1, 1, 100_00)},
			change: func(w *world) { w.set(1, func(p *goods.Passport) { p.HS = "" }) }, want: told{Outcome: clearance.Needs}},
		"a seller who is not ready": {country: "DE", items: []abroad.Item{item(1, 1, 100_00), item(2, 1, 100_00)},
			change: func(w *world) { w.terms = nil }, want: told{Outcome: clearance.Needs}},
		"an old thing is left out of the rest": {country: "DE", items: []abroad.Item{item(1, 1, 100_00), item(2, 1, 100_00)},
			change: func(w *world) { w.set(2, func(p *goods.Passport) { p.Collection = "museum" }) },
			want:   told{Outcome: clearance.Refused, Service: postal.SmallPacket, Duty: three, Tax: 225_59, Note: abroad.NoteEU, Alternatives: []string{abroad.Remove}}},
		"a contract that would cross the band": {country: "DE", items: []abroad.Item{item(1, 1, 2000_00)},
			change: func(w *world) {
				w.contracts = map[int64][]contract.Contract{1: {{SellerID: 1, Kind: contract.Agency, Market: "DE", SumRUB: 999_000_00}}}
			},
			want: told{Outcome: clearance.Needs, Service: postal.SmallPacket, Duty: three, Tax: 567_59, Note: abroad.NoteEU}},
		"a contract whose papers are accepted": {country: "DE", items: []abroad.Item{item(1, 1, 2000_00)},
			change: func(w *world) {
				w.contracts = map[int64][]contract.Contract{1: {{SellerID: 1, Kind: contract.Agency, SumRUB: 999_000_00, Accepted: &now}}}
			},
			want: told{Outcome: clearance.Pass, Service: postal.SmallPacket, Duty: three, Tax: 567_59, Note: abroad.NoteEU}},
		"a contract of another country": {country: "DE", items: []abroad.Item{item(1, 1, 2000_00)},
			change: func(w *world) {
				w.contracts = map[int64][]contract.Contract{1: {{SellerID: 1, Kind: contract.Agency, Market: "FR", SumRUB: 999_000_00}}}
			},
			want: told{Outcome: clearance.Pass, Service: postal.SmallPacket, Duty: three, Tax: 567_59, Note: abroad.NoteEU}},
		"a sum above the band of the bank offers nothing": {country: "DE", items: []abroad.Item{item(1, 1, 600_000_00), item(2, 1, 600_000_00)},
			want: told{Outcome: clearance.Needs, Service: postal.SmallPacket, Note: abroad.NoteOver}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			if tt.change != nil {
				tt.change(w)
			}
			ans := w.judge(t, tt.country, tt.items...)
			if diff := cmp.Diff(tt.want, tell(ans)); diff != "" {
				t.Errorf("(-want +got):\n%s\n%+v\n%+v", diff, ans.Decision, ans.Blocked)
			}
			if again := w.judge(t, tt.country, tt.items...); !cmp.Equal(tell(ans), tell(again)) {
				t.Errorf("asked again it answers %v", tell(again))
			}
		})
	}
}

func (w *world) set(offer int64, change func(*goods.Passport)) {
	p := w.passports[offer]
	change(&p)
	w.passports[offer] = p
}
