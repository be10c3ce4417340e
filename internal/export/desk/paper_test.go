package desk_test

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
	"github.com/google/go-cmp/cmp"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/desk"
	"github.com/yarmarka/yarmarka/internal/media"
	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

const pdf = "%PDF-1.4\n%%EOF"

// office is the desks' pages with an officer in front of them.
func (b *bench) office(k desk.Kind) http.Handler {
	r := chi.NewRouter()
	(&desk.Handlers{Desks: b.Service, Files: media.NewHandlers(b.Media), Shops: func(context.Context, []int64) (map[int64]string, error) { return map[int64]string{}, nil }}).Routes(r)
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		sess := &account.Session{PersonID: b.by[k].PersonID, Platform: k.Role()}
		r.ServeHTTP(w, req.WithContext(account.WithSession(req.Context(), sess)))
	})
}

// press sends the form of a case as a browser does, with a file when there is one.
func (b *bench) press(k desk.Kind, id int64, lang i18n.Lang, fields map[string]string, file string) (*httptest.ResponseRecorder, *htmltest.Node) {
	b.t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for name, value := range fields {
		b.must(m.WriteField(name, value))
	}
	if file != "" {
		part, err := m.CreateFormFile("file", "permit.pdf")
		b.must(err)
		_, err = part.Write([]byte(file))
		b.must(err)
	}
	b.must(m.Close())
	r := httptest.NewRequest(http.MethodPost, fmt.Sprintf("/export/desks/%s/cases/%d", k, id), &body)
	r.Header.Set("Content-Type", m.FormDataContentType())
	w := httptest.NewRecorder()
	b.office(k).ServeHTTP(w, r.WithContext(i18n.WithLang(r.Context(), lang)))
	return w, htmltest.ParseString(b.t, w.Body.String())
}

// A permit without its file does not count as given: the officer is told so beside the field, nothing typed is lost, and
// the file may be the one that the seller sent.
func TestAPermitIsGivenWithItsFile(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	permit := func(number string) int64 {
		return b.open(desk.Culture, number, func(c *desk.Case) {
			c.Facts = desk.Facts{Asks: desk.AsksPermit, Lines: []desk.Line{{HS: "900653", Text: "Camera"}}}.JSON()
		})
	}
	own, sent := permit("G-1"), permit("G-2")
	typed := map[string]string{"do": "release", "number": "МК-17/2026", "authority": "Минкультуры", "note": "Вывозите до весны"}
	for lang, says := range map[i18n.Lang]string{i18n.RU: "Разрешение без файла не считается полученным", i18n.EN: "A permit without its file does not count as given"} {
		w, page := b.press(desk.Culture, own, lang, typed, "")
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(page.One(htmltest.Attr("id", "file-e")).Text(), says) || !strings.Contains(w.Body.String(), "Вывозите до весны") ||
			!page.Has(htmltest.Attr("name", "number"), htmltest.Attr("value", "МК-17/2026")) {
			t.Errorf("%s, without a file: %d %.900s", lang, w.Code, page.Text())
		}
	}
	w, page := b.press(desk.Culture, own, i18n.RU, map[string]string{"do": "release"}, pdf)
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(page.One(htmltest.Attr("id", "file-e")).Text(), "выберите файл ещё раз") {
		t.Errorf("a file without a number: %d", w.Code)
	}
	if w, _ := b.press(desk.Culture, own, i18n.RU, typed, pdf); w.Code != http.StatusSeeOther {
		t.Fatalf("with its file: %d", w.Code)
	}
	if d := b.heard[len(b.heard)-1].Document; d == nil || d.AttachedID == 0 || d.Kind != "culture_permit" {
		t.Errorf("the permit is %+v", d)
	}

	file, err := b.Attach(t.Context(), b.get(desk.Culture, sent), "permit.pdf", []byte(pdf))
	b.must(err)
	b.must(b.Answer(t.Context(), b.shop.ID, b.owner, sent, "", file))
	typed["number"], typed["case_file"] = "МК-18/2026", "999999"
	if w, page := b.press(desk.Culture, sent, i18n.EN, typed, ""); w.Code != http.StatusUnprocessableEntity || !strings.Contains(page.Text(), "There is no such file in the case") {
		t.Errorf("another's file: %d", w.Code)
	}
	typed["case_file"] = fmt.Sprint(file)
	if w, page := b.press(desk.Culture, sent, i18n.RU, typed, ""); w.Code != http.StatusSeeOther {
		t.Fatalf("the file that the seller sent: %d %.600s", w.Code, page.Text())
	}
	if d := b.heard[len(b.heard)-1].Document; d == nil || d.AttachedID != file {
		t.Errorf("the permit is %+v, want file %d", d, file)
	}
}

