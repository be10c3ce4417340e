package order

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"strings"
)

// alphabet leaves out what people mix up when they read aloud: 0 O, 1 I L, U V.
const alphabet = "23456789ABCDEFGHJKMNPQRSTWXYZ"

var numberForm = regexp.MustCompile(`^Y-[2-9A-Z]{4}-[2-9A-Z]{4}$`)

// newNumber makes a purchase number such as Y-7KQ2-918F: 39 random bits, so numbers neither count
// our orders nor lead to each other. A number alone opens nothing.
func newNumber() string {
	var b strings.Builder
	b.WriteString("Y")
	for i := range 8 {
		if i%4 == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(alphabet[draw(len(alphabet))])
	}
	return b.String()
}

// draw draws a number below n without bias; n is at most 256.
func draw(n int) int {
	var one [1]byte
	for {
		rand.Read(one[:]) // never fails since Go 1.24
		if v := int(one[0]); v < 256-256%n {
			return v % n
		}
	}
}

// newKey makes a secret of 128 bits for an address or a form: a capability key or an attempt key.
func newKey() string {
	var raw [16]byte
	rand.Read(raw[:])
	return base64.RawURLEncoding.EncodeToString(raw[:])
}

// hashKey is what the database keeps of a capability key.
func hashKey(key string) []byte {
	sum := sha256.Sum256([]byte(key))
	return sum[:]
}
