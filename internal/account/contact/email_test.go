package contact

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"github.com/yarmarka/yarmarka/internal/platform/mail"
)

func TestParseEmailKey(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, typed, key string }{
		{"plain", "anna@example.ru", "anna@example.ru"},
		{"case and spaces", "  Anna.Sokolova@Example.RU ", "anna.sokolova@example.ru"},
		{"dot at the end of the domain", "anna@example.ru.", "anna@example.ru"},
		{"a tag is another address", "anna+shop@example.ru", "anna+shop@example.ru"},
		{"Cyrillic domain", "anna@Пример.рф", "anna@xn--e1afmkfd.xn--p1ai"},
		{"Cyrillic mailbox", "Жанна@пример.рф", "жанна@xn--e1afmkfd.xn--p1ai"},
		{"invisible marks go", "an\u200bna@exam\u00adple.ru", "anna@example.ru"},
		{"NFD becomes NFC", norm.NFD.String("josé@example.com"), norm.NFC.String("josé@example.com")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, problem := ParseEmail(tt.typed)
			if problem != "" || got.Key != tt.key {
				t.Errorf("ParseEmail(%q) = %q, %q; want key %q", tt.typed, got.Key, problem, tt.key)
			}
		})
	}
}

func TestParseEmailRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, typed, problem string }{
		{"nothing", " ", "form.required"},
		{"no at", "anna.example.ru", "form.email"},
		{"no domain", "anna@", "form.email"},
		{"no dot", "anna@localhost", "form.email"},
		{"address of a machine", "anna@127.0.0.1", "form.email"},
		{"two dots", "an..na@example.ru", "form.email"},
		{"dot before at", "anna.@example.ru", "form.email"},
		{"space", "an na@example.ru", "form.email"},
		{"quotes", `"anna"@example.ru`, "form.email"},
		{"angle brackets", "<anna@example.ru>", "form.email"},
		{"header", "anna@example.ru\r\nBcc: x@example.com", "form.email"},
		{"several", "anna@example.ru,boris@example.ru", "form.email"},
		{"too long", strings.Repeat("a", 65) + "@example.ru", "form.email"},
		{"fullwidth", "ａnna@example.ru", "form.email"},
		{"phonetic a", "ɑnna@example.ru", "form.email"},
		{"Cyrillic а in a Latin mailbox", "аnna@example.ru", "account.email.mixed"},
		{"Cyrillic а in a Latin domain", "anna@exаmple.ru", "account.email.mixed"},
		{"wholly look-alike", "сорасе@example.com", "account.email.lookalike"},
		{"look-alike word beside a Latin one", "а.smith@example.com", "account.email.lookalike"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got, problem := ParseEmail(tt.typed); problem != tt.problem {
				t.Errorf("ParseEmail(%q) = %+v, %q; want %q", tt.typed, got, problem, tt.problem)
			}
		})
	}
}

// A key parses to itself, so that comparing keys of keys never tells two people where there is one.
func TestParseEmailIsIdempotent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		typed := rapid.StringMatching(`[A-Za-zА-Яа-яё0-9.+_-]{1,12}@[A-Za-zА-Яа-я0-9-]{1,12}\.[a-zа-я]{2,5}\.?`).Draw(t, "typed")
		first, problem := ParseEmail(typed)
		if problem != "" {
			return
		}
		second, problem := ParseEmail(first.Key)
		if problem != "" || second.Key != first.Key {
			t.Fatalf("%q: key %q became %q (%s)", typed, first.Key, second.Key, problem)
		}
	})
}

// Whatever is typed, an address that is taken is one that a mail can go to and a page can show.
func FuzzParseEmail(f *testing.F) {
	for _, seed := range []string{"anna@example.ru", "Жанна@пример.рф", "аnna@example.ru", "a@b@c.ru", "a\r\nBcc: b@x.ru", "\xff@x.ru", "@", "a@xn--.ru"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		e, problem := ParseEmail(typed)
		if problem != "" {
			return
		}
		if strings.ContainsAny(e.Text+e.Key, " \r\n\t,;<>\"\x00") || strings.Count(e.Key, "@") != 1 {
			t.Errorf("%q became %+v", typed, e)
		}
		if m := (mail.Message{ID: "1", To: e.Text, Subject: "x"}); m.Check() != nil {
			t.Errorf("%q became %q, which no mail can go to", typed, e.Text)
		}
	})
}
