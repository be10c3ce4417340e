package app

import (
	"bytes"
	"html"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/account/accounttest"
	"github.com/yarmarka/yarmarka/internal/export/desk"
	"github.com/yarmarka/yarmarka/internal/export/goods"
	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/market/catalog/intake"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/sheet"
)

// stall is a shop with one listing and its owner at the browser.
type stall struct {
	*site
	owner  *http.Cookie
	person int64
	shop   int64
	offer  int64
}

func newStall(t *testing.T, ru, en string) *stall {
	t.Helper()
	s := newSite(t)
	shop := catalogtest.Shop(t, s.db)
	card := catalogtest.Card(t, s.db, shop, func(in *intake.Card) {
		in.Title = catalog.Text{RU: ru, EN: en}
		in.Variants = []intake.Variant{{Key: "main", WeightG: 350}}
	})
	x := &stall{site: s, shop: shop.ID, offer: catalogtest.Offer(t, s.db, shop, card.Variants["main"], 150_000, 5), person: accounttest.Person(t, s.db)}
	accounttest.Grant(t, s.db, s.m.account, x.person, shop.ID, account.Owner)
	_, x.owner = s.session(x.person, shop.ID)
	return x
}

func (x *stall) path() string { return "/seller/export/goods/" + strconv.FormatInt(x.offer, 10) }

func (x *stall) passport() goods.Passport {
	x.t.Helper()
	found, err := goods.ForOffers(x.t.Context(), x.db, []int64{x.offer})
	x.must(err)
	return found[x.offer]
}

// typed is the form of the listing as a seller fills it in.
func typed(version int, change ...string) url.Values {
	f := url.Values{"version": {strconv.Itoa(version)}, "abroad": {"1"}, "hs": {"6302.60"}, "text_en": {"Terry bath towel, cotton"}, "text_ru": {"Полотенце банное"},
		"origin": {"RU"}, "net_g": {"340"}, "gross_g": {"400"}, "length_mm": {"300"}, "width_mm": {"200"}, "height_mm": {"60"}, "making": {"mass"}}
	for i := 0; i+1 < len(change); i += 2 {
		f.Set(change[i], change[i+1])
	}
	return f
}

func (x *stall) wants(r reply, status int, texts ...string) {
	x.t.Helper()
	if r.StatusCode != status {
		x.t.Errorf("status %d, want %d", r.StatusCode, status)
	}
	for _, text := range texts {
		if !strings.Contains(html.UnescapeString(r.body), text) {
			x.t.Errorf("the page does not say %q", text)
		}
	}
}

// A seller opens the list, takes the suggested code with one press, is told what is wrong and keeps what was typed, and
// ends with a listing that may be ordered from abroad.
func TestASellerMakesAListingReady(t *testing.T) {
	t.Parallel()
	x := newStall(t, "Полотенце банное махровое «Заря»", "Zarya terry bath towel")
	x.wants(x.get("/seller/export", x.owner), 200, "За границу пока ничего не отправить", "Мы не знаем, кто отправитель")
	x.wants(x.get("/en/seller/export/goods", x.owner), 200, "Zarya terry bath towel", "Switched off · 1")
	x.wants(x.get(x.path(), x.owner), 200, "6302.60", "Код верный", "слово «полотенце» в названии", "Zarya terry bath towel", "Подставили из карточки: проверьте.")
	x.wants(x.post(x.path(), typed(0, "hs", "6302601"), x.owner), 422, "а здесь 7", `value="6302601"`, `value="Terry bath towel, cotton"`)
	x.wants(x.post(x.path(), typed(0, "net_g", "900"), x.owner), 422, "Нетто 900 г больше веса с упаковкой 400 г")
	x.wants(x.post("/en"+x.path(), typed(0, "year", "2999", "text_en", "Полотенце"), x.owner), 422, "The year cannot be later than", "Latin letters only")
	x.wants(x.post(x.path(), typed(0, "hs", "", "pick", "630260"), x.owner), 303)
	if p := x.passport(); !p.Ready() || p.HS != "630260" || p.Confidence < 50 {
		t.Fatalf("it lacks %v, confidence %d", p.Lacks(), p.Confidence)
	}
	x.wants(x.get(x.path(), x.owner), 200, "Вы подтвердили", "товар можно заказать из-за границы")
	x.wants(x.post(x.path(), typed(0, "material", "лён"), x.owner), 409, "изменил кто-то ещё", `value="лён"`, `name="version" value="1"`)
	x.wants(x.get("/seller/export", x.owner), 200, "1 товар можно отправить за границу")
	x.wants(x.get("/seller/export/codes?offer=1&q=льняное+полотенце", x.owner), 200, "6302.99", "Взять код 6302.99")
}

