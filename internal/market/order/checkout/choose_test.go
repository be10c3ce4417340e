package checkout

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/yarmarka/yarmarka/internal/market/shipping"
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
