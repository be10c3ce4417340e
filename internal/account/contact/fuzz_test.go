package contact

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// A telephone that passes is +digits and stays what it is.
func FuzzCleanPhone(f *testing.F) {
	for _, seed := range []string{"8 916 555-12-34", "+7(916)5551234", "9165551234", "+1 202 555 0100", "007", "+", "８９１６", "tel:+7", "+7+7"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		got, ok := CleanPhone(typed)
		if !ok {
			return
		}
		if again, ok := CleanPhone(got); !ok || again != got || len(got) < 9 || len(got) > 16 || strings.Trim(got[1:], "0123456789") != "" {
			t.Fatalf("%q is %q, then %q", typed, got, again)
		}
		if ShowPhone(got) == "" {
			t.Fatalf("%q is shown as nothing", got)
		}
	})
}

func FuzzAddress(f *testing.F) {
	f.Add("Анна", "8 916 555-12-34", "RU", "300000", "Тула", "Новая, 1")
	f.Add("", "", "XX", "SW1A 1AA", "\x00", "\u202e")
	f.Add("a", "+1 202 555 0100", "US", "12345-6789", strings.Repeat("щ", 300), "<b>")
	f.Fuzz(func(t *testing.T, name, phone, country, code, city, street string) {
		in := Address{Recipient: name, Phone: phone, Country: country, Postcode: code, City: city, Street: street}
		clean, problems := in.Clean()
		if len(problems) == 0 && (clean.City == "" || clean.Street == "" || !utf8.ValidString(clean.Line(i18n.RU)) || strings.ContainsRune(clean.Line(i18n.RU), 0)) {
			t.Fatalf("%+v passes as %+v", in, clean)
		}
	})
}
