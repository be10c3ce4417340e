package seller_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/market/seller"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

func TestNumbersOfTheRegister(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]bool{
		"7707083893": true, "500100732259": true, "7707083894": false, "500100732258": false, "": false, "770708389": false, "770708389３": false,
	} {
		if got := seller.CheckINN(number); got != want {
			t.Errorf("INN %q: %v", number, got)
		}
	}
	for number, want := range map[string]bool{
		"1027700132195": true, "304500116000157": true, "1027700132196": false, "304500116000158": false, "": false, "abc": false,
	} {
		if got := seller.CheckOGRN(number); got != want {
			t.Errorf("OGRN %q: %v", number, got)
		}
	}
}

func TestAway(t *testing.T) {
	t.Parallel()
	day := func(n int) *time.Time { d := time.Date(2026, 12, n, 0, 0, 0, 0, time.UTC); return &d }
	shop := seller.Seller{VacationFrom: day(10), VacationTo: day(12)}
	for text, want := range map[string]bool{
		"2026-12-09T20:59:00Z": false, "2026-12-09T21:01:00Z": true, "2026-12-12T20:59:00Z": true, "2026-12-12T21:01:00Z": false,
	} {
		now, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		if back, away := shop.Away(now); away != want || (away && back.Day() != 13) {
			t.Errorf("at %s: away %v, back %v", text, away, back)
		}
	}
}

func person(t *testing.T, db *pgxpool.Pool, email string) (id int64) {
	t.Helper()
	err := db.QueryRow(t.Context(), `
		insert into people (email, email_key, name, passkey_handle) values ($1, $1, $1, decode(md5($1), 'hex')) returning id`, email+"@example.ru").Scan(&id)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func application() seller.Application {
	return seller.Application{Name: "Пуховый двор", City: "Оренбург", Email: "g@example.ru",
		Legal: seller.Legal{LegalForm: "ip", LegalName: "ИП Ишимова Г. Р.", INN: "500100732259", OGRN: "304500116000157"}}
}

func TestFromApplicationToOpenShop(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	s := seller.New(db, time.Now)
	var owner [2]int64
	s.Grant = func(_ context.Context, _ pg.DB, personID, sellerID int64) error {
		owner = [2]int64{personID, sellerID}
		return nil
	}
	gulnara, admin := person(t, db, "gulnara"), person(t, db, "admin")

	bad := application()
	bad.INN, bad.City = "500100732258", ""
	if _, err := s.Apply(t.Context(), gulnara, bad); !errs.Is(err, errs.Invalid) {
		t.Errorf("a wrong INN: %v", err)
	}
	shop, err := s.Apply(t.Context(), gulnara, application())
	if err != nil || shop.Slug != "pukhovyy-dvor" || shop.Status != seller.Applied {
		t.Fatalf("%+v %v", shop, err)
	}
	if _, err := seller.BySlug(t.Context(), db, shop.Slug); !errors.Is(err, seller.ErrNotFound) {
		t.Error("an applicant's shop is public")
	}
	if err := s.Suspend(t.Context(), admin, shop.ID, "рано"); !errors.Is(err, seller.ErrMove) {
		t.Errorf("suspended before it opened: %v", err)
	}
	if err := s.Approve(t.Context(), admin, shop.ID); err != nil || owner != [2]int64{gulnara, shop.ID} {
		t.Errorf("owner %v, %v", owner, err)
	}
	if err := s.Suspend(t.Context(), admin, shop.ID, " "); !errs.Is(err, errs.Invalid) {
		t.Errorf("suspended without a reason: %v", err)
	}
	other, err := s.Apply(t.Context(), person(t, db, "other"), application())
	if err != nil || other.Slug != "pukhovyy-dvor-2" {
		t.Errorf("the second shop of that name: %s %v", other.Slug, err)
	}
}

func TestOneApplicationPerPerson(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	s := seller.New(db, time.Now)
	eager := person(t, db, "eager")
	var wg sync.WaitGroup
	made := make(chan int64, 16)
	for range 16 {
		wg.Go(func() {
			shop, err := s.Apply(t.Context(), eager, application())
			switch {
			case err == nil:
				made <- shop.ID
			case !errors.Is(err, seller.ErrApplied):
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if len(made) != 1 {
		t.Errorf("%d applications", len(made))
	}
}

func TestSettingsAreNotLost(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	s := seller.New(db, time.Now)
	shop, err := seller.Create(t.Context(), db, seller.Seller{Slug: "lavka", Name: "Лавка", Status: seller.Open, Legal: application().Legal})
	if err != nil {
		t.Fatal(err)
	}
	x := seller.Settings{Name: "Новая лавка", Legal: shop.Legal, Contact: seller.Contact{City: "Тула", Email: "a@example.ru"}, Version: shop.Version}
	if err := s.SaveSettings(t.Context(), shop.ID, x); err != nil {
		t.Fatal(err)
	}
	x.Name = "Поздняя правка"
	if err := s.SaveSettings(t.Context(), shop.ID, x); !errors.Is(err, seller.ErrStale) {
		t.Errorf("a stale form overwrote a newer one: %v", err)
	}
	from, to := time.Date(2026, 12, 5, 0, 0, 0, 0, time.UTC), time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	x.VacationFrom, x.VacationTo = &from, &to
	if err := s.SaveSettings(t.Context(), shop.ID, x); !errs.Is(err, errs.Invalid) {
		t.Errorf("a holiday that ends before it begins: %v", err)
	}
}
