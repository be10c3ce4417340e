package shipping

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// friday noon in Moscow: what leaves tomorrow leaves on Monday.
var friday = time.Date(2026, 11, 20, 12, 0, 0, 0, i18n.Moscow)

func tariff() Tariff {
	return Tariff{Zones: map[string]int{"10": 1, "30": 2, "3": 3, "": 4}, Rates: []Rate{
		{Zone: 1, MaxWeightG: 1000, Price: 19000, Currency: "RUB", MinDays: 1, MaxDays: 3},
		{Zone: 1, MaxWeightG: 5000, Price: 37000, Currency: "RUB", MinDays: 1, MaxDays: 3},
		{Zone: 2, MaxWeightG: 5000, Price: 40000, Currency: "RUB", MinDays: 2, MaxDays: 5},
		{Zone: 4, MaxWeightG: 1000, Price: 60000, Currency: "RUB", MinDays: 6, MaxDays: 14}}}
}

func TestQuote(t *testing.T) {
	t.Parallel()
	free := money.Amount(300000)
	methods := []Method{
		{ID: 1, Kind: Courier, Price: 39000, Currency: "RUB", MinDays: 1, MaxDays: 2, Active: true},
		{ID: 2, Kind: Pickup, Price: 9900, FreeFrom: &free, Currency: "RUB", MinDays: 2, MaxDays: 5, Active: true},
		{ID: 3, Kind: Post, Price: 1000, Currency: "RUB", Active: true},
		{ID: 4, Kind: Own, City: "Орёл", Price: 0, Currency: "RUB", Active: true},
		{ID: 5, Kind: Courier, Price: 1, Currency: "RUB"},
	}
	type offer struct {
		ID    int64
		Price money.Amount
		Need  string
	}
	for name, tc := range map[string]struct {
		to   Destination
		p    Parcel
		want []offer
	}{
		"nothing known yet":      {Destination{}, Parcel{WeightG: 800, Goods: 100000}, []offer{{2, 9900, ""}, {1, 39000, ""}, {3, 20000, "postcode"}, {4, 0, "city"}}},
		"near, dear goods":       {Destination{"101000", "Москва"}, Parcel{WeightG: 1001, Goods: 300000}, []offer{{2, 0, ""}, {1, 39000, ""}, {3, 38000, ""}}},
		"the longest prefix":     {Destination{"302000", "орел"}, Parcel{WeightG: 100, Goods: 100}, []offer{{2, 9900, ""}, {1, 39000, ""}, {3, 41000, ""}, {4, 0, ""}}},
		"the rest, too heavy":    {Destination{"690000", ""}, Parcel{WeightG: 1001, Goods: 100}, []offer{{2, 9900, ""}, {1, 39000, ""}, {4, 0, "city"}}},
		"a zone without a price": {Destination{"350000", "Краснодар"}, Parcel{WeightG: 1, Goods: 1}, []offer{{2, 9900, ""}, {1, 39000, ""}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tc.p.Currency, tc.p.DispatchDays = "RUB", 1
			var got []offer
			for _, o := range Quote(methods, tc.to, tc.p, tariff(), friday) {
				got = append(got, offer{o.MethodID, o.Price, o.Need})
				if o.ShipBy.Weekday() != time.Monday {
					t.Errorf("%s leaves on %s", o.Kind, o.ShipBy.Weekday())
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Fatalf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestTariffReadsWhatItWrites(t *testing.T) {
	t.Parallel()
	var a, b Tariff
	if line, err := a.read("1; 10,11; 1000; 190,50; 1; 3\n2; ; 2000; 250; 2; 5\n"); err != nil {
		t.Fatalf("line %d: %v", line, err)
	}
	if line, err := b.read(a.text()); err != nil {
		t.Fatalf("line %d: %v", line, err)
	}
	if diff := cmp.Diff(a, b); diff != "" {
		t.Fatalf("(-first +again):\n%s", diff)
	}
	for _, bad := range []string{"1;10;1000;190;1", "0;10;1000;190;1;3", "1;x;1000;190;1;3", "1;10;1000;1e3;1;3", "1;10;1000;190;5;3", "1;10;1000;190;1;3\n2;10;1;1;1;1",
		"1;10;1000;190;1;3\n1;10;1000;200;1;3"} {
		if _, err := b.read(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func TestSellersWithoutMethodsFallBack(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	s := New(db, time.Now)
	bare, set := catalogtest.Shop(t, db), catalogtest.Shop(t, db)
	if err := s.Add(t.Context(), set.ID, Method{Kind: Own, Price: 5000, Currency: "RUB", MinDays: 1, MaxDays: 1}); err != nil {
		t.Fatal(err)
	}
	p := Parcel{WeightG: 500, Goods: 100000, Currency: "RUB"}
	var ways Ways
	b := &pgx.Batch{}
	QueueWays(b, []int64{bare.ID, set.ID}, &ways)
	if err := pg.Send(t.Context(), db, b); err != nil {
		t.Fatal(err)
	}
	quotes, err := s.Quotes(t.Context(), ways, map[int64]Parcel{bare.ID: p, set.ID: p}, Destination{Postcode: "101000", City: "Москва"})
	if err != nil {
		t.Fatal(err)
	}
	if len(quotes[set.ID]) != 1 || quotes[set.ID][0].Kind != Own {
		t.Fatalf("a seller with a way of their own offers %v", quotes[set.ID])
	}
	if got := quotes[bare.ID]; len(got) != 3 || got[0].Kind != Pickup || got[1].MethodID != PromiseID || got[2].Kind != Post {
		t.Fatalf("a seller without any offers %v", got)
	}
}

func TestTariffIsDatedData(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	s := New(db, func() time.Time { return friday })
	var next Tariff
	if _, err := next.read("1; ; 30000; 100; 1; 2"); err != nil {
		t.Fatal(err)
	}
	next.ValidFrom, next.Source = friday.AddDate(0, 0, 1), "договор"
	if err := s.SetTariff(t.Context(), next, mustPerson(t, s)); err != nil {
		t.Fatal(err)
	}
	if now, err := s.Tariff(t.Context()); err != nil || !now.Demonstration {
		t.Fatalf("tomorrow's tariff applies today: %v, %v", now, err)
	}
	s.now = func() time.Time { return friday.AddDate(0, 0, 2) }
	now, err := s.Tariff(t.Context())
	if err != nil || now.Demonstration || now.Zone("690000") != 1 {
		t.Fatalf("the tariff whose day has come does not apply: %v, %v", now, err)
	}
}

func mustPerson(t *testing.T, s *Service) (id int64) {
	t.Helper()
	if err := s.pool.QueryRow(t.Context(), `insert into people (email, email_key, name, passkey_handle) values ('a@a.ru', 'a@a.ru', 'А', 'x') returning id`).Scan(&id); err != nil {
		t.Fatal(err)
	}
	return id
}
