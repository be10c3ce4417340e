package demodata

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// Palettes are the eight stones a drawn illustration comes in.
var Palettes = []string{"malachite", "amber", "lapis", "rhodonite", "jasper", "turquoise", "chalk", "flint"}

// Derive gives the number that stands in for a field a source does not have: the first eight bytes
// of SHA-256 of the product's id and the field's name.
func Derive(id, field string) uint64 {
	sum := sha256.Sum256([]byte(id + field))
	return binary.BigEndian.Uint64(sum[:8])
}

// between derives a number of lo … hi, both included.
func between(id, field string, lo, hi int) int {
	return lo + int(Derive(id, field)%uint64(hi-lo+1))
}

// nice rounds roubles to a price people would write, never below 1, and gives kopecks.
func nice(roubles int) int64 {
	switch {
	case roubles < 100:
		roubles = max(1, roubles)
	case roubles < 1000:
		roubles = (roubles + 5) / 10 * 10
	case roubles < 10_000:
		roubles = (roubles+25)/50*50 - 10
	default:
		roubles = (roubles+250)/500*500 - 10
	}
	return int64(roubles) * 100
}

// gtin13 makes an EAN-13 of the numbers 290–299, which GS1 keeps for use inside a shop: no maker
// has them.
func gtin13(serial int) string {
	body := fmt.Sprintf("299%09d", serial)
	return body + string(rune('0'+checkDigit(body)))
}

// checkDigit of a GTIN without its last digit (GS1 General Specifications, 7.9).
func checkDigit(body string) int {
	sum := 0
	for i := range len(body) {
		d := int(body[len(body)-1-i] - '0')
		if i%2 == 0 {
			d *= 3
		}
		sum += d
	}
	return (10 - sum%10) % 10
}

// validGTIN reports whether code is a GTIN-8, -12, -13 or -14 with a true check digit.
func validGTIN(code string) bool {
	switch len(code) {
	case 8, 12, 13, 14:
	default:
		return false
	}
	for _, c := range []byte(code) {
		if c < '0' || c > '9' {
			return false
		}
	}
	last := len(code) - 1
	return checkDigit(code[:last]) == int(code[last]-'0')
}

// inn makes a taxpayer's number of region 00 with true check digits: 10 digits of a company, 12 of
// a person (order of the Federal Tax Service ED-7-14/559).
func inn(form string, serial int) string {
	if form == "ooo" {
		body := fmt.Sprintf("00%07d", serial)
		return body + weighted(body, 2, 4, 10, 3, 5, 9, 4, 6, 8)
	}
	body := fmt.Sprintf("00%08d", serial)
	body += weighted(body, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
	return body + weighted(body, 3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
}

func weighted(digits string, weights ...int) string {
	sum := 0
	for i, w := range weights {
		sum += w * int(digits[i]-'0')
	}
	return fmt.Sprint(sum % 11 % 10)
}

// ogrn makes a registration number of region 00: 13 digits of a company, 15 of an entrepreneur,
// none for the self-employed.
func ogrn(form string, serial int) string {
	switch form {
	case "ooo":
		body := int64(126_00_0000000 + serial)
		return fmt.Sprintf("%012d%d", body, body%11%10)
	case "ip":
		body := int64(326_00_000000000 + serial)
		return fmt.Sprintf("%014d%d", body, body%13%10)
	}
	return ""
}
