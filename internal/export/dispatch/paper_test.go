package dispatch

import (
	"bytes"
	"encoding/hex"
	"testing"

	"github.com/yarmarka/yarmarka/internal/export/signature"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Papers that are not kept are written from the record, the same each time, and say what they said when they were printed
// whatever the seller told since. What was signed lies as it was.
func TestPapersAreWrittenFromTheirRecord(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.ready("DE")
	kinds := []string{"cn23", "declaration", "label", "invoice", "itmatt", "record"}
	first := map[string][]byte{}
	for _, kind := range kinds {
		x, data, err := w.Paper(t.Context(), w.shop.SellerID, p.Number, kind)
		w.must(err)
		if len(data) == 0 || x.Kind != kind || x.ext() == "" {
			t.Fatalf("%s: %d bytes of %+v", kind, len(data), x)
		}
		first[kind] = data
	}
	w.signed(p)
	_, err := pg.Exec(t.Context(), w.db, `update export_sellers set address_latin = 'ul. Mira 2', city_latin = 'Perm'`)
	w.must(err)
	_, err = pg.Exec(t.Context(), w.db, `update export_goods set text_en = 'Another thing of wool', origin = 'BY'`)
	w.must(err)
	for _, kind := range kinds {
		_, data, err := w.Paper(t.Context(), w.shop.SellerID, p.Number, kind)
		w.must(err)
		if !bytes.Equal(first[kind], data) {
			t.Errorf("%s: %d bytes, then others: %d", kind, len(first[kind]), len(data))
		}
	}
	list, err := signature.Of(t.Context(), w.db, w.shop.SellerID, p.Number)
	w.must(err)
	if len(list) != 1 || hashOf(first["declaration"]) != hashOfSigned(list[0]) {
		t.Errorf("what was signed is not what lies there: %+v", list)
	}
	if _, err := w.Signer.Verify(t.Context(), w.shop.SellerID, first["declaration"], list[0].CMS); err != nil {
		t.Error(err)
	}
}

func hashOfSigned(s signature.Signed) string { return hex.EncodeToString(s.Hash[:]) }
