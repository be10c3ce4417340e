package account

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/account/contact"
	"github.com/yarmarka/yarmarka/internal/account/password"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Purposes of a link in a mail.
const (
	purposeReset = "reset"
	purposeEmail = "email"
)

// AskReset mails a link to choose a new password, if the address has an account; the answer is the
// same when it has none.
func (s *Service) AskReset(ctx context.Context, typed string, c Client) (err error) {
	defer errs.Wrap(&err, "account.AskReset")
	defer s.note(ctx, "reset.ask", new(int64), &err)
	email, problem := contact.ParseEmail(typed)
	if problem != "" {
		return errs.Fields([]errs.Field{{Name: "email", Key: problem}})
	}
	if err := s.guard(ctx, claim{limitMailClient, c.subject()}); err != nil {
		return err
	}
	may, err := s.mayMail(ctx, email.Key)
	if err != nil || !may {
		return err
	}
	return pg.InTx(ctx, s.db, func(tx pgx.Tx) error {
		p, found, err := findPersonByKey(ctx, tx, email.Key)
		if err != nil || !found || p.Blocked {
			return err
		}
		token, id, err := s.issue(ctx, tx, p.ID, purposeReset, contact.Email{Text: p.Email, Key: p.EmailKey})
		if err != nil {
			return err
		}
		return s.mailReset(ctx, tx, id, p, token)
	})
}

// issue writes a link's token and gives its secret.
func (s *Service) issue(ctx context.Context, tx pgx.Tx, personID int64, purpose string, e contact.Email) (token string, id int64, err error) {
	now, life := s.o.Now(), resetLife
	if purpose == purposeEmail {
		life = emailLife
	}
	token, hash := newToken()
	id, err = insertToken(ctx, tx, tokenRow{TokenHash: hash, PersonID: personID, Purpose: purpose, Email: e, Now: now, ExpiresAt: now.Add(life)})
	return token, id, err
}

// PeekReset says whether a reset link still opens; asking uses nothing up, because mail scanners
// open every link.
func (s *Service) PeekReset(ctx context.Context, token string) (bool, error) {
	_, ok, err := findToken(ctx, s.db, hashToken(token), purposeReset, s.o.Now())
	return ok, err
}

// Reset sets a new password by a link, once. Every session of the person ends, every other link
// of theirs dies, and a letter tells them. A link to an address that is no longer the person's
// opens nothing.
func (s *Service) Reset(ctx context.Context, token, raw string) (err error) {
	defer errs.Wrap(&err, "account.Reset")
	var whose int64
	defer s.note(ctx, "reset", &whose, &err)
	if ok, err := s.PeekReset(ctx, token); err != nil || !ok {
		return orGone(err)
	}
	if problem := password.Check(raw); problem != "" {
		return errs.Fields([]errs.Field{passwordField("password", problem)})
	}
	hash, err := s.hasher.Hash(ctx, raw)
	if err != nil {
		return err
	}
	return pg.InTx(ctx, s.db, func(tx pgx.Tx) error {
		now := s.o.Now()
		t, ok, err := useToken(ctx, tx, hashToken(token), purposeReset, now)
		if err != nil || !ok {
			return orGone(err)
		}
		whose = t.PersonID
		p, err := selectPerson(ctx, tx, t.PersonID)
		if err != nil {
			return err
		}
		if p.EmailKey != t.EmailKey || p.Blocked {
			return errGone
		}
		return s.replacePassword(ctx, tx, p, hash, 0, about("link", t.ID))
	})
}

// orGone is err, or errGone where there is none.
func orGone(err error) error {
	if err != nil {
		return err
	}
	return errGone
}

// replacePassword sets the hash, ends all sessions but keep, kills all links and tells the person.
func (s *Service) replacePassword(ctx context.Context, tx pgx.Tx, p person, hash string, keep int64, cause string) error {
	now := s.o.Now()
	if err := updatePassword(ctx, tx, p.ID, hash, now); err != nil {
		return err
	}
	if _, err := deleteSessions(ctx, tx, p.ID, keep); err != nil {
		return err
	}
	if err := voidTokens(ctx, tx, p.ID, now); err != nil {
		return err
	}
	return s.mailPasswordChanged(ctx, tx, p, cause)
}

