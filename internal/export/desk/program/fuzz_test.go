package program

import (
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// A body is one object of the shape that was asked for, or a clear refusal; what it says can be kept or is found out.
func FuzzReadJSON(f *testing.F) {
	for _, seed := range []string{`{}`, `{"note":"x"}`, `{"note":"a","NOTE":"b"}`, `{"note":"\ud800"}`, `{"note":"\u0000"}`, `{"note":null}`, `[]`, `null`, `{"note":"x"}{}`, `{"other":1}`,
		strings.Repeat(`{"note":`, 100), "{\"note\":\"\xff\"}", `{"note":"x",}`, "\xef\xbb\xbf{}", `{"note":{"note":[{"a":1},{"a":2}]}}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		var in struct {
			Note string `json:"note"`
		}
		err := readJSON(httptest.NewRequest("POST", "/", strings.NewReader(body)), &in)
		if err != nil {
			if errs.KindOf(err) != errs.BadRequest {
				t.Fatalf("not explained: %v", err)
			}
			return
		}
		if keepable(in.Note) && (!utf8.ValidString(in.Note) || strings.ContainsRune(in.Note, 0)) {
			t.Fatalf("%q is kept", in.Note)
		}
	})
}
