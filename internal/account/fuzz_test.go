package account

import (
	"context"
	"strings"
	"testing"
	"unicode/utf8"
)

func FuzzCheckPassword(f *testing.F) {
	for _, seed := range []string{"correct horse battery", "йцукен123", "пароль", strings.Repeat("ё", 37), "\x00", "\xff", "ﬁﬁﬁﬁﬁﬁﬁﬁ", strings.Repeat("a", 5000), "Ярмарка1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		if CheckPassword(raw, "Анна Соколова", "anna@example.ru") == "" && (utf8.RuneCountInString(raw) > MaxPassword || !utf8.ValidString(raw)) {
			t.Fatalf("%q is a password", raw)
		}
	})
}

// Hashes are ours, but a restored or damaged table must not panic.
func FuzzDecodeHash(f *testing.F) {
	f.Add(encodeHash("x", make([]byte, argonSalt)))
	f.Add("$argon2id$v=19$m=19456,t=2,p=1$AA$")
	f.Add("$2a$10$abc")
	f.Fuzz(func(t *testing.T, text string) {
		if salt, key, err := decodeHash(text); err == nil && encodeText(salt, key) == "" {
			t.Fatal("nothing")
		}
	})
}

func encodeText(salt, key []byte) string { return hashPrefix + string(salt) + "$" + string(key) }

func FuzzDeviceOf(f *testing.F) {
	for _, seed := range []string{"Mozilla/5.0 (Windows NT 10.0) Chrome/126.0", "curl/8", "", "\x00", "<script>"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, agent string) {
		if got := deviceOf(context.Background(), agent); got == "" || strings.Contains(got, "<") {
			t.Fatalf("%q is %q", agent, got)
		}
		isPhone(agent)
	})
}

// A telephone that passes is +digits and stays what it is.
func FuzzCleanPhone(f *testing.F) {
	for _, seed := range []string{"8 916 555-12-34", "+7(916)5551234", "9165551234", "+1 202 555 0100", "007", "+", "８９１６", "tel:+7", "+7+7"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		got, ok := cleanPhone(typed)
		if !ok {
			return
		}
		if again, ok := cleanPhone(got); !ok || again != got || len(got) < 9 || len(got) > 16 || strings.Trim(got[1:], "0123456789") != "" {
			t.Fatalf("%q is %q, then %q", typed, got, again)
		}
		ShowPhone(got)
	})
}

func FuzzAddress(f *testing.F) {
	f.Add("Анна", "8 916 555-12-34", "RU", "300000", "Тула", "Новая, 1")
	f.Add("", "", "XX", "SW1A 1AA", "\x00", "\u202e")
	f.Add("a", "+1 202 555 0100", "US", "12345-6789", strings.Repeat("щ", 300), "<b>")
	f.Fuzz(func(t *testing.T, name, phone, country, code, city, street string) {
		in := Address{Recipient: name, Phone: phone, Country: country, Postcode: code, City: city, Street: street}
		clean, problems := in.Clean()
		if len(problems) == 0 && (clean.City == "" || clean.Street == "" || !utf8.ValidString(clean.Line()) || strings.ContainsRune(clean.Line(), 0)) {
			t.Fatalf("%+v passes as %+v", in, clean)
		}
	})
}