func (x *stall) upload(name string, file []byte) reply {
	x.t.Helper()
	return x.do(x.uploadOf(name, file))
}

// uploadOf is a table as a browser sends it.
func (x *stall) uploadOf(name string, file []byte) call {
	x.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("file", name)
	x.must(err)
	_, err = part.Write(file)
	x.must(err)
	x.must(w.Close())
	return call{method: http.MethodPost, path: "/seller/export/table", raw: b.String(), cookies: []*http.Cookie{x.owner}, header: map[string]string{"Content-Type": w.FormDataContentType()}}
}

var planField = regexp.MustCompile(`name="plan" value="([^"]+)"`)

// The table goes out, is filled in, comes back, is shown before it is written, and a hostile one is refused in words.
func TestATableIsCheckedAndThenWritten(t *testing.T) {
	t.Parallel()
	x := newStall(t, "Полотенце банное", "Bath towel")
	got := x.get("/seller/export/table/goods.xlsx", x.owner)
	x.wants(got, 200)
	rows, err := sheet.Read([]byte(got.body), sheet.Usual)
	x.must(err)
	values := typed(0)
	values.Set("abroad", "да")
	for i, head := range rows[0] {
		name, _, _ := strings.Cut(head, " ")
		if v := values.Get(name); v != "" {
			for len(rows[1]) <= i {
				rows[1] = append(rows[1], "")
			}
			rows[1][i] = v
		}
	}
	var b bytes.Buffer
	x.must(sheet.Write(&b, "t", append(rows, []string{"77777"})))
	checked := x.upload("goods.xlsx", b.Bytes())
	x.wants(checked, 200, "Изменится 1 товар", "6302.60", "Строка 3, id: Нет такого товара у вашего магазина: 77777")
	if x.passport().Version != 0 {
		t.Fatal("a check writes")
	}
	plan := planField.FindStringSubmatch(html.UnescapeString(checked.body))
	if plan == nil {
		t.Fatal("the preview carries no plan")
	}
	x.wants(x.post("/seller/export/table", url.Values{"act": {"apply"}, "plan": {plan[1]}}, x.owner), 303)
	if p := x.passport(); !p.Ready() {
		t.Errorf("after the table it lacks %v", p.Lacks())
	}
	x.wants(x.upload("x", []byte("id;hs\n"+strings.Repeat("1;630260\n", goods.MaxTable+5))), 422, "В файле слишком много", "загрузите по частям")
}

// An old thing is laid before the culture expert; the opinion lets it out, a changed fact calls it back.
func TestAnOldThingGoesByTheExpert(t *testing.T) {
	t.Parallel()
	x := newStall(t, "Фотоаппарат плёночный ФЭД-2, 1955", "FED-2 film camera, 1955")
	old := func(version int, year string) url.Values {
		return typed(version, "hs", "900653", "text_en", "FED-2 rangefinder film camera", "text_ru", "Фотоаппарат плёночный", "year", year)
	}
	x.wants(x.post(x.path(), old(0, "1955"), x.owner), 303)
	x.wants(x.get(x.path(), x.owner), 200, "Вещь смотрит эксперт по культурным ценностям", "Отправлено эксперту по культурным ценностям")
	expert := accounttest.Person(t, x.db)
	page, err := x.m.export.desk.List(t.Context(), desk.Culture, desk.Query{})
	x.must(err)
	if len(page.Items) != 1 || page.Items[0].OfferID != x.offer {
		t.Fatalf("on the desk lie %+v", page.Items)
	}
	_, err = x.m.export.desk.Decide(t.Context(), desk.Actor{PersonID: expert}, desk.Culture, page.Items[0].ID, desk.Ruling{Verdict: desk.Release, Note: "Серийная камера.",
		Answers: map[string]string{"year": "1955", "author": "ФЭД", "technique": "завод", "mass": "mass", "fund": "no", "photos": "enough", "science": "no"}})
	x.must(err)
	p := x.passport()
	if !p.Ready() || len(p.Documents) != 1 {
		t.Fatalf("after the opinion it lacks %v, has %v", p.Lacks(), p.Documents)
	}
	x.wants(x.get(x.path(), x.owner), 200, "Получено: заключение эксперта")
	x.wants(x.post(x.path(), old(p.Version, "1934"), x.owner), 303)
	x.wants(x.get(x.path(), x.owner), 200, "Данные изменились, и это больше не действует: заключение эксперта")
	if p := x.passport(); p.Ready() || len(p.Documents) != 0 {
		t.Errorf("another year keeps the opinion: %+v", p)
	}
}

