package desk_test

import (
	"bytes"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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

func TestBands(t *testing.T) {
	t.Parallel()
	bands := desk.Bands{Documents: 100_000_000, Number: 1_000_000_000, WarnAt: 80}
	for sum, want := range map[money.Amount]string{
		0: "", 79_999_999: "", 80_000_000: desk.MarkDocumentsNear, 99_999_999: desk.MarkDocumentsNear, 100_000_000: desk.MarkDocumentsNear,
		100_000_001: desk.MarkDocuments, 799_999_999: desk.MarkDocuments, 800_000_000: desk.MarkNumberNear, 999_999_999: desk.MarkNumberNear,
		1_000_000_000: desk.MarkNumber, 2_000_000_000: desk.MarkNumber,
	} {
		if got := bands.Mark(sum); got != want {
			t.Errorf("%d kopecks: %q, want %q", sum, got, want)
		}
	}
}

// add puts a parcel on the contract of the bench's shop.
func (b *bench) add(parcel string, rub money.Amount) desk.Contract {
	b.t.Helper()
	var c desk.Contract
	b.must(inTx(b, func(tx tx) (err error) {
		c, err = b.AddSum(b.t.Context(), tx, desk.Sum{SellerID: b.shop.ID, Counterparty: "ACME", Number: "7", SignedOn: time.Date(2026, 1, 10, 0, 0, 0, 0, time.UTC),
			Parcel: parcel, RUB: rub})
		return err
	}))
	return c
}

// The meter counts each parcel once, warns once before each band, and gives back what did not leave.
func TestMeterOfAContract(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, step := range []struct {
		parcel string
		rub    money.Amount
		sum    money.Amount
		mails  int
	}{
		{"P-1", 70_000_000, 70_000_000, 0}, {"P-1", 70_000_000, 70_000_000, 0}, {"P-2", 12_000_000, 82_000_000, 1}, {"P-3", 1_000_000, 83_000_000, 1},
		{"P-4", 18_000_000, 101_000_000, 2}, {"P-5", 700_000_000, 801_000_000, 3}, {"P-6", 200_000_000, 1_001_000_000, 4},
	} {
		if c := b.add(step.parcel, step.rub); c.SumRUB != step.sum {
			t.Errorf("%s: the sum is %d, want %d", step.parcel, c.SumRUB, step.sum)
		}
		if got := len(b.mails()); got != step.mails {
			t.Errorf("%s: %d letters, want %d: %v", step.parcel, got, step.mails, b.mails())
		}
	}
	b.must(desk.TakeSum(t.Context(), b.db, b.shop.ID, "P-6"))
	b.must(desk.TakeSum(t.Context(), b.db, b.shop.ID, "P-6"))
	sum, err := desk.ContractSum(t.Context(), b.db, b.shop.ID, "ACME", "7")
	b.must(err)
	if sum != 801_000_000 {
		t.Errorf("after a parcel came back: %d", sum)
	}
	if sum, err := desk.ContractSum(t.Context(), b.db, b.shop.ID+1, "ACME", "7"); err != nil || sum != 0 {
		t.Errorf("another shop's contract: %d, %v", sum, err)
	}
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
		list, err := desk.ContractDocuments(t.Context(), b.db, b.shop.ID, "ACME", "7")
		b.must(err)
		return strings.Join(list, " ")
	}
	if held() != "" {
		t.Errorf("before: %q", held())
	}
	_, err := b.Decide(t.Context(), b.by[desk.Currency], desk.Currency, id, desk.Ruling{Verdict: desk.Release, Paper: desk.Paper{UniqueNumber: "26110001/1481/0000/1/1"}})
	b.must(err)
	if held() != "contract contract_number" {
		t.Errorf("after: %q", held())
	}
	if d := b.heard[0].Document; d == nil || d.Kind != "contract_number" || d.Number != "26110001/1481/0000/1/1" {
		t.Errorf("the document is %+v", d)
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