// Where a rule asks for a document, the customs officer releases with its file; a guess asks for the officer alone.
func TestACustomsDocumentIsThereBeforeTheRelease(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	needs := func(f clearance.Finding) func(*desk.Case) {
		return func(c *desk.Case) { c.Findings = []clearance.Finding{f} }
	}
	asked := b.open(desk.Customs, "P-1", needs(clearance.Finding{Step: 12, Outcome: clearance.Needs, Then: "brand_permission", Rule: "brand.words", Status: clearance.Verified}))
	guessed := b.open(desk.Customs, "P-2", needs(clearance.Finding{Step: 8, Outcome: clearance.Needs, Then: clearance.Human, WouldThen: "export_permit", Status: clearance.Hypothesis}))
	for lang, says := range map[i18n.Lang]string{i18n.RU: "Правило просит сам документ", i18n.EN: "The rule asks for the document itself"} {
		if w, page := b.press(desk.Customs, asked, lang, map[string]string{"do": "release"}, ""); w.Code != http.StatusUnprocessableEntity || !strings.Contains(page.Text(), says) {
			t.Errorf("%s: %d", lang, w.Code)
		}
	}
	if w, _ := b.press(desk.Customs, asked, i18n.RU, map[string]string{"do": "release"}, pdf); w.Code != http.StatusSeeOther {
		t.Errorf("with the file: %d", w.Code)
	}
	if w, _ := b.press(desk.Customs, guessed, i18n.RU, map[string]string{"do": "release"}, ""); w.Code != http.StatusSeeOther {
		t.Errorf("a guess: %d", w.Code)
	}
}

// A parcel to the USA is released with their own code of each thing, which the officer is asked for.
func TestTheUSAsOwnCodeIsAskedOfTheOfficer(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id := b.open(desk.Customs, "P-1", func(c *desk.Case) {
		c.Findings = []clearance.Finding{{Step: 6, Line: 1, Outcome: clearance.Needs, Then: "htsus"}, {Step: 6, Line: 2, Outcome: clearance.Needs, Then: "htsus"}}
		c.Facts = desk.Facts{Offers: []int64{7, 8}, Lines: []desk.Line{{HS: "630260", Text: "Towel"}, {HS: "6911100000", Text: "Cup"}}}.JSON()
	})
	for name, tt := range map[string]struct{ answer, ru, en string }{
		"nothing":     {"", "Ответьте: без этого", "Answer this"},
		"one for two": {"6302600020", "Кодов 1, а строк 2", "1 codes for 2 lines"},
		"too short":   {"630260, 6911103810", "«630260» — не американский код", "“630260” is not this thing’s American code"},
		"another's":   {"6911103810, 6302600020", "первые шесть — 630260", "the first six are 630260"},
	} {
		for lang, says := range map[i18n.Lang]string{i18n.RU: tt.ru, i18n.EN: tt.en} {
			w, page := b.press(desk.Customs, id, lang, map[string]string{"do": "release", "q.htsus": tt.answer}, "")
			if w.Code != http.StatusUnprocessableEntity || !strings.Contains(page.Text(), says) || !page.Has(htmltest.Attr("name", "q.htsus"), htmltest.Attr("value", tt.answer)) {
				t.Errorf("%s in %s: %d, want %q", name, lang, w.Code, says)
			}
		}
	}
	if w, _ := b.press(desk.Customs, id, i18n.RU, map[string]string{"do": "release", "q.htsus": "6302.60.0020, 6911.10.38.10"}, ""); w.Code != http.StatusSeeOther {
		t.Fatalf("two codes: %d", w.Code)
	}
	codes, err := b.heard[len(b.heard)-1].HTSUS()
	b.must(err)
	if diff := cmp.Diff(map[int64]string{7: "6302600020", 8: "6911103810"}, codes); diff != "" {
		t.Errorf("the codes (-want +got):\n%s", diff)
	}
	other := b.open(desk.Customs, "P-2")
	if w, _ := b.press(desk.Customs, other, i18n.RU, map[string]string{"do": "release"}, ""); w.Code != http.StatusSeeOther {
		t.Errorf("nobody asks elsewhere: %d", w.Code)
	}
}

// A case is called in the reader's language, also one that was opened before cases had two names.
func TestACaseIsCalledInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for name, tt := range map[string]struct {
		change func(*desk.Case)
		ru, en string
	}{
		"both":           {func(c *desk.Case) { c.Title, c.TitleEN = "Этюд", "A study" }, "Этюд", "A study"},
		"opened before":  {func(c *desk.Case) { c.Title = "Этюд" }, "Этюд", "Oil painting"},
		"nothing at all": {func(c *desk.Case) { c.Title, c.Facts = "Этюд", nil }, "Этюд", "Этюд"},
		"English alone":  {func(c *desk.Case) { c.Title, c.TitleEN = "", "A study" }, "A study", "A study"},
	} {
		c := b.get(desk.Culture, b.open(desk.Culture, "G-"+name, tt.change))
		if c.TitleIn(i18n.RU) != tt.ru || c.TitleIn(i18n.EN) != tt.en {
			t.Errorf("%s: %q and %q", name, c.TitleIn(i18n.RU), c.TitleIn(i18n.EN))
		}
	}
	id := b.open(desk.Culture, "G-page", func(c *desk.Case) { c.Title, c.TitleEN = "Этюд «Осень»", "Study “Autumn”" })
	for lang, want := range map[i18n.Lang]string{i18n.RU: "Этюд «Осень»", i18n.EN: "Study “Autumn”"} {
		r := httptest.NewRequest(http.MethodGet, fmt.Sprintf("/export/desks/culture/cases/%d", id), nil)
		w := httptest.NewRecorder()
		b.office(desk.Culture).ServeHTTP(w, r.WithContext(i18n.WithLang(r.Context(), lang)))
		if got := htmltest.ParseString(t, w.Body.String()).One(htmltest.ID("ch")).Text(); got != want {
			t.Errorf("%s: the case is headed %q", lang, got)
		}
	}
	_, err := b.Decide(t.Context(), b.by[desk.Culture], desk.Culture, id, desk.Ruling{Verdict: desk.More, Note: "Фото, пожалуйста"})
	b.must(err)
}
