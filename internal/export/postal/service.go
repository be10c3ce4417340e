package postal

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/export/postal/office"
	"github.com/yarmarka/yarmarka/internal/export/postal/oksm"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// Service chooses among the post's services and files orders with it, once for each number, however many programs and
// requests do so together.
type Service struct {
	db     *pgxpool.Pool
	post   *Post
	now    func() time.Time
	terms  *memo[dayKey, []termsRow]
	limits *memo[time.Time, limits]
	prices *memo[priceKey, kindOfPrice]
	fresh  *memo[time.Time, struct{}] // the dictionary was asked for
}

type dayKey struct {
	Country string
	Day     time.Time
}

// How long an answer is good. What the post said yesterday is shown with its age.
const (
	patience     = 4 * time.Second // of a shopper who waits for prices
	goodFor      = 24 * time.Hour  // a price, or the dictionary, before it is asked for again
	keptInMemory = 10 * time.Minute
	pricesKept   = 20_000 // in memory, about 4 MB
	askAgainIn   = time.Minute
	historyKept  = 400 * 24 * time.Hour
)

// New makes a Service that asks post and remembers in db.
func New(db *pgxpool.Pool, post *Post, now func() time.Time) *Service {
	s := &Service{db: db, post: post, now: now, terms: newMemo[dayKey, []termsRow](600, keptInMemory),
		limits: newMemo[time.Time, limits](20, keptInMemory), prices: newMemo[priceKey, kindOfPrice](pricesKept/2, keptInMemory),
		fresh: newMemo[time.Time, struct{}](20, askAgainIn)}
	b := &budget{db: db, now: now}
	for _, l := range []*line{post.orders, post.tracking} {
		l.count, l.spent = b.take, b.exhaust
	}
	return s
}

// Post is the client underneath, for what needs no memory of ours: batches, forms, statuses, tracking.
func (s *Service) Post() *Post { return s.post }

// Candidates lists every service of the post for an item: the chosen one first (Lost is ""), then the others that
// would do, by price, then those that will not. No error where nothing fits: then the first one has Lost set.
func (s *Service) Candidates(ctx context.Context, a Ask) (list []Candidate, err error) {
	defer errs.Wrap(&err, "postal.Candidates(%s, %d g)", a.Country, a.GrossGrams)
	if a, err = s.complete(a); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	rows, err := s.termsFor(ctx, a.Country, a.Day)
	if err != nil {
		return nil, err
	}
	l, err := s.limitsOn(ctx, a.Day)
	if err != nil {
		return nil, err
	}
	var wait sync.WaitGroup
	var failed errorOnce
	list = s.judged(a, rows, l)
	for i := range list {
		if list[i].Lost == "" {
			c, _ := CarriageOf(list[i].Object)
			wait.Go(func() { failed.note(s.price(ctx, &list[i], keyOf(c, a, termsIn(rows, c), l), a)) })
		}
	}
	wait.Wait()
	rank(list)
	return list, failed.err
}

// errorOnce keeps the first error of several goroutines.
type errorOnce struct {
	mu  sync.Mutex
	err error
}

func (e *errorOnce) note(err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.err == nil {
		e.err = err
	}
}

// complete fills in what an Ask leaves out, and refuses what no post can be asked.
func (s *Service) complete(a Ask) (Ask, error) {
	if oksm.Of(a.Country) == 0 || a.Country == "RU" {
		return a, errs.New(errs.Invalid, "postal.country", "country", a.Country)
	}
	if a.GrossGrams <= 0 {
		return a, errs.New(errs.Invalid, "postal.weight")
	}
	if a.Day.IsZero() {
		a.Day = s.now()
	}
	a.Day = dayOf(a.Day)
	if CheckPostcode(a.From) != nil {
		a.From = s.post.cfg.From
	}
	return a, nil
}

// CheckPostcode refuses a postcode at which no parcel can be handed in.
func CheckPostcode(postcode string) error {
	if o, ok := office.Find(postcode); !ok || !o.Takes() {
		return errs.New(errs.Invalid, "postal.postcode", "postcode", postcode)
	}
	return nil
}

