package papers_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"github.com/yarmarka/yarmarka/internal/export/papers"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// Every contradiction is found, and named at its field.
func TestContradictions(t *testing.T) {
	t.Parallel()
	if r := aRecord(); r.Check() != nil {
		t.Fatal(r.Check())
	}
	for name, c := range map[string]struct {
		spoil func(r *papers.Record)
		want  string
	}{
		"sum":          {func(r *papers.Record) { r.Lines[0].Value++ }, "value=papers.check.sum"},
		"roubles":      {func(r *papers.Record) { r.ValueRUB-- }, "value_rub=papers.check.sum"},
		"overflow":     {func(r *papers.Record) { r.Lines[0].Value, r.Lines[1].Value = 1<<62, 1<<62 }, "value=papers.check.sum"},
		"free":         {func(r *papers.Record) { r.Lines[1].Value, r.Value, r.ValueRUB = 0, 458000, 458000 }, "lines.1.value=papers.check.value"},
		"net":          {func(r *papers.Record) { r.GrossGrams = 949 }, "gross=papers.check.gross"},
		"weightless":   {func(r *papers.Record) { r.Lines[0].NetGrams = 0 }, "lines.0.net=papers.check.net"},
		"check digit":  {func(r *papers.Record) { r.S10 = "CC999999994RU" }, "s10=papers.check.s10"},
		"spaces":       {func(r *papers.Record) { r.S10 = "CC 999 999 995 RU" }, "s10=papers.check.s10"},
		"foreign":      {func(r *papers.Record) { r.S10 = "EB000717595HK" }, "s10=papers.check.s10_country"},
		"seven digits": {func(r *papers.Record) { r.Lines[0].HS = "9503002" }, "lines.0.hs=papers.check.hs"},
		"nine digits":  {func(r *papers.Record) { r.Lines[0].HS = "950300210" }, "lines.0.hs=papers.check.hs"},
		"no code":      {func(r *papers.Record) { r.Lines[0].HS = "" }, "lines.0.hs=papers.check.hs"},
		"short HTSUS":  {func(r *papers.Record) { r.Lines[0].HTSUS = "950300" }, "lines.0.htsus=papers.check.htsus"},
		"other HTSUS":  {func(r *papers.Record) { r.Lines[0].HTSUS = "6302600020" }, "lines.0.htsus=papers.check.htsus"},
		"lone HTSUS":   {func(r *papers.Record) { r.Form, r.Lines[0].HS, r.Lines[0].HTSUS = "", "", "9503000073" }, "lines.0.htsus=papers.check.htsus"},
		"origin":       {func(r *papers.Record) { r.Lines[0].Origin = "XX" }, "lines.0.origin=papers.check.country"},
		"russian":      {func(r *papers.Record) { r.Lines[0].TextEN = "Матрёшка" }, "lines.0.text_en=papers.check.latin"},
		"cyrillic":     {func(r *papers.Record) { r.Consignee.Street = "бул. Витоша 1" }, "consignee.street=papers.check.latin"},
		"smile":        {func(r *papers.Record) { r.Lines[0].TextRU += "🙂" }, "lines.0.text_ru=papers.check.unprintable"},
		"long":         {func(r *papers.Record) { r.Lines[0].TextEN = strings.Repeat("a", 201) }, "lines.0.text_en=papers.check.long"},
		"endless":      {func(r *papers.Record) { r.Comment = strings.Repeat("a", 2001) }, "comment=papers.check.long"},
		"too many":     {func(r *papers.Record) { r.Lines = make([]papers.Line, 501) }, "lines=papers.check.many_lines"},
		"digits only":  {func(r *papers.Record) { r.Lines[0].TextEN = "123" }, "lines.0.text_en=papers.check.description"},
		"nobody":       {func(r *papers.Record) { r.Consignee.Name = "" }, "consignee.name=papers.check.missing"},
		"nowhere":      {func(r *papers.Record) { r.Consignee.Country = "" }, "consignee.country=papers.check.country"},
		"unsigned":     {func(r *papers.Record) { r.SignedBy = "" }, "signed_by=papers.check.missing"},
		"empty":        {func(r *papers.Record) { r.Lines, r.Value, r.ValueRUB = nil, 0, 0 }, "lines=papers.check.no_lines"},
		"unexplained":  {func(r *papers.Record) { r.Contents = papers.Other }, "explanation=papers.check.explanation"},
		"unheard of":   {func(r *papers.Record) { r.Contents = "loot" }, "contents=papers.check.contents"},
		"return":       {func(r *papers.Record) { r.DocSign = papers.ReturnDeclaration }, "registration=papers.check.registration"},
		"paper":        {func(r *papers.Record) { r.Papers[0].Kind = "XXX" }, "papers.0=papers.check.paper"},
	} {
		r := aRecord()
		r.Lines = slices.Clone(r.Lines)
		r.Papers = slices.Clone(r.Papers)
		c.spoil(&r)
		err := r.Check()
		if !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
			continue
		}
		if e, ok := errors.AsType[*errs.Error](err); ok {
			for _, f := range e.Fields {
				if text := i18n.In(i18n.RU, f.Key, f.Args...); strings.ContainsAny(text, "{}") || text == f.Key {
					t.Errorf("%s: %q", name, text)
				}
			}
		}
	}
}

