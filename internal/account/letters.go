package account

import (
	"context"
	"strconv"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/account/contact"
	"github.com/yarmarka/yarmarka/internal/notify"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// letter is one of the account's mails: its words lie under "account.mail.<name>.*".
type letter struct {
	name  string
	event string // what it is about, the same whenever the same thing is told again
	to    string
	lang  i18n.Lang
	args  []any
	link  string // the button's address; none when empty
}

func (l letter) send(ctx context.Context, tx pgx.Tx) error {
	key := "account.mail." + l.name
	t := func(part string) string { return i18n.In(l.lang, key+part, l.args...) }
	blocks := []notify.Block{notify.Para(t(".text"))}
	if l.link != "" {
		blocks = append(blocks, notify.Button(t(".button"), l.link))
	}
	blocks = append(blocks, notify.Para(t(".after")))
	return notify.Enqueue(ctx, tx, notify.Mail{
		Event: "account:" + l.event, Template: "account." + l.name, To: l.to, Lang: l.lang,
		Letter: &notify.Letter{Title: t(".title"), Blocks: blocks, Why: i18n.In(l.lang, "account.mail.why")},
	})
}

// about names an event by the row it is about.
func about(what string, id int64) string { return what + ":" + strconv.FormatInt(id, 10) }

func (s *Service) mailConfirm(ctx context.Context, tx pgx.Tx, signUp int64, e contact.Email, lang i18n.Lang, token string) error {
	return letter{name: "confirm", event: about("sign_up", signUp), to: e.Text, lang: lang, link: s.link(lang, "/sign-up/confirm", token)}.send(ctx, tx)
}

// mailKnown tells somebody with an account that their address was used to begin another.
func (s *Service) mailKnown(ctx context.Context, tx pgx.Tx, p person) error {
	lang := i18n.Parse(p.Lang)
	return letter{name: "known", event: about("known", s.o.Now().UnixNano()), to: p.Email, lang: lang, link: s.link(lang, "/sign-in", "")}.send(ctx, tx)
}

func (s *Service) mailReset(ctx context.Context, tx pgx.Tx, id int64, p person, token string) error {
	lang := i18n.Parse(p.Lang)
	return letter{name: "reset", event: about("link", id), to: p.Email, lang: lang, link: s.link(lang, "/account/reset/new", token)}.send(ctx, tx)
}

func (s *Service) mailPasswordChanged(ctx context.Context, tx pgx.Tx, p person, cause string) error {
	lang := i18n.Parse(p.Lang)
	return letter{name: "password_changed", event: cause, to: p.Email, lang: lang, link: s.link(lang, "/account/reset", "")}.send(ctx, tx)
}

func (s *Service) mailNewEmail(ctx context.Context, tx pgx.Tx, id int64, p person, e contact.Email, lang i18n.Lang, token string) error {
	return letter{name: "new_email", event: about("link", id), to: e.Text, lang: lang, args: []any{"name", p.Name},
		link: s.link(lang, "/account/email/confirm", token)}.send(ctx, tx)
}

func (s *Service) mailEmailChanged(ctx context.Context, tx pgx.Tx, p person, email string, cause string) error {
	return letter{name: "email_changed", event: cause, to: p.Email, lang: i18n.Parse(p.Lang), args: []any{"email", email}}.send(ctx, tx)
}

func (s *Service) mailPasskeyAdded(ctx context.Context, tx pgx.Tx, p person, id int64, name string) error {
	lang := i18n.Parse(p.Lang)
	return letter{name: "passkey_added", event: about("passkey", id), to: p.Email, lang: lang, args: []any{"name", name},
		link: s.link(lang, "/account/security", "")}.send(ctx, tx)
}
