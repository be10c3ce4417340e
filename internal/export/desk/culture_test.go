package desk_test

import (
	"bytes"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/yarmarka/yarmarka/internal/export/contract"
	"github.com/yarmarka/yarmarka/internal/export/desk"
	"github.com/yarmarka/yarmarka/internal/media"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pdf/pdftest"
)

// A verdict of the culture desk is a paper: with a number, a date, an authority, and a file that says what was found.
func TestOpinionIsADocument(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	until := time.Date(2027, 11, 23, 0, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		number  string
		ruling  desk.Ruling
		outcome string
	}{
		{"G-1", desk.Ruling{Verdict: desk.Release, Answers: answers, Paper: desk.Paper{ValidUntil: &until}}, desk.NotCultural},
		{"G-2", desk.Ruling{Verdict: desk.Refuse, Reason: "cultural", Note: "Нужно разрешение", Answers: answers}, desk.PermitNeeded},
		{"G-3", desk.Ruling{Verdict: desk.Refuse, Reason: "fund", Note: "Музейный номер", Answers: answers}, desk.Refused},
	} {
		id := b.open(desk.Culture, tt.number, func(c *desk.Case) { c.Title = "Этюд «Осень» 1970" })
		_, err := b.Decide(t.Context(), b.by[desk.Culture], desk.Culture, id, tt.ruling)
		b.must(err)
		got := b.heard[len(b.heard)-1].Document
		if got == nil || got.Kind != "expert_opinion" || got.Outcome != tt.outcome || got.ID == 0 || got.FileID == 0 || got.Number == "" {
			t.Fatalf("%s: the document is %+v", tt.number, got)
		}
		_, _, papers, err := b.CaseOf(t.Context(), b.shop.ID, id)
		b.must(err)
		if len(papers) != 1 || papers[0].Number != got.Number || papers[0].Outcome != tt.outcome {
			t.Errorf("%s: the seller sees %+v", tt.number, papers)
		}
		file, err := b.Media.Document(t.Context(), got.FileID)
		b.must(err)
		if file.ContentType != "application/pdf" || file.Owner.SellerID != b.shop.ID {
			t.Errorf("%s: the file is %+v", tt.number, file)
		}
		w := httptest.NewRecorder()
		b.must(media.NewHandlers(b.Media).Serve(w, httptest.NewRequestWithContext(t.Context(), "GET", "/", nil), got.FileID))
		text := pdftest.Text(t, w.Body.Bytes())
		for _, words := range []string{got.Number, got.Authority, "Этюд «Осень» 1970", "холст, масло", "Единственный экземпляр", "23 ноября 2026"} {
			if !strings.Contains(strings.Join(strings.Fields(text), " "), words) {
				t.Errorf("%s: the paper does not say %q:\n%s", tt.number, words, text)
			}
		}
		b.must(b.Holds(t.Context(), desk.Culture, id, got.FileID))
		if err := b.Holds(t.Context(), desk.Culture, id, got.FileID+1000); !errs.Is(err, errs.NotFound) {
			t.Errorf("%s: another's file: %v", tt.number, err)
		}
	}
}

func TestAnOpinionsNumberIsItsOwn(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	paper := desk.Paper{Number: "17-К", Authority: "Эксперт Н. Белова"}
	for i, number := range []string{"G-1", "G-2"} {
		id := b.open(desk.Culture, number)
		_, err := b.Decide(t.Context(), b.by[desk.Culture], desk.Culture, id, desk.Ruling{Verdict: desk.Release, Answers: answers, Paper: paper})
		if i == 0 {
			b.must(err)
			continue
		}
		e, ok := errors.AsType[*errs.Error](err)
		if !ok || len(e.Fields) != 1 || e.Fields[0].Name != "number" || b.get(desk.Culture, id).State == desk.Done {
			t.Errorf("a number used twice: %v", err)
		}
	}
}

func TestQuestionsByChapter(t *testing.T) {
	t.Parallel()
	keys := func(chapters ...string) (list []string) {
		for _, q := range desk.QuestionsOf(chapters) {
			if len(q.Chapters) > 0 {
				list = append(list, q.Key)
			}
		}
		return list
	}
	for chapter, want := range map[string][]string{"": nil, "97": {"art_kind", "by_author"}, "92": {"master", "factory"}, "49": {"edition", "handwritten"}, "90": {"factory_number", "science"}, "61": {"war"}, "42": nil} {
		if diff := cmp.Diff(want, keys(chapter)); diff != "" {
			t.Errorf("chapter %q (-want +got) %s", chapter, diff)
		}
	}
	for _, q := range desk.QuestionsOf(nil) {
		if q.Key == "mass" && (q.Say(i18n.EN, "unique") != "One of a kind" || q.Say(i18n.RU, "сам не знаю") != "сам не знаю") {
			t.Error("answers are not said in words")
		}
	}
}

// add puts a parcel on an agency contract of the bench's shop.
func (b *bench) add(parcel string, rub money.Amount) (c contract.Contract) {
	b.t.Helper()
	agency, ok, err := b.Contracts.Find(b.t.Context(), b.shop.ID, "ACME", "7")
	b.must(err)
	if !ok {
		agency, err = b.Contracts.Register(b.t.Context(), contract.Contract{SellerID: b.shop.ID, Counterparty: "ACME", Country: "RS", Number: "7",
			SignedOn: time.Date(2026, 1, 10, 0, 0, 0, 0, time.UTC)}, "", nil)
		b.must(err)
	}
	b.must(inTx(b, func(tx tx) (err error) {
		c, err = b.Contracts.Add(b.t.Context(), tx, agency, parcel, rub, agency.SumRUB+rub)
		return err
	}))
	return c
}

