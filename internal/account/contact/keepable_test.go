package contact

import (
	"testing"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// What no database can keep is said at its field, as everywhere, and never dropped without a word.
func TestWhatCannotBeKeptIsSaid(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"8 916\x00555-12-34", "300\x00000", "an\x00na@example.ru", "\xff"} {
		if _, problem := ParseEmail(bad); problem != "form.bad_text" {
			t.Errorf("email %q: %q", bad, problem)
		}
		a := Address{Recipient: "Анна", Phone: bad, Country: "RU", Postcode: bad, City: "Тула", Street: "Ленина, 1"}
		_, fields := a.Clean()
		if !has(fields, "phone", "form.bad_text") || !has(fields, "postcode", "form.bad_text") {
			t.Errorf("address with %q: %v", bad, fields)
		}
		if phone, ok := CleanPhone(bad); ok || PhoneProblem(bad) != "form.bad_text" {
			t.Errorf("phone %q became %q", bad, phone)
		}
	}
}

func has(fields []errs.Field, name, key string) bool {
	for _, f := range fields {
		if f.Name == name && f.Key == key {
			return true
		}
	}
	return false
}
