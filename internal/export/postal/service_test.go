package postal_test

import (
	"testing"

	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/postal/standin"
)

func objects(list []postal.Candidate) []int {
	var out []int
	for _, c := range list {
		out = append(out, c.Object)
	}
	return out
}

func lost(list []postal.Candidate) map[int]string {
	out := map[int]string{}
	for _, c := range list {
		out[c.Object] = c.Lost
	}
	return out
}

func TestCandidates(t *testing.T) {
	t.Parallel()
	w := newWorld(t, standin.Options{})
	list, err := w.Candidates(t.Context(), postal.Ask{Country: "DE", GrossGrams: 450, LengthMM: 200, WidthMM: 150, HeightMM: 80})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range list {
		t.Logf("%d %s %d kop %d-%d days lost=%q %v %s facts=%v", c.Object, c.NameEn, c.Price, c.MinDays, c.MaxDays, c.Lost, c.LostArgs, c.Why("ru"), c.Facts)
	}
	if list[0].Object != 5011 || list[0].Lost != "" || list[0].Price <= 0 {
		t.Errorf("chosen: %+v", list[0])
	}
}

func TestCreate(t *testing.T) {
	t.Parallel()
	w := newWorld(t, standin.Options{})
	f, err := w.Create(t.Context(), anOrder("Y-1"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := postal.ParseS10(string(f.Barcode)); err != nil {
		t.Error(err)
	}
	again, err := w.Create(t.Context(), anOrder("Y-1"))
	if err != nil || again.ID != f.ID || again.Barcode != f.Barcode {
		t.Errorf("again: %+v, %v", again, err)
	}
	t.Log(f)
}
