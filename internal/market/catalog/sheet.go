package catalog

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// sheet is all that a product page says of its own card. What depends on the hour is worked out of it when the page is
// made. It is kept in card_sheets, so that a page that nobody has asked for lately costs one indexed query.
type sheet struct {
	Card    Card
	Offers  []cardOfferRow      // that can be bought, the cheapest first
	Charged map[int64][]Charged // by those offers that are in the buy box of a variant
}

// sheetForm is how sheets are written; raise it whenever sheet, or anything in it, changes its shape or its meaning.
const sheetForm = 3

// sheetBatch is how many sheets are read and written together, and sheetRound how many one call of WriteSheets writes.
const (
	sheetBatch = 300
	sheetRound = 6000
)

// rivals are the offers of one variant, the cheapest first.
func (x sheet) rivals(variantID int64) []Rival {
	var list []Rival
	for _, r := range x.Offers {
		if r.VariantID == variantID && len(list) < maxRivals {
			list = append(list, r.rival())
		}
	}
	return list
}

// sheet finds a card by its address, and the state of what its page speaks of: from the kept sheet if that is true, else
// from the tables themselves. Reading writes nothing; sheets are mended by their job.
func (s *Service) sheet(ctx context.Context, slug string) (x sheet, state pageStamp, err error) {
	defer errs.Wrap(&err, "catalog.sheet(%s)", slug)
	kept, ok, err := selectSheet(ctx, s.db, slug)
	if err != nil {
		return x, state, err
	}
	if ok {
		if x, err = decodeSheet(kept.Body); err == nil {
			return x, kept.pageStamp, nil
		}
		slog.WarnContext(ctx, "a card's sheet cannot be read", "product", kept.ID, "err", err)
	}
	id, ok, err := selectCardID(ctx, s.db, slug)
	if err != nil {
		return x, state, err
	}
	if ok {
		fresh, err := readSheets(ctx, s.db, []int64{id})
		if err != nil {
			return x, state, err
		}
		if len(fresh) == 1 {
			return fresh[0].sheet, fresh[0].pageStamp, nil
		}
	}
	return sheet{}, state, errs.New(errs.NotFound, "catalog.product.not_found")
}

// freshSheet is a sheet as the tables are now, with what has to be known to keep it.
type freshSheet struct {
	sheet
	stateRow
}

// readSheets makes the sheets of those of the cards that have a page.
func readSheets(ctx context.Context, db pg.DB, ids []int64) ([]freshSheet, error) {
	rows, err := selectCardParts(ctx, db, ids)
	if err != nil {
		return nil, err
	}
	list := make([]freshSheet, 0, len(rows.Cards))
	var winners []int64
	for _, face := range rows.Cards {
		at := slices.IndexFunc(rows.States, func(s stateRow) bool { return s.ID == face.ID })
		if at < 0 {
			continue // published between the two statements: its state was not read before it
		}
		x := freshSheet{stateRow: rows.States[at], sheet: sheet{Card: rows.card(face), Offers: rows.Offers[face.ID], Charged: map[int64][]Charged{}}}
		for _, v := range x.Card.Variants {
			if box, ok := ChooseSeller(x.rivals(v.ID)); ok {
				x.Charged[box.Winner.OfferID], winners = nil, append(winners, box.Winner.OfferID)
			}
		}
		list = append(list, x)
	}
	return list, chargeSheets(ctx, db, list, winners)
}

// chargeSheets fills in what the offers in the buy boxes charged.
func chargeSheets(ctx context.Context, db pg.DB, list []freshSheet, winners []int64) error {
	history, err := selectHistories(ctx, db, winners)
	if err != nil {
		return err
	}
	for _, x := range list {
		for _, o := range x.Offers {
			if _, wins := x.Charged[o.OfferID]; wins {
				x.Charged[o.OfferID] = history[offerMoney{o.OfferID, money.Currency(o.Currency)}]
			}
		}
	}
	return nil
}

// WriteSheets brings up to date the kept sheets of what changed since a moment, writes some of those that are missing, and
// says how many it wrote. Several copies of the program may do it at once: a sheet that loses a race is passed
// over by its readers and found again by the next round.
func (s *Service) WriteSheets(ctx context.Context, since time.Time) (n int, err error) {
	n, _, err = s.writeRound(ctx, since, 0)
	return n, err
}