// dayOf is the post's calendar day of a moment.
func dayOf(t time.Time) time.Time {
	y, m, d := t.In(moscow).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

func termsIn(rows []termsRow, c Carriage) terms {
	for _, r := range rows {
		if r.Service == c.dictionary {
			return r.terms()
		}
	}
	return terms{}
}

// judged makes a candidate of every service that is for such contents.
func (s *Service) judged(a Ask, rows []termsRow, l limits) []Candidate {
	var list []Candidate
	for _, c := range carriages {
		if !c.carries(a.Contents) {
			continue
		}
		t := termsIn(rows, c)
		k := Candidate{Object: c.Object, Service: c.Service, NameRu: c.NameRu, NameEn: c.NameEn, Tracked: c.Tracked, Insured: c.Insured,
			Facts: t.facts(), Demonstration: s.post.cfg.Demonstration}
		for _, r := range rows {
			if r.Service == c.dictionary {
				k.AsOf = r.CheckedAt
				k.Stale = s.now().Sub(r.CheckedAt) > 2*goodFor
			}
		}
		k.Lost, k.LostArgs = judge(c, a, t, l)
		list = append(list, k)
	}
	return list
}

// kindOfPrice is a price, or the post's refusal to name one.
type kindOfPrice struct {
	priceRow
	refused string
}

// price asks what a candidate costs. Of several days only today's prices are remembered.
func (s *Service) price(ctx context.Context, c *Candidate, k priceKey, a Ask) error {
	p, stale, err := s.priceOf(ctx, k, a)
	switch {
	case Down(err):
		c.Lost = LostUnknown
		return nil
	case err != nil:
		return err
	case p.refused != "":
		c.Lost, c.LostArgs = LostRefused, []any{"why", p.refused}
		return nil
	}
	c.Price, c.MinDays, c.MaxDays, c.AsOf = p.Price, p.MinDays, p.MaxDays, p.AskedAt
	c.Stale = c.Stale || stale
	if a.PromiseDays > 0 && c.MaxDays > a.PromiseDays {
		c.Lost, c.LostArgs = LostDays, []any{"days", c.MaxDays}
	}
	return nil
}

// priceOf looks in memory, then in the database, then asks the post, and where that is away takes the last price it
// named, of the nearest heavier item if need be.
func (s *Service) priceOf(ctx context.Context, k priceKey, a Ask) (p kindOfPrice, stale bool, err error) {
	now := s.now()
	today := a.Day.Equal(dayOf(now))
	if !today {
		q, err := s.ask(ctx, k, a)
		return q, false, err
	}
	if p, ok := s.prices.get(k, now); ok {
		return p, false, nil
	}
	row, ok, err := selectPrice(ctx, s.db, k, s.post.cfg.Demonstration, a.Day)
	if err != nil {
		return p, false, err
	}
	if ok && now.Sub(row.AskedAt) < goodFor {
		p = kindOfPrice{priceRow: row}
		s.prices.put(k, p, now)
		return p, false, nil
	}
	p, err = s.prices.once(ctx, k, patience, func(ctx context.Context) (kindOfPrice, error) { return s.askAndKeep(ctx, k, a) })
	if err == nil || !Down(err) && ctx.Err() == nil {
		return p, false, err
	}
	// The shopper's time may be up; what is kept is still at hand.
	look, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	row, ok, lookErr := selectPriceAbove(look, s.db, k, s.post.cfg.Demonstration, a.Day)
	if lookErr != nil || !ok {
		return p, false, errors.Join(s.post.tariff.away(err), lookErr)
	}
	return kindOfPrice{priceRow: row}, true, nil
}

func (s *Service) ask(ctx context.Context, k priceKey, a Ask) (kindOfPrice, error) {
	q, err := s.post.quote(ctx, quoteAsk{Object: k.Object, Country: oksm.Of(k.Country), From: a.From, Grams: k.Grams, Insured: k.Insured, Day: a.Day})
	if r, refused := errors.AsType[*Refusal](err); refused {
		return kindOfPrice{refused: r.Words()}, nil
	}
	return kindOfPrice{priceRow: priceRow{AskedAt: s.now(), Price: q.Price, MinDays: q.MinDays, MaxDays: q.MaxDays}}, err
}

func (s *Service) askAndKeep(ctx context.Context, k priceKey, a Ask) (kindOfPrice, error) {
	p, err := s.ask(ctx, k, a)
	if err != nil {
		return p, err
	}
	s.prices.put(k, p, s.now())
	if p.refused != "" {
		return p, nil
	}
	q := quote{Price: p.Price, MinDays: p.MinDays, MaxDays: p.MaxDays}
	return p, upsertPrice(ctx, s.db, k, q, s.post.cfg.Demonstration, a.Day, p.AskedAt)
}

// limitsOn reads the figures the dictionary does not have.
func (s *Service) limitsOn(ctx context.Context, day time.Time) (limits, error) {
	if l, ok := s.limits.get(day, s.now()); ok {
		return l, nil
	}
	rows, err := selectLimits(ctx, s.db, day)
	if err != nil {
		return nil, err
	}
	l := limits{}
	for _, r := range rows {
		l[[2]string{r.Service, r.Name}] = r.Value
	}
	s.limits.put(day, l, s.now())
	return l, nil
}
