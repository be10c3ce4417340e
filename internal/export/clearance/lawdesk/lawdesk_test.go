package lawdesk_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/clearance/lawdesk"
	"github.com/yarmarka/yarmarka/internal/export/clearance/rules"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

const (
	admin = 5
	edit  = "/admin/export/rules/edit"
)

var day = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

// desk is the admin's pages over the rules of the files.
type desk struct {
	http.Handler
	db  *pgxpool.Pool
	law *clearance.Service
}

func open(t *testing.T) desk {
	t.Helper()
	db := dbtest.New(t)
	files, err := clearance.Load(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	if err := clearance.Seed(t.Context(), db, files); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(t.Context(), `insert into people (id, email, email_key, name, passkey_handle) overriding system value values ($1, 'a@example.com', 'a@example.com', 'Админ', '\x01')`, admin); err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return day }
	law := clearance.New(db, now)
	r := chi.NewRouter()
	(&lawdesk.Handlers{Law: law, Now: now}).Routes(r)
	return desk{r, db, law}
}

// ask sends a form, or asks for a page when there is none, and reads the page that answers.
func (d desk) ask(t *testing.T, lang i18n.Lang, path string, form url.Values) (*httptest.ResponseRecorder, *htmltest.Node) {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	if form != nil {
		r = httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	ctx := account.WithSession(i18n.WithLang(r.Context(), lang), &account.Session{PersonID: admin})
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r.WithContext(ctx))
	page := htmltest.ParseString(t, w.Body.String())
	if w.Code == http.StatusOK {
		for _, flaw := range page.Lint() {
			t.Errorf("%s: %s", path, flaw)
		}
	}
	return w, page
}