// An expert finds a cultural object: the seller asks for the permit on the listing, the desk gives it with its number, and
// the page tells what that means.
func TestACulturalObjectGetsItsPermit(t *testing.T) {
	t.Parallel()
	x := newStall(t, "Фотоаппарат плёночный ФЭД-2, 1955", "FED-2 film camera, 1955")
	x.wants(x.post(x.path(), typed(0, "hs", "900653", "text_en", "FED-2 rangefinder film camera", "text_ru", "Фотоаппарат плёночный", "year", "1955"), x.owner), 303)
	expert := desk.Actor{PersonID: accounttest.Person(t, x.db)}
	next := func() desk.Case {
		c, ok, err := x.m.export.desk.Next(t.Context(), expert, desk.Culture)
		x.must(err)
		if !ok {
			t.Fatal("nothing lies on the desk")
		}
		return c
	}
	_, err := x.m.export.desk.Decide(t.Context(), expert, desk.Culture, next().ID, desk.Ruling{Verdict: desk.Refuse, Reason: "cultural", Note: "Первый выпуск."})
	x.must(err)
	x.wants(x.get(x.path(), x.owner), 200, "Нужно разрешение Министерства культуры", "Попросить разрешение")
	x.wants(x.post(x.path()+"/ask", url.Values{"note": {"Вывожу на выставку"}}, x.owner), 303)
	x.wants(x.get(x.path(), x.owner), 200, "Отправлено эксперту. Ответ придёт письмом")
	c := next()
	_, err = x.m.export.desk.Decide(t.Context(), expert, desk.Culture, c.ID, desk.Ruling{Verdict: desk.Release})
	if !errs.Is(err, errs.Invalid) {
		t.Errorf("a permit without a number: %v", err)
	}
	until := time.Now().AddDate(0, 6, 0)
	ruling := desk.Ruling{Verdict: desk.Release, Paper: desk.Paper{Number: "МК-17/2026", ValidUntil: &until}}
	if _, err = x.m.export.desk.Decide(t.Context(), expert, desk.Culture, c.ID, ruling); !errs.Is(err, errs.Invalid) {
		t.Errorf("a permit without its file: %v", err)
	}
	ruling.Paper.AttachedID, err = x.m.export.desk.Attach(t.Context(), c, "permit.pdf", []byte("%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"))
	x.must(err)
	_, err = x.m.export.desk.Decide(t.Context(), expert, desk.Culture, c.ID, ruling)
	x.must(err)
	x.wants(x.get(x.path(), x.owner), 200, "МК-17/2026", "Министерство культуры Российской Федерации", "только курьером, не почтой")
	trail := one[string](x.site, `select string_agg(act, ' ' order by id) from export_case_events where case_id = $1`, c.ID)
	if trail != "opened seller_answer taken release" {
		t.Errorf("the trail of the permit is %q", trail)
	}
}

// Who sends is proposed from the page of the shop, checked, and kept only when it is saved.
func TestTermsComeFromTheFormAndStay(t *testing.T) {
	t.Parallel()
	x := newStall(t, "Полотенце", "Towel")
	x.wants(x.get("/seller/export/terms", x.owner), 200, "Взяли из страницы магазина", `value="500100732259"`)
	f := url.Values{"version": {"0"}, "kind": {"entrepreneur"}, "inn": {"500100732250"}, "ogrn": {"304500116000157"}, "name_latin": {"Иванова"}, "phone": {"8 916 555-12-34"}}
	x.wants(x.post("/seller/export/terms", f, x.owner), 422, "В ИНН опечатка", "Только латинские буквы", `value="Иванова"`, "Телефон с кодом страны")
	f.Set("inn", "500100732259")
	f.Set("name_latin", "Ivanova Anna")
	f.Set("phone", "+7 916 555-12-34")
	x.wants(x.post("/seller/export/terms", f, x.owner), 303)
	x.wants(x.post("/seller/export/terms", f, x.owner), 409, "изменил кто-то ещё")
	terms, err := goods.TermsOf(t.Context(), x.db, []int64{x.shop})
	x.must(err)
	if got := terms[x.shop]; got.Phone != "+79165551234" || got.NameLatin != "Ivanova Anna" {
		t.Errorf("kept %+v", got)
	}
}
