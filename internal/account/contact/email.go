package contact

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"

	"github.com/yarmarka/yarmarka/internal/platform/form"
)

// Email is a mail address as its owner writes it and as we compare it.
//
// Two addresses are one person when their keys are equal. The key is made so:
//   - controls, invisible marks and outer spaces go, the text is brought to NFC;
//   - letters are lowered, in the part before @ too: no provider in use tells them apart;
//   - the domain is lowered, loses a dot at its end, and is written in ASCII (UTS #46).
//
// A +tag and dots before @ stay as they are: only the mailbox's provider knows what they mean, so
// anna+shop@example.ru and anna@example.ru are two people. An address that mixes scripts within a
// word, or is spelt wholly in letters that look like Latin ones, is refused: it can only be meant
// to look like somebody else's.
type Email struct {
	Text string
	Key  string
}

const (
	maxEmail = 254 // RFC 5321 with erratum 1690
	maxLocal = 64
)

// ParseEmail reads an address; problem is the key of a message for its field, "" when it is good.
func ParseEmail(s string) (e Email, problem string) {
	if !form.Keepable(s) {
		return e, "form.bad_text"
	}
	s = form.Clean(s)
	if s == "" {
		return e, "form.required"
	}
	if len(s) > maxEmail {
		return e, "form.email"
	}
	at := strings.LastIndexByte(s, '@')
	if at < 1 || at > maxLocal {
		return e, "form.email"
	}
	local, domain := s[:at], strings.ToLower(strings.TrimSuffix(s[at+1:], "."))
	if !validLocal(local) || !strings.Contains(domain, ".") {
		return e, "form.email"
	}
	ascii, err := idna.Lookup.ToASCII(domain)
	if err != nil || !validDomain(ascii) {
		return e, "form.email"
	}
	for _, word := range strings.FieldsFunc(local+"."+domain, func(r rune) bool { return r == '.' }) {
		if mixesScripts(word) {
			return e, "account.email.mixed"
		}
	}
	if looksLatin(local) {
		return e, "account.email.lookalike"
	}
	return Email{Text: local + "@" + domain, Key: strings.ToLower(norm.NFC.String(local)) + "@" + ascii}, ""
}

// validLocal takes the dot-atom of RFC 5322 with letters and digits of any script (RFC 6531);
// nobody types a quoted local part.
func validLocal(s string) bool {
	if norm.NFKC.String(s) != s { // fullwidth and other letters in disguise
		return false
	}
	if strings.HasPrefix(s, ".") || strings.HasSuffix(s, ".") || strings.Contains(s, "..") {
		return false
	}
	for _, r := range s {
		if unicode.Is(unicode.Latin, r) && (r > 0x17f || r == 'ı') { // phonetic and small-capital twins
			return false
		}
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.M, r) &&
			!strings.ContainsRune("!#$%&'*+/=?^_`{|}~-.", r) {
			return false
		}
	}
	return true
}

func validDomain(ascii string) bool {
	if len(ascii) > 253 {
		return false
	}
	labels := strings.Split(ascii, ".")
	for _, l := range labels {
		if l == "" || len(l) > 63 || strings.HasPrefix(l, "-") || strings.HasSuffix(l, "-") || strings.Contains(l, "_") {
			return false
		}
	}
	last := labels[len(labels)-1]
	return strings.Trim(last, "0123456789") != "" // an IP address is no mail domain
}

// mixesScripts reports whether the letters of word belong to more than one script.
func mixesScripts(word string) bool {
	found := ""
	for _, r := range word {
		if !unicode.IsLetter(r) {
			continue
		}
		script := scriptOf(r)
		if found != "" && script != found {
			return true
		}
		found = script
	}
	return false
}

func scriptOf(r rune) string {
	switch {
	case unicode.Is(unicode.Latin, r):
		return "Latin"
	case unicode.Is(unicode.Cyrillic, r):
		return "Cyrillic"
	}
	for name, table := range unicode.Scripts {
		if unicode.Is(table, r) {
			return name
		}
	}
	return "Unknown"
}

// closeTwins are Cyrillic and Greek small letters that look like Latin ones in common typefaces.
const closeTwins = "аеорсухіјѕһԁԛԝӏαονρ"

// looksLatin reports whether s has letters of another script and every one of them has a Latin twin
// that the eye cannot tell from it.
func looksLatin(s string) bool {
	foreign := false
	for _, r := range strings.ToLower(s) {
		if !unicode.IsLetter(r) || r < utf8.RuneSelf {
			continue
		}
		if !strings.ContainsRune(closeTwins, r) {
			return false
		}
		foreign = true
	}
	return foreign
}
