package app

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/account/accounttest"
	"github.com/yarmarka/yarmarka/internal/export/postal/standin"
	"github.com/yarmarka/yarmarka/internal/export/rates"
	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/sheet"
)

// told is what one wrong input must be answered with: words in the reader's language, and what was typed.
type told struct {
	ru, en string
	kept   []string
}

// both asks the same in both languages and wants the status, the words and what was typed.
func (x *stall) both(name string, c call, status int, want told) {
	x.t.Helper()
	for prefix, words := range map[string]string{"": want.ru, "/en": want.en} {
		asked := c
		asked.path = prefix + c.path
		got := x.do(asked)
		page := htmltest.ParseString(x.t, got.body)
		text := strings.ReplaceAll(page.Text(), "\u00a0", " ")
		if got.StatusCode != status || !strings.Contains(text, words) {
			x.t.Errorf("%s, %s: %d, want %d and %q in %.1200s", name, asked.path, got.StatusCode, status, words, text)
		}
		for _, kept := range want.kept {
			if !strings.Contains(got.body, kept) {
				x.t.Errorf("%s, %s: %q is lost", name, asked.path, kept)
			}
		}
	}
}

func (x *stall) page(path string) call {
	return call{method: http.MethodGet, path: path, cookies: []*http.Cookie{x.owner}}
}

func (x *stall) form(path string, f url.Values, by *http.Cookie) call {
	return call{method: http.MethodPost, path: path, form: f, cookies: []*http.Cookie{by}}
}

func (x *stall) officer(role account.Role) *http.Cookie {
	person := accounttest.Person(x.t, x.db)
	accounttest.Grant(x.t, x.db, x.m.account, person, 0, role)
	_, cookie := x.session(person, 0)
	return cookie
}

// What people type wrong into the wing's forms is told in the language of the page, with what to do about it; what was
// typed stays, and nothing is written.
func TestBadInputIsToldAndKept(t *testing.T) {
	t.Parallel()
	x := newStall(t, "Фотоаппарат плёночный ФЭД-2, 1955", "FED-2 film camera, 1955")
	x.wrongCodes()
	x.wrongTables()
	x.overlappingRule()
	x.permitWithoutFile()
}

// wrongCodes are codes too short or too long, and a price or a weight of nothing.
func (x *stall) wrongCodes() {
	for _, tt := range []struct {
		name, field, value string
		want               told
	}{
		{"seven digits", "hs", "6302601", told{"а здесь 7. Проверьте его или найдите по словам", "and this has 7. Check it or find it by words", nil}},
		{"nine digits", "hs", "630260001", told{"а здесь 9. Проверьте его или найдите по словам", "and this has 9. Check it or find it by words", nil}},
		{"nine of ten", "tnved", "630260000", told{"Код ТН ВЭД — это 10 цифр, а здесь 9", "A TN VED code has 10 digits, and this has 9", nil}},
		{"a weight of nothing", "gross_g", "0", told{"от 1 до", "1 to", nil}},
	} {
		tt.want.kept = []string{`value="` + tt.value + `"`, `value="Terry bath towel, cotton"`, `value="340"`}
		x.both(tt.name, x.form(x.path(), typed(0, tt.field, tt.value), x.owner), http.StatusUnprocessableEntity, tt.want)
	}
	question := func(change ...string) string {
		q := url.Values{"thing": {"linen towel"}, "country": {"KZ"}, "weight": {"350"}, "price": {"1900"}, "currency": {"RUB"}}
		for i := 0; i < len(change); i += 2 {
			q.Set(change[i], change[i+1])
		}
		return "/export?" + q.Encode()
	}
	for path, want := range map[string]told{
		question("thing", "6302601"):   {"Такого кода нет: нужно 6 или 10 цифр. Проверьте его", "There is no such code: 6 or 10 digits are needed. Check it", []string{`value="6302601"`, `value="350"`}},
		question("thing", "630260001"): {"Такого кода нет: нужно 6 или 10 цифр. Проверьте его", "There is no such code: 6 or 10 digits are needed. Check it", []string{`value="630260001"`, `value="350"`}},
		question("price", "0"):         {"Назовите цену больше нуля", "Give a price above zero", []string{`value="linen towel"`, `value="350"`, `value="0"`}},
		question("weight", "0"):        {"Вес — целое число граммов", "The weight is a whole number of grams", []string{`value="linen towel"`, `value="1900"`, `value="0"`}},
		question("year", "2999"):       {"Год — цифрами, не позже " + strconv.Itoa(time.Now().Year()), "The year in digits, not later than " + strconv.Itoa(time.Now().Year()), []string{`value="2999"`}},
	} {
		x.both("the calculator", x.page(path), http.StatusUnprocessableEntity, want)
	}
	if p := x.passport(); p.Version != 0 {
		x.t.Errorf("something was written: %+v", p)
	}
}

