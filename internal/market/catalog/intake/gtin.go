package intake

import "strings"

// CleanGTIN strips spaces and dashes and checks a GTIN-8, -12, -13 or -14 (GS1 General
// Specifications, check digit modulo 10). It answers false for anything else, and for numbers that
// shops make up themselves (prefix 2, and 02): such a number names nothing outside the shop.
func CleanGTIN(text string) (string, bool) {
	s := strings.NewReplacer(" ", "", "-", "", "\u00a0", "").Replace(text)
	switch len(s) {
	case 8, 12, 13, 14:
	default:
		return "", false
	}
	sum := 0
	for i := len(s) - 1; i >= 0; i-- {
		d := int(s[i]) - '0'
		if d < 0 || d > 9 {
			return "", false
		}
		if (len(s)-1-i)%2 == 1 {
			d *= 3
		}
		sum += d
	}
	if sum%10 != 0 || strings.Trim(s, "0") == "" || inStore(s) {
		return "", false
	}
	return s, true
}

func inStore(s string) bool {
	if len(s) == 8 {
		return s[0] == '0' || s[0] == '2'
	}
	full := strings.Repeat("0", 14-len(s)) + s
	return full[1] == '2' || full[1:3] == "02"
}
