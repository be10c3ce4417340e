package order

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// lockCarried locks the purchases of parcels in the order of their ids, as every act on one does, and reads the parcels
// with what travels in them, in two round trips.
func lockCarried(ctx context.Context, tx pgx.Tx, parcelIDs []int64) ([]carried, error) {
	purchases, err := pg.List[Purchase](ctx, tx, `
		select `+purchaseCols+` from purchases
		where id = any(array(select o.purchase_id from parcels c join orders o on o.seller_id = c.seller_id and o.id = c.order_id where c.id = any($1)))
		order by id for update`, parcelIDs)
	if err != nil {
		return nil, err
	}
	bought := by(purchases, func(p Purchase) int64 { return p.ID })
	dossiers, err := readParcels(ctx, tx, `c.id = any($1)`, parcelIDs)
	list := make([]carried, len(dossiers))
	for i, d := range dossiers {
		d.Purchase = bought[d.Orders[0].PurchaseID]
		list[i] = carried{parcel: d.Parcels[0], Dossier: d}
	}
	return list, err
}

// readParcels reads the parcels that a condition chooses by ids, each with its order and the order's lines, in one round
// trip and in the order of their ids.
func readParcels(ctx context.Context, db pg.DB, chosen string, ids []int64) ([]Dossier, error) {
	var parcels []Parcel
	var orders []Order
	var lines []Line
	var within []ParcelLine
	var sellers []SellerCard
	b := &pgx.Batch{}
	queue(b, &parcels, `select `+parcelCols+` from parcels c where `+chosen+` order by c.id`, ids)
	queue(b, &within, `select x.parcel_id, x.order_line_id, x.qty from parcels c join parcel_lines x on x.seller_id = c.seller_id and x.parcel_id = c.id
		where `+chosen+` order by x.parcel_id, x.order_line_id`, ids)
	queue(b, &orders, `select `+orderCols+` from orders o where o.id = any(array(select c.order_id from parcels c where `+chosen+`))`, ids)
	queue(b, &lines, `select `+lineCols+` from order_lines l
		where (l.seller_id, l.order_id) in (select c.seller_id, c.order_id from parcels c where `+chosen+`) order by l.id`, ids)
	queue(b, &sellers, `select s.id, s.slug, s.name, s.city from sellers s where s.id = any(array(select c.seller_id from parcels c where `+chosen+`))`, ids)
	if err := pg.Send(ctx, db, b); err != nil {
		return nil, err
	}
	cards := by(sellers, func(s SellerCard) int64 { return s.ID })
	under := by(orders, func(o Order) int64 { return o.ID })
	linesOf, inside := map[int64][]Line{}, map[int64][]ParcelLine{}
	for _, l := range lines {
		linesOf[l.OrderID] = append(linesOf[l.OrderID], l)
	}
	for _, x := range within {
		inside[x.ParcelID] = append(inside[x.ParcelID], x)
	}
	list := make([]Dossier, len(parcels))
	for i, p := range parcels {
		list[i] = Dossier{Orders: []Order{under[p.OrderID]}, Parcels: []Parcel{p}, Lines: linesOf[p.OrderID], ParcelLines: inside[p.ID], Sellers: cards}
	}
	return list, nil
}

// by puts rows under their ids.
func by[T any](list []T, id func(T) int64) map[int64]T {
	found := make(map[int64]T, len(list))
	for _, x := range list {
		found[id(x)] = x
	}
	return found
}

// writeCarried moves parcels to where their last steps lead and writes an event for each step, in one statement. The
// purchases are locked, so that every parcel is where it was read.
func writeCarried(ctx context.Context, tx pgx.Tx, list []carried) error {
	n := len(list)
	ids, was, next := make([]int64, n), make([]int, n), make([]int, n)
	to, carriers, trackings := make([]string, n), make([]string, n), make([]string, n)
	since, due := make([]time.Time, n), make([]*time.Time, n)
	var of, people []int64
	var seqs []int
	var froms, tos, actors, reasons, notes []string
	var ats []time.Time
	for i, c := range list {
		last := c.steps[len(c.steps)-1]
		ids[i], was[i], next[i] = c.parcel.ID, c.parcel.LastEvent, c.parcel.LastEvent+len(c.steps)
		to[i], carriers[i], trackings[i], since[i], due[i] = string(last.To), c.parcel.Carrier, c.parcel.Tracking, last.At, last.due
		for k, x := range c.steps {
			var person int64
			if x.By.PersonID != nil {
				person = *x.By.PersonID
			}
			of, people, seqs = append(of, c.parcel.ID), append(people, person), append(seqs, c.parcel.LastEvent+k+1)
			froms, tos, actors = append(froms, string(x.from)), append(tos, string(x.To)), append(actors, string(x.By.Actor))
			reasons, notes, ats = append(reasons, x.Reason), append(notes, x.Note), append(ats, x.At)
		}
	}
	moved, err := pg.Scalar[int](ctx, tx, `
		with moved as (
			update parcels c set state = s.state, since = s.since, due_at = s.due_at, carrier = s.carrier, tracking = s.tracking, last_event = s.next
			from unnest(@ids::bigint[], @was::int[], @next::int[], @to::text[], @since::timestamptz[], @due::timestamptz[], @carriers::text[], @trackings::text[])
				as s (id, was, next, state, since, due_at, carrier, tracking)
			where c.id = s.id and c.id = any(@ids) and c.last_event = s.was
			returning c.id, c.seller_id
		), told as (
			insert into parcel_events (parcel_id, seller_id, seq, from_state, to_state, actor, person_id, reason, note, at)
			select m.id, m.seller_id, e.seq, e.from_state, e.to_state, e.actor, nullif(e.person, 0), e.reason, e.note, e.at
			from unnest(@of::bigint[], @seqs::int[], @froms::text[], @tos::text[], @actors::text[], @people::bigint[], @reasons::text[], @notes::text[],
				@ats::timestamptz[]) as e (id, seq, from_state, to_state, actor, person, reason, note, at)
			join moved m using (id)
		)
		select count(*) from moved`, pg.Args{"ids": ids, "was": was, "next": next, "to": to, "since": since, "due": due,
		"carriers": carriers, "trackings": trackings, "of": of, "seqs": seqs, "froms": froms, "tos": tos, "actors": actors, "people": people,
		"reasons": reasons, "notes": notes, "ats": ats})
	if err == nil && moved != n {
		err = fmt.Errorf("%d of %d parcels moved", moved, n)
	}
	return err
}
