package clearance

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// Verdict is what the rules say of one thing and one country, before anybody has ordered it: the hardest finding, and
// the words for it by ThenWords.
type Verdict struct {
	Outcome Outcome // Pass: nothing about the thing or the country is against it
	Then    string  // what is needed, the reason, the other way; "" when it passes
	Rule    string  // "" when it passes
	Step    int     // 0 when it passes
}

// thingSteps are the questions that a thing and a country answer by themselves. Who sells, who receives, by which
// service and for how much are asked when there is an order.
var thingSteps = func() (list []Step) {
	for _, s := range Steps {
		switch s.Name {
		case "destination", "code", "description", "export", "post", "import", "culture", "brand", "declaration":
			list = append(list, s)
		}
	}
	return list
}()

// Sendable says whether one piece of a thing may go to a country by the rules in force on a day: for a card or a list,
// where no service is chosen and nobody has an address yet. The line is a passport's (goods.Passport.Line with one
// piece). The post's own stops, the shop's terms and the buyer's data are not asked: abroad.Judge asks everything once
// somebody means to buy. It is a few microseconds, and asks the database at most once a second; for many things of one
// page take the Book once, and ask that.
func (s *Service) Sendable(ctx context.Context, line Line, country string, day time.Time) (v Verdict, err error) {
	b, err := s.Book(ctx, day)
	if err != nil {
		return v, err
	}
	return b.Sendable(&line, country), nil
}

// Book is the compiled book of a day, shared by all who ask for it and kept until somebody publishes.
func (s *Service) Book(ctx context.Context, day time.Time) (b *Book, err error) {
	defer errs.Wrap(&err, "clearance.Book")
	o, err := s.open(ctx, day)
	if err != nil {
		return nil, err
	}
	return o.book, nil
}

// Sendable is Service.Sendable by one book. It touches no database and may be called by many at once.
func (b *Book) Sendable(line *Line, country string) Verdict {
	const some = 1 // a value that is not zero: the price is asked about when it is paid
	p := &Parcel{Contents: "goods", Country: country, Insured: true, Value: some, ValueRUB: some}
	whole, lines := about(p, nil, b.Day), []*subject{about(p, line, b.Day)}
	v := Verdict{Outcome: Pass}
	var found []Finding
	for _, step := range thingSteps {
		found = b.find(whole, lines, step, found[:0])
		for _, f := range found {
			if weight[f.Outcome] > weight[v.Outcome] {
				v = Verdict{Outcome: f.Outcome, Then: f.Then, Rule: f.Rule, Step: f.Step}
			}
		}
		if v.Outcome == Refused {
			break
		}
	}
	return v
}
