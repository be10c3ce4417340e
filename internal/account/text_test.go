package account

import (
	"testing"

	"github.com/yarmarka/yarmarka/internal/account/contact"
)

// What a database cannot keep is refused in words, never silently shortened.
func TestBrokenTextIsRefused(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"Анна\x00", "Ан\xffна", "\x00"} {
		if got := nameProblem(bad); got != "form.bad_text" {
			t.Errorf("the name %q: %q", bad, got)
		}
		a := contact.Address{Recipient: "Анна", Phone: "+79001234567", Country: "RU", Postcode: "101000", City: bad, Street: "Мира, 1", Note: bad}
		_, fields := a.Clean()
		if len(fields) != 2 || fields[0].Name != "city" || fields[1].Name != "note" || fields[0].Key != "form.bad_text" || fields[1].Key != "form.bad_text" {
			t.Errorf("the address with %q: %v", bad, fields)
		}
		if got := shownAddress(a).City; got == bad {
			t.Errorf("the page shows %q", got)
		}
	}
	if got := nameProblem("Анна  Соколова"); got != "" {
		t.Errorf("a good name: %q", got)
	}
}
