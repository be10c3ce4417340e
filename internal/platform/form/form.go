// Package form reads what people type into forms and collects one message per field, so that the
// same page can come back with everything kept. It knows rules of text, never of business.
package form

import (
	"mime"
	"net/http"
	"net/mail"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// Form reads the fields of one request. The first message of a field wins.
type Form struct {
	r      *http.Request
	Fields []errs.Field
}

// maxBody bounds a form without files; the router bounds bodies of every kind besides.
const maxBody = 1 << 20

// Parse reads the body of r (urlencoded or multipart, whose files stay with net/http).
func Parse(r *http.Request) (*Form, error) {
	// ParseForm first: ParseMultipartForm forgets what it said of a body that is not multipart.
	err := r.ParseForm()
	if err == nil {
		err = r.ParseMultipartForm(maxBody)
	}
	if err != nil && err != http.ErrNotMultipart {
		switch {
		case tooLarge(err) && Plain(r):
			return nil, errs.New(errs.TooLarge, "form.too_much_text").With(err)
		case tooLarge(err):
			return nil, errs.New(errs.TooLarge, "form.too_large").With(err)
		}
		return nil, errs.New(errs.BadRequest, "form.unreadable").With(err)
	}
	return &Form{r: r}, nil
}

// Plain says whether a body is a form of texts alone, which holds no files: whoever sent too much of it is not told of any.
func Plain(r *http.Request) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && kind == "application/x-www-form-urlencoded"
}

func tooLarge(err error) bool {
	_, ok := err.(*http.MaxBytesError)
	return ok || strings.Contains(err.Error(), "too large")
}

// Add records a message for a field; args are name, value pairs.
func (f *Form) Add(name, key string, args ...any) {
	for _, have := range f.Fields {
		if have.Name == name {
			return
		}
	}
	f.Fields = append(f.Fields, errs.Field{Name: name, Key: key, Args: args})
}

// Also records what rules behind the form say of its fields, so that a person is told of everything at once; a field that
// has a message keeps it.
func (f *Form) Also(fields []errs.Field) {
	for _, x := range fields {
		f.Add(x.Name, x.Key, x.Args...)
	}
}

// OK reports whether no field has a message.
func (f *Form) OK() bool { return len(f.Fields) == 0 }

// Err is Invalid with the messages collected, or nil.
func (f *Form) Err() error { return errs.Fields(f.Fields) }

// Raw gives a field exactly as typed.
func (f *Form) Raw(name string) string { return f.r.Form.Get(name) }

// All gives every value of a repeated field.
func (f *Form) All(name string) []string { return f.r.Form[name] }

// Text gives a field cleaned by Clean: valid UTF-8, NFC, no controls or invisible marks, trimmed.
func (f *Form) Text(name string) string { return Clean(f.Raw(name)) }

// Required is Text that must not be empty and has at most max characters.
func (f *Form) Required(name string, max int) string {
	s := f.Optional(name, max)
	if s == "" {
		f.Add(name, "form.required")
	}
	return s
}

// Optional is Text of at most max characters.
func (f *Form) Optional(name string, max int) string {
	if !Keepable(f.Raw(name)) {
		f.Add(name, "form.bad_text")
	}
	s := f.Text(name)
	if utf8.RuneCountInString(s) > max {
		f.Add(name, "form.too_long", "max", max)
	}
	return s
}

// Bool is true for a ticked box.
func (f *Form) Bool(name string) bool { v := f.Raw(name); return v == "1" || v == "on" || v == "true" }

// OneOf gives the field if it is one of allowed, else records a message and gives "".
func (f *Form) OneOf(name string, allowed ...string) string {
	v := f.Raw(name)
	for _, a := range allowed {
		if v == a {
			return v
		}
	}
	f.Add(name, "form.choose")
	return ""
}

// ID reads a positive identifier.
func (f *Form) ID(name string) int64 {
	n, err := strconv.ParseInt(f.Raw(name), 10, 64)
	if err != nil || n <= 0 {
		f.Add(name, "form.choose")
		return 0
	}
	return n
}

// Int reads a whole number between min and max, typed in plain digits.
func (f *Form) Int(name string, min, max int64) int64 {
	n, err := ParseInt(f.Raw(name))
	if err != nil {
		f.Add(name, "form.whole_number")
		return 0
	}
	if n < min || n > max {
		f.Add(name, "form.between", "min", min, "max", max)
	}
	return n
}

// ParseInt reads plain ASCII digits with an optional minus, surrounding spaces allowed. It refuses
// signs of other alphabets, exponents, fractions and words, so "１", "1e2" and "3 шт" are errors.
func ParseInt(s string) (int64, error) {
	s = strings.Trim(s, " \t\u00a0")
	if len(s) > 19 || strings.HasPrefix(s, "+") {
		return 0, strconv.ErrSyntax
	}
	return strconv.ParseInt(s, 10, 64)
}

// Money reads a positive-or-zero amount typed with a comma or a point.
func (f *Form) Money(name string) money.Amount {
	a, err := money.Parse(f.Raw(name))
	if err != nil {
		f.Add(name, "form.money")
	}
	return a
}

// Email reads an address of the form local@domain.
func (f *Form) Email(name string) string {
	s := f.Required(name, 254)
	if s == "" {
		return s
	}
	if a, err := mail.ParseAddress(s); err != nil || a.Address != s || !strings.Contains(s[strings.LastIndexByte(s, '@')+1:], ".") {
		f.Add(name, "form.email")
	}
	return s
}
