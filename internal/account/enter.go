package account

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/account/contact"
	"github.com/yarmarka/yarmarka/internal/account/password"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// SignUp is what a person tells to begin.
type SignUp struct {
	Name     string
	Email    string
	Password string
}

// maxName is also a check of the table.
const maxName = 80

// SignUp takes a new person's word and mails a link to prove the mailbox; the person exists only
// after ConfirmSignUp. An address that has an account gets a letter saying so. The answer, and the
// time it takes, is the same.
func (s *Service) SignUp(ctx context.Context, in SignUp, c Client) (err error) {
	defer errs.Wrap(&err, "account.SignUp")
	defer s.note(ctx, "sign_up", new(int64), &err)
	email, fields := in.check()
	if err := errs.Fields(fields); err != nil {
		return err
	}
	if err := s.guard(ctx, claim{limitMailClient, c.subject()}); err != nil {
		return err
	}
	may, err := s.mayMail(ctx, email.Key)
	if err != nil {
		return err
	}
	hash, err := s.hasher.Hash(ctx, in.Password)
	if err != nil || !may {
		return err
	}
	lang := i18n.LangOf(ctx)
	return pg.InTx(ctx, s.db, func(tx pgx.Tx) error {
		known, found, err := findPersonByKey(ctx, tx, email.Key)
		if err != nil {
			return err
		}
		if found {
			return s.mailKnown(ctx, tx, known)
		}
		now := s.o.Now()
		token, tokenHash := newToken()
		id, err := insertSignUp(ctx, tx, signUpRow{TokenHash: tokenHash, Email: email, Name: cleanName(in.Name), PasswordHash: hash,
			Lang: string(lang), Now: now, ExpiresAt: now.Add(signUpLife)})
		if err != nil {
			return err
		}
		return s.mailConfirm(ctx, tx, id, email, lang, token)
	})
}

// check gives one message for each field that will not do.
func (in SignUp) check() (email contact.Email, fields []errs.Field) {
	if problem := nameProblem(in.Name); problem != "" {
		fields = append(fields, errs.Field{Name: "name", Key: problem, Args: []any{"max", maxName}})
	}
	email, problem := contact.ParseEmail(in.Email)
	if problem != "" {
		fields = append(fields, errs.Field{Name: "email", Key: problem})
	}
	if problem := password.Check(in.Password, in.Name, in.Email); problem != "" {
		fields = append(fields, passwordField("password", problem))
	}
	return email, fields
}

func passwordField(name, problem string) errs.Field {
	return errs.Field{Name: name, Key: problem, Args: []any{"min", password.Min, "max", password.Max}}
}

// cleanName makes a name one line without invisible marks.
func cleanName(s string) string { return strings.Join(strings.Fields(form.Clean(s)), " ") }

func nameProblem(raw string) string {
	name := []rune(cleanName(raw))
	switch {
	case !form.Keepable(raw):
		return "form.bad_text"
	case len(name) == 0:
		return "form.required"
	case len(name) > maxName:
		return "form.too_long"
	case strings.ContainsAny(string(name), "<>") || strings.Contains(string(name), "://"):
		return "account.name.bad" // a name goes into mails to others: it must not be an advertisement
	}
	return ""
}

// PeekSignUp tells whose confirmation a link is; ok is false when it opens nothing.
func (s *Service) PeekSignUp(ctx context.Context, token string) (email string, ok bool, err error) {
	row, ok, err := findSignUp(ctx, s.db, hashToken(token), s.o.Now())
	return row.Email, ok, err
}