func TestAnOrderNeedsNoNumberYet(t *testing.T) {
	t.Parallel()
	r := aRecord()
	r.S10 = ""
	if err := r.CheckOrder(); err != nil {
		t.Error(err)
	}
	if r.Check() == nil {
		t.Error("papers without a number")
	}
}

// What Latin gives can be printed, and giving it once more changes nothing.
func TestLatinIsPrintable(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom(nil, unicode.Latin, unicode.Cyrillic), 1, 40, -1).Draw(t, "text")
		once := papers.Latin(text)
		if again := papers.Latin(once); again != once {
			t.Fatalf("%q, then %q, then %q", text, once, again)
		}
	})
}

func TestLatin(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Щукин Юрий": "Shchukin Iurii", "ул. Ленина, 5": "ul. Lenina, 5", "Объект № 3": "Obieekt No. 3", "Köln": "Köln", "«Ярмарка»": `"Iarmarka"`, "Қазақстан": "Kazakstan",
		"Nguyễn Thị Hương": "Nguyen Thi Huong", "Bakı, Əliyev": "Bakı, Aliyev", "Łódź Şişli București": "Łódź Şişli București", "e\u0301\u200d": "e", "🙂 漢": "  漢", "Mug → cup 🙂": "Mug → cup  ",
	} {
		if got := papers.Latin(in); got != want {
			t.Errorf("%q is written %q, want %q", in, got, want)
		}
	}
}

// A thing's text in Russian stays Russian, and whatever it holds, no form refuses it.
func TestShown(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"Кружка, 0,3 л": "Кружка, 0,3 л", "Чашка 🙂 → подарок": "Чашка → подарок", "чай 茶": "чай", "Nguyễn": "Nguyen", "": ""} {
		if got := papers.Shown(in); got != want {
			t.Errorf("%q is written %q, want %q", in, got, want)
		}
	}
}

// One parcel is worth one figure in drawing rights, wherever it is read.
func TestSDRIsRoundedHalfUp(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{433_812: "43.38", 433_850: "43.39", 433_849: "43.38", 254_304: "25.43", 3_000_000: "300.00", 1: "0.00"} {
		if got := papers.SDR(n); got != want {
			t.Errorf("%d is written %s, want %s", n, got, want)
		}
	}
}

// What cannot be written in letters that forms show is named by its first letter, so that its owner is asked for it in
// Latin letters.
func TestForeign(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"Erika Mustermann": "", "Щукин Юрий": "", "Nguyễn Thị Hương": "", "Łódź": "", "Mug 🙂": "", "": "",
		"山田太郎": "山", "Ann 李": "李", "Ωmega": "Ω", "שלום": "ש", "Iskandar محمد": "م"} {
		if got := papers.Foreign(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
