package dispatch

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/postal/tracking"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

const parcelCols = `e.id, e.seller_id, e.order_id, e.parcel_id, e.number, e.country, e.service, e.object, e.state, e.since, e.paid_at,
	e.gross_g, e.length_mm, e.width_mm, e.height_mm, e.weighed_at, e.post_gross_g, e.value_rub, e.currency, e.value, e.sdr, e.rate_day,
	e.contract, e.contract_rub, e.operation, e.form, e.outcome, e.decision_id, e.case_id, e.documents, e.waived, e.barcode, e.post_id,
	e.filed, e.batch_id, e.papers, e.version, e.declaration, e.customs, e.registration, e.answered, e.released_at, e.accepted_at, e.departed_at,
	e.delivered_at, e.vat_row, e.reason, e.stuck, e.stuck_at, e.poll_at, e.last_event`

// insertParcels writes parcels with their first events and gives the ids of those that were not there already.
func insertParcels(ctx context.Context, tx pgx.Tx, list []Parcel) (fresh []int64, err error) {
	b := &pgx.Batch{}
	for _, p := range list {
		b.Queue(insertParcel, pg.Args{"seller": p.SellerID, "order": p.OrderID, "parcel": p.ParcelID, "number": p.Number,
			"country": p.Country, "service": p.Service, "object": p.Object, "state": p.State, "at": p.Since, "gross": p.GrossG,
			"length": p.LengthMM, "width": p.WidthMM, "height": p.HeightMM, "rub": p.ValueRUB, "currency": p.Currency, "value": p.Value,
			"sdr": p.SDR, "day": p.RateDay, "contract": p.Contract, "contract_rub": p.ContractRUB, "operation": p.Operation, "decision": p.DecisionID}).Query(func(rows pgx.Rows) error {
			ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
			fresh = append(fresh, ids...)
			return err
		})
	}
	return fresh, pg.Send(ctx, tx, b)
}

const insertParcel = `
		with p as (
			insert into export_parcels (seller_id, order_id, parcel_id, number, country, service, object, state, since, paid_at, gross_g,
				length_mm, width_mm, height_mm, value_rub, currency, value, sdr, rate_day, contract, contract_rub, operation, decision_id, last_event)
			values (@seller, @order, @parcel, @number, @country, @service, @object, @state, @at, @at, @gross,
				@length, @width, @height, @rub, @currency, @value, @sdr, @day, @contract, @contract_rub, @operation, @decision, 1)
			on conflict (parcel_id) do nothing
			returning id, seller_id, state, since
		), e as (
			insert into export_parcel_events (seller_id, parcel_id, seq, key, kind, to_state, at, actor)
			select seller_id, id, 1, 'move:1', 'move', state, since, 'system' from p
		)
		select id from p`

func selectParcel(ctx context.Context, db pg.DB, id int64) (Parcel, error) {
	return pg.One[Parcel](ctx, db, `select `+parcelCols+` from export_parcels e where e.id = $1`, id)
}

func selectByIDs(ctx context.Context, db pg.DB, ids []int64) ([]Parcel, error) {
	return pg.List[Parcel](ctx, db, `select `+parcelCols+` from export_parcels e where e.id = any($1) order by e.id`, ids)
}

func selectByNumber(ctx context.Context, db pg.DB, number string) (Parcel, bool, error) {
	return pg.Opt[Parcel](ctx, db, `select `+parcelCols+` from export_parcels e where e.number = $1`, number)
}

// selectByNumbers reads parcels of a seller, in the order of their numbers.
func selectByNumbers(ctx context.Context, db pg.DB, sellerID int64, numbers []string) ([]Parcel, error) {
	return pg.List[Parcel](ctx, db, `select `+parcelCols+` from export_parcels e where e.seller_id = $1 and e.number = any($2) order by e.number`, sellerID, numbers)
}

func selectOfOrder(ctx context.Context, db pg.DB, orderID, sellerID int64) ([]Parcel, error) {
	return pg.List[Parcel](ctx, db, `select `+parcelCols+` from export_parcels e where e.order_id = $1 and e.seller_id = $2 order by e.id`, orderID, sellerID)
}

// selectOrderNumbers gives the numbers of orders by their ids.
func selectOrderNumbers(ctx context.Context, db pg.DB, sellers, ids []int64) (map[int64]string, error) {
	type row struct {
		ID     int64
		Number string
	}
	list, err := pg.List[row](ctx, db, `select id, number from orders where seller_id = any($1) and id = any($2)`, sellers, ids)
	found := make(map[int64]string, len(list))
	for _, r := range list {
		found[r.ID] = r.Number
	}
	return found, err
}

