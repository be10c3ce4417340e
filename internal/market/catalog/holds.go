package catalog

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// The verbs below join the caller's transaction. They always lock stock rows first, in offer id
// order, and hold rows after them, so that no two of them can wait for each other in a circle.

// HoldLine asks for qty units of an offer.
type HoldLine struct {
	OfferID int64
	Qty     int
}

// Short tells of a line that could not be held: how many units are free, and why when the offer
// cannot be bought at all.
type Short struct {
	OfferID int64
	Free    int
	Reason  Reason
}

// HoldInfo is what a key holds.
type HoldInfo struct {
	ExpiresAt time.Time
	Extended  bool
	Lines     []HoldLine
}

// ErrHoldExpired says that a hold ended before it was used: its units may be somebody else's now.
var ErrHoldExpired = errs.New(errs.Conflict, "catalog.hold.expired")

// ErrHoldExtended says that a hold was already prolonged once.
var ErrHoldExtended = errs.New(errs.Conflict, "catalog.hold.extended")

// Hold reserves every line for key for ttl, or reserves nothing and tells which lines are short.
// Lines of one offer are merged. A key holds one set of lines: an earlier live hold of the same
// key is replaced and keeps its deadline, so that reloading the checkout never buys more time.
func Hold(ctx context.Context, db pg.DB, key string, lines []HoldLine, ttl time.Duration) ([]Short, error) {
	b := &pgx.Batch{}
	h, err := QueueHold(b, key, lines, ttl)
	if err != nil {
		return nil, err
	}
	if err := pg.Send(ctx, db, b); err != nil {
		return nil, err
	}
	return h.Short(ctx, db)
}

// Holding is a hold that a batch takes: Short tells what became of it once the batch is sent.
type Holding struct {
	key   string
	ids   []int64
	qtys  []int32
	ttl   time.Duration
	first []taken
}

// QueueHold is Hold as a part of the caller's round trip. It belongs at its end: what is wanted stays locked from there.
func QueueHold(b *pgx.Batch, key string, lines []HoldLine, ttl time.Duration) (_ *Holding, err error) {
	defer errs.Wrap(&err, "catalog.QueueHold(%s)", key)
	lines, err = mergeLines(lines)
	if err != nil {
		return nil, err
	}
	h := &Holding{key: key, ttl: ttl}
	h.ids, h.qtys = columns(lines)
	queueTake(b, h)
	return h, nil
}

// Short tells which lines are short; with any, nothing is held. A key that held something before, and units that waited
// for the sweep, are seen to here, in the transaction of the batch.
func (h *Holding) Short(ctx context.Context, db pg.DB) (short []Short, err error) {
	defer errs.Wrap(&err, "catalog.Hold(%s)", h.key)
	if len(h.first) > 0 && !h.first[0].Mine && !h.first[0].Due {
		return shortOf(h.first), nil
	}
	return replaceHolds(ctx, db, h.key, h.ids, h.qtys, h.ttl)
}

// shortOf lists the lines that fell short.
func shortOf(first []taken) []Short {
	var short []Short
	for _, t := range first {
		if t.OfferID != nil {
			short = append(short, Short{OfferID: *t.OfferID, Free: *t.Free, Reason: *t.Reason})
		}
	}
	return short
}

// replaceHolds is Hold for a key that holds something already, and for units that wait for the
// sweep: what has ended is ended first.
func replaceHolds(ctx context.Context, db pg.DB, key string, ids []int64, qtys []int32, ttl time.Duration) ([]Short, error) {
	if err := lockStockForHold(ctx, db, key, ids); err != nil {
		return nil, err
	}
	if err := expireStock(ctx, db, ids); err != nil {
		return nil, err
	}
	deadline, err := releaseForReplace(ctx, db, key)
	if err != nil {
		return nil, err
	}
	return insertHolds(ctx, db, key, ids, qtys, ttl, deadline)
}