// What currency control accepts is known to the rules from then on.
func TestAcceptedContract(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.add("P-1", 1_100_000_000)
	id := b.open(desk.Currency, "P-1", func(c *desk.Case) {
		c.Facts = desk.Facts{Contract: &desk.ContractFact{Counterparty: "ACME", Number: "7", Signed: "2026-01-10", SumRUB: 1_100_000_000}}.JSON()
	})
	held := func() string {
		c, _, err := b.Contracts.Find(t.Context(), b.shop.ID, "ACME", "7")
		b.must(err)
		return strings.Join(c.Documents(), " ")
	}
	if held() != "" {
		t.Errorf("before: %q", held())
	}
	_, err := b.Decide(t.Context(), b.by[desk.Currency], desk.Currency, id, desk.Ruling{Verdict: desk.Release, Paper: desk.Paper{UniqueNumber: "26110001/1481/0000/1/1"}})
	b.must(err)
	if held() != "contract contract_number" {
		t.Errorf("after: %q", held())
	}
	own, err := b.List(t.Context(), desk.Currency, desk.Query{Pile: desk.PileDone})
	b.must(err)
	if len(own.Items) != 2 {
		t.Errorf("the contract's own case is not over: %d cases are decided", len(own.Items))
	}
	if d := b.heard[0].Document; d == nil || d.Kind != "contract_number" || d.Number != "26110001/1481/0000/1/1" {
		t.Errorf("the document is %+v", d)
	}
}

// A contract lies on the desk before its band is crossed: once for each band, and no more when its documents are there.
func TestAContractNearABandIsACase(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	waiting := func() []desk.Case {
		page, err := b.List(t.Context(), desk.Currency, desk.Query{})
		b.must(err)
		return page.Items
	}
	if b.add("P-1", 79_000_000); len(waiting()) != 0 {
		t.Fatal("far from the band, and a case")
	}
	b.add("P-2", 2_000_000)
	b.add("P-3", 1_000_000)
	list := waiting()
	if len(list) != 1 || list[0].Subject != desk.Contract || list[0].Title != "№ 7, ACME" || list[0].Risk != 40 {
		t.Fatalf("at 80 per cent: %+v", list)
	}
	ruling := desk.Ruling{Verdict: desk.Release, Paper: desk.Paper{Number: "7"}}
	_, err := b.Decide(t.Context(), b.by[desk.Currency], desk.Currency, list[0].ID, ruling)
	b.must(err)
	c, _, err := b.Contracts.Find(t.Context(), b.shop.ID, "ACME", "7")
	if err != nil || !c.Holds(contract.Papers) {
		t.Fatalf("accepted: %+v, %v", c, err)
	}
	if b.add("P-4", 30_000_000); len(waiting()) != 0 {
		t.Error("the band is crossed with the documents accepted, and a case")
	}
	b.add("P-5", 700_000_000)
	if list = waiting(); len(list) != 1 {
		t.Fatalf("near the second band: %+v", list)
	}
	if _, err = b.Decide(t.Context(), b.by[desk.Currency], desk.Currency, list[0].ID, ruling); !errs.Is(err, errs.Invalid) {
		t.Errorf("without a unique number: %v", err)
	}
	of, err := b.CasesOfContract(t.Context(), c)
	b.must(err)
	if len(of) != 2 {
		t.Errorf("cases of the contract: %d", len(of))
	}
}

func TestAttachedFilesAreLookedAt(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	c := b.get(desk.Culture, b.open(desk.Culture, "G-1"))
	for name, tt := range map[string]struct {
		content []byte
		kind    errs.Kind
	}{
		"a page":    {[]byte("<!doctype html><script>alert(1)</script>"), errs.Invalid},
		"a program": {[]byte("MZ\x90\x00\x03"), errs.Invalid},
		"nothing":   {nil, errs.Invalid},
		"too much":  {append([]byte("%PDF-"), bytes.Repeat([]byte("x"), 21<<20)...), errs.TooLarge},
	} {
		if _, err := b.Attach(t.Context(), c, "../../"+name+".pdf", tt.content); !errs.Is(err, tt.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
	id, err := b.Attach(t.Context(), c, "../../паспорт.pdf", []byte("%PDF-1.4\n%%EOF"))
	b.must(err)
	file, err := b.Media.Document(t.Context(), id)
	b.must(err)
	if file.Name != "паспорт.pdf" {
		t.Errorf("the name is %q", file.Name)
	}
}

// A seller may send a case forty files, and no more; each keeps the name it was given, of whatever bytes.
func TestFilesOfACaseAreBounded(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	c := b.get(desk.Culture, b.open(desk.Culture, "G-1"))
	send := func(n int) error {
		id, err := b.AttachOwn(t.Context(), c, fmt.Sprintf("лист %d.pdf", n), []byte("%PDF-1.4\n%%EOF"))
		if err != nil {
			return err
		}
		return b.Answer(t.Context(), c.SellerID, 0, c.ID, "", id)
	}
	for n := range 40 {
		b.must(send(n))
	}
	if err := send(40); errs.KeyOf(err) != "export.desk.own.enough_files" || !errs.Is(err, errs.Invalid) {
		t.Errorf("the forty-first: %v", err)
	}
	_, trail, _, err := b.CaseOf(t.Context(), c.SellerID, c.ID)
	b.must(err)
	names := map[string]bool{}
	for _, e := range trail {
		names[e.File] = true
	}
	if !names["лист 0.pdf"] || !names["лист 39.pdf"] {
		t.Errorf("the names are %v", names)
	}
	b.must(b.Answer(t.Context(), c.SellerID, 0, c.ID, "На остальных листах то же.", 0))
}
