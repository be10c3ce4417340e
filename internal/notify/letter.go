package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// Letter is what a mail says, told once: its HTML and its plain text are made from the same
// blocks, so they cannot disagree.
type Letter struct {
	Title   string  `json:"t"`           // the heading, in words that say what is true now
	Preview string  `json:"p,omitempty"` // what a mailbox shows beside the subject; the title when empty
	Blocks  []Block `json:"b,omitempty"`
	Why     string  `json:"w,omitempty"` // the last line: why this person got the mail
}

// known refuses a letter with a block that has no form.
func (l Letter) known() error {
	for _, b := range l.Blocks {
		if _, ok := forms[b.Kind]; !ok {
			return fmt.Errorf("mail %q: no block is called %q", l.Title, b.Kind)
		}
	}
	return nil
}

// Compose makes both forms of a letter in its language.
func Compose(ctx context.Context, lang i18n.Lang, l Letter) (html, text string, err error) {
	if err := l.known(); err != nil {
		return "", "", err
	}
	ctx = i18n.WithLang(ctx, lang)
	var b strings.Builder
	if err := layout(l).Render(ctx, &b); err != nil {
		return "", "", fmt.Errorf("mail %q: %w", l.Title, err)
	}
	parts := []string{l.Title}
	for _, block := range l.Blocks {
		parts = append(parts, forms[block.Kind].text(block))
	}
	foot := "-- \n" + i18n.T(ctx, "notify.sign")
	if l.Why != "" {
		foot += "\n" + l.Why
	}
	html, text = b.String(), strings.Join(append(parts, foot), "\n\n")+"\n"
	if n := len(html) + len(text); n > maxMail {
		return "", "", fmt.Errorf("a mail of %d bytes", n)
	}
	return html, text, nil
}

// surely is the size of what may be said without a doubt that it fits into a mail: a byte of it makes 32 at most.
const surely = (maxMail - 4<<10) / 32

// said is a letter as the outbox keeps it, if it can be composed one day: its pages are made while nobody waits.
func (l Letter) said(ctx context.Context, lang i18n.Lang) (string, error) {
	if err := l.known(); err != nil {
		return "", err
	}
	raw, err := json.Marshal(l)
	if err != nil {
		return "", fmt.Errorf("mail %q: %w", l.Title, err)
	}
	if len(raw) > maxMail {
		return "", fmt.Errorf("a mail that says %d bytes", len(raw))
	}
	if len(raw) > surely {
		if _, _, err := Compose(ctx, lang, l); err != nil {
			return "", err
		}
	}
	return string(raw), nil
}

// composed is a mail with its forms: those of its letter, or those it was written with.
func (e Entry) composed(ctx context.Context) (_ Entry, err error) {
	if e.Letter == nil {
		return e, nil
	}
	var l Letter
	if err := json.Unmarshal([]byte(*e.Letter), &l); err != nil {
		return e, fmt.Errorf("a letter that cannot be read: %w", err)
	}
	e.HTML, e.Body, err = Compose(ctx, i18n.Lang(e.Lang), l)
	return e, err
}
