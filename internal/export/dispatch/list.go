package dispatch

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/desk"
	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/rates"
	"github.com/yarmarka/yarmarka/internal/market/order"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/paging"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

const listSize = 50

// List gives a pile of a seller's parcels, and how many are in each.
func (s *Service) List(ctx context.Context, sellerID int64, pile Pile, after string) (page paging.Page[ListRow], counts map[Pile]int, err error) {
	defer errs.Wrap(&err, "dispatch.List(%d, %s)", sellerID, pile)
	var before int64
	if _, err := paging.Decode(after, &before); err != nil {
		return page, nil, err
	}
	counts = map[Pile]int{}
	err = pg.AsSeller(ctx, s.Pool, sellerID, func(tx pgx.Tx) error {
		rows, err := listParcels(ctx, tx, sellerID, pile, before, listSize+1)
		if err != nil {
			return err
		}
		if page, err = paging.Cut(rows, listSize, func(r ListRow) any { return r.ID }); err != nil {
			return err
		}
		list, err := countPiles(ctx, tx, sellerID)
		for _, c := range list {
			counts[c.Pile] = c.N
		}
		return err
	})
	return page, counts, err
}

// CountReady puts into a batch the question how many parcels wait for their seller: the first pile of the list.
func CountReady(b *pgx.Batch, sellerID int64, n *int) { queueReady(b, sellerID, n) }

// Dossier is everything about one parcel.
type Dossier struct {
	Parcel
	Shipment   order.Shipment
	Decisions  []clearance.Stored        // oldest first
	Rules      map[string]clearance.Rule // that the decision in force read and did not need, by their names
	Events     []Event
	Candidates []postal.Candidate // the one paid for first; none while the post is away
	Away       bool               // the post does not answer
	Case       *desk.Case
}

// Last is the decision in force.
func (d Dossier) Last() (clearance.Stored, bool) {
	if len(d.Decisions) == 0 {
		return clearance.Stored{}, false
	}
	return d.Decisions[len(d.Decisions)-1], true
}

// Get reads a parcel for its seller; another's is NotFound.
func (s *Service) Get(ctx context.Context, sellerID int64, number string) (d Dossier, err error) {
	defer errs.Wrap(&err, "dispatch.Get(%s)", number)
	if d.Parcel, err = s.own(ctx, number, sellerID); err != nil {
		return d, err
	}
	if d.Shipment, err = order.ShipmentOf(ctx, s.Pool, d.ParcelID); err != nil {
		return d, err
	}
	if d.Decisions, err = clearance.Of(ctx, s.Pool, clearance.KindParcel, number); err != nil {
		return d, err
	}
	if d.Rules, err = s.consulted(ctx, d); err != nil {
		return d, err
	}
	if d.Events, err = selectEvents(ctx, s.Pool, d.Parcel); err != nil {
		return d, err
	}
	d.Candidates, err = s.compared(ctx, d)
	if postal.Down(err) {
		d.Away, err = true, nil
	}
	d.Away = d.Away || s.unanswered(d)
	return d, err
}

// soonAnswered is how long the post may take with a parcel before whoever looks is told that it does not answer.
const soonAnswered = time.Minute

// unanswered reports whether a parcel waits for the post alone, or no price of its is known.
func (s *Service) unanswered(d Dossier) bool {
	waits := (d.State == Cleared || d.State == Signed) && d.StuckAt == nil && s.Now().Sub(d.Since) > soonAnswered
	return waits || slices.ContainsFunc(d.Candidates, func(c postal.Candidate) bool { return c.Lost == postal.LostUnknown })
}

// consulted are the rules that the decision in force names as read, as they stood on its day.
func (s *Service) consulted(ctx context.Context, d Dossier) (map[string]clearance.Rule, error) {
	last, ok := d.Last()
	if !ok {
		return nil, nil
	}
	lib, err := s.Rules.Library(ctx)
	if err != nil {
		return nil, err
	}
	named := map[string]bool{}
	for _, f := range last.Decision.Findings {
		for _, id := range f.ConsultedIDs() {
			named[id] = true
		}
	}
	rules := make(map[string]clearance.Rule, len(named))
	for _, r := range lib.RulesOn(last.Day) {
		if named[r.ID] {
			rules[r.ID] = r
		}
	}
	return rules, nil
}

// compared is every service of the post for the parcel, with the reason each lost. Prices are what the post says today.
func (s *Service) compared(ctx context.Context, d Dossier) ([]postal.Candidate, error) {
	terms, err := s.terms(ctx, d.SellerID)
	if err != nil {
		return nil, err
	}
	list, err := s.Post.Candidates(ctx, postal.Ask{Country: d.Country, GrossGrams: d.GrossG, LengthMM: d.LengthMM, WidthMM: d.WidthMM,
		HeightMM: d.HeightMM, Contents: contents, Day: rates.Today(s.Now()), From: terms.Postcode})
	return paidFirst(list, d.Object), err
}

// Paper opens one of a parcel's papers for its seller.
func (s *Service) Paper(ctx context.Context, sellerID int64, number, kind string) (x Paper, data []byte, err error) {
	defer errs.Wrap(&err, "dispatch.Paper(%s, %s)", number, kind)
	p, err := s.own(ctx, number, sellerID)
	if err != nil {
		return x, nil, err
	}
	x, ok := p.paper(kind)
	if !ok {
		return x, nil, errs.New(errs.NotFound, "error.not_found")
	}
	data, err = s.openPaper(ctx, p, x)
	return x, data, err
}

// Overview is how the wing does, for the operator.
type Overview struct {
	States []stateCount
	Times  ClearTimes
	Stuck  []StuckRow
}

// Alone is the share of cleared parcels that no officer looked at, in per cent.
func (o Overview) Alone() string {
	if o.Times.Cleared == 0 {
		return "–"
	}
	return strconv.Itoa(o.Times.Alone*100/o.Times.Cleared) + " %"
}

const (
	overviewDays = 30
	overviewList = 50
)

// Overview reads how the last thirty days went.
func (s *Service) Overview(ctx context.Context) (o Overview, err error) {
	defer errs.Wrap(&err, "dispatch.Overview")
	if o.States, err = countStates(ctx, s.Pool); err != nil {
		return o, err
	}
	if o.Times, err = selectClearTimes(ctx, s.Pool, s.Now().Add(-overviewDays*24*time.Hour)); err != nil {
		return o, err
	}
	o.Stuck, err = listStuck(ctx, s.Pool, i18n.LangOf(ctx), overviewList)
	return o, err
}
