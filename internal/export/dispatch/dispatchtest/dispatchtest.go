// Package dispatchtest makes shops that are ready to send abroad and foreign orders that are paid, many at once, straight
// into the database. Only _test.go files import it.
package dispatchtest

import (
	"encoding/json"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/market/order"
	"github.com/yarmarka/yarmarka/internal/market/order/checkout"
	"github.com/yarmarka/yarmarka/internal/market/shipping"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

var serial atomic.Int64

// Shop is a seller with one thing that may be sent abroad.
type Shop struct {
	SellerID  int64
	OfferID   int64
	ProductID int64
	Price     money.Amount
}

// onShelf is how many pieces there are: more than any test sells.
const onShelf = 1_000_000

// ReadyShop makes a shop that pays VAT, proves its exports and sells a new, mass-made cotton shirt.
func ReadyShop(t testing.TB, db *pgxpool.Pool) Shop {
	t.Helper()
	const price = 2_499_00
	shop, card, offer := catalogtest.Sale(t, db, price, onShelf)
	exec(t, db, `insert into export_sellers (seller_id, kind, vat_payer, wants_vat0, signature, inn, kpp, ogrn, name_latin, address_latin, city_latin, postcode, phone, email)
		values ($1, 'company', true, true, true, '7707083893', '770701001', '1027700132195', 'OOO Rukodelie', 'ul. Lenina 1', 'Tula', '300000',
			'+7 487 255-12-34', 'shop@example.com')`, shop.ID)
	exec(t, db, `insert into export_goods (seller_id, offer_id, abroad, hs, confirmed_at, confidence, tnved, origin, net_g, gross_g, length_mm, width_mm,
			height_mm, text_en, text_ru, material, year_made, making, verdict, ready)
		values ($1, $2, true, '610910', now(), 100, '6109100000', 'RU', 180, 240, 300, 220, 40, 'Knitted cotton T-shirt for men, short sleeves',
			'Футболка мужская трикотажная хлопковая', 'cotton', 2026, 'mass', 'pass', true)`, shop.ID, offer)
	return Shop{SellerID: shop.ID, OfferID: offer, ProductID: card.ProductID, Price: price}
}

// Sale is how foreign orders are made.
type Sale struct {
	Country string
	Object  int       // the post's service
	Gross   int64     // grams, of one parcel
	At      time.Time // when it was paid
	N       int
	Union   bool
}

// Orders makes paid orders of one piece each with one parcel that the seller has to take up, and answers their ids.
func Orders(t testing.TB, db *pgxpool.Pool, shop Shop, s Sale) []int64 {
	t.Helper()
	recipient := marshal(t, checkout.Recipient{Name: "Anna Schmidt", Phone: "+49 30 901820", Country: s.Country, Postcode: "10115", City: "Berlin", Street: "Invalidenstrasse 1"})
	method := marshal(t, order.Delivery{MethodID: int64(s.Object), Kind: shipping.Abroad, Price: 420_00, ShipBy: s.At.AddDate(0, 0, 2),
		From: s.At.AddDate(0, 0, 12), To: s.At.AddDate(0, 0, 20), Abroad: &destination.Snapshot{Country: s.Country, Object: s.Object, NameRU: "Почта",
			NameEN: "Post", Union: s.Union, Currency: "EUR", RateDay: s.At.Format(time.DateOnly), Rate: 953_412, Nominal: 1, GrossGrams: s.Gross}})
	first := serial.Add(int64(s.N)) - int64(s.N)
	ids, err := pg.Scalars[int64](t.Context(), db, `
		with n as (
			select i, 'Y-' || translate(lpad((i / 10000 % 10000)::text, 4, '0') || '-' || lpad((i % 10000)::text, 4, '0'), '01', 'AB') as number from generate_series($1::bigint + 1, $1::bigint + $2::bigint) i
		), p as (
			insert into purchases (number, attempt_key, email, recipient, lang, provider, currency, goods, delivery, total, placed_at, pay_by, paid_at)
			select number, 'test-' || number, 'anna@example.com', $3::jsonb, 'en', 'sandbox', 'RUB', $4::bigint, 42000, $4::bigint + 42000, $5::timestamptz, $5::timestamptz + interval '30 minutes', $5::timestamptz from n
			returning id, number
		), y as (
			insert into payments (reference, token, lang, return_path, provider, provider_ref, amount, currency, state, captured_amount, created_at, captured_at, updated_at)
			select number, 'token-of-test-purchase-' || number, 'en', '/orders/' || number, 'sandbox', 'test-' || number, $4::bigint + 42000, 'RUB', 'captured', $4::bigint + 42000, $5::timestamptz, $5::timestamptz, $5::timestamptz from p
			returning id, reference
		), o as (
			insert into orders (purchase_id, seller_id, number, email, lang, recipient, method, currency, goods, delivery, total, placed_at, paid_at)
			select id, $6::bigint, number || '-1', 'anna@example.com', 'en', $3::jsonb, $7::jsonb, 'RUB', $4::bigint, 42000, $4::bigint + 42000, $5::timestamptz, $5::timestamptz from p
			returning id, number
		), s as (
			insert into payment_splits (payment_id, seller_id, order_id, amount, captured)
			select y.id, $6::bigint, o.id, $4::bigint + 42000, $4::bigint + 42000 from o join y on o.number = y.reference || '-1'
		), l as (
			insert into order_lines (order_id, seller_id, offer_id, product_id, title_ru, title_en, sku, weight_g, price, qty, total)
			select id, $6::bigint, $8::bigint, $9::bigint, 'Футболка', 'T-shirt', 'TS-1', 240, $4::bigint, 1, $4::bigint from o
			returning id, order_id
		), c as (
			insert into parcels (order_id, seller_id, seq, state, since, due_at, last_event)
			select id, $6::bigint, 1, 'confirmed', $5::timestamptz, $5::timestamptz + interval '1 day', 1 from o
			returning id, order_id
		), x as (
			insert into parcel_lines (parcel_id, order_line_id, seller_id, qty)
			select c.id, l.id, $6::bigint, 1 from c join l on l.order_id = c.order_id
		), e as (
			insert into parcel_events (parcel_id, seller_id, seq, from_state, to_state, actor, reason, at)
			select id, $6::bigint, 1, 'awaiting_payment', 'confirmed', 'system', 'paid', $5::timestamptz from c
		)
		select id from o order by id`, first, s.N, recipient, shop.Price, s.At, shop.SellerID, method, shop.OfferID, shop.ProductID)
	if err != nil {
		t.Fatalf("dispatchtest.Orders: %v", err)
	}
	return ids
}

func marshal(t testing.TB, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func exec(t testing.TB, db *pgxpool.Pool, sql string, args ...any) {
	t.Helper()
	if _, err := pg.Exec(t.Context(), db, sql, args...); err != nil {
		t.Fatal(fmt.Errorf("dispatchtest: %w", err))
	}
}