// ChangePassword sets a new password for a person who knows the old one. All other sessions end;
// this one goes on under a new secret.
func (s *Service) ChangePassword(ctx context.Context, sess *Session, old, raw string, c Client) (g Grant, err error) {
	defer errs.Wrap(&err, "account.ChangePassword(%d)", sess.PersonID)
	defer s.note(ctx, "password.change", &sess.PersonID, &err)
	p, err := s.prove(ctx, sess, "old_password", old)
	if err != nil {
		return g, err
	}
	if problem := password.Check(raw, p.Name, p.Email); problem != "" {
		return g, errs.Fields([]errs.Field{passwordField("password", problem)})
	}
	hash, err := s.hasher.Hash(ctx, raw)
	if err != nil {
		return g, err
	}
	err = pg.InTx(ctx, s.db, func(tx pgx.Tx) error {
		locked, err := lockPerson(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		if locked.PasswordHash != p.PasswordHash {
			return errs.New(errs.Conflict, "account.sign_in.changed")
		}
		if g, err = s.openSession(ctx, tx, entry{personID: p.ID, platform: sess.Platform, remember: sess.Remember, lang: p.Lang, client: c}); err != nil {
			return err
		}
		return s.replacePassword(ctx, tx, p, hash, g.ID, about("session", g.ID))
	})
	return g, err
}

// prove checks the password of somebody who is signed in already, before an act that a passer-by at
// an open screen must not do.
func (s *Service) prove(ctx context.Context, sess *Session, field, raw string) (person, error) {
	if problem := password.Size(raw); problem != "" {
		return person{}, errs.Fields([]errs.Field{passwordField(field, problem)})
	}
	p, err := selectPerson(ctx, s.db, sess.PersonID)
	if err != nil {
		return p, err
	}
	c := claim{limitProof, p.EmailKey}
	if err := s.guard(ctx, c); err != nil {
		return p, err
	}
	fits, err := s.hasher.Verify(ctx, p.PasswordHash, raw)
	if err != nil {
		return p, err
	}
	if !fits {
		return p, errs.Fields([]errs.Field{{Name: field, Key: "account.password.wrong"}})
	}
	return p, s.o.Limiter.Forget(ctx, c.rule, c.subject)
}

// ChangeEmail mails a link to the new address; nothing changes until it is opened there. An address
// that has an account gets a letter saying so instead, and the answer is the same.
func (s *Service) ChangeEmail(ctx context.Context, sess *Session, typed, raw string) (err error) {
	defer errs.Wrap(&err, "account.ChangeEmail(%d)", sess.PersonID)
	defer s.note(ctx, "email.ask", &sess.PersonID, &err)
	email, problem := contact.ParseEmail(typed)
	if problem != "" {
		return errs.Fields([]errs.Field{{Name: "email", Key: problem}})
	}
	p, err := s.prove(ctx, sess, "email_password", raw)
	if err != nil {
		return err
	}
	if email.Key == p.EmailKey {
		return errs.Fields([]errs.Field{{Name: "email", Key: "account.email.same"}})
	}
	may, err := s.mayMail(ctx, email.Key)
	if err != nil || !may {
		return err
	}
	return pg.InTx(ctx, s.db, func(tx pgx.Tx) error {
		known, found, err := findPersonByKey(ctx, tx, email.Key)
		if err != nil {
			return err
		}
		if found {
			return s.mailKnown(ctx, tx, known)
		}
		token, id, err := s.issue(ctx, tx, p.ID, purposeEmail, email)
		if err != nil {
			return err
		}
		return s.mailNewEmail(ctx, tx, id, p, email, i18n.LangOf(ctx), token)
	})
}

// PeekEmail tells which address a link would set; ok is false when it opens nothing.
func (s *Service) PeekEmail(ctx context.Context, token string) (email string, ok bool, err error) {
	t, ok, err := findToken(ctx, s.db, hashToken(token), purposeEmail, s.o.Now())
	return t.Email, ok, err
}

// ConfirmEmail sets the new address by a link, once, and tells the old one.
func (s *Service) ConfirmEmail(ctx context.Context, token string) (err error) {
	defer errs.Wrap(&err, "account.ConfirmEmail")
	var whose int64
	defer s.note(ctx, "email.change", &whose, &err)
	return pg.InTx(ctx, s.db, func(tx pgx.Tx) error {
		now := s.o.Now()
		t, ok, err := useToken(ctx, tx, hashToken(token), purposeEmail, now)
		if err != nil || !ok {
			return orGone(err)
		}
		whose = t.PersonID
		p, err := lockPerson(ctx, tx, t.PersonID)
		if err != nil {
			return err
		}
		if err := updateEmail(ctx, tx, p.ID, contact.Email{Text: t.Email, Key: t.EmailKey}); err != nil {
			return err
		}
		if err := voidTokens(ctx, tx, p.ID, now); err != nil {
			return err
		}
		return s.mailEmailChanged(ctx, tx, p, t.Email, about("link", t.ID))
	})
}
