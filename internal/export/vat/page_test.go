package vat_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/vat"
	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// ask sends a request as the owner of the shop.
func (w *world) ask(lang i18n.Lang, method, path, form string) *httptest.ResponseRecorder {
	w.t.Helper()
	router := chi.NewRouter()
	(&vat.Handlers{Registers: w.Service}).Routes(router)
	r := httptest.NewRequest(method, path, strings.NewReader(form))
	if form != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	ctx := i18n.WithLang(account.WithSession(r.Context(), &account.Session{ID: 1, PersonID: w.person, SellerID: w.shop.SellerID, SellerRole: account.Owner}), lang)
	got := httptest.NewRecorder()
	router.ServeHTTP(got, r.WithContext(ctx))
	return got
}

func (w *world) page(lang i18n.Lang, path string) *htmltest.Node {
	w.t.Helper()
	got := w.ask(lang, http.MethodGet, path, "")
	if got.Code != http.StatusOK {
		w.t.Fatalf("%s answers %d: %s", path, got.Code, got.Body)
	}
	page := htmltest.Parse(w.t, got.Body)
	for _, wrong := range page.Lint() {
		w.t.Errorf("%s: %s", path, wrong)
	}
	return page
}

// spaced writes no-break spaces as plain ones.
func spaced(text string) string { return strings.ReplaceAll(text, "\u00a0", " ") }

func TestTheEmptyRegister(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for lang, want := range map[i18n.Lang]string{i18n.RU: "4 квартал 2026: строк пока нет", i18n.EN: "Q4 2026: no rows yet"} {
		page := w.page(lang, "/seller/export/vat")
		if text := page.One(htmltest.Tag("h1")).Text(); text != want {
			t.Errorf("%q, want %q", text, want)
		}
		if page.Has(htmltest.TestID("register")) {
			t.Error("a table without rows")
		}
	}
	for _, path := range []string{"/seller/export/vat?quarter=2026-9", "/seller/export/vat?after=x", "/seller/export/vat/2026-4/pdf", "/seller/export/vat/4/xlsx"} {
		if got := w.ask(i18n.RU, http.MethodGet, path, ""); got.Code != http.StatusNotFound {
			t.Errorf("%s answers %d", path, got.Code)
		}
	}
}

func TestTheRegister(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 55 {
		w.enter(aRow(w.shop.SellerID, i+1))
	}
	w.reverse("Y-7KQ2-2-1", w.now)
	w.parcel("DE", "Y-LATE-1-1", "2026-04-01")
	w.parcel("FR", "Y-WAIT-1-1", "2026-11-10")
	w.parcel("KZ", "Y-UNION-1-1", "")
	page := w.page(i18n.RU, "/seller/export/vat")
	if text := page.One(htmltest.Tag("h1")).Text(); text != "56 строк в реестре на 134\u00a0946\u00a0₽" {
		t.Errorf("%q", text)
	}
	if n := page.Count(htmltest.TestID("row")); n != 50 {
		t.Errorf("%d rows on the first page", n)
	}
	first := spaced(page.All(htmltest.TestID("row"))[0].Text())
	for _, want := range []string{"10129000/031126/CC000000010RU", "610910, 9503002101", "Строка 1 ", "оплачена 1 ноября выпущена 4 ноября вывезена 7 ноября курс 95,3412 на 3 ноября", "162 дня", "до 3 мая 2027", "€"} {
		if !strings.Contains(first, want) {
			t.Errorf("no %q in %q", want, first)
		}
	}
	waiting := page.All(htmltest.TestID("waiting-row"))
	if len(waiting) != 2 || !strings.Contains(waiting[0].Text(), "Y-LATE-1-1") || !strings.Contains(waiting[0].Text(), "Срок вышел") {
		t.Errorf("%d parcels wait", len(waiting))
	}
	if !strings.Contains(page.One(htmltest.TestID("union")).Text(), "Y-UNION-1-1") {
		t.Error("the parcel within the union is not shown apart")
	}
	for _, want := range []string{"180 дней", "22 %", "форма ФНС для почтовых отправлений нам пока неизвестна", "нет таможенной границы"} {
		if !strings.Contains(spaced(page.Text()), want) {
			t.Errorf("no %q on the page", want)
		}
	}
	second := w.page(i18n.EN, "/seller/export/vat?quarter=2026-4&after=50")
	if n := second.Count(htmltest.TestID("row")); n != 6 {
		t.Errorf("%d rows on the second page", n)
	}
	if text := second.All(htmltest.TestID("row"))[5].Text(); !strings.Contains(text, "takes back row 2") || !strings.Contains(text, "Reversal") {
		t.Errorf("%q", text)
	}
	for format, kind := range map[string]string{"xlsx": "spreadsheetml", "csv": "text/csv", "xml": "application/xml"} {
		got := w.ask(i18n.RU, http.MethodGet, "/seller/export/vat/2026-4/"+format, "")
		if got.Code != http.StatusOK || !strings.Contains(got.Header().Get("Content-Type"), kind) || got.Header().Get("Content-Disposition") != fmt.Sprintf(`attachment; filename="vat0-2026-4.%s"`, format) {
			t.Errorf("%s: %d %v", format, got.Code, got.Header())
		}
	}
}

func TestFilingByForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.enter(aRow(w.shop.SellerID, 1))
	if got := w.ask(i18n.RU, http.MethodPost, "/seller/export/vat/2026-4/filed", "filed=yes"); got.Code != http.StatusConflict || !strings.Contains(got.Body.String(), "ещё не закончился") {
		t.Errorf("%d", got.Code)
	}
	w.now = date("2027-01-20")
	if got := w.ask(i18n.RU, http.MethodPost, "/seller/export/vat/2026-4/filed", "filed=yes"); got.Code != http.StatusSeeOther {
		t.Errorf("%d", got.Code)
	}
	if page := w.page(i18n.RU, "/seller/export/vat?quarter=2026-4"); !strings.Contains(spaced(page.Text()), "Отмечено сданным: 20 января") {
		t.Error("the mark is not shown")
	}
	if got := w.ask(i18n.RU, http.MethodPost, "/seller/export/vat/2026-4/filed", "filed=no"); got.Code != http.StatusSeeOther {
		t.Errorf("%d", got.Code)
	}
}

// Who pays no VAT is told that there is nothing to file.
func TestASellerWithoutVAT(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.db.Exec(t.Context(), `update export_sellers set vat_payer = false, wants_vat0 = false`)
	w.must(err)
	if page := w.page(i18n.RU, "/seller/export/vat"); !strings.Contains(page.Text(), "Вы не плательщик НДС") {
		t.Error("not told")
	}
}

// Only a parcel that can still get a row is threatened with the tax: not one that went by CN 22, not one that left before
// its seller proved exports, and not one that left with its number known.
func TestWhatIsGoneDoesNotWait(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, number := range []string{"Y-WAIT-1-1", "Y-SOON-1-1", "Y-GONE-1-1", "Y-LITTLE-1-1", "Y-BEFORE-1-1"} {
		w.parcel("DE", number, "2026-11-10")
	}
	for _, sql := range []string{
		`update export_parcels set state = 'departed', departed_at = '2026-11-12' where number = 'Y-SOON-1-1'`,
		`update export_parcels set state = 'delivered', departed_at = '2026-11-12', registration = '10129000/101126/CC000000010RU' where number = 'Y-GONE-1-1'`,
		`update export_parcels set form = 'CN22' where number = 'Y-LITTLE-1-1'`,
	} {
		_, err := w.db.Exec(t.Context(), sql)
		w.must(err)
	}
	id, err := clearance.Record(t.Context(), w.db, clearance.Subject{Kind: clearance.KindParcel, Number: "Y-BEFORE-1-1", SellerID: w.shop.SellerID, Moment: clearance.AtPosting},
		&clearance.Parcel{Number: "Y-BEFORE-1-1", Country: "DE"}, clearance.Decision{Day: "2026-11-02", Outcome: clearance.Pass})
	w.must(err)
	_, err = w.db.Exec(t.Context(), `update export_parcels set decision_id = $1 where number = 'Y-BEFORE-1-1'`, id)
	w.must(err)
	waiting := w.page(i18n.RU, "/seller/export/vat").All(htmltest.TestID("waiting-row"))
	if len(waiting) != 2 {
		t.Fatalf("%d parcels wait, want 2", len(waiting))
	}
	if soon, wait := spaced(waiting[1].Text()), spaced(waiting[0].Text()); !strings.Contains(soon, "Y-SOON-1-1") || !strings.Contains(soon, "ждём её номер у таможни") ||
		!strings.Contains(wait, "Y-WAIT-1-1") || strings.Contains(wait, "ждём её номер") {
		t.Errorf("waiting: %q, %q", wait, soon)
	}
}