// ConfirmSignUp makes the person and signs them in. It asks for the password of the sign-up, so
// that an address confirmed by its owner never opens with a stranger's password.
func (s *Service) ConfirmSignUp(ctx context.Context, token, raw string, c Client) (g Grant, err error) {
	defer errs.Wrap(&err, "account.ConfirmSignUp")
	defer s.note(ctx, "sign_up.confirm", &g.PersonID, &err)
	if problem := password.Size(raw); problem != "" {
		return g, errs.Fields([]errs.Field{passwordField("password", problem)})
	}
	row, ok, err := findSignUp(ctx, s.db, hashToken(token), s.o.Now())
	if err != nil {
		return g, err
	}
	if !ok {
		return g, errGone
	}
	if err := s.guard(ctx, claim{limitProof, "sign_up:" + row.EmailKey}); err != nil {
		return g, err
	}
	fits, err := s.hasher.Verify(ctx, row.PasswordHash, raw)
	if err != nil {
		return g, err
	}
	if !fits {
		return g, errs.Fields([]errs.Field{{Name: "password", Key: "account.confirm.wrong"}})
	}
	err = pg.InTx(ctx, s.db, func(tx pgx.Tx) error {
		p := person{Email: row.Email, EmailKey: row.EmailKey, Name: row.Name, PasswordHash: row.PasswordHash, Lang: row.Lang}
		if p.ID, err = s.createPerson(ctx, tx, p); err != nil {
			return err
		}
		if err := deleteSignUps(ctx, tx, p.EmailKey); err != nil {
			return err
		}
		g, err = s.enter(ctx, tx, p, false, c)
		return err
	})
	return g, err
}

// errGone says that a link from a mail opens nothing: used, too old, or never ours.
var errGone = errs.New(errs.NotFound, "account.link.gone")

func (s *Service) createPerson(ctx context.Context, tx pgx.Tx, p person) (int64, error) {
	_, p.PasskeyHandle = newToken()
	return insertPerson(ctx, tx, p, s.o.Now())
}

// SignIn is what a person proves themselves with.
type SignIn struct {
	Email    string
	Password string
	Remember bool
}

// errWrong is the one answer to an unknown address, a wrong password and a sign-up not confirmed.
var errWrong = errs.New(errs.Invalid, "account.sign_in.wrong")

// SignIn opens a session for the person whose password this is. Guesses are counted by mailbox, by
// client and over all before a hash is computed; a right password gives its counts back.
func (s *Service) SignIn(ctx context.Context, in SignIn, c Client) (g Grant, err error) {
	defer errs.Wrap(&err, "account.SignIn")
	var whose int64
	defer s.note(ctx, "sign_in", &whose, &err)
	email, fields := in.check()
	if err := errs.Fields(fields); err != nil {
		return g, err
	}
	claims := []claim{{limitSignInPerson, email.Key}, {limitSignInClient, c.subject()}, {limitSignInAll, ""}}
	if err := s.guard(ctx, claims...); err != nil {
		return g, err
	}
	p, _, err := findPersonByKey(ctx, s.db, email.Key)
	if err != nil {
		return g, err
	}
	whose = p.ID
	fits, err := s.hasher.Verify(ctx, p.PasswordHash, in.Password)
	if err != nil {
		return g, err
	}
	if !fits {
		return g, errWrong
	}
	if p.Blocked {
		return g, errs.New(errs.Invalid, "account.sign_in.blocked")
	}
	err = pg.InTx(ctx, s.db, func(tx pgx.Tx) error {
		g, err = s.enter(ctx, tx, p, in.Remember, c)
		return err
	})
	if err != nil {
		return g, err
	}
	return g, s.forgive(ctx, claims)
}

func (in SignIn) check() (email contact.Email, fields []errs.Field) {
	email, problem := contact.ParseEmail(in.Email)
	if problem != "" {
		fields = append(fields, errs.Field{Name: "email", Key: problem})
	}
	if problem := password.Size(in.Password); problem != "" {
		fields = append(fields, passwordField("password", problem))
	}
	return email, fields
}

// forgive gives back what a rightful sign-in counted: a family behind one address, or a person who
// comes and goes, must not run into limits made for guessing.
func (s *Service) forgive(ctx context.Context, claims []claim) error {
	for i, c := range claims {
		var err error
		if i == 0 {
			err = s.o.Limiter.Forget(ctx, c.rule, c.subject)
		} else {
			err = s.o.Limiter.Return(ctx, c.rule, c.subject)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// SignOut ends the session.
func (s *Service) SignOut(ctx context.Context, sess *Session) (err error) {
	if sess == nil {
		return nil
	}
	defer s.note(ctx, "sign_out", &sess.PersonID, &err)
	s.guests.end(sess.ID, s.o.Now())
	return deleteSession(ctx, s.db, sess.ID)
}
