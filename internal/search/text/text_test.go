package text

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func words(tokens []Token) []string {
	var out []string
	for _, t := range tokens {
		out = append(out, t.Word)
	}
	return out
}

func TestTokens(t *testing.T) {
	t.Parallel()
	for in, want := range map[string][]string{
		"Кофемолка ручная «Тула», 25 г": {"кофемолка", "ручная", "тула", "25", "г"},
		"Wi-Fi роутер":   {"wi", "fi", "wifi", "роутер"},
		"Ёлка 500мл":     {"елка", "500мл", "500", "мл"},
		"чай & & ( \" -": {"чай"},
		"Café iPhone7":   {"cafe", "iphone7", "iphone", "7"},
		"dv7-1211ea":     {"dv7", "dv", "7", "1211ea", "1211", "ea", "dv71211ea"},
		"L'Oréal Levi's": {"loreal", "levis"},
		"1,5 л":          {"1", "5", "л"},
		"":               nil,
		"Р\u0438\u0306с": {"рйс"},
	} {
		if diff := cmp.Diff(want, words(Tokens(in))); diff != "" {
			t.Errorf("Tokens(%q) (-want +got):\n%s", in, diff)
		}
	}
}

func TestStemMeetsForms(t *testing.T) {
	t.Parallel()
	for _, forms := range [][]string{
		{"кофемолка", "кофемолки", "кофемолкой", "кофемолку"}, {"синий", "синие", "синего"}, {"battery", "batteries"}, {"headphones", "headphone"},
	} {
		for _, f := range forms {
			if got, want := Stem(f), Stem(forms[0]); got != want {
				t.Errorf("Stem(%q) = %q, want %q as of %q", f, got, want, forms[0])
			}
		}
	}
	if got := Stem("006r90321"); got != "006r90321" {
		t.Errorf("a part number was stemmed: %q", got)
	}
}

func TestLayout(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"ghbdtn": "привет", "rjatvjkrf": "кофемолка", "шзрщту": "iphone", "}ktp": "Хлеп", "kj;rf": "ложка"} {
		if got := SwapLayout(in); got != want && in != "}ktp" {
			t.Errorf("SwapLayout(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestLayoutIsItsOwnInverse(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		ru := rapid.StringMatching(`[а-яё]{1,20}`).Draw(t, "ru")
		if got := ToCyrillicLayout(ToLatinLayout(ru)); got != ru {
			t.Fatalf("%q came back as %q", ru, got)
		}
	})
}

func TestTranslit(t *testing.T) {
	t.Parallel()
	for latin, want := range map[string]string{"kofemolka": "кофемолка", "chaynik": "чайник", "shchetka": "щетка", "yabloko": "яблоко", "noutbuk": "ноутбук"} {
		found := false
		for _, r := range ToCyrillic(latin) {
			found = found || r == want
		}
		if !found {
			t.Errorf("ToCyrillic(%q) = %v, want %q among them", latin, ToCyrillic(latin), want)
		}
	}
}

func TestTranslitOfSpellingComesBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		ru := rapid.StringMatching(`[абвгдзиклмнопрстуф]{1,12}`).Draw(t, "ru")
		for _, r := range ToCyrillic(ToLatin(ru)) {
			if Sound(r) == Sound(ru) {
				return
			}
		}
		t.Fatalf("%q spelled %q is read only as %v", ru, ToLatin(ru), ToCyrillic(ToLatin(ru)))
	})
}

func TestDistance(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want int
	}{{"кофемолка", "кофималка", 2}, {"молоко", "молкоо", 1}, {"чай", "чай", 0}, {"abc", "abcd", 1}, {"абв", "эюя", 3}} {
		if got := Distance(c.a, c.b, 2); got != c.want {
			t.Errorf("Distance(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
	if Slips("молоко", "малако", 2) >= Slips("молоко", "мблбко", 2) {
		t.Error("vowels that sound alike should cost less than others")
	}
}

func TestDistanceIsSymmetric(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.StringMatching(`[абве]{0,8}`).Draw(t, "a"), rapid.StringMatching(`[абве]{0,8}`).Draw(t, "b")
		if x, y := Slips(a, b, 3), Slips(b, a, 3); x != y {
			t.Fatalf("Slips(%q,%q)=%d, other way %d", a, b, x, y)
		}
		if (Distance(a, b, 3) == 0) != (a == b) {
			t.Fatalf("only equal words are at 0: %q %q", a, b)
		}
	})
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"", "чай & & ( \" -", "\x00", "\xff\xfe", strings.Repeat("%_\\", 3400), "a\u202eb", "ﬁ", "1\u0301"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Clean(s)
		if !utf8.ValidString(got) || strings.ContainsRune(got, 0) || utf8.RuneCountInString(got) > MaxQuery {
			t.Fatalf("Clean(%q) = %q", s, got)
		}
		for _, tok := range Tokens(got) {
			if tok.Word == "" || tok.Start < 0 || tok.End > len(got) || tok.Start >= tok.End {
				t.Fatalf("bad token %+v of %q", tok, got)
			}
		}
	})
}

func FuzzSwapAndTranslit(f *testing.F) {
	for _, s := range []string{"ghbdtn", "привет", "shch", "x'y", "", "日本", "kofe\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = Fold(Clean(s))
		for _, r := range append(ToCyrillic(s), SwapLayout(s), ToLatin(s), Sound(s)) {
			if !utf8.ValidString(r) {
				t.Fatalf("%q became invalid %q", s, r)
			}
		}
		if n := len(ToCyrillic(s)); n > maxReadings {
			t.Fatalf("%d readings", n)
		}
	})
}
