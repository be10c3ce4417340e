// Package mail hands one letter to one SMTP server. It refuses texts that would smuggle a header,
// says whether a failure is worth another try, and keeps no queue: package notify does that.
package mail

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// Message is one letter to one person, in both forms. ID is the Message-ID without angle brackets,
// the same at every attempt, so that a receiver can drop a repeat.
type Message struct {
	ID      string
	To      string
	ReplyTo string
	Subject string
	HTML    string
	Text    string
	Lang    string
	Date    time.Time
}

// Sender takes a letter off our hands. SMTP is the real one.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// ErrUnsafe is the cause of a letter refused by Check.
var ErrUnsafe = errors.New("unsafe mail header")

// Check refuses a letter whose header values hold a line break or another control character, or
// whose recipient is more than one plain address. The case of an attack, so nothing is repaired.
func (m Message) Check() error {
	headers := map[string]string{"message id": m.ID, "recipient": m.To, "reply-to": m.ReplyTo, "subject": m.Subject, "language": m.Lang}
	for name, value := range headers {
		if !utf8.ValidString(value) || strings.ContainsFunc(value, isControl) {
			return fmt.Errorf("%w: %s", ErrUnsafe, name)
		}
	}
	for _, addr := range []string{m.To, m.ReplyTo} {
		if strings.ContainsAny(addr, " ,;<>\"") || (addr != "" && strings.Count(addr, "@") != 1) {
			return fmt.Errorf("%w: an address", ErrUnsafe)
		}
	}
	if m.To == "" || m.Subject == "" || m.ID == "" {
		return fmt.Errorf("%w: recipient, subject and id are needed", ErrUnsafe)
	}
	return nil
}

func isControl(r rune) bool {
	return r < ' ' || r == 0x7f || (r >= 0x80 && r < 0xa0) || r == '\u2028' || r == '\u2029'
}

// wireAddress writes the domain of an address in ASCII, as the wire needs it.
func wireAddress(addr string) (string, error) {
	at := strings.LastIndexByte(addr, '@')
	domain, err := idna.Lookup.ToASCII(addr[at+1:])
	if err != nil {
		return "", fmt.Errorf("%w: domain", ErrUnsafe)
	}
	return addr[:at+1] + domain, nil
}
