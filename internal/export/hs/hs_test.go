package hs

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

func TestTheNomenclatureIsWhole(t *testing.T) {
	t.Parallel()
	count := map[int]int{}
	for _, e := range nomenclature().entries {
		count[e.Code.Level()]++
		if e.Text == "" {
			t.Errorf("%s says nothing", e.Code)
		}
		if path := PathOf(e.Code); len(path) != e.Code.Level()/2 {
			t.Errorf("%s hangs in the air: %v", e.Code, path)
		}
	}
	if diff := cmp.Diff(map[int]int{2: 96, 4: 1228, 6: 5612}, count); diff != "" {
		t.Errorf("HS 2022 has 96 chapters, 1,228 headings and 5,612 subheadings (-want +got):\n%s", diff)
	}
	if Subheading("6302") || Subheading("63026") || Subheading("999999") || !Subheading("630260") {
		t.Error("what is a subheading and what is not")
	}
}

func TestADamagedNomenclatureIsSaid(t *testing.T) {
	t.Parallel()
	for name, raw := range map[string][]byte{"empty": nil, "no gzip": []byte("section,hscode"), "cut off": nomenclatureFile[:len(nomenclatureFile)/2]} {
		if _, err := readNomenclature(raw); err == nil {
			t.Errorf("%s is read", name)
		}
	}
}

func TestTheDictionaryIsChecked(t *testing.T) {
	t.Parallel()
	if len(words().trades) < 400 {
		t.Errorf("%d kinds of things are few", len(words().trades))
	}
	const classes = "wool | шерсть | wool\n"
	for name, files := range map[string][3]string{
		"no such code":     {"630299000 | полотенце | towel |\n", classes, ""},
		"no such variant":  {"630260 | полотенце | towel | wool=1\n", classes, ""},
		"no such class":    {"630260 | полотенце | towel | steel=630291\n", classes, ""},
		"columns":          {"630260 | полотенце\n", classes, ""},
		"class columns":    {"", "wool | шерсть\n", ""},
		"category":         {"", classes, "aa-1 = 99\n"},
		"category columns": {"", classes, "aa-1\n"},
	} {
		if _, err := readBridge(files[0], files[1], files[2]); err == nil || !strings.Contains(err.Error(), ".txt:1:") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCodesAreReadAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"630260": "630260", "6302.60": "630260", " 6302 60 000 0 ": "6302600000", "6302-60": "630260", "63o260": "", "": "", "６３０２": ""} {
		if got := Digits(in); got != want {
			t.Errorf("Digits(%q) = %q, want %q", in, got, want)
		}
	}
	for code, want := range map[Code]string{"63": "63", "6302": "6302", "630260": "6302.60", "6302600000": "6302.60.00 00"} {
		if got := code.String(); got != want {
			t.Errorf("%s is written %s, want %s", string(code), got, want)
		}
	}
}

func TestSearchFindsByWordsAndDigits(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]Code{"льняное полотенце": "630299", "linen towel": "630299", "матрёшка": "442019", "nesting dolls": "442019",
		"самовары": "741810", "электрический самовар": "851679", "пуховый платок": "611710", "чугунная сковорода": "732391", "honey": "040900"} {
		lang := i18n.RU
		if query[0] < 0x80 {
			lang = i18n.EN
		}
		got := Search(query, lang, 10)
		if len(got) == 0 || got[0].Code != want {
			t.Errorf("%q: %s, want %s first", query, codes(got), want)
			continue
		}
		if path := got[0].Path; len(path) != 3 || path[0].Code != want[:2] || path[2].Code != want {
			t.Errorf("%q: path %v", query, path)
		}
	}
	if got := Search("6302", i18n.RU, 100); len(got) != 15 || got[0].Code != "630210" {
		t.Errorf("by digits: %s", codes(got))
	}
	for _, nothing := range []string{"", "ъъъ", "9999", "…"} {
		if got := Search(nothing, i18n.RU, 10); len(got) != 0 {
			t.Errorf("%q finds %s", nothing, codes(got))
		}
	}
}

// Whatever a title is, suggestions are subheadings of the nomenclature, the surest first, and a short code is never among
// them.
func TestSuggestionsAreWholeCodes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		word := rapid.SampledFrom(strings.Fields("полотенце для собаки из кожи лён towel of glass картина 1955 с набор детский чехол «Заря» ,"))
		title := strings.Join(rapid.SliceOfN(word, 0, 8).Draw(r, "title"), " ") + rapid.StringN(0, 10, 30).Draw(r, "noise")
		votes := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) Vote {
			return Vote{Code: Code(rapid.SampledFrom([]string{"630260", "6302", "000000", "970191"}).Draw(r, "code")), Same: rapid.Bool().Draw(r, "same")}
		}), 0, 12).Draw(r, "votes")
		last := 101
		for _, s := range weighAll(Thing{TitleRU: title, TitleEN: title, Category: []Place{{Code: "hg-15-4-1"}}}, votes, i18n.EN, 5) {
			if !Subheading(s.Code) || s.Confidence < 1 || s.Confidence > 97 || s.Confidence > last {
				r.Fatalf("%q: %s with %d %%", title, s.Code, s.Confidence)
			}
			last = s.Confidence
		}
	})
}

