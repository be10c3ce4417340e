package dispatch

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/export/clearance"
	lawbook "github.com/yarmarka/yarmarka/internal/export/clearance/rules"
	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/postal/s10"
	"github.com/yarmarka/yarmarka/internal/export/postal/standin"
	"github.com/yarmarka/yarmarka/internal/export/postal/tracking"
	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// ask sends a request as the owner of the shop.
func (w *world) ask(lang i18n.Lang, method, path string, form url.Values) (int, *htmltest.Node) {
	w.t.Helper()
	router := chi.NewRouter()
	(&Handlers{Parcels: w.Service}).Routes(router)
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	session := &account.Session{ID: 1, PersonID: w.staff().PersonID, SellerID: w.shop.SellerID, SellerRole: account.Owner}
	got := httptest.NewRecorder()
	router.ServeHTTP(got, r.WithContext(i18n.WithLang(account.WithSession(r.Context(), session), lang)))
	page := htmltest.Parse(w.t, got.Body)
	if got.Code < 300 || got.Code >= 400 {
		for _, wrong := range page.Lint() {
			w.t.Errorf("%s %s: %s", lang, path, wrong)
		}
	}
	return got.Code, page
}

// reads opens a parcel's page in both languages and gives its text.
func (w *world) reads(p Parcel) map[i18n.Lang]*htmltest.Node {
	w.t.Helper()
	pages := map[i18n.Lang]*htmltest.Node{}
	for _, lang := range i18n.Langs {
		status, page := w.ask(lang, http.MethodGet, listPath+"/"+p.Number, nil)
		if status != http.StatusOK {
			w.t.Fatalf("%s: the page of %s answers %d", lang, p.Number, status)
		}
		pages[lang] = page.One(htmltest.Tag("main"))
	}
	return pages
}

// says fails unless both languages' pages of a parcel say what they have to.
func (w *world) says(p Parcel, ru, en string) {
	w.t.Helper()
	for lang, want := range map[i18n.Lang]string{i18n.RU: ru, i18n.EN: en} {
		if text := plainly(w.reads(p)[lang].Text()); !strings.Contains(text, want) {
			w.t.Errorf("%s: no %q on the page of %s: %.1200s", lang, want, p.Number, text)
		}
	}
}

func plainly(text string) string { return strings.ReplaceAll(text, "\u00a0", " ") }

// identifier is a name as programs write it: consignee.address, small_packet, IN_PROGRESS.
var identifier = regexp.MustCompile(`[a-z]+[._@#][a-z_]+|[A-Z]+_[A-Z]+|\b(individual|self_employed|hs|ems)\b`)

// quoted are the words of acts, which are shown as they are, addresses and all.
func quoted(t *testing.T) []string {
	t.Helper()
	files, err := clearance.Load(lawbook.FS)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, row := range files.Rows() {
		for _, text := range []string{row.Its().Source, row.Its().English.Source} {
			if text != "" {
				list = append(list, strings.ReplaceAll(text, "https://", ""))
			}
		}
	}
	return list
}

// Nobody reads a program's names on a seller's pages of parcels: rules are called by what they say, and lead to their pages.
func TestNoRawNameIsShown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	at := w.now()
	refused := w.paid("US")
	w.work()
	held := w.declared("DE")
	w.must(w.Declared(t.Context(), held.ID, postal.Declaration{OrderNumber: held.Filed, Barcode: s10.Number(held.Barcode), Status: postal.DeclarationInProgress, DecidedAt: at}))
	w.must(w.Declared(t.Context(), held.ID, postal.Declaration{OrderNumber: held.Filed, Barcode: s10.Number(held.Barcode), Status: postal.DeclarationInProgress,
		Decision: postal.DecisionControl, DecidedAt: at.Add(time.Minute)}))
	held = w.is(held, Held)
	_, err := pg.Exec(t.Context(), w.db, `update export_goods set hs = '970191', tnved = '', making = 'unique', text_en = 'Oil painting on canvas, landscape', text_ru = 'Картина'`)
	w.must(err)
	asked := w.paid("DE")
	w.work()
	asked = w.is(asked, AtDesk)
	laws := quoted(t)
	for _, p := range []Parcel{refused, held, asked} {
		for lang, main := range w.reads(p) {
			text := main.Text()
			for _, law := range laws {
				text = strings.ReplaceAll(text, law, "")
			}
			if raw := identifier.FindString(text); raw != "" {
				t.Errorf("%s: the page of a parcel that is %s shows %q in %.2000s", lang, p.State, raw, text)
			}
			prefix := map[i18n.Lang]string{i18n.EN: "/en"}[lang]
			if !slices.ContainsFunc(main.All(htmltest.Tag("a")), func(a *htmltest.Node) bool { return strings.HasPrefix(a.Attr("href"), prefix+rulesPath) }) {
				t.Errorf("%s: the page of a parcel that is %s leads to no rule", lang, p.State)
			}
		}
	}
	for _, lang := range i18n.Langs {
		for _, pile := range Piles {
			_, page := w.ask(lang, http.MethodGet, listPath+"?pile="+string(pile), nil)
			if raw := identifier.FindString(page.One(htmltest.Tag("main")).Text()); raw != "" {
				t.Errorf("%s: the pile %s shows %q", lang, pile, raw)
			}
		}
	}
}

