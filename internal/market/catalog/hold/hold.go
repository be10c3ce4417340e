// Package hold keeps stock for a checkout: a key holds its lines until a deadline, and then they are sold
// or free again. It writes catalog's tables holds and offer_stock, whose part it is; whether an offer can be
// bought at all is said there. It never knows whose key it is, what is paid, or why.
package hold

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// MaxLines bounds the offers one hold may name.
const MaxLines = 200

// Line asks for qty units of an offer.
type Line struct {
	OfferID int64
	Qty     int
}

// Short tells of a line that could not be held: how many units are free, and why when the offer
// cannot be bought at all.
type Short struct {
	OfferID int64
	Free    int
	Reason  catalog.Reason
}

// Held is what a key holds.
type Held struct {
	ExpiresAt time.Time
	Extended  bool
	Lines     []Line
}

// ErrExpired says that a hold ended before it was used: its units may be somebody else's now.
var ErrExpired = errs.New(errs.Conflict, "catalog.hold.expired")

// ErrExtended says that a hold was already prolonged once.
var ErrExtended = errs.New(errs.Conflict, "catalog.hold.extended")

// The verbs below join the caller's transaction. They always lock stock rows first, in offer id
// order, and hold rows after them, so that no two of them can wait for each other in a circle.

// Take reserves every line for key for ttl, or reserves nothing and tells which lines are short.
// Lines of one offer are merged. A key holds one set of lines: an earlier live hold of the same
// key is replaced and keeps its deadline, so that reloading the checkout never buys more time.
func Take(ctx context.Context, db pg.DB, key string, lines []Line, ttl time.Duration) ([]Short, error) {
	b := &pgx.Batch{}
	h, err := QueueTake(b, key, lines, ttl)
	if err != nil {
		return nil, err
	}
	if err := pg.Send(ctx, db, b); err != nil {
		return nil, err
	}
	return h.Short(ctx, db)
}

// Taking is a hold that a batch takes: Short tells what became of it once the batch is sent.
type Taking struct {
	key   string
	ids   []int64
	qtys  []int32
	ttl   time.Duration
	first []taken
}

// QueueTake is Take as a part of the caller's round trip. It belongs at its end: what is wanted stays locked from there.
func QueueTake(b *pgx.Batch, key string, lines []Line, ttl time.Duration) (_ *Taking, err error) {
	defer errs.Wrap(&err, "hold.QueueTake(%s)", key)
	lines, err = mergeLines(lines)
	if err != nil {
		return nil, err
	}
	h := &Taking{key: key, ttl: ttl}
	h.ids, h.qtys = columns(lines)
	queueFirst(b, h)
	return h, nil
}

// Short tells which lines are short; with any, nothing is held. A key that held something before, and units that waited
// for the sweep, are seen to here, in the transaction of the batch.
func (h *Taking) Short(ctx context.Context, db pg.DB) (short []Short, err error) {
	defer errs.Wrap(&err, "hold.Take(%s)", h.key)
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

// replaceHolds is Take for a key that holds something already, and for units that wait for the
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

// Retake takes again what key held when it expired, for ttl more: for money that arrived late. It
// holds everything or nothing, like Take, and does nothing for a key that still holds.
func Retake(ctx context.Context, db pg.DB, key string, ttl time.Duration) (short []Short, err error) {
	defer errs.Wrap(&err, "hold.Retake(%s)", key)
	lines, live, err := selectLostLines(ctx, db, key)
	if err != nil || live {
		return nil, err
	}
	if len(lines) == 0 {
		return nil, ErrExpired
	}
	return Take(ctx, db, key, lines, ttl)
}

// Extend prolongs a live hold once, by the time it was first given, and answers the new deadline.
func Extend(ctx context.Context, db pg.DB, key string) (until time.Time, err error) {
	defer errs.Wrap(&err, "hold.Extend(%s)", key)
	until, ok, err := extendHolds(ctx, db, key)
	if err != nil || ok {
		return until, err
	}
	info, live, err := Find(ctx, db, key)
	if err != nil {
		return until, err
	}
	if live && info.Extended {
		return info.ExpiresAt, ErrExtended
	}
	return until, ErrExpired
}

// Release gives back whatever key still holds. Releasing twice is no error.
func Release(ctx context.Context, db pg.DB, key string) (err error) {
	defer errs.Wrap(&err, "hold.Release(%s)", key)
	_, err = settleHolds(ctx, db, key, "released")
	return err
}

// Commit turns everything key holds into sold units: on hand and reserved both go down. A hold
// past its deadline is ErrExpired and nothing changes; a key committed before stays committed.
func Commit(ctx context.Context, db pg.DB, key string) (err error) {
	defer errs.Wrap(&err, "hold.Commit(%s)", key)
	done, err := settleHolds(ctx, db, key, "committed")
	if err != nil || done > 0 {
		return err
	}
	sold, err := onlySold(ctx, db, key)
	if err == nil && !sold {
		err = ErrExpired
	}
	return err
}

// QueueCommit is Commit as a part of the caller's round trip: done tells how many lines were sold. Where that is none,
// Commit says why.
func QueueCommit(b *pgx.Batch, key string, done *int64) { queueSettle(b, key, "committed", done) }

// Restock puts sold units back on the shelf after a cancellation or a return.
func Restock(ctx context.Context, db pg.DB, lines []Line) (err error) {
	defer errs.Wrap(&err, "hold.Restock")
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
	defer errs.Wrap(&err, "hold.ExpireDue")
	ids, err := lockDueStock(ctx, db, limit)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	return settleDue(ctx, db, ids)
}

// Find answers what key holds now; false when it holds nothing that is still in time.
func Find(ctx context.Context, db pg.DB, key string) (Held, bool, error) {
	return selectHold(ctx, db, key)
}

func mergeLines(lines []Line) ([]Line, error) {
	sums := make(map[int64]int, len(lines))
	for _, l := range lines {
		if l.Qty <= 0 || l.Qty > math.MaxInt32-sums[l.OfferID] {
			return nil, errs.New(errs.Invalid, "catalog.hold.qty")
		}
		sums[l.OfferID] += l.Qty
	}
	if len(sums) == 0 || len(sums) > MaxLines {
		return nil, errs.New(errs.Invalid, "catalog.hold.lines")
	}
	merged := make([]Line, 0, len(sums))
	for id, qty := range sums {
		merged = append(merged, Line{OfferID: id, Qty: qty})
	}
	slices.SortFunc(merged, func(a, b Line) int { return cmp.Compare(a.OfferID, b.OfferID) })
	return merged, nil
}

func columns(lines []Line) (ids []int64, qtys []int32) {
	for _, l := range lines {
		ids, qtys = append(ids, l.OfferID), append(qtys, int32(l.Qty))
	}
	return ids, qtys
}
