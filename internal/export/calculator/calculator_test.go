package calculator_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/export/calculator"
	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/clearance/rules"
	"github.com/yarmarka/yarmarka/internal/export/hs"
	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/rates"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

var day = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

// codes knows three words, and of one of them is not sure; the rest it has never heard of.
func codes(_ context.Context, t hs.Thing) ([]hs.Suggestion, error) {
	found := map[string][]string{"towel": {"630260", "630291"}, "box": {"442090"}, "souvenir": {"442199"}}
	for word, list := range found {
		if !strings.Contains(t.TitleEN, word) {
			continue
		}
		var out []hs.Suggestion
		sure := 80
		if word == "souvenir" {
			sure = 40
		}
		for i, code := range list {
			e, _ := hs.Find(hs.Code(code))
			out = append(out, hs.Suggestion{Entry: e, Confidence: sure - 30*i})
		}
		return out, nil
	}
	return nil, nil
}

func post(_ context.Context, a postal.Ask) ([]postal.Candidate, error) {
	if a.Country == "MD" { // the price of it is not known, and the post does not answer
		return []postal.Candidate{{Object: 5011, Service: "small_packet", NameRu: "Мелкий пакет", NameEn: "Small packet", Lost: postal.LostUnknown}}, nil
	}
	packet := postal.Candidate{Object: 5011, Service: "small_packet", NameRu: "Мелкий пакет", NameEn: "Small packet", Price: 50000, MinDays: 7, MaxDays: 14, Tracked: true}
	if a.GrossGrams > 2000 {
		packet.Lost, packet.Price = "weight", 0
	}
	parcel := postal.Candidate{Object: 4031, Service: "parcel", NameRu: "Посылка", NameEn: "Parcel", Price: 100000, Tracked: true}
	if packet.Lost != "" {
		return []postal.Candidate{parcel, packet}, nil
	}
	parcel.Lost, parcel.LostArgs = "price", []any{"more", int64(50000)}
	return []postal.Candidate{packet, parcel}, nil
}

var table = rates.Table{Day: day.Truncate(24 * time.Hour), Rates: map[money.Currency]rates.Rate{
	"EUR": {Value: 900000, Nominal: 1}, "USD": {Value: 800000, Nominal: 1}, "XDR": {Value: 1134056, Nominal: 1}}}

func router(t *testing.T, fail error) http.Handler {
	t.Helper()
	db := dbtest.New(t)
	files, err := clearance.Load(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	if err := clearance.Seed(t.Context(), db, files); err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return day }
	r := chi.NewRouter()
	(&calculator.Handlers{S: calculator.New(calculator.Deps{Law: clearance.New(db, now), Suggest: codes, Candidates: post, Now: now,
		Rates: func(context.Context, time.Time) (rates.Table, error) { return table, fail }})}).Routes(r)
	return r
}

func ask(t *testing.T, h http.Handler, lang i18n.Lang, path string) (int, *htmltest.Node) {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r.WithContext(i18n.WithLang(r.Context(), lang)))
	page := htmltest.ParseString(t, w.Body.String())
	for _, flaw := range page.Lint() {
		t.Errorf("%s: %s", path, flaw)
	}
	return w.Code, page
}

func question(pairs ...string) string {
	q := url.Values{"thing": {"linen towel"}, "country": {"DE"}, "weight": {"350"}, "price": {"1900"}, "currency": {"RUB"}}
	for i := 0; i < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return "/export?" + q.Encode()
}

func TestAnAnswerSaysWhatItTakesAndByWhichRule(t *testing.T) {
	t.Parallel()
	h := router(t, nil)
	for name, tt := range map[string]struct {
		path string
		says []string
		not  string
	}{
		"a towel to Germany":    {question(), []string{"Можно отправить: Германия", "6302.60", "Форма CN 22", "7–14 дней", "270", "Всего до двери", "6302.91"}, "Нельзя"},
		"by its code, in euros": {question("thing", "6302 60", "price", "20", "currency", "EUR"), []string{"Можно отправить: Германия", "1 800"}, "уверенность"},
		"a guess is a question": {question("thing", "souvenir", "country", "RS"), []string{"Мы не уверены, что это она: уверенность 40 %", "опишите вещь подробнее"}, "Мы узнали вещь"},
		"another code picked":   {question("hs", "630291"), []string{"6302.91"}, "уверенность"},
		"wood to the EU":        {question("thing", "wooden box"), []string{"Отправить нельзя: Германия", "Правило «Запреты на ввоз», версия 1", "www.emta.ee", "Проверено 22 ноября 2026"}, "Всего до двери"},
		"inside the union":      {question("country", "KZ"), []string{"Можно отправить: Казахстан", "Таможенная форма не нужна", "таможенной границы нет"}, "Пошлина"},
		"an old thing":          {question("year", "1890", "country", "RS"), []string{"Решит сотрудник: Сербия", "Правило «Культурные ценности», версия 1", "Гипотеза"}, "Нельзя"},
		"above 150 euros":       {question("price", "13500,01"), []string{"Дороже 150 € ЕС берёт пошлину по общему тарифу", "Без пошлины и налога страны", "Гипотеза"}, "Всего до двери"},
		"rates nobody knows":    {question("country", "NG"), []string{"Пошлину и налог этой страны мы не знаем", "Без пошлины и налога страны"}, "Пошлина ЕС"},
		"a heavy thing":         {question("weight", "5000"), []string{"Можно отправить", "Форма CN 23"}, "Нельзя"},
	} {
		status, page := ask(t, h, i18n.RU, tt.path)
		text := strings.ReplaceAll(page.Text(), "\u00a0", " ")
		for _, want := range tt.says {
			if status != http.StatusOK || !strings.Contains(text, want) {
				t.Errorf("%s: %d, no %q in\n%s", name, status, want, text)
			}
		}
		if strings.Contains(text, tt.not) {
			t.Errorf("%s: it says %q", name, tt.not)
		}
		if rule := map[string]string{"wood to the EU": "import.eu-833", "an old thing": "culture.old"}[name]; rule != "" && !page.Has(htmltest.Attr("href", "/export/rules/"+rule)) {
			t.Errorf("%s: no link to %s", name, rule)
		}
	}
}

