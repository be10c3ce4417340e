// Package s10 is the identifier of a postal item by the UPU's standard S10: two letters of the service, nine digits of which
// the last one checks the others, and the country whose post gave it out. It reads and checks numbers, and never makes one:
// that is the post's.
package s10

import (
	_ "embed"
	"fmt"
	"strings"
)

// Number is a valid identifier of a postal item, thirteen characters without spaces (UPU standard S10).
type Number string

// Why a text is no identifier.
var (
	ErrLength   = fmt.Errorf("an item number has thirteen characters: two letters, nine digits, two letters")
	ErrShape    = fmt.Errorf("an item number is two letters, nine digits, two letters")
	ErrService  = fmt.Errorf("no service has this indicator: it is reserved, or was never given out")
	ErrCountry  = fmt.Errorf("no post of this country gives out numbers")
	ErrChecksum = fmt.Errorf("the check digit does not fit: a character is mistyped")
)

//go:embed issuers.txt
var issuers string // ISO 3166 codes of the countries whose posts issue identifiers, from tracking_number_data (MIT)

var issuing = func() map[string]bool {
	set := map[string]bool{}
	for code := range strings.FieldsSeq(issuers) {
		set[code] = true
	}
	return set
}()

const every = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// services are the indicators in use: the second letters that go with a first one (UPU S10, as published with
// tracking_number_data). J, K, S, T and W are reserved, the others that are not here were never given out.
var services = map[byte]string{'A': "VWXYZ", 'B': every, 'C': every, 'D': every, 'E': every, 'G': "AD", 'H': every, 'L': every, 'M': every,
	'N': every, 'P': every, 'Q': "ABCDEFGHIJKLM", 'R': every, 'U': every, 'V': every, 'Z': every}

// inUse reports whether a service has the two letters.
func inUse(first, second byte) bool {
	return strings.IndexByte(services[first], second) >= 0
}

var weights = [8]int{8, 6, 4, 2, 3, 5, 9, 7}

// Parse reads an identifier as people write it: in any case, with spaces.
func Parse(text string) (Number, error) {
	id := strings.ToUpper(strings.Join(strings.Fields(text), ""))
	if len(id) != 13 {
		return "", ErrLength
	}
	for i, c := range []byte(id) {
		digit := i >= 2 && i < 11
		if digit && (c < '0' || c > '9') || !digit && (c < 'A' || c > 'Z') {
			return "", ErrShape
		}
	}
	switch {
	case !inUse(id[0], id[1]):
		return "", ErrService
	case !issuing[id[11:]]:
		return "", ErrCountry
	case CheckDigit(id[2:10]) != id[10]:
		return "", ErrChecksum
	}
	return Number(id), nil
}

// CheckDigit is the digit that follows a serial number of eight digits.
func CheckDigit(serial string) byte {
	sum := 0
	for i, w := range weights {
		sum += w * int(serial[i]-'0')
	}
	switch check := 11 - sum%11; check {
	case 10:
		return '0'
	case 11:
		return '5'
	default:
		return byte('0' + check)
	}
}

// Country is the ISO 3166 code of the post that issued the number.
func (s Number) Country() string { return string(s[11:]) }

// String groups the number as forms print it: RA 123 456 785 RU.
func (s Number) String() string {
	if len(s) != 13 {
		return string(s) // none yet
	}
	return string(s[:2] + " " + s[2:5] + " " + s[5:8] + " " + s[8:11] + " " + s[11:])
}
