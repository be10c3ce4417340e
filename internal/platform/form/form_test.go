package form_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
)

func TestParseInt(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]int64{"3": 3, " 3 ": 3, "-1": -1, "0": 0, "007": 7} {
		if got, err := form.ParseInt(in); err != nil || got != want {
			t.Errorf("ParseInt(%q) = %d, %v; want %d", in, got, err, want)
		}
	}
	for _, in := range []string{"", "1.5", "1e2", "１", "٣", "3 шт", "+3", "9223372036854775808", "0x10", "1_000"} {
		if got, err := form.ParseInt(in); err == nil {
			t.Errorf("ParseInt(%q) = %d, want an error", in, got)
		}
	}
}

func TestFirstMessageOfAFieldWins(t *testing.T) {
	t.Parallel()
	body := url.Values{"name": {strings.Repeat("я", 41)}, "mail": {"anna@"}, "qty": {"1,5"}, "sum": {"10,505"}}
	r := httptest.NewRequest("POST", "/", strings.NewReader(body.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	f, err := form.Parse(r)
	if err != nil {
		t.Fatal(err)
	}
	f.Required("name", 40)
	f.Add("name", "form.required")
	f.Email("mail")
	f.Int("qty", 1, 99)
	f.Money("sum")
	f.Required("absent", 10)
	want := map[string]string{"name": "form.too_long", "mail": "form.email", "qty": "form.whole_number", "sum": "form.money", "absent": "form.required"}
	if len(f.Fields) != len(want) {
		t.Fatalf("fields = %v", f.Fields)
	}
	for _, field := range f.Fields {
		if want[field.Name] != field.Key {
			t.Errorf("%s: %s, want %s", field.Name, field.Key, want[field.Name])
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, seed := range []string{"чай", "a\x00\xff", "\u202egnp.exe", "e\u0301", "\r\n\t"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := form.Clean(s)
		if !utf8.ValidString(got) || strings.ContainsRune(got, 0) {
			t.Fatalf("Clean(%q) = %q cannot be stored", s, got)
		}
		if again := form.Clean(got); again != got {
			t.Fatalf("Clean is not stable: %q, then %q", got, again)
		}
	})
}

// Whoever sends too much is told of files only where one may have been sent.
func TestTooMuchIsToldByWhatWasSent(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]string{
		"application/x-www-form-urlencoded": "form.too_much_text",
		"multipart/form-data; boundary=b":   "form.too_large",
	} {
		body := strings.NewReader("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n" + strings.Repeat("a", 1000) + "\r\n--b--\r\n")
		r := httptest.NewRequest(http.MethodPost, "/", nil)
		r.Body = http.MaxBytesReader(nil, io.NopCloser(body), 500)
		r.Header.Set("Content-Type", kind)
		_, err := form.Parse(r)
		if e, ok := errors.AsType[*errs.Error](err); !ok || e.Kind != errs.TooLarge || e.Key != want {
			t.Errorf("%s: %v, want %s", kind, err, want)
		}
	}
}