// saveParcels writes parcels and their events, each in one statement and all of them in one round trip, where each is still
// as it was when it was read; otherwise errRaced.
func saveParcels(ctx context.Context, tx pg.DB, list []change) error {
	if len(list) == 0 {
		return nil
	}
	var saved int64
	b := &pgx.Batch{}
	for _, c := range list {
		b.Queue(saveParcel, c.args()).QueryRow(func(row pgx.Row) error {
			var n int64
			err := row.Scan(&n)
			saved += n
			return err
		})
	}
	err := pg.Send(ctx, tx, b)
	if err == nil && saved != int64(len(list)) {
		err = errRaced
	}
	return err
}

const saveParcel = `
		with saved as (
			update export_parcels set state = @state, since = @since, gross_g = @gross, length_mm = @length, width_mm = @width, height_mm = @height,
				weighed_at = @weighed, post_gross_g = @post_gross, value_rub = @rub, value = @value, currency = @currency, sdr = @sdr,
				rate_day = @day, contract = @contract, contract_rub = @contract_rub, operation = @operation, form = @form, outcome = @outcome, decision_id = @decision,
				case_id = @case, documents = @documents, waived = @waived, barcode = @barcode, post_id = @post, filed = @filed, batch_id = @batch,
				papers = @papers, version = @version, declaration = @declaration, customs = @customs, registration = @registration,
				answered = @answered, released_at = @released, accepted_at = @accepted, departed_at = @departed, delivered_at = @delivered, vat_row = @vat,
				reason = @reason, stuck = @stuck, stuck_at = @stuck_at, poll_at = @poll, last_event = @next
			where id = @id and seller_id = @seller and state = @was and last_event = @last
			returning id, seller_id
		), told as (
			insert into export_parcel_events (seller_id, parcel_id, seq, key, kind, from_state, to_state, at, actor, person_id, facts)
			select s.seller_id, s.id, x.seq, x.key, x.kind, x.from_state, x.to_state, x.at, x.actor, nullif(x.person, 0), x.facts::jsonb
			from saved s, unnest(@seqs::int[], @keys::text[], @kinds::text[], @froms::text[], @tos::text[], @ats::timestamptz[], @actors::text[],
				@people::bigint[], @facts::text[]) as x (seq, key, kind, from_state, to_state, at, actor, person, facts)
		)
		select count(*) from saved`

// args are what saveParcel is told.
func (c change) args() pg.Args {
	args := pg.Args{"id": c.is.ID, "seller": c.is.SellerID, "was": c.was.State, "last": c.was.LastEvent,
		"state": c.is.State, "since": c.is.Since, "gross": c.is.GrossG, "length": c.is.LengthMM, "width": c.is.WidthMM, "height": c.is.HeightMM,
		"weighed": c.is.WeighedAt, "post_gross": c.is.PostGrossG, "rub": c.is.ValueRUB, "value": c.is.Value, "currency": c.is.Currency, "sdr": c.is.SDR,
		"day": c.is.RateDay, "contract": c.is.Contract, "contract_rub": c.is.ContractRUB, "operation": c.is.Operation, "form": c.is.Form, "outcome": c.is.Outcome,
		"decision": c.is.DecisionID, "case": c.is.CaseID, "documents": orNone(c.is.Documents), "waived": orNone(c.is.Waived), "barcode": c.is.Barcode,
		"post": c.is.PostID, "filed": c.is.Filed, "batch": c.is.BatchID, "papers": orNone(c.is.Papers), "version": c.is.Version,
		"declaration": c.is.Declaration, "customs": c.is.Customs, "registration": c.is.Registration, "answered": c.is.Answered,
		"released": c.is.ReleasedAt, "accepted": c.is.Accepted, "departed": c.is.DepartedAt, "delivered": c.is.DeliveredAt, "vat": c.is.VATRow, "reason": c.is.Reason,
		"stuck": c.is.Stuck, "stuck_at": c.is.StuckAt, "poll": c.is.PollAt, "next": c.is.LastEvent}
	addEvents(args, c.events)
	return args
}

