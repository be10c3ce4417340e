package abroad

import (
	"context"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/contract"
	"github.com/yarmarka/yarmarka/internal/export/goods"
	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/rates"
	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// Deps are what the answer is composed of.
type Deps struct {
	Passports  func(ctx context.Context, offers []int64) (map[int64]goods.Passport, error)
	Terms      func(ctx context.Context, sellers []int64) (map[int64]goods.SellerTerms, error)
	Rates      func(ctx context.Context, day time.Time) (rates.Table, error)
	Candidates func(ctx context.Context, a postal.Ask) ([]postal.Candidate, error)
	Decide     func(ctx context.Context, p *clearance.Parcel, day time.Time) (clearance.Decision, error)
	Tables     func(ctx context.Context, day time.Time) (clearance.Tables, error)
	Book       func(ctx context.Context, day time.Time) (*clearance.Book, error)      // the rules in force: another edition is another book
	Shelf      func(ctx context.Context, cards []destination.Carded) ([]Shown, error) // ShelfOf
	// Edition counts what was published of the rules; see clearance.Service.Edition.
	Edition func(ctx context.Context) (int64, error)
	// Network is what the post would carry on a day, and for how much; it may ask the post.
	Network func(ctx context.Context, day time.Time) (Network, error)
	// Contracts are the agency contracts in force, by seller, as contract.Agencies lists them.
	Contracts func(ctx context.Context, sellers []int64) (map[int64][]contract.Contract, error)
	DB        *pgxpool.Pool
	Now       func() time.Time
}

// Service answers foreign buyers.
type Service struct {
	Deps
	// AskPrices has the post asked for the prices of a country, soon; Jobs sets it.
	AskPrices func(ctx context.Context, country string) error

	told    told
	ways    ways
	mapping sync.Mutex // of what follows
	world   *atlas
	drawn   time.Time
}

// New makes the service.
func New(d Deps) *Service { return &Service{Deps: d} }

// Judge says whether a seller's things may go to a country, by which service and for how much; where they may not, why,
// and what may go instead, the cheapest first. It may ask the post over the network: never call it in a transaction.
func (s *Service) Judge(ctx context.Context, a Ask) (_ Answer, err error) {
	defer errs.Wrap(&err, "abroad.Judge(%d, %s)", a.SellerID, a.Country)
	offers := make([]int64, len(a.Items))
	for i, it := range a.Items {
		offers[i] = it.OfferID
	}
	n, err := s.gather(ctx, offers, []int64{a.SellerID})
	if err != nil {
		return Answer{}, err
	}
	c, err := s.court(n, a)
	if err != nil {
		return Answer{}, err
	}
	ans, err := c.answer(ctx, a.Items, a.Object, nil)
	if err != nil || ans.May() || !c.worthAlternatives(ans) {
		return ans, err
	}
	ans.Alternatives, err = c.alternatives(ctx, a, ans)
	return ans, err
}

// notes are what is read before anything is answered, for one question or many.
type notes struct {
	day       time.Time
	passports map[int64]goods.Passport
	terms     map[int64]goods.SellerTerms
	contracts map[int64][]contract.Contract
	rates     rates.Table
	tables    clearance.Tables
}

func (s *Service) gather(ctx context.Context, offers, sellers []int64) (n notes, err error) {
	n.day = rates.Today(s.Now())
	if n.passports, err = s.Passports(ctx, offers); err != nil {
		return n, err
	}
	if n.terms, err = s.Terms(ctx, sellers); err != nil {
		return n, err
	}
	if n.contracts, err = s.Contracts(ctx, sellers); err != nil {
		return n, err
	}
	if n.rates, err = s.Rates(ctx, n.day); err != nil {
		return n, err
	}
	n.tables, err = s.Tables(ctx, n.day)
	return n, err
}

// court is one question with everything read that does not depend on which things go.
type court struct {
	*Service
	ask       Ask
	day       time.Time
	passports map[int64]goods.Passport
	terms     goods.SellerTerms
	contracts []contract.Contract
	rates     rates.Table
	tables    clearance.Tables
	whole     worth // of everything asked about
}

// worth is what rules about value look at.
type worth struct {
	rub money.Amount
	sdr int64
}

func (s *Service) court(n notes, a Ask) (*court, error) {
	c := &court{Service: s, ask: a, day: n.day, passports: n.passports, terms: n.terms[a.SellerID], contracts: n.contracts[a.SellerID], rates: n.rates, tables: n.tables}
	var err error
	c.whole, err = c.worth(a.Items)
	return c, err
}

func (c *court) worth(items []Item) (w worth, err error) {
	for _, it := range items {
		if w.rub, err = money.Add(w.rub, it.Value); err != nil {
			return w, err
		}
	}
	w.sdr, err = c.rates.SDR(w.rub)
	return w, err
}

// answer decides about some things. as, when set, is the worth that rules about value see instead of the things' own: a
// part of a parcel is judged as dear as the whole.
func (c *court) answer(ctx context.Context, items []Item, object int, as *worth) (Answer, error) {
	ans := Answer{Rates: c.rates, Blocked: blocked(items, c.passports, c.terms)}
	facts, err := c.facts(items, as)
	if err != nil {
		return ans, err
	}
	ans.Facts = facts
	if len(ans.Blocked) > 0 {
		return ans, nil
	}
	ans.Candidates, err = c.Candidates(ctx, c.parcelAsk(items, c.ask.Country))
	if err != nil || len(ans.Candidates) == 0 {
		return ans, err
	}
	if err := c.choose(ctx, &ans, object); err != nil {
		return ans, err
	}
	front, fits := ans.Chosen()
	if !fits {
		return ans, nil
	}
	own, err := c.worth(items) // a part is judged as dear as the whole, and pays duty on itself
	if err != nil {
		return ans, err
	}
	p := ans.Facts
	p.ValueRUB = own.rub
	ans.Landed, err = landed(&p, front.Price, c.tables, c.rates)
	return ans, err
}

// contents is what everything sold here is to a form: goods.
const contents = "goods"

// parcelAsk is what the post is asked about some things.
func (c *court) parcelAsk(items []Item, country string) postal.Ask {
	b := pack(items, c.passports)
	return postal.Ask{Country: country, GrossGrams: b.grams, LengthMM: b.length, WidthMM: b.width, HeightMM: b.height, Contents: contents,
		Day: c.day, From: c.terms.Postcode}
}

// facts are the parcel as the rules see it, before a service is chosen.
func (c *court) facts(items []Item, as *worth) (clearance.Parcel, error) {
	own, err := c.worth(items)
	if err != nil {
		return clearance.Parcel{}, err
	}
	if as != nil {
		own = *as
	}
	b := pack(items, c.passports)
	p := clearance.Parcel{Number: c.ask.Number, Contents: contents, Country: c.ask.Country, SellerKind: c.terms.Kind, VATPayer: c.terms.VATPayer,
		WantsVAT0: c.terms.WantsVAT0, Signature: c.terms.Signature, GrossGrams: b.grams, LongestMM: b.length, Currency: money.RUB,
		Value: own.rub, ValueRUB: own.rub, ValueSDR: own.sdr, Missing: c.ask.Missing, Persons: c.ask.Persons}
	for _, it := range items {
		value := it.Value
		if as != nil {
			value = c.wholeValue(it)
		}
		p.Lines = append(p.Lines, c.passports[it.OfferID].Line(it.SKU, it.Qty, value))
	}
	c.under(&p)
	return p, nil
}

// under puts a parcel on the contract that it would count under, as packing does once it is paid for: what was sent under it
// before, and what currency control holds of it.
func (c *court) under(p *clearance.Parcel) {
	p.ContractRUB, p.Documents = p.ValueRUB, nil
	if its, ok := contract.For(c.contracts, p.Country); ok {
		p.ContractRUB, p.Documents = p.ValueRUB+its.SumRUB, its.Documents()
	}
}

// wholeValue is what was asked about a kind of thing, whatever part of it is judged now.
func (c *court) wholeValue(part Item) money.Amount {
	for _, it := range c.ask.Items {
		if it.OfferID == part.OfferID {
			return it.Value
		}
	}
	return part.Value
}