// wrongTables are none, are cut off, or hold rows that are wrong, which are told one by one.
func (x *stall) wrongTables() {
	var whole, rows bytes.Buffer
	id := strconv.FormatInt(x.offer, 10)
	x.must(sheet.Write(&whole, "t", [][]string{{"id", "hs"}, {id, "630260"}}))
	x.must(sheet.Write(&rows, "t", [][]string{{"id", "hs", "net_g", "year", "text_en"}, {id, "6302601", "0", "XIX", "Полотенце"}, {"77777", "630260001", "", "", ""}}))
	bomb := `<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><sst>&b;</sst>`
	for name, tt := range map[string]struct {
		file   []byte
		status int
		want   []told
	}{
		"nothing":   {nil, 422, []told{{ru: "Выберите файл", en: "Choose a file"}}},
		"a picture": {[]byte("\x89PNG\r\n\x1a\n\x00\x00"), 422, []told{{ru: "Это не таблица XLSX или CSV. Скачайте таблицу на этой странице", en: "This is no XLSX or CSV table. Download the table from this page"}}},
		"cut off":   {whole.Bytes()[:whole.Len()/2], 422, []told{{ru: "Файл оборван или испорчен. Сохраните его ещё раз и загрузите.", en: "The file is cut off or damaged. Save it again and upload it."}}},
		"a bomb":    {zipped([]byte(bomb), "[Content_Types].xml", "xl/workbook.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"), 422, []told{{ru: "Файл оборван или испорчен", en: "The file is cut off or damaged"}}},
		"no id":     {[]byte("код;вес\n630260;100\n"), 422, []told{{ru: "возьмите таблицу отсюда и не меняйте первую строку", en: "take the table from here and leave its first row as it is"}}},
		"wrong rows": {rows.Bytes(), 200, []told{{ru: "Строка 2, Код, 6 цифр: Код — это 6 цифр (или 10 цифр ТН ВЭД), а здесь 7", en: "Row 2, Code, 6 digits: A code has 6 digits (or the 10 of TN VED), and this has 7"},
			{ru: "Строка 3, id: Нет такого товара у вашего магазина: 77777", en: "Row 3, id: Your shop has no such listing: 77777"}}},
	} {
		for _, want := range tt.want {
			x.both(name, x.uploadOf("x", tt.file), tt.status, want)
		}
	}
	if p := x.passport(); p.Version != 0 || p.HS != "" {
		x.t.Errorf("a wrong table wrote %+v", p)
	}
}

// overlappingRule is a version whose days overlap those of one that comes later.
func (x *stall) overlappingRule() {
	admin := x.officer(account.Admin)
	day := func(n int) string { return time.Now().AddDate(0, 0, n).Format(time.DateOnly) }
	rule := func(base, from, to, act string) url.Values {
		return url.Values{"kind": {"rule"}, "base": {base}, "name": {"import.overlap"}, "area": {"import"}, "step": {"10"}, "rank": {"3"}, "when": {"country = RS; hs begins 6302"},
			"outcome": {"needs"}, "then": {"certificate"}, "source": {"Письмо № 7"}, "status": {"hypothesis"}, "from": {from}, "to": {to}, "do": {act}}
	}
	x.wants(x.post("/admin/export/rules/edit", rule("0", day(10), "", "publish"), admin), http.StatusSeeOther)
	for _, act := range []string{"preview", "publish"} {
		x.both("overlapping days, "+act, x.form("/admin/export/rules/edit", rule("1", day(1), day(20), act), admin), http.StatusUnprocessableEntity,
			told{"В эти дни начинается версия 1", "Version 1 begins within these days", []string{"country = RS; hs begins 6302", "Письмо № 7", day(1), day(20)}})
	}
	if n := one[int](x.site, `select count(*) from export_rules where id = 'import.overlap'`); n != 1 {
		x.t.Errorf("%d versions are kept, want the first alone", n)
	}
}

// permitWithoutFile does not count as given, and the case goes on waiting.
func (x *stall) permitWithoutFile() {
	x.wants(x.post(x.path(), typed(0, "hs", "900653", "text_en", "FED-2 rangefinder film camera", "text_ru", "Фотоаппарат плёночный", "year", "1955"), x.owner), 303)
	expert := x.officer(account.CultureExpert)
	next := func() string {
		got := x.post("/export/desks/culture/next", url.Values{}, expert)
		return got.Header.Get("Location")
	}
	x.wants(x.post(next(), url.Values{"do": {"refuse"}, "reason": {"cultural"}, "note": {"Первый выпуск."}}, expert), 303)
	x.wants(x.post(x.path()+"/ask", url.Values{"note": {"Вывожу на выставку"}}, x.owner), 303)
	permit := next()
	x.both("no file", x.form(permit, url.Values{"do": {"release"}, "number": {"МК-17/2026"}, "authority": {"Минкультуры России"}, "note": {"Вывезите до весны"}}, expert), http.StatusUnprocessableEntity,
		told{"Разрешение без файла не считается полученным", "A permit without its file does not count as given", []string{`value="МК-17/2026"`, `value="Минкультуры России"`, "Вывезите до весны"}})
	if n := one[int](x.site, `select count(*) from export_cases where state <> 'decided'`); n != 1 {
		x.t.Errorf("%d cases wait, want the one about the permit", n)
	}
}