// addEvents spreads events over columns.
func addEvents(args pg.Args, events []Event) {
	n := len(events)
	seqs, people, ats, facts := make([]int, n), make([]int64, n), make([]time.Time, n), make([]*string, n)
	keys, kinds, froms, tos, actors := make([]string, n), make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	for i, e := range events {
		seqs[i], keys[i], kinds[i], froms[i], tos[i], ats[i], actors[i] = e.Seq, e.Key, e.Kind, string(e.FromState), string(e.ToState), e.At, e.Actor
		if e.PersonID != nil {
			people[i] = *e.PersonID
		}
		if len(e.Facts) > 0 {
			text := string(e.Facts)
			facts[i] = &text
		}
	}
	args["seqs"], args["keys"], args["kinds"], args["froms"], args["tos"] = seqs, keys, kinds, froms, tos
	args["ats"], args["actors"], args["people"], args["facts"] = ats, actors, people, facts
}

// knownKeys lists which of the keys are among parcels' events already, by parcel.
func knownKeys(ctx context.Context, db pg.DB, parcels []*Parcel, keys []string) (map[int64]map[string]bool, error) {
	type row struct {
		ParcelID int64
		Key      string
	}
	ids, sellers, known := make([]int64, len(parcels)), make([]int64, len(parcels)), make(map[int64]map[string]bool, len(parcels))
	for i, p := range parcels {
		ids[i], sellers[i], known[p.ID] = p.ID, p.SellerID, map[string]bool{}
	}
	list, err := pg.List[row](ctx, db, `
		select parcel_id, key from export_parcel_events where seller_id = any($1) and parcel_id = any($2) and key = any($3)`, sellers, ids, keys)
	for _, r := range list {
		known[r.ParcelID][r.Key] = true
	}
	return known, err
}

// echoes reports whether the word of by about an inspection is its first since the other one told of the same: nobody has
// let the parcel go in between, and by has not spoken of customs since.
func echoes(ctx context.Context, db pg.DB, p Parcel, by string) (bool, error) {
	return pg.Scalar[bool](ctx, db, `
		with last as (
			select seq, actor from export_parcel_events
			where seller_id = $1 and parcel_id = $2 and kind = 'move' and to_state = 'held' and facts ->> 'reason' = 'inspection'
			order by seq desc limit 1)
		select exists (select from last where actor <> $3 and not exists (
			select from export_parcel_events e
			where e.seller_id = $1 and e.parcel_id = $2 and e.seq > last.seq and e.actor = $3
				and (e.facts ->> 'phase' = any($4) or e.facts ->> 'Decision' = any($5))))`,
		p.SellerID, p.ID, by, []string{tracking.CustomsHold, tracking.CustomsReleased},
		[]string{postal.DecisionControl, postal.DecisionSuspended, postal.DecisionProlonged})
}

func selectEvents(ctx context.Context, db pg.DB, p Parcel) ([]Event, error) {
	return pg.List[Event](ctx, db, `
		select parcel_id, seq, key, kind, from_state, to_state, at, actor, person_id, facts
		from export_parcel_events where seller_id = $1 and parcel_id = $2 order by seq`, p.SellerID, p.ID)
}

// claimDue takes parcels about which the post is to be asked now, and puts their next turn off: a program that is killed
// while it asks leaves them to the next turn. The longer nothing has moved, the seldomer it is asked, at least four times
// a day, and after thirteen months no more.
func claimDue(ctx context.Context, db pg.DB, now time.Time, every time.Duration, limit int) ([]Parcel, error) {
	return pg.List[Parcel](ctx, db, `
		update export_parcels e set poll_at = case when e.since > $1::timestamptz - interval '400 days'
			then $1 + greatest($2::interval, least(($1 - e.since) / 32, interval '6 hours')) end
		where e.id in (select id from export_parcels where poll_at <= $1 order by poll_at limit $3 for update skip locked)
		returning `+parcelCols, now, every, limit)
}

// hastenPoll brings the next turns of parcels forward.
func hastenPoll(ctx context.Context, db pg.DB, ids []int64, at time.Time) error {
	_, err := pg.Exec(ctx, db, `update export_parcels set poll_at = $2 where id = any($1) and poll_at > $2`, ids, at)
	return err
}

// orNone is an empty list in the place of none: the columns hold one.
func orNone[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// fact writes what an event keeps; nil keeps nothing.
func fact(v any) json.RawMessage {
	if v == nil {
		return nil
	}
	raw, err := json.Marshal(v)
	if err != nil { // only types of this package are written, and all of them can be
		panic(err)
	}
	return raw
}