// written is a rule as an admin would write it, with some fields otherwise.
func written(pairs ...string) url.Values {
	v := url.Values{"kind": {"rule"}, "base": {"0"}, "name": {"import.probe"}, "area": {"import"}, "step": {"10"}, "rank": {"3"}, "when": {"country in @eu; hs begins 6302"},
		"outcome": {"needs"}, "then": {"certificate"}, "authority": {"Ведомство"}, "authority_en": {"The Office"}, "source": {"Приказ № 7"}, "source_en": {"Order No. 7"},
		"quote": {"по приказу"}, "quote_en": {"by the order"}, "status": {"verified"}, "checked": {"2026-11-22"}, "from": {"2026-11-23"}, "do": {"publish"}}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

func TestTheListIsNarrowedByWhatIsAsked(t *testing.T) {
	t.Parallel()
	d := open(t)
	for _, lang := range i18n.Langs {
		for query, want := range map[string][2]string{"": {"culture.old", "no.such"}, "?area=culture": {"culture.old", "post.alcohol"}, "?step=9": {"post.alcohol", "culture.old"},
			"?status=hypothesis&kind=rule": {"culture.old", "post.alcohol"}, "?kind=figure": {"cn22_sdr", "culture.old"}, "?when=ended": {"duty_free_eur.EU", "culture.old"}} {
			w, page := d.ask(t, lang, "/admin/export/rules"+query, nil)
			if text := page.Text(); w.Code != http.StatusOK || !strings.Contains(text, want[0]) || strings.Contains(text, want[1]) {
				t.Errorf("%s: %d, want %s and not %s", query, w.Code, want[0], want[1])
			}
		}
	}
	if w, _ := d.ask(t, i18n.RU, "/admin/export/rules?area=nowhere", nil); w.Code != http.StatusOK {
		t.Errorf("nothing found: %d", w.Code)
	}
	for query, want := range map[string][2]string{"?q=алкоголь": {"post.alcohol", "culture.old"}, "?country=AT&kind=figure": {"vat_rate.AT", "vat_rate.DE"}, "?country=BR": {"parties.tax-id-br", "culture.old"},
		"?authority=Ярмарка": {"parties_data", "import.eu-833"}, "?q=eaeu": {"eaeu", "culture.old"}} {
		_, page := d.ask(t, i18n.RU, "/admin/export/rules"+query, nil)
		if text := page.Text(); !strings.Contains(text, want[0]) || strings.Contains(text, want[1]) {
			t.Errorf("%s: want %s and not %s", query, want[0], want[1])
		}
		for _, area := range page.All(htmltest.TestID("area")) {
			if !area.HasAttr("open") {
				t.Errorf("%s: what was found is folded", query)
			}
		}
	}
}

// The list of everything is read on phones, too: it is folded by area and light.
func TestTheListIsFoldedAndLight(t *testing.T) {
	t.Parallel()
	d := open(t)
	const most = 100 << 10
	for _, lang := range i18n.Langs {
		w, page := d.ask(t, lang, "/admin/export/rules", nil)
		t.Logf("%s: %d bytes", lang, w.Body.Len())
		if w.Body.Len() > most {
			t.Errorf("%s: the list has %d bytes", lang, w.Body.Len())
		}
		for _, area := range page.All(htmltest.TestID("area")) {
			if area.HasAttr("open") {
				t.Errorf("%s: %s is open though nothing was looked for", lang, area.Attr("id"))
			}
		}
		if len(page.All(htmltest.TestID("row"))) < 200 {
			t.Errorf("%s: rows are missing", lang)
		}
	}
}

func TestARuleIsPublishedAndReadInBothLanguages(t *testing.T) {
	t.Parallel()
	d := open(t)
	preview, page := d.ask(t, i18n.RU, edit, written("do", "preview"))
	if preview.Code != http.StatusOK || page.One(htmltest.Attr("name", "source_en")).Attr("value") != "Order No. 7" {
		t.Fatalf("the preview carries what was written: %d", preview.Code)
	}
	if w, page := d.ask(t, i18n.RU, edit, written()); w.Code != http.StatusSeeOther {
		t.Fatalf("publishing: %d %.500s", w.Code, page.Text())
	}
	for lang, says := range map[i18n.Lang][]string{i18n.RU: {"Ведомство", "Приказ № 7", "по приказу"}, i18n.EN: {"The Office", "Order No. 7", "by the order", "по приказу"}} {
		w, page := d.ask(t, lang, "/admin/export/rules/rule/import.probe", nil)
		for _, want := range says {
			if w.Code != http.StatusOK || !strings.Contains(page.Text(), want) {
				t.Errorf("%s: %d, no %q", lang, w.Code, want)
			}
		}
	}
	_, form := d.ask(t, i18n.EN, edit+"?kind=rule&name=import.probe", nil)
	if got := form.One(htmltest.Label("Where it is written, in English")).Text(); got != "Order No. 7" {
		t.Errorf("the form is filled with %q", got)
	}
	if w, page := d.ask(t, i18n.RU, edit, written("source", "Приказ № 8")); w.Code != http.StatusConflict || !strings.Contains(page.Text(), "Приказ № 8") || !strings.Contains(page.Text(), "Приказ № 7") {
		t.Errorf("a second author against the version before: %d", w.Code)
	}
}

func TestWhatCannotStandIsToldInTheReadersLanguageAndKept(t *testing.T) {
	t.Parallel()
	d := open(t)
	for name, tt := range map[string]struct {
		form   url.Values
		ru, en string
	}{
		"an unknown fact":      {written("when", "colour = red"), "Нет факта «colour»", "no fact called “colour”"},
		"no operator":          {written("when", "hs 97"), "нужны одно из слов", "want one of"},
		"no number":            {written("when", "age > old"), "«old» — не число", "“old” is not a number"},
		"another operator":     {written("when", "trait = battery"), "has, not has или beyond", "has, not has or beyond"},
		"no step":              {written("step", "40"), "шага 40 нет", "no step 40"},
		"no consequence":       {written("then", ""), "Назовите код", "`then` is empty"},
		"a name in capitals":   {written("name", "Import.Probe"), "строчными", "written small"},
		"a figure of words":    {written("kind", "figure", "name", "probe", "values", "many"), "«many» — не число", "“many” is not a number"},
		"a figure of two":      {written("kind", "figure", "name", "probe", "values", "1\n2"), "число — одно", "a figure is one number"},
		"verified, never read": {written("checked", ""), "день проверки", "has a day it was checked"},
		"no source":            {written("source", ""), "где это написано", "where it is written"},
	} {
		for lang, want := range map[i18n.Lang]string{i18n.RU: tt.ru, i18n.EN: tt.en} {
			w, page := d.ask(t, lang, edit, tt.form)
			if w.Code != http.StatusUnprocessableEntity || !strings.Contains(page.Text(), want) || !strings.Contains(w.Body.String(), "Order No. 7") {
				t.Errorf("%s in %s: %d, want %q in %.700s", name, lang, w.Code, want, page.Text())
			}
		}
	}
	lib, err := d.law.Library(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if n := len(lib.Versions(&clearance.Rule{ID: "import.probe"})); n != 0 {
		t.Errorf("%d versions were kept", n)
	}
}

func TestRowsThatNobodyHasAreNotFound(t *testing.T) {
	t.Parallel()
	d := open(t)
	r := httptest.NewRequest(http.MethodGet, "/admin/export/rules/rule/no.such", nil)
	for _, path := range []string{"/admin/export/rules/rule/no.such", "/admin/export/rules/list/cn22_sdr", edit + "?kind=poem", edit + "?kind=rule&name=no.such"} {
		r.URL.Path, r.URL.RawQuery, _ = strings.Cut(path, "?")
		w := httptest.NewRecorder()
		d.ServeHTTP(w, r)
		if w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}
