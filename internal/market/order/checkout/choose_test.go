package checkout

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/yarmarka/yarmarka/internal/account/contact"
	"github.com/yarmarka/yarmarka/internal/market/shipping"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/web/ui"
)

// Until a buyer chooses, goods travel the way that costs least of those with a price: the card promised no more.
func TestTheCheapestWayIsChosen(t *testing.T) {
	t.Parallel()
	way := func(kind shipping.Kind, id int64, price money.Amount, need string) shipping.Option {
		return shipping.Option{Kind: kind, MethodID: id, Price: price, Need: need}
	}
	pickup, courier, post, free := way(shipping.Pickup, 1, 9900, ""), way(shipping.Courier, shipping.PromiseID, 29000, ""), way(shipping.Post, 3, 5000, "postcode"), way(shipping.Courier, 4, 0, "")
	for name, tt := range map[string]struct {
		options []shipping.Option
		pick    string
		want    string
	}{
		"a promise of free delivery is kept": {[]shipping.Option{pickup, free}, "", OptionValue(free)},
		"the first of equal ones":            {[]shipping.Option{pickup, way(shipping.Courier, 5, 9900, "")}, "", OptionValue(pickup)},
		"what has a price already":           {[]shipping.Option{courier, post}, "", OptionValue(courier)},
		"what the buyer chose":               {[]shipping.Option{pickup, courier, free}, OptionValue(courier), OptionValue(courier)},
		"what is there no more":              {[]shipping.Option{pickup, courier}, "own:77", OptionValue(pickup)},
	} {
		s := Sale{Options: tt.options}
		if s.choose(tt.pick); OptionValue(*s.Chosen) != tt.want {
			t.Errorf("%s: %s, want %s", name, OptionValue(*s.Chosen), tt.want)
		}
	}
	nothing := Sale{}
	if nothing.choose(""); nothing.Chosen != nil {
		t.Error("a way of none")
	}
}

// A step of the checkout is not done while one of its fields is refused, whatever is in it.
func TestAStepWithAnErrorIsNotDone(t *testing.T) {
	t.Parallel()
	v := checkoutView{}
	v.Quote.Complete, v.Checkout.Draft = true, Draft{Ship: map[int64]string{1: "pickup:1"}, Email: "a@", Recipient: Recipient{Name: "Анна", Phone: "8"}}
	if s := v.steps(); !s[0].Done || !s[1].Done || !s[2].Now {
		t.Errorf("before any error: %+v", s)
	}
	for field, step := range map[string]int{"email": 1, "phone": 1, "ship.1": 0, "point": 0, "street": 1} {
		v.Errs = ui.Errs{{Field: field, Text: "x"}}
		if s := v.steps(); s[step].Done || !s[step].Now {
			t.Errorf("with %s refused: %+v", field, s)
		}
	}
}

// Back home a draft keeps who receives and nothing of the address abroad; a service taken with one press is the seller's way.
func TestADraftFollowsTheCountryAndTheServiceTaken(t *testing.T) {
	t.Parallel()
	d := Draft{Recipient: Recipient{Name: "A", Country: "DE", City: "Berlin"}, Ship: map[int64]string{1: "abroad:5011"}}
	d.take("1:-4031")
	if d.take("no seller"); d.Ship[1] != "abroad:-4031" || len(d.Ship) != 1 {
		t.Errorf("taken: %v", d.Ship)
	}
	d.follow("")
	if diff := cmp.Diff(Draft{Recipient: Recipient{Name: "A", Country: "RU"}}, d); diff != "" {
		t.Errorf("back home (-want +got):\n%s", diff)
	}
}

// A range of days says what is still to come of it.
func TestBetween(t *testing.T) {
	t.Parallel()
	day := func(d int) time.Time { return time.Date(2026, 11, d, 12, 0, 0, 0, i18n.Moscow) }
	for _, tt := range []struct {
		from, to int
		ru, en   string
	}{
		{26, 28, "26–28 ноября", "26–28 November"},
		{24, 28, "завтра – 28 ноября", "tomorrow – 28 November"},
		{23, 23, "сегодня", "today"},
		{23, 24, "сегодня или завтра", "today or tomorrow"},
		{20, 24, "сегодня или завтра", "today or tomorrow"},
		{22, 25, "до 25 ноября", "by 25 November"},
		{20, 23, "сегодня", "today"},
		{18, 20, "18–20 ноября", "18–20 November"},
	} {
		for lang, want := range map[i18n.Lang]string{i18n.RU: tt.ru, i18n.EN: tt.en} {
			if got := strings.ReplaceAll(Between(lang, day(tt.from), day(tt.to), day(23)), "\u00a0", " "); got != want {
				t.Errorf("from %d to %d, seen on the 23rd: %q, want %q", tt.from, tt.to, got, want)
			}
		}
	}
}

// A whole address is a line with its fields folded, whether it is of the book or not; one with something to write isn't.
func TestAWholeAddressIsFolded(t *testing.T) {
	t.Parallel()
	whole := Recipient{Country: "RU", City: "Москва", Postcode: "119034", Street: "ул. Остоженка, 12", Flat: "7"}
	v := checkoutView{}
	v.Lang, v.Checkout.Draft.Recipient = i18n.RU, whole
	if got, want := strings.ReplaceAll(v.settled(), "\u00a0", " "), "ул. Остоженка, 12, кв. 7, Москва, 119034"; got != want {
		t.Errorf("typed: %q, want %q", got, want)
	}
	if _, kept := v.inBook(); kept {
		t.Error("an address of no book is in it")
	}
	v.Addresses = []contact.Address{{ID: 3, City: whole.City, Postcode: whole.Postcode, Street: whole.Street, Flat: whole.Flat}}
	v.Checkout.Draft.AddressID = 3
	if _, kept := v.inBook(); !kept || v.settled() == "" {
		t.Errorf("of the book: %v, %q", kept, v.settled())
	}
	v.Errs = ui.Errs{{Field: "street", Text: "x"}}
	if v.settled() != "" {
		t.Error("folded with an error in it")
	}
	v.Errs, v.Checkout.Draft.AddressID = nil, 0
	for name, r := range map[string]Recipient{"no street": {City: "Москва", Postcode: "119034"}, "no postcode": {City: "Москва", Street: "x"}} {
		if v.Checkout.Draft.Recipient = r; v.settled() != "" {
			t.Errorf("folded with %s", name)
		}
	}
}
