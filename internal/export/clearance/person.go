package clearance

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// screenedMark begins a digest, so that a digest is told from a name.
const screenedMark = "sha256:"

// Screened gives the digests of names: of their words in lower case and alphabetical order, so that "IVANOV, Ivan" and
// "Ivan Ivanov" are one. What is a digest already stays as it is. Names are few, so a digest hides a name from who reads
// the record, not from who guesses it.
func Screened(names []string) []string {
	var list []string
	for _, name := range names {
		if key := screened(name); key != "" {
			list = append(list, key)
		}
	}
	return list
}

func screened(name string) string {
	if strings.HasPrefix(name, screenedMark) {
		return name
	}
	words := strings.Fields(plain(name))
	if len(words) == 0 {
		return ""
	}
	slices.Sort(words)
	sum := sha256.Sum256([]byte(strings.Join(words, " ")))
	return screenedMark + hex.EncodeToString(sum[:])
}
