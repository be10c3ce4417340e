package contact

import (
	"strings"

	"github.com/yarmarka/yarmarka/internal/platform/form"
)

// CleanPhone brings a number to +digits (E.164). Eleven digits that begin with 8, and ten that begin
// with 9, are Russian as people there write them.
func CleanPhone(typed string) (string, bool) {
	whole := form.Keepable(typed)
	if typed = form.Clean(typed); !whole {
		return typed, false
	}
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, typed)
	if strings.Trim(typed, "+0123456789 ()-.\u00a0\u2011\u2013") != "" || strings.LastIndexByte(typed, '+') > 0 {
		return typed, false
	}
	switch {
	case strings.HasPrefix(typed, "+"):
	case len(digits) == 11 && digits[0] == '8':
		digits = "7" + digits[1:]
	case len(digits) == 10 && digits[0] == '9':
		digits = "7" + digits
	}
	if len(digits) < 8 || len(digits) > 15 || digits[0] == '0' || (digits[0] == '7' && len(digits) != 11) {
		return typed, false
	}
	return "+" + digits, true
}

// ShowPhone writes a kept number the way people read it: "+7 912 345-67-89"; others stay as they are.
func ShowPhone(p string) string {
	if len(p) != 12 || !strings.HasPrefix(p, "+7") {
		return p
	}
	return "+7\u00a0" + p[2:5] + "\u00a0" + p[5:8] + "\u2011" + p[8:10] + "\u2011" + p[10:]
}

// PhoneProblem says what is wrong with a number that CleanPhone refuses: a message key.
func PhoneProblem(typed string) string {
	switch {
	case !form.Keepable(typed):
		return "form.bad_text"
	case strings.TrimSpace(typed) == "":
		return "form.required"
	}
	return "account.phone.bad"
}
