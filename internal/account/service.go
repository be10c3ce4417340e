package account

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/account/contact"
	"github.com/yarmarka/yarmarka/internal/account/password"
	"github.com/yarmarka/yarmarka/internal/platform/clientip"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/limit"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Options tell the service where it lives.
type Options struct {
	// BaseURL is the address the site is known by, such as "https://yarmarka.example". Links in
	// mails are made from it and never from a request. Over https the session cookie is
	// __Host-session and Secure.
	BaseURL string
	Limiter *limit.Limiter
	Now     func() time.Time
	// DevMail says that mails can be read at /dev/mail, and pages may point there.
	DevMail bool
}

// SignInHook moves what a guest gathered to the person they turned out to be, in the transaction
// of the sign-in. guestSessionID is 0 when there was no guest session.
type SignInHook func(ctx context.Context, tx pgx.Tx, guestSessionID, personID int64) error

// Service keeps the accounts.
type Service struct {
	db     pg.DB
	o      Options
	secure bool
	hasher *password.Hasher
	// Book keeps people's address books.
	Book    *contact.Book
	keys    *webauthn.WebAuthn // nil where the address allows no passkeys
	onEnter []SignInHook
	guests  guests
}

// New makes the service.
func New(db pg.DB, o Options) (*Service, error) {
	base, err := url.Parse(strings.TrimSuffix(o.BaseURL, "/"))
	if err != nil || base.Host == "" || (base.Scheme != "http" && base.Scheme != "https") {
		return nil, fmt.Errorf("account: the base address %q is not an http address", o.BaseURL)
	}
	o.BaseURL = base.Scheme + "://" + base.Host
	keys, err := newWebAuthn(base)
	if err != nil {
		return nil, err
	}
	return &Service{db: db, o: o, secure: base.Scheme == "https", hasher: password.NewHasher(), keys: keys, Book: &contact.Book{DB: db, Now: o.Now}}, nil
}

// OnSignIn adds a hook. Call it at wiring, before requests come.
func (s *Service) OnSignIn(hook SignInHook) { s.onEnter = append(s.onEnter, hook) }

// link makes an address for a mail.
func (s *Service) link(lang i18n.Lang, path, token string) string {
	if lang == i18n.EN {
		path = "/en" + path
	}
	if token == "" {
		return s.o.BaseURL + path
	}
	return s.o.BaseURL + path + "?token=" + url.QueryEscape(token)
}

// Limits. A subject is a mailbox, a client's address, or everybody.
var (
	// Guessing one person's password from many places, and many people's from one.
	limitSignInPerson = limit.Rule{Name: "sign_in.person", Burst: 10, Per: 15 * time.Minute}
	limitSignInClient = limit.Rule{Name: "sign_in.client", Burst: 60, Per: 15 * time.Minute}
	limitSignInAll    = limit.Rule{Name: "sign_in.all", Burst: 3000, Per: 10 * time.Minute}
	// Filling the outbox, and one mailbox with it.
	limitMailClient = limit.Rule{Name: "mail.client", Burst: 30, Per: time.Hour}
	limitMailbox    = limit.Rule{Name: "mail.mailbox", Burst: 5, Per: time.Hour}
	// Filling the sessions table, the ceremonies table, an address book.
	limitGuests     = limit.Rule{Name: "guest.client", Burst: 300, Per: time.Hour}
	limitCeremonies = limit.Rule{Name: "passkey.client", Burst: 60, Per: 15 * time.Minute}
	// Guessing the password of a session left open, or of a confirmation link.
	limitProof = limit.Rule{Name: "proof.person", Burst: 10, Per: 15 * time.Minute}
)

// guard counts an attempt against every rule that watches it.
func (s *Service) guard(ctx context.Context, claims ...claim) error {
	for _, c := range claims {
		if err := s.o.Limiter.Take(ctx, c.rule, c.subject); err != nil {
			return err
		}
	}
	return nil
}

// claim is one rule and who is counted by it.
type claim struct {
	rule    limit.Rule
	subject string
}

func (c Client) subject() string { return clientip.Bucket(c.Addr) }

// mayMail reports whether a mailbox may get one more letter it did not ask for by hand. A full one
// is no error: the answer to the visitor must not tell.
func (s *Service) mayMail(ctx context.Context, key string) (bool, error) {
	err := s.o.Limiter.Take(ctx, limitMailbox, key)
	if errs.Is(err, errs.TooMany) {
		return false, nil
	}
	return err == nil, err
}

// langOf reads the language of a visitor as people and mails keep it.
func langOf(ctx context.Context) string { return string(i18n.LangOf(ctx)) }
