package cart

import (
	"crypto/rand"
	"math"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/account/accounttest"
	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

func TestParseQty(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"1": 1, "3": 3, "007": 7, "999": 999} {
		if got, err := ParseQty(text); err != nil || got != want {
			t.Errorf("%q: %d, %v", text, got, err)
		}
	}
	for text, key := range map[string]string{"": "cart.qty.form", "0": "cart.qty.least", "00": "cart.qty.least", "-1": "cart.qty.form", "−1": "cart.qty.form", "+1": "cart.qty.form",
		"1.5": "cart.qty.form", "1,5": "cart.qty.form", "1e2": "cart.qty.form", "0x1": "cart.qty.form", "1_0": "cart.qty.form", "1000": "cart.qty.most", "2147483648": "cart.qty.most",
		"9223372036854775808": "cart.qty.most", "99999999999999999999999": "cart.qty.most", "１": "cart.qty.form", " 3 ": "cart.qty.form",
		"3 шт": "cart.qty.form", "٣": "cart.qty.form", "\x00": "cart.qty.form"} {
		if _, err := ParseQty(text); errs.KeyOf(err) != key || !errs.Is(err, errs.Invalid) {
			t.Errorf("%q: %v, want %s", text, err, key)
		}
	}
}

func TestTotalRefusesToWrap(t *testing.T) {
	t.Parallel()
	line := func(price money.Amount, qty int) Line {
		p := catalog.Price{Amount: price, Currency: money.RUB}
		return Line{Qty: qty, Selected: true, Seen: p, Offer: catalog.OfferLine{Price: p, MaxQty: MaxQty, SellerID: 1}}
	}
	for name, c := range map[string]Cart{"a line": {Lines: []Line{line(math.MaxInt64/2, 3)}}, "the sum": {Lines: []Line{line(math.MaxInt64-5, 1), line(6, 1)}}} {
		if _, _, _, err := c.Total(); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNoticeTellsTheGravestThing(t *testing.T) {
	t.Parallel()
	seen := catalog.Price{Amount: 100, Currency: money.RUB}
	for _, tc := range []struct {
		price  money.Amount
		free   int
		reason catalog.Reason
		want   Notice
		ready  bool
	}{
		{100, 5, catalog.Buyable, Fine, true}, {90, 5, catalog.Buyable, Cheaper, true}, {110, 5, catalog.Buyable, Dearer, false},
		{110, 1, catalog.Buyable, TooFew, false}, {110, 0, catalog.SoldOut, Unavailable, false}, {100, 5, catalog.ShopClosed, Unavailable, false},
	} {
		l := Line{Qty: 2, Selected: true, Seen: seen, Offer: catalog.OfferLine{Price: catalog.Price{Amount: tc.price, Currency: money.RUB}, MaxQty: tc.free, Reason: tc.reason}}
		if l.Notice() != tc.want || l.Ready() != tc.ready {
			t.Errorf("%+v: %q, ready %v", tc, l.Notice(), l.Ready())
		}
	}
}

func guest(t *testing.T, db *pgxpool.Pool) Owner {
	t.Helper()
	var id int64
	if err := db.QueryRow(t.Context(), `insert into sessions (token_hash, created_at, seen_at, idle_until, expires_at)
		values ($1, now(), now(), now() + interval '1 day', now() + interval '1 day') returning id`, []byte(rand.Text())).Scan(&id); err != nil {
		t.Fatal(err)
	}
	return Owner{SessionID: id}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestMergeAtSignIn(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	s := New(db, time.Now)
	_, one, a := catalogtest.Sale(t, db, 10000, 50)
	_, _, c := catalogtest.Sale(t, db, 20000, 50)
	g, p := guest(t, db), Owner{PersonID: accounttest.Person(t, db)}
	must(t, s.Add(t.Context(), g, a, 3))
	must(t, s.Add(t.Context(), g, c, 1))
	must(t, s.Add(t.Context(), p, a, 2))
	must(t, s.Put(t.Context(), Wishes, g, one.ProductID))
	must(t, s.Put(t.Context(), Wishes, p, one.ProductID))
	must(t, s.Put(t.Context(), Compare, g, one.ProductID))
	for range 2 { // a second time changes nothing
		must(t, pg.InTx(t.Context(), db, func(tx pgx.Tx) error { return Merge(t.Context(), tx, g.SessionID, p.PersonID) }))
	}
	got, err := s.Get(t.Context(), p)
	must(t, err)
	qty := map[int64]int{}
	for _, l := range got.Lines {
		qty[l.OfferID] = l.Qty
	}
	if len(qty) != 2 || qty[a] != 3 || qty[c] != 1 {
		t.Fatalf("merged cart holds %v", qty)
	}
	if n, err := Count(t.Context(), db, g); err != nil || n != 0 {
		t.Fatalf("the guest's cart still counts %d, %v", n, err)
	}
	for _, shelf := range []Shelf{Wishes, Compare} {
		if list, err := s.OnShelf(t.Context(), shelf, p); err != nil || len(list) != 1 {
			t.Fatalf("%s: %v, %v", shelf, list, err)
		}
	}
}

// Another copy of the program may know a guest for a moment longer than their session lasts.
func TestAGuestWhoHasJustSignedInElsewhere(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	s := New(db, time.Now)
	_, one, offer := catalogtest.Sale(t, db, 10000, 5)
	gone := guest(t, db)
	_, err := pg.Exec(t.Context(), db, `delete from sessions where id = $1`, gone.SessionID)
	must(t, err)
	for name, err := range map[string]error{"cart": s.Add(t.Context(), gone, offer, 1),
		"wishes": s.Put(t.Context(), Wishes, gone, one.ProductID), "compare": s.Put(t.Context(), Compare, gone, one.ProductID)} {
		if !errs.Is(err, errs.Conflict) || errs.KeyOf(err) != "cart.add.entered" {
			t.Errorf("%s: %v, want Conflict cart.add.entered", name, err)
		}
	}
}

func TestAnotherOwnersLineIsNotFound(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	s := New(db, time.Now)
	_, _, offer := catalogtest.Sale(t, db, 10000, 5)
	mine, other := guest(t, db), guest(t, db)
	must(t, s.Add(t.Context(), mine, offer, 1))
	c, err := s.Get(t.Context(), mine)
	must(t, err)
	id := c.Lines[0].ID
	for name, err := range map[string]error{"set": s.SetQty(t.Context(), other, id, 2), "step": s.Step(t.Context(), other, id, 1),
		"remove": s.Remove(t.Context(), other, id), "restore": s.Restore(t.Context(), other, id), "later": s.Later(t.Context(), other, id)} {
		if !errs.Is(err, errs.NotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCompareIsBounded(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	s := New(db, time.Now)
	g := guest(t, db)
	for i := range 5 {
		_, card, _ := catalogtest.Sale(t, db, 10000, 5)
		if err := s.Put(t.Context(), Compare, g, card.ProductID); (err != nil) != (i == 4) {
			t.Fatalf("card %d: %v", i+1, err)
		}
	}
}