func TestWhatCannotBeAnsweredSaysWhatToMendAndKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	h := router(t, nil)
	for name, path := range map[string]string{
		"letters in the weight": question("weight", "пол кило"), "no weight": question("weight", "0"), "an unknown country": question("country", "ZZ"),
		"home": question("country", "RU"), "no price": question("price", "0"), "letters in the price": question("price", "дорого"),
		"a thing nobody knows": question("thing", "flumph"), "no such code": question("thing", "999999"), "a code of seven digits": question("thing", "6302601"),
		"a year to come": question("year", "2100"), "a size in letters": question("length", "x"), "nothing but a country": "/export?country=DE",
	} {
		status, page := ask(t, h, i18n.EN, path)
		if status != http.StatusUnprocessableEntity || !page.Has(htmltest.Role("alert", "")) && !strings.Contains(page.Text(), "field") {
			t.Errorf("%s: %d", name, status)
		}
	}
	_, page := ask(t, h, i18n.EN, question("weight", "half a kilo"))
	if got := page.One(htmltest.Label("Weight with packing, grams")).Value(); got != "half a kilo" {
		t.Errorf("the weight that was typed came back as %q", got)
	}
	if status, page := ask(t, h, i18n.EN, question("country", "MD")); status != http.StatusServiceUnavailable || !strings.Contains(page.Text(), "The post does not answer") {
		t.Errorf("while the post does not answer: %d", status)
	}
	if status, page := ask(t, router(t, errs.New(errs.Unavailable, "error.internal")), i18n.EN, question()); status != http.StatusServiceUnavailable || !strings.Contains(page.Text(), "no rate of the Bank of Russia") {
		t.Errorf("without rates: %d", status)
	}
}

func TestEveryRuleHasItsPage(t *testing.T) {
	t.Parallel()
	h := router(t, nil)
	files, err := clearance.Load(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range files.RulesOn(day) {
		status, page := ask(t, h, i18n.RU, "/export/rules/"+r.ID)
		if status != http.StatusOK || (r.Status == clearance.Hypothesis) != strings.Contains(page.Text(), "Это гипотеза") {
			t.Errorf("%s: %d", r.ID, status)
		}
	}
	if status, _ := ask(t, h, i18n.RU, "/export/rules/no.such"); status != http.StatusNotFound {
		t.Errorf("an unknown rule: %d", status)
	}
}

// Who reads English is told in English whose rule it is and where it is written, on every page of a rule and of an answer.
func TestSourcesAreToldInEnglish(t *testing.T) {
	t.Parallel()
	files, err := clearance.Load(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	cyrillic := func(text string) bool {
		return strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) })
	}
	for _, row := range files.Rows() {
		p := row.Its()
		if cyrillic(p.SourceIn(i18n.EN)) || cyrillic(p.AuthorityIn(i18n.EN)) || cyrillic(p.Quote) && p.English.Quote == "" {
			t.Errorf("%s is not told in English: %q, %q", row.Named(), p.Source, p.Quote)
		}
	}
	h := router(t, nil)
	for _, path := range []string{question(), question("thing", "wooden box"), question("country", "KZ"), question("year", "1890", "country", "RS")} {
		_, page := ask(t, h, i18n.EN, path)
		for _, n := range page.All(htmltest.Attr("lang", "ru")) {
			if n.Text() != "Русский" && n.Text() != "" { // the link to the other language
				t.Errorf("%s says in Russian: %q", path, n.Text())
			}
		}
		if cyrillic(strings.ReplaceAll(page.Text(), "Русский", "")) {
			t.Errorf("%s says something in Russian and does not say so", path)
		}
	}
	_, page := ask(t, h, i18n.EN, "/export/rules/culture.half-century")
	quoted := slices.ContainsFunc(page.All(htmltest.Attr("lang", "ru")), func(n *htmltest.Node) bool {
		return n.Text() == "созданные 50 лет назад и раньше"
	})
	if !quoted || !strings.Contains(page.Text(), "made 50 years ago or earlier") {
		t.Error("a quote is not both as it stands and in English")
	}
}

// Every code that a rule of the files gives has words in both languages.
func TestEveryConsequenceHasWords(t *testing.T) {
	t.Parallel()
	files, err := clearance.Load(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range i18n.Langs {
		ctx := i18n.WithLang(t.Context(), lang)
		for _, r := range files.Rules {
			if r.Then != "" && !i18n.Has(lang, "clearance.then."+r.Then) {
				t.Errorf("%s: %q has no words in %s", r.ID, r.Then, lang)
			}
			for _, c := range clearance.Explain(ctx, r.When, files.TablesOn(day)) {
				if strings.Contains(c.Text, "clearance.") || strings.Contains(r.When, c.Text) {
					t.Errorf("%s: %q is not said in words in %s", r.ID, c.Text, lang)
				}
			}
		}
		for _, row := range files.Rows() {
			if !i18n.Has(lang, "clearance.area."+row.Its().Area) {
				t.Errorf("the area %s has no words in %s", row.Its().Area, lang)
			}
		}
	}
}