// A weight that cannot be is said in the reader's language, with what to do, and what was typed stays in the form.
func TestAWeightThatCannotBeKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.ready("DE")
	for _, tt := range []struct {
		gross, length string
		says          map[i18n.Lang]string
	}{
		{"100", "31", map[i18n.Lang]string{i18n.RU: "Взвесьте с упаковкой", i18n.EN: "Weigh them with the wrapping"}},
		{"40000", "31", map[i18n.Lang]string{i18n.RU: "Тяжелее, чем берёт оплаченная служба", i18n.EN: "Heavier than the service that was paid for takes"}},
		{"0", "31", map[i18n.Lang]string{i18n.RU: "от 1 до", i18n.EN: "from 1 to"}},
		{"триста", "31", map[i18n.Lang]string{i18n.RU: "целое число", i18n.EN: "whole number"}},
	} {
		for lang, want := range tt.says {
			status, page := w.ask(lang, http.MethodPost, listPath+"/"+p.Number+"/weigh",
				url.Values{"gross_g": {tt.gross}, "length_cm": {tt.length}, "width_cm": {"22"}, "height_cm": {"5"}})
			if status != http.StatusUnprocessableEntity || !strings.Contains(strings.ToLower(plainly(page.Text())), strings.ToLower(want)) {
				t.Errorf("%s, %s g: %d, no %q in %.600s", lang, tt.gross, status, want, plainly(page.Text()))
			}
			for name, typed := range map[string]string{"gross_g": tt.gross, "length_cm": tt.length} {
				if !page.Has(htmltest.Attr("name", name), htmltest.Attr("value", typed)) {
					t.Errorf("%s, %s g: the form lost %q of %s", lang, tt.gross, typed, name)
				}
			}
		}
	}
	if got := w.is(p, Ready); got.GrossG != p.GrossG || got.WeighedAt != nil {
		t.Errorf("the parcel weighs %d g now", got.GrossG)
	}
}

// What comes from the post and the customs service and cannot be right is said on the parcel's page in both languages,
// with what to do; the parcel keeps all it had.
func TestWhatTheOthersSayWrongIsSaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	at := w.now()
	p := w.declared("DE")
	w.must(w.Tracked(t.Context(), p.ID, []tracking.Operation{{Type: 777, Attr: 3, At: at, Name: "Загадка"}}))
	w.says(p, "Неизвестная операция 777.3: Загадка", "Unknown operation 777.3: Загадка")
	done := postal.Declaration{OrderNumber: p.Filed, Barcode: s10.Number(p.Barcode), Status: postal.DeclarationDone, Decision: postal.DecisionReleased, DecidedAt: at}
	w.must(w.Declared(t.Context(), p.ID, done))
	for n, d := range []postal.Declaration{done, {OrderNumber: "Y-ELSE", Barcode: "RA123456785RU", Status: postal.DeclarationRejected, DecidedAt: at},
		{OrderNumber: p.Filed, Barcode: s10.Number(p.Barcode), Status: postal.DeclarationInProgress, DecidedAt: at.Add(time.Hour)}} {
		w.must(w.Declared(t.Context(), p.ID, d))
		if strays := w.number(`select count(*) from export_parcel_events where parcel_id = $1 and kind = 'stray'`, p.ID); strays != int64(n) {
			t.Errorf("%d answers are kept that changed nothing, want %d", strays, n) // the same answer twice is one answer
		}
	}
	w.says(p, "Пришёл ответ, который к посылке не относится: ничего не изменил", "An answer came that does not belong to the parcel: it changed nothing")
	w.says(p, "товар выпущен, платить ничего не нужно", "the goods are released, nothing to pay")
	w.must(w.Tracked(t.Context(), p.ID, []tracking.Operation{{Type: 1, Attr: 2, At: at.Add(time.Hour), Country: "RU", Grams: 900}}))
	p = w.is(p, Held)
	w.says(p, "Вес на весах почты расходится с декларацией. Подайте её заново с верным весом.", "The post's scale contradicts the declaration. Declare again with the right weight.")
	for lang, page := range w.reads(p) {
		if !page.Has(htmltest.Tag("form"), htmltest.Attr("action", map[i18n.Lang]string{i18n.EN: "/en"}[lang]+listPath+"/"+p.Number+"/again")) {
			t.Errorf("%s: nothing to press", lang)
		}
	}
}

