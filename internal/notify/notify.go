// Package notify tells people what happened. What a mail says is written to the outbox in the transaction
// that causes it (Enqueue), so it exists exactly when its cause does; it is composed and handed to the mail
// server a moment later (Deliver), again and again while the server is down: the outbox is its own queue. It owns the
// table mails and the look of a mail; what a mail says is its module's business. It never talks to a server inside a
// transaction and never decides who wants to hear what.
//
// Delivery is at least once, as close to once as SMTP allows: a worker claims a mail before it
// connects, no second worker takes a claimed one, and a sent one is never sent again. If a worker
// dies after the server said yes and before that is written down, the mail leaves a second time
// with the same Message-ID, by which mailboxes drop the repeat.
package notify

import (
	"embed"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

//go:embed messages.*.toml
var messages embed.FS

var _ = i18n.MustRegister(messages)

// State of a mail in the outbox.
type State string

// States. A kept mail stays to be read at /dev/mail because no server is configured.
const (
	Queued State = "queued"
	Sent   State = "sent"
	Kept   State = "kept"
	Failed State = "failed"
)

// Mail is a letter to be sent. Event says what happened, such as "purchase:17:paid": the same
// event, recipient and template are written once, however often they are enqueued. Give Letter,
// or Subject with both HTML and Text.
type Mail struct {
	Event    string
	Template string // names the letter: "order.paid"
	To       string
	Lang     i18n.Lang
	ReplyTo  string
	Subject  string
	Letter   *Letter
	HTML     string
	Text     string
}

// Entry is a mail as the outbox keeps it: what it says, or its two forms where nothing is to be made of it.
type Entry struct {
	ID        int64
	Event     string
	Recipient string
	Template  string
	Lang      string
	Subject   string
	Letter    *string // a Letter in JSON
	HTML      string
	Body      string
	ReplyTo   string
	MessageID string
	State     State
	Attempts  int
	LastError string
	CreatedAt time.Time
	SentAt    *time.Time
}

const (
	// claimLife is longer than a batch may take, so a claim ends only with its worker.
	claimLife = 2 * time.Minute
	// sendLife bounds one attempt; it is shorter than claimLife.
	sendLife = 50 * time.Second
	maxMail  = 512 << 10 // a letter of ours, both forms together
	devList  = 200       // mails shown at /dev/mail
	keepLife = 90 * 24 * time.Hour
	giveUp   = 7 * 24 * time.Hour // a mail is too old to matter
)
