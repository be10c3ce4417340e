package password

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func FuzzCheck(f *testing.F) {
	for _, seed := range []string{"correct horse battery", "йцукен123", "пароль", strings.Repeat("ё", 37), "\x00", "\xff", "ﬁﬁﬁﬁﬁﬁﬁﬁ", strings.Repeat("a", 5000), "Ярмарка1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		if Check(raw, "Анна Соколова", "anna@example.ru") == "" && (utf8.RuneCountInString(raw) > Max || !utf8.ValidString(raw)) {
			t.Fatalf("%q is a password", raw)
		}
	})
}

// Hashes are ours, but a restored or damaged table must not panic.
func FuzzDecodeHash(f *testing.F) {
	f.Add(encodeHash("x", make([]byte, argonSalt), today))
	f.Add("$argon2id$v=19$m=19456,t=2,p=1$AA$")
	f.Add("$2a$10$abc")
	f.Add("$argon2id$v=19$m=4294967295,t=4294967295,p=255$AA$AA")
	f.Fuzz(func(t *testing.T, text string) {
		if c, _, _, err := decodeHash(text); err == nil && !c.bearable() {
			t.Fatalf("%q may cost %+v", text, c)
		}
	})
}
