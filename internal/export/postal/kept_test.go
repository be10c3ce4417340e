package postal_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/postal/standin"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// What is kept is told without a word to the post: the price of the weight or a little more, and a closed country.
func TestWhatIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t, standin.Options{})
	want := candidates(t, w.Service, packet)[0].Price
	closed := packet
	closed.Country = "AQ"
	candidates(t, w.Service, closed)
	w.stand.SetFaults(standin.Faults{Down: []string{"tariff"}})
	s := w.another()
	k, err := s.Kept(t.Context(), "DE", []int64{200, 450, 1900})
	if diff := cmp.Diff(postal.Kept{Prices: map[int64]money.Amount{200: want, 450: want}}, k); err != nil || diff != "" {
		t.Errorf("%v -want +got\n%s", err, diff)
	}
	if k, err = s.Kept(t.Context(), "AQ", []int64{450}); err != nil || !k.Closed || len(k.Prices) != 0 {
		t.Errorf("%+v, %v", k, err)
	}
	if k, err = s.Kept(t.Context(), "FR", []int64{450}); err != nil || k.Closed || len(k.Prices) != 0 {
		t.Errorf("of a country nobody asked about %+v is known, %v", k, err)
	}
	w.clock.move(31 * 24 * time.Hour)
	if k, err = s.Kept(t.Context(), "DE", []int64{450}); err != nil || len(k.Prices) != 0 {
		t.Errorf("a month later %+v, %v", k, err)
	}
}