// writeRound is WriteSheets that looks for missing sheets only among the cards after one; up to last there are none missing.
func (s *Service) writeRound(ctx context.Context, since time.Time, after int64) (n int, last int64, err error) {
	defer errs.Wrap(&err, "catalog.WriteSheets")
	touched, err := selectTouchedSheets(ctx, s.db, since)
	if err != nil {
		return 0, after, err
	}
	for batch := range slices.Chunk(touched, sheetBatch) {
		untrue, err := selectUntrueSheets(ctx, s.db, batch)
		if err == nil && len(untrue) > 0 {
			err = s.writeSheets(ctx, untrue)
		}
		if err != nil {
			return n, after, err
		}
		n += len(untrue)
	}
	faded, err := selectFadedPrints(ctx, s.db, sheetRound)
	if err != nil {
		return n, after, err
	}
	for batch := range slices.Chunk(faded, sheetBatch) {
		if err := s.writeSheets(ctx, batch); err != nil {
			return n, after, err
		}
		n += len(batch)
	}
	newest, err := selectLastCard(ctx, s.db)
	if err != nil {
		return n, after, err
	}
	missing, err := s.missing(ctx, after)
	if err != nil {
		return n, after, err
	}
	for batch := range slices.Chunk(missing, sheetBatch) {
		if err := s.writeSheets(ctx, batch); err != nil {
			return n, after, err
		}
		n, after = n+len(batch), batch[len(batch)-1]
	}
	if len(missing) < sheetRound {
		after = max(after, newest)
	}
	return n, after, nil
}

// missing lists cards after one that are without their sheet or their print, as this program writes them.
func (s *Service) missing(ctx context.Context, after int64) ([]int64, error) {
	list, err := selectMissingSheets(ctx, s.db, after, sheetRound)
	p := s.thePress()
	if err != nil || p == nil {
		return list, err
	}
	unprinted, err := selectMissingPrints(ctx, s.db, p.form, after, sheetRound)
	list = append(list, unprinted...)
	slices.Sort(list)
	list = slices.Compact(list)
	return list[:min(len(list), sheetRound)], err
}

// WriteAllSheets is WriteSheets until there is nothing left to write.
func (s *Service) WriteAllSheets(ctx context.Context) error {
	since := s.now().Add(-sheetsLost)
	for {
		if n, err := s.WriteSheets(ctx, since); err != nil || n == 0 {
			return err
		}
		since = s.now().Add(-sheetsSlack)
	}
}

// A round of sheets looks back to the begin of the last one, and over the slack: as long as a transaction may have been
// under way, or clocks differ. The first round of a program looks back over what it may have slept through.
const (
	sheetsFor   = 45 * time.Second // less than a job may take
	sheetsSlack = 2 * time.Minute
	sheetsLost  = time.Hour
	sheetsWhole = 10 * time.Minute
)

// sheetRounds is WriteSheets with a memory of when it last did all its work, and up to which card: looking through all
// cards for a missing sheet takes a second of half a million offers', so a round looks through the newest, and
// only now and then through all, for those that were published long after they were made.
func (s *Service) sheetRounds() func(context.Context) error {
	var mu sync.Mutex
	var whole time.Time
	var after int64
	seen := s.now().Add(sheetsSlack - sheetsLost)
	return func(ctx context.Context) error {
		mu.Lock()
		defer mu.Unlock()
		began := s.now()
		within, cancel := context.WithTimeout(ctx, sheetsFor)
		defer cancel()
		if began.Sub(whole) >= sheetsWhole {
			whole, after = began, 0
		}
		var err error
		if _, after, err = s.writeRound(within, seen.Add(-sheetsSlack), after); err != nil {
			if within.Err() != nil && ctx.Err() == nil {
				return nil // there was more than a round has time for: what is written stays, and the next goes on
			}
			return err
		}
		seen = began
		return nil
	}
}

// writeSheets keeps the sheets of cards that have a page and throws away those of the others.
func (s *Service) writeSheets(ctx context.Context, ids []int64) error {
	list, err := readSheets(ctx, s.db, ids)
	if err != nil {
		return err
	}
	rows := make([]keptSheet, 0, len(list))
	var prints []keptPrint
	for _, x := range list {
		if p := s.thePress(); p != nil {
			k, err := s.printSheet(ctx, p, x, s.now())
			if err != nil {
				return err
			}
			prints = append(prints, k)
		}
		rows = append(rows, keptSheet{ID: x.ID, Slug: x.Card.Slug, Topics: strings.Join(x.Topics, ","), Stamp: x.Stamp, Tree: x.Tree, Until: x.Until, At: x.At, Body: x.encode()})
	}
	return upsertSheets(ctx, s.db, ids, rows, prints)
}