func TestCardsOfOthersOutweighWords(t *testing.T) {
	t.Parallel()
	thing := Thing{TitleRU: "Полотенце банное хлопковое", TitleEN: "Cotton bath towel"}
	for n, want := range map[int]Code{0: "630260", 1: "630260", 4: "630291", 13: "630291"} {
		votes := slices.Repeat([]Vote{{Code: "630291"}}, n)
		if got := weighAll(thing, votes, i18n.RU, 3); got[0].Code != want {
			t.Errorf("%d cards say 6302.91: %s is first, want %s", n, got[0].Code, want)
		}
	}
	votes := append(slices.Repeat([]Vote{{Code: "630260"}}, 12), Vote{Code: "630291"})
	got := weighAll(thing, votes, i18n.RU, 3)[0]
	if got.Confidence < 85 || got.Evidence[0] != (Evidence{Kind: ByCards, N: 12, Of: 13, Sure: true}) {
		t.Errorf("12 of 13: %d %%, %+v", got.Confidence, got.Evidence)
	}
}

func TestDescriptionsAreProposedAndChecked(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		thing Thing
		want  string
	}{
		"an English title":   {Thing{TitleEN: "Zarya “Dawn” bath towel, 70×140", Material: "хлопок 100 %"}, "Zarya bath towel, 70×140, cotton"},
		"says it already":    {Thing{TitleEN: "Linen tea towel", Material: "лён"}, "Linen tea towel"},
		"Russian only":       {Thing{TitleRU: "Кофемолка ручная «Беркут»", Material: "сталь"}, "Hand coffee grinder, steel"},
		"nothing in English": {Thing{TitleRU: "Штуковина"}, ""},
		"Cyrillic inside":    {Thing{TitleEN: "Матрёшка doll", TitleRU: "Матрёшка"}, "Matryoshka"},
	} {
		if got := Describe(tt.thing, 120); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
	tables := clearance.Tables{Lists: map[string][]string{stopWords: {"Clothes", "Auto Parts", "Boxes"}, genericWords: {"gift", "handmade", "of"}}}
	for text, want := range map[string]Verdict{
		"Clothes":                      {Bad: true, Words: []string{"Clothes"}},
		"auto parts":                   {Bad: true, Words: []string{"Auto Parts"}},
		"Handmade gift of clothes, 3":  {Bad: true, Words: []string{"handmade", "Clothes", "gift"}},
		"Wooden boxes":                 {Words: []string{"Boxes"}},
		"Linen tea towel, hemstitched": {},
	} {
		got := CheckText(text, tables)
		slices.Sort(got.Words)
		slices.Sort(want.Words)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
	if Threshold(tables) != 101 || Threshold(clearance.Tables{Figures: map[string]string{"hs_confidence_min": "75"}}) != 75 {
		t.Error("the threshold is the figure in force, and without one everything is asked")
	}
}

func TestTitlesAreMadePlain(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"Ваза «Гусь», стекло": "Ваза, стекло", `Doll "Masha"`: "Doll", "«Заря»": "«Заря»", "  a   b ": "a b",
		"one two three four": "one two", "неделимоедлинноеслово": "неделимоедли"} {
		if got := Plain(in, 12); got != want {
			t.Errorf("Plain(%q) = %q, want %q", in, got, want)
		}
	}
}

func BenchmarkSuggest(b *testing.B) {
	things := labelledThings(b)
	weighAll(things[0].thing, nil, i18n.RU, 5) // reads the files
	for i := 0; b.Loop(); i++ {
		weighAll(things[i%len(things)].thing, nil, i18n.RU, 5)
	}
}

// What is older than a hundred years is no longer what it was called: a painting becomes an old painting, a chair an antique.
func TestAgeChangesTheCode(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		title string
		years int
		want  Code
	}{
		"a new painting":       {"Картина маслом на холсте", 3, "970191"},
		"an old painting":      {"Картина маслом на холсте", 136, "970121"},
		"a chair":              {"Стул деревянный", 100, "940169"},
		"an old chair":         {"Стул деревянный", 101, "970690"},
		"a chair of Elizabeth": {"Стул деревянный", 270, "970610"},
		"nobody said":          {"Стул деревянный", 0, "940169"},
	} {
		got := weigh(Thing{TitleRU: tt.title}, nil, i18n.RU, 3, tt.years)
		if len(got) == 0 || got[0].Code != tt.want {
			t.Errorf("%s: %s", name, codes(got))
			continue
		}
		if old := slices.ContainsFunc(got[0].Evidence, func(e Evidence) bool { return e.Kind == ByAge && e.N == tt.years }); old != (tt.years > 100) {
			t.Errorf("%s: %+v", name, got[0].Evidence)
		}
	}
}
