package form_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/yarmarka/yarmarka/internal/platform/form"
)

func TestCleanRemovesWhatDeceives(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"  Чай\u202e вечерний\u200b ":       "Чай вечерний",
		"a\x00b\xffc":                       "abc",
		"е\u0308ж":                          "ёж",
		"line\r\nline\u2028line":            "line\nline\nline",
		"👩‍🌾":                               "👩‍🌾",
		"👩🏽‍🌾 ❤\ufe0f\u200d🔥":               "👩🏽‍🌾 ❤\ufe0f\u200d🔥",
		"Чай\u200d":                         "Чай", // a joiner that joins nothing
		"ч\u200dа\u200cй":                   "чай",
		"а\u200d\u200d🌾":                    "а🌾",
		"می\u200cخواهم":                     "می\u200cخواهم", // Persian cannot do without
		"क्\u200dष":                         "क्\u200dष",
		"\u0301\u0336":                      "", // marks upon nothing
		"\u3164\u115f\u2800 \u034f":         "", // letters that nobody sees
		"ч\u0336\u0337\u0338\u0335а\u0301й": "ч\u0336\u0337а\u0301й",
		"за\u0301мок":                       "за\u0301мок",
		"ü\u0301":                           "ǘ",
		"1\ufe0f\u20e3":                     "1\ufe0f\u20e3",
		"Лавка\U000e0101\U000e0041":         "Лавка",
		"Л" + strings.Repeat("\u0351\u0489", 60) + "авка": "Л\u0351\u0489авка",
		"и\u200b\u0306": "й", // what is between them gone, they compose
	} {
		if got := form.Clean(in); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestLengthIsWhatAReaderCounts(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"": 0, "чай": 3, "за\u0301мок": 5, "👩‍🌾": 1, "🇷🇺🇩🇪": 2, "❤️‍🔥!": 2, "क्षि": 2, "👍🏽👍": 2} {
		if got := form.Length(text); got != want {
			t.Errorf("Length(%q) = %d, want %d", text, got, want)
		}
	}
}

func TestCutGoesThroughNoCharacter(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text string
		max  int
		want string
	}{{"чай", 3, "чай"}, {"чайник", 4, "чай…"}, {"чай чай", 5, "чай…"}, {"за\u0301мок", 3, "з…"}, {"чай👩‍🌾", 5, "чай…"}, {"🇷🇺🇩🇪", 4, "🇷🇺🇩🇪"}, {"🇷🇺🇩🇪!", 4, "🇷🇺…"}} {
		if got := form.Cut(tt.text, tt.max); got != tt.want {
			t.Errorf("Cut(%q, %d) = %q, want %q", tt.text, tt.max, got, tt.want)
		}
	}
}

// Whatever is cleaned shows itself: it begins and ends with what is seen, is not covered by marks, and is cleaned once for all.
func TestWhatIsCleanedIsSeen(t *testing.T) {
	t.Parallel()
	pieces := rapid.SampledFrom([]string{"ч", "a", "и", "🌾", "👩", " ", "\n", "\u200d", "\u200c", "\u0301", "\u0306", "\u0489", "\ufe0f", "\u3164", "\u202e", "\u034f", "م", "क", "्", "\xff", "\x00", "\U000e0101"})
	rapid.Check(t, func(t *rapid.T) {
		in := strings.Join(rapid.SliceOf(pieces).Draw(t, "text"), "")
		got := form.Clean(in)
		if again := form.Clean(got); again != got || !form.Keepable(got) || got != strings.TrimSpace(got) {
			t.Fatalf("Clean(%q) = %q, then %q", in, got, again)
		}
		if got == "" {
			return
		}
		first, _ := utf8.DecodeRuneInString(got)
		last, _ := utf8.DecodeLastRuneInString(got)
		if unicode.Is(unicode.M, first) || last == '\u200d' || last == '\u200c' || form.Length(got) == 0 {
			t.Fatalf("Clean(%q) = %q", in, got)
		}
		if cut := form.Cut(got, 5); utf8.RuneCountInString(cut) > 5 || form.Clean(cut) != cut {
			t.Fatalf("Cut(%q, 5) = %q", got, cut)
		}
	})
}
