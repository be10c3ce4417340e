package form_test

import (
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/yarmarka/yarmarka/internal/platform/form"
)

// A body of whatever shape is a form or a clear refusal, and its texts can be kept.
func FuzzParse(f *testing.F) {
	const multi = "multipart/form-data; boundary=b"
	f.Add("application/x-www-form-urlencoded", "name=%D0%A7&qty=1")
	f.Add("application/x-www-form-urlencoded", "a=%zz&=%&;")
	f.Add(multi, "--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nx\r\n--b--\r\n")
	f.Add(multi, "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"../x\"\r\nContent-Type: image/png\r\n\r\nx")
	f.Add("text/xml", "<a/>")
	f.Fuzz(func(t *testing.T, kind, body string) {
		r := httptest.NewRequest("POST", "/", strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		got, err := form.Parse(r)
		if err != nil {
			return
		}
		name := got.Optional("name", 40)
		if !utf8.ValidString(name) || strings.ContainsRune(name, 0) || got.OK() && utf8.RuneCountInString(name) > 40 {
			t.Fatalf("the name %q passes", name)
		}
		got.Int("qty", 1, 99)
		got.Money("sum")
		got.Email("mail")
		got.ID("id")
	})
}

func FuzzParseInt(f *testing.F) {
	for _, seed := range []string{"1", "-1", "1e2", "１", " 3 ", "0x10", "99999999999999999999", "+1", "--1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := form.ParseInt(text); err == nil && strings.Trim(text, "-0123456789 \t\u00a0") != "" {
			t.Fatalf("%q is a number", text)
		}
	})
}
