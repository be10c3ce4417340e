package rank

import (
	"testing"

	"github.com/yarmarka/yarmarka/internal/search/record"
)

// titled packs a Russian and an English title of lexemes.
func titled(ru, en []uint32) *record.Titles {
	var w record.Words
	for i, h := range ru {
		w.Add(h, record.Title, i, false)
	}
	for i, h := range en {
		w.Add(h, record.Title, record.EnglishFrom+i, false)
	}
	titles := w.Titles()
	return &titles
}

// The order of words says whether a thing is sold, or what goes with it.
func TestWhatGoesWithAThingIsNotTheThing(t *testing.T) {
	t.Parallel()
	const laptop, lock, with, usb, saucepan, lid, large = 11, 22, 33, 44, 55, 66, 77
	known := NewAccessories([]uint32{lock, lid}, []uint32{with})
	for name, c := range map[string]struct {
		ask    []uint32
		ru, en []uint32
		apart  bool
	}{
		"laptop lock":                 {[]uint32{laptop}, nil, []uint32{9, laptop, lock}, true},
		"laptop usb lock":             {[]uint32{laptop}, nil, []uint32{laptop, usb, lock}, true},
		"laptop":                      {[]uint32{laptop}, nil, []uint32{9, laptop, usb}, false},
		"laptop with lock":            {[]uint32{laptop}, nil, []uint32{laptop, with, 9, lock}, false},
		"laptop lock, which is asked": {[]uint32{laptop, lock}, nil, []uint32{laptop, lock}, false},
		"lock laptop":                 {[]uint32{laptop}, nil, []uint32{lock, laptop}, false},
		"far away":                    {[]uint32{laptop}, nil, []uint32{laptop, 1, 2, 3, lock}, false},
		"крышка кастрюли":             {[]uint32{saucepan}, []uint32{lid, saucepan}, nil, true},
		"крышка большой кастрюли":        {[]uint32{saucepan}, []uint32{lid, large, saucepan}, nil, true},
		"кастрюля крышка":                {[]uint32{saucepan}, []uint32{saucepan, lid}, nil, false},
		"крышка и кастрюля":              {[]uint32{saucepan}, []uint32{lid, with, saucepan}, nil, false},
		"крышка кастрюли, asked for":     {[]uint32{saucepan, lid}, []uint32{lid, saucepan}, nil, false},
		"a word that is nowhere in them": {[]uint32{99}, []uint32{lid, saucepan}, []uint32{laptop, lock}, false},
	} {
		q := query(c.ask...)
		q.Accessories = known
		w := Default
		titles := titled(c.ru, c.en)
		score, factor := w.Coarse(q, titles, 0)
		if want := map[bool]float64{true: w.Apart, false: 1}[c.apart]; factor != want {
			t.Errorf("%s: factor %v, want %v", name, factor, want)
		}
		q.Accessories = nil
		if plain, one := w.Coarse(q, titles, 0); one != 1 || plain*factor != score {
			t.Errorf("%s: score %v with factor %v, without %v", name, score, factor, plain)
		}
	}
}