// bankAndPost are the Central Bank and the post as a test makes them answer.
type bankAndPost struct {
	*standin.Server
	says atomic.Pointer[string] // instead of the day's file
}

func (b *bankAndPost) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if text := b.says.Load(); text != nil && strings.HasPrefix(r.URL.Path, "/scripts/") {
		_, _ = w.Write([]byte(*text)) // the client may be gone
		return
	}
	b.Server.ServeHTTP(w, r)
}

// Whatever the Central Bank sends in place of its file, prices go on by the last rates with their day, and the operator is
// told in words what came and what to do; a country that the post closed yesterday is refused with the rule and its source.
func TestBadRatesAndAClosedCountry(t *testing.T) {
	t.Parallel()
	stand, err := standin.New(standin.Options{})
	if err != nil {
		t.Fatal(err)
	}
	out := &bankAndPost{Server: stand}
	stand.SetFaults(standin.Faults{Closed: []string{"RS"}})
	server := httptest.NewServer(out)
	t.Cleanup(server.Close)
	x := &stall{site: newSite(t, func(c *Config) { c.PostStandin, c.RatesURL = server.URL, server.URL })}
	_, x.owner = x.session(accounttest.Person(t, x.db), 0)
	question := func(country string) call {
		return x.page("/export?" + url.Values{"thing": {"linen towel"}, "country": {country}, "weight": {"350"}, "price": {"20"}, "currency": {"EUR"}}.Encode())
	}
	kept := []string{`value="linen towel"`, `value="350"`, `value="20"`}
	fetch := func() error {
		_, err := x.m.export.rates.Fetch(context.WithoutCancel(t.Context()))
		return err
	}
	x.both("before the first rates", question("KZ"), http.StatusServiceUnavailable, told{"Курса Банка России пока нет. Попробуйте через несколько минут.", "There is no rate of the Bank of Russia yet. Try again in a few minutes.", kept})
	x.must(fetch())
	const age = 6
	day := rates.Today(time.Now()).AddDate(0, 0, -age)
	_, err = x.db.Exec(t.Context(), `
		with older as (delete from currency_rates r where r.day < (select max(day) from currency_rates))
		update currency_rates r set day = $1 where r.day = (select max(day) from currency_rates)`, day)
	x.must(err)
	for name, tt := range map[string]struct{ answer, ru, en string }{
		"cut off": {`<?xml version="1.0"?><ValCurs Date="01.07.2026"><Valute><Cha`, "Файл Банка России оборван или это не XML с курсами", "file is cut off, or is not the XML of rates"},
		"empty":   {"", "Банк России прислал пустой файл", "The Bank of Russia sent an empty file"},
		"not XML": {"<html><body>503</body></html>", "или это не XML с курсами", "or is not the XML of rates"},
		"an XML bomb": {`<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><ValCurs Date="01.07.2026">&b;</ValCurs>`,
			"или это не XML с курсами", "or is not the XML of rates"},
		"no drawing right": {`<?xml version="1.0"?><ValCurs Date="01.07.2026"></ValCurs>`, "нет специальных прав заимствования", "has no special drawing right"},
	} {
		out.says.Store(&tt.answer)
		if fetch() == nil {
			t.Errorf("%s: it was taken", name)
		}
		x.both(name, question("KZ"), http.StatusOK, told{"новый ещё не пришёл", "a newer one has not come yet", kept})
		for lang, want := range map[i18n.Lang]string{i18n.RU: tt.ru, i18n.EN: tt.en} {
			is, do := checkRates(t.Context(), x.db).text(lang)
			if !strings.Contains(is, want) || !strings.Contains(is, day.Format(time.DateOnly)) || !strings.Contains(do, "YARMARKA_RATES_URL") {
				t.Errorf("%s: the operator is told in %s: %s %s", name, lang, is, do)
			}
		}
	}
	out.says.Store(nil)
	stand.SetFaults(standin.Faults{Closed: []string{"RS"}, Rates: "stale"}) // some days old, and newer than ours: it is taken
	x.must(fetch())
	if f := checkRates(t.Context(), x.db); f.level != fine {
		t.Errorf("after a right file the operator is told: %+v", f)
	}
	x.both("a country closed yesterday", question("RS"), http.StatusOK, told{"Страна закрыта для почты", "The country is closed to the post", kept})
}
