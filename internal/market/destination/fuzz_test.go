package destination

import "testing"

// A cookie is a choice that a form of ours could have written, or none.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"DE.EUR", "RU.RUB", ".EUR", "DE.", ".", "", "de.eur", "ZZ.EUR", "DE.XXX", "DE.EUR.x", "\xff.\x00", "KZ.KZT\r\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, ok := parse(text)
		if ok && (c.Zero() || !c.known() || c.write() != text) || !ok && !c.Zero() {
			t.Fatalf("%q is %+v, %t", text, c, ok)
		}
	})
}