// A number that the post gave with a wrong digit, another country or of a range in reserve is put on no paper: whoever
// looks is told which number it was and what to do, and asked again the post gives its own.
func TestANumberThatCannotBeIsSaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, barcode := range []string{"RA123456784RU", "EB000717595HK", "JA123456785RU"} {
		w.misnumber(barcode)
		p := w.paid("DE")
		for range 2 { // the second time is the last one
			if _, err := w.run(); err == nil {
				t.Errorf("%s is taken", barcode)
			}
			_, err := pg.Exec(t.Context(), w.db, `update river_job set max_attempts = attempt + 1, scheduled_at = now() where state = 'retryable'`)
			w.must(err)
		}
		p = w.is(p, Cleared)
		w.says(p, "Почта прислала номер, который не подходит этому отправлению: "+barcode, "The post sent a number that does not fit this item: "+barcode)
		w.says(p, "спросите почту о нём и попробуйте ещё раз", "ask the post about it, then try again")
		if len(p.Papers) > 0 || p.Barcode != "" {
			t.Errorf("%s is on a paper", barcode)
		}
		w.instead.Store(nil)
		w.must(w.Resume(t.Context(), p.Number, w.shop.SellerID, nil))
		w.work()
		w.is(p, Ready)
	}
}

// While the post is away, or what comes from it is no answer but a bomb, the page says so and that nothing need be done;
// when it is back, every parcel goes on by itself.
func TestAPostThatIsAwayIsSaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bomb := func(text string) func([]byte) []byte { return func([]byte) []byte { return []byte(text) } }
	var parcels []Parcel
	for name, instead := range map[string]func([]byte) []byte{"down": nil, "an XML bomb": bomb(`<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]><l>&b;</l>`),
		"a JSON bomb": bomb(strings.Repeat(`{"a":[`, 200_000)), "more than anybody reads": bomb(strings.Repeat(" ", 9<<20))} {
		if w.instead.Store(nil); instead != nil {
			w.instead.Store(&instead)
		} else {
			w.post.SetFaults(standin.Faults{Down: []string{"tariff", "orders", "tracking"}})
		}
		p := w.paid("DE")
		_, _ = w.run() // a step that failed is tried again, one that found the post left alone is put off
		p, err := selectParcel(t.Context(), w.db, p.ID)
		w.must(err)
		if p.State != Deciding && p.State != Cleared || p.StuckAt != nil {
			t.Errorf("%s: the parcel is %s, stuck %q", name, p.State, p.Stuck)
		}
		w.says(p, "Почта сейчас не отвечает. Ничего не потеряно", "The post does not answer right now. Nothing is lost")
		w.post.SetFaults(standin.Faults{})
		parcels = append(parcels, p)
	}
	w.instead.Store(nil)
	w.shift.Add(int64(time.Hour))
	_, err := pg.Exec(t.Context(), w.db, `update river_job set scheduled_at = now() where state in ('retryable', 'scheduled')`)
	w.must(err)
	w.work()
	for _, p := range parcels {
		p = w.is(p, Ready)
		for lang, page := range w.reads(p) {
			if page.Has(htmltest.TestID("away")) {
				t.Errorf("%s: the post is still said to be away", lang)
			}
		}
	}
}
