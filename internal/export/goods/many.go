package goods

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// MaxMany is how many listings one act changes.
const MaxMany = 500

// Overview is how far a seller's goods have come.
type Overview struct {
	Ready, Lacking, Off int
	Lacks               []count // of those switched on, the most frequent first
	HTSUS               int     // how many only the USA would not let in, for want of their own code
	Terms               SellerTerms
}

// Look counts a seller's listings and what lacks them.
func (s *Service) Look(ctx context.Context, sellerID int64) (o Overview, err error) {
	defer errs.Wrap(&err, "goods.Look(%d)", sellerID)
	tables, err := s.Tables(ctx, s.Now())
	if err != nil {
		return o, err
	}
	err = pg.AsSeller(ctx, s.Pool, sellerID, func(tx pgx.Tx) error {
		states, err := countStates(ctx, tx, sellerID)
		if err != nil {
			return err
		}
		o = Overview{}
		for _, c := range states {
			switch c.Key {
			case "ready":
				o.Ready = c.N
			case "lacking":
				o.Lacking = c.N
			default:
				o.Off = c.N
			}
		}
		if o.Lacks, err = countLacks(ctx, tx, sellerID); err != nil {
			return err
		}
		if asksHTSUS(tables) {
			if o.HTSUS, err = countHTSUS(ctx, tx, sellerID); err != nil {
				return err
			}
		}
		o.Terms, err = termsOf(ctx, tx, sellerID)
		return err
	})
	return o, err
}

// List reads one page of a seller's listings, the newest first.
func (s *Service) List(ctx context.Context, sellerID int64, f Filter) (list []Listing, err error) {
	defer errs.Wrap(&err, "goods.List(%d)", sellerID)
	var offers []int64
	err = pg.AsSeller(ctx, s.Pool, sellerID, func(tx pgx.Tx) error {
		offers, err = selectOffers(ctx, tx, sellerID, f)
		return err
	})
	if err != nil {
		return nil, err
	}
	list, err = s.listings(ctx, sellerID, offers)
	slices.Reverse(list)
	return list, err
}

// Outcome is what an act on many listings came to.
type Outcome struct {
	Changed, Ready int
	Failed         map[int64][]errs.Field // by offer
}

// Switch lets listings be sold abroad, or not any more. A listing that lacks facts may be switched on; it is offered when
// nothing lacks. Others' offers are passed over.
func (s *Service) Switch(ctx context.Context, by Actor, offers []int64, abroad bool) (Outcome, error) {
	return s.each(ctx, by, offers, func(l Listing) (Passport, []errs.Field, error) {
		p := l.Passport
		if p.Version == 0 {
			p.TextRU = l.shortTitle()
		}
		p.Abroad = abroad
		return p, nil, nil
	})
}

// Fill sets facts of many listings at once: the same for all of them. A listing it does not fit is left as it is and
// named in the outcome.
func (s *Service) Fill(ctx context.Context, by Actor, offers []int64, e Edit) (Outcome, error) {
	return s.each(ctx, by, offers, func(l Listing) (Passport, []errs.Field, error) { return s.changed(ctx, l, e) })
}

// FillFromCards takes what the cards themselves tell into passports that say nothing of it yet: weight, size, origin,
// material and texts. The seller asks for it and sees what came of it; the code is never filled in like that.
func (s *Service) FillFromCards(ctx context.Context, by Actor, offers []int64) (Outcome, error) {
	return s.each(ctx, by, offers, func(l Listing) (Passport, []errs.Field, error) {
		p := l.Proposed()
		return p, p.contradictions(s.Now(), nil), nil
	})
}

// each changes listings one by one, each in its own transaction: what another manager changed at the same moment is read
// again and changed once more.
func (s *Service) each(ctx context.Context, by Actor, offers []int64, change func(Listing) (Passport, []errs.Field, error)) (out Outcome, err error) {
	defer errs.Wrap(&err, "goods.each(%d offers)", len(offers))
	if len(offers) > MaxMany {
		return out, errs.New(errs.Invalid, "export.goods.err.many", "max", MaxMany)
	}
	out.Failed = map[int64][]errs.Field{}
	list, err := s.listings(ctx, by.SellerID, offers)
	if err != nil {
		return out, err
	}
	for _, l := range list {
		if err := s.one(ctx, by, l, change, &out); err != nil {
			return out, err
		}
	}
	return out, nil
}

// tries is how often a listing is read again because somebody else was faster.
const tries = 3

func (s *Service) one(ctx context.Context, by Actor, l Listing, change func(Listing) (Passport, []errs.Field, error), out *Outcome) error {
	for try := 1; ; try++ {
		p, problems, err := change(l)
		if err != nil {
			return err
		}
		if len(problems) > 0 {
			out.Failed[l.OfferID] = problems
			return nil
		}
		if p.same(l.Passport) && l.Passport.Version > 0 {
			return nil
		}
		err = s.write(ctx, by, l, &p)
		if errs.Is(err, errs.Conflict) && try < tries {
			if l, err = s.listing(ctx, by.SellerID, l.OfferID); err != nil {
				return err
			}
			continue
		}
		if err != nil {
			return err
		}
		out.Changed++
		if p.Ready() {
			out.Ready++
		}
		return nil
	}
}

// same reports whether a seller's change changed nothing.
func (p Passport) same(before Passport) bool {
	if p.Abroad != before.Abroad || p.Confirmed != before.Confirmed {
		return false
	}
	return !slices.ContainsFunc(facts, func(f fact) bool { return f.show(&p) != f.show(&before) })
}

// recheckMany is how many listings one run of Recheck judges; what is left waits for the next.
const recheckMany = 2000

// Recheck judges listings again by the rules of today, because rules begin and end: what was ready may lack something now,
// and the other way round. It answers how many were judged.
func (s *Service) Recheck(ctx context.Context) (n int, err error) {
	defer errs.Wrap(&err, "goods.Recheck")
	today := s.Now()
	list, err := selectUnjudged(ctx, s.Pool, today, recheckMany)
	if err != nil {
		return 0, err
	}
	for _, p := range list {
		if err := s.recheck(ctx, p, today); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// recheck judges one listing, and asks a desk when the rules of today want its document.
func (s *Service) recheck(ctx context.Context, before Passport, today time.Time) error {
	p := before
	j, err := s.judge(ctx, &p, today)
	if err != nil {
		return err
	}
	l, err := s.listing(ctx, p.SellerID, p.OfferID)
	if errs.Is(err, errs.NotFound) { // archived: nobody can buy it
		l, err = Listing{}, nil
	}
	if err != nil {
		return err
	}
	return pg.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		ok, err := updateJudged(ctx, tx, p, today)
		if err != nil || !ok || l.OfferID == 0 {
			return err
		}
		l.Passport = before
		if err := s.record(ctx, tx, before, p, j); err != nil {
			return err
		}
		return s.ask(ctx, tx, Actor{SellerID: p.SellerID}, l, p, j.heeded)
	})
}
