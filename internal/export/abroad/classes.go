package abroad

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/export/contract"
	"github.com/yarmarka/yarmarka/internal/export/goods"
	"github.com/yarmarka/yarmarka/internal/export/rates"
	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/httpx"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// settled is an offer with all that decides where it may be sent, and what comes of that.
type settled struct {
	OfferID, SellerID int64
	Grams             int64
	Digest            []byte // of ways
	ways              []byte // country → objects of the post, as JSON
	nowhere           bool
}

// Routes makes what finds out where offers may be sent: it is a catalog.Service.Routes. What was found out is kept, for
// the search's classes and for the walk. While a source is away, what was found out last holds.
func (s *Service) Routes(ctx context.Context) (catalog.Router, error) {
	a, err := s.atlas(ctx)
	if errors.Is(err, rates.ErrNone) { // a market that has just been opened: the first rates are on their way
		return selectRoutes, nil
	}
	if err != nil {
		httpx.Warn(ctx, "where things may be sent is what was found out last", err)
		return selectRoutes, nil
	}
	return func(ctx context.Context, db pg.DB, list []catalog.Leaving) (_ map[int64]catalog.Route, err error) {
		defer errs.Wrap(&err, "abroad.Routes(%d)", len(list))
		found, err := a.place(ctx, db, list)
		if err != nil {
			return nil, err
		}
		classes, err := keep(ctx, db, found)
		if err != nil {
			return nil, err
		}
		routes := make(map[int64]catalog.Route, len(found))
		for _, p := range found {
			if !p.nowhere {
				routes[p.OfferID] = catalog.Route{Class: classes[string(p.Digest)], Grams: p.Grams}
			}
		}
		return routes, nil
	}, nil
}

// place finds out where offers may be sent.
func (a *atlas) place(ctx context.Context, db pg.DB, list []catalog.Leaving) ([]settled, error) {
	offers, sellers := make([]int64, len(list)), make([]int64, len(list))
	for i, o := range list {
		offers[i], sellers[i] = o.OfferID, o.SellerID
	}
	passports, err := goods.ForOffers(ctx, db, offers)
	if err != nil {
		return nil, err
	}
	terms, err := goods.TermsOf(ctx, db, sellers)
	if err != nil {
		return nil, err
	}
	contracts, err := contract.Agencies(ctx, db, sellers, a.Now())
	if err != nil {
		return nil, err
	}
	var out []settled
	for _, o := range list {
		p, ok := passports[o.OfferID]
		if !ok {
			continue
		}
		ways, err := a.ways(p, terms[o.SellerID], contracts[o.SellerID], o.Price)
		if err != nil {
			return nil, err
		}
		one := settled{OfferID: o.OfferID, SellerID: o.SellerID, Grams: p.GrossGrams, nowhere: len(ways) == 0}
		if one.ways, err = json.Marshal(ways); err != nil { // keys of maps are sorted: the same answer has the same digest
			return nil, err
		}
		sum := sha256.Sum256(one.ways)
		one.Digest = sum[:]
		out = append(out, one)
	}
	return out, nil
}

// keep writes down what was found out, and gives the classes by their digests.
func keep(ctx context.Context, db pg.DB, list []settled) (map[string]int64, error) {
	digests, seen := [][]byte{}, map[string]bool{}
	var ways []string
	for _, p := range list {
		if !seen[string(p.Digest)] {
			seen[string(p.Digest)] = true
			digests, ways = append(digests, p.Digest), append(ways, string(p.ways))
		}
	}
	if len(digests) == 0 {
		return nil, nil
	}
	classes, err := upsertClasses(ctx, db, digests, ways)
	if err != nil {
		return nil, err
	}
	return classes, upsertReach(ctx, db, list, classes)
}

// Bounds of the walk: one batch is one transaction, and a walk that is not done in its time goes on where it stopped.
const (
	walkBatch = 300
	walkFor   = 45 * time.Second
)

// Walk finds out anew where everything may be sent that is ready to go abroad, when the rules, the day or the post's terms
// are others than they were, and has the cards indexed of what may go elsewhere now. It answers how many offers it looked at.
func (s *Service) Walk(ctx context.Context) (n int, err error) {
	defer errs.Wrap(&err, "abroad.Walk")
	a, err := s.atlas(ctx)
	if err != nil {
		return 0, err
	}
	for until := s.Now().Add(walkFor); s.Now().Before(until); {
		took, done := 0, false
		err := pg.InTx(ctx, s.DB, func(tx pgx.Tx) error {
			w, err := lockWalk(ctx, tx)
			if err != nil || w.Walked == a.law {
				done = true
				return err
			}
			if w.Law != a.law {
				w.AfterID = 0
			}
			took, done, err = s.step(ctx, tx, a, w.AfterID)
			return err
		})
		n += took
		if err != nil || done {
			return n, err
		}
	}
	return n, nil
}

// step walks one batch further.
func (s *Service) step(ctx context.Context, tx pgx.Tx, a *atlas, after int64) (n int, done bool, err error) {
	rows, err := selectBatch(ctx, tx, after, walkBatch)
	if err != nil {
		return 0, false, err
	}
	if len(rows) == 0 {
		return 0, true, setWalked(ctx, tx, a.law)
	}
	list, was := make([]catalog.Leaving, len(rows)), map[int64]walkRow{}
	for i, r := range rows {
		list[i], was[r.OfferID] = catalog.Leaving{OfferID: r.OfferID, SellerID: r.SellerID, Price: r.Price}, r
	}
	found, err := a.place(ctx, tx, list)
	if err != nil {
		return 0, false, err
	}
	var moved []int64
	for _, p := range found {
		if r := was[p.OfferID]; string(r.Digest) != string(p.Digest) || r.Grams != p.Grams {
			moved = append(moved, p.OfferID)
		}
	}
	if _, err := keep(ctx, tx, found); err != nil {
		return 0, false, err
	}
	if err := catalog.OffersChanged(ctx, tx, moved); err != nil {
		return 0, false, err
	}
	return len(rows), false, setWalk(ctx, tx, a.law, rows[len(rows)-1].OfferID)
}