// ReHold takes again what key held when it expired, for ttl more: for money that arrived late. It
// holds everything or nothing, like Hold, and does nothing for a key that still holds.
func ReHold(ctx context.Context, db pg.DB, key string, ttl time.Duration) (short []Short, err error) {
	defer errs.Wrap(&err, "catalog.ReHold(%s)", key)
	lines, live, err := selectLostLines(ctx, db, key)
	if err != nil || live {
		return nil, err
	}
	if len(lines) == 0 {
		return nil, ErrHoldExpired
	}
	return Hold(ctx, db, key, lines, ttl)
}

// Extend prolongs a live hold once, by the time it was first given, and answers the new deadline.
func Extend(ctx context.Context, db pg.DB, key string) (until time.Time, err error) {
	defer errs.Wrap(&err, "catalog.Extend(%s)", key)
	until, ok, err := extendHolds(ctx, db, key)
	if err != nil || ok {
		return until, err
	}
	info, live, err := GetHold(ctx, db, key)
	if err != nil {
		return until, err
	}
	if live && info.Extended {
		return info.ExpiresAt, ErrHoldExtended
	}
	return until, ErrHoldExpired
}

// Release gives back whatever key still holds. Releasing twice is no error.
func Release(ctx context.Context, db pg.DB, key string) (err error) {
	defer errs.Wrap(&err, "catalog.Release(%s)", key)
	_, err = settleHolds(ctx, db, key, "released")
	return err
}

// Commit turns everything key holds into sold units: on hand and reserved both go down. A hold
// past its deadline is ErrHoldExpired and nothing changes; a key committed before stays committed.
func Commit(ctx context.Context, db pg.DB, key string) (err error) {
	defer errs.Wrap(&err, "catalog.Commit(%s)", key)
	done, err := settleHolds(ctx, db, key, "committed")
	if err != nil || done > 0 {
		return err
	}
	sold, err := onlySold(ctx, db, key)
	if err == nil && !sold {
		err = ErrHoldExpired
	}
	return err
}

// QueueCommit is Commit as a part of the caller's round trip: done tells how many lines were sold. Where that is none,
// Commit says why.
func QueueCommit(b *pgx.Batch, key string, done *int64) { queueSettle(b, key, "committed", done) }

// Restock puts sold units back on the shelf after a cancellation or a return.
func Restock(ctx context.Context, db pg.DB, lines []HoldLine) (err error) {
	defer errs.Wrap(&err, "catalog.Restock")
	lines, err = mergeLines(lines)
	if err != nil {
		return err
	}
	ids, qtys := columns(lines)
	if err := lockStock(ctx, db, ids); err != nil {
		return err
	}
	return addStock(ctx, db, ids, qtys)
}

// ExpireDue ends holds whose time has passed on at most limit offers and says how many it ended.
// Several copies may run side by side: each skips the offers another is working on.
func ExpireDue(ctx context.Context, db pg.DB, limit int) (n int64, err error) {
	defer errs.Wrap(&err, "catalog.ExpireDue")
	ids, err := lockDueStock(ctx, db, limit)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	return settleDue(ctx, db, ids)
}

// GetHold answers what key holds now; false when it holds nothing that is still in time.
func GetHold(ctx context.Context, db pg.DB, key string) (HoldInfo, bool, error) {
	return selectHold(ctx, db, key)
}

func mergeLines(lines []HoldLine) ([]HoldLine, error) {
	sums := make(map[int64]int, len(lines))
	for _, l := range lines {
		if l.Qty <= 0 || l.Qty > math.MaxInt32-sums[l.OfferID] {
			return nil, errs.New(errs.Invalid, "catalog.hold.qty")
		}
		sums[l.OfferID] += l.Qty
	}
	if len(sums) == 0 || len(sums) > MaxHoldLines {
		return nil, errs.New(errs.Invalid, "catalog.hold.lines")
	}
	merged := make([]HoldLine, 0, len(sums))
	for id, qty := range sums {
		merged = append(merged, HoldLine{OfferID: id, Qty: qty})
	}
	slices.SortFunc(merged, func(a, b HoldLine) int { return cmp.Compare(a.OfferID, b.OfferID) })
	return merged, nil
}

func columns(lines []HoldLine) (ids []int64, qtys []int32) {
	for _, l := range lines {
		ids, qtys = append(ids, l.OfferID), append(qtys, int32(l.Qty))
	}
	return ids, qtys
}
