package account

import (
	"context"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/account/contact"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/paging"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// NewPerson is somebody made without a letter: the demonstration's accounts, an operator's staff.
type NewPerson struct {
	Name     string
	Email    string
	Password string
	Lang     i18n.Lang
}

// CreatePerson makes a person whose mailbox the caller vouches for. The password is not held
// against the list of common ones: the demonstration prints its passwords.
func (s *Service) CreatePerson(ctx context.Context, tx pgx.Tx, in NewPerson) (id int64, err error) {
	defer errs.Wrap(&err, "account.CreatePerson")
	email, problem := contact.ParseEmail(in.Email)
	if problem == "" {
		problem = nameProblem(in.Name)
	}
	if problem != "" {
		return 0, errs.New(errs.Invalid, problem)
	}
	hash, err := s.hasher.Hash(ctx, in.Password)
	if err != nil {
		return 0, err
	}
	return s.createPerson(ctx, tx, person{Email: email.Text, EmailKey: email.Key, Name: cleanName(in.Name),
		PasswordHash: hash, Lang: string(i18n.Parse(string(in.Lang)))})
}

// FindPersonID finds a person by address.
func (s *Service) FindPersonID(ctx context.Context, db pg.DB, typed string) (int64, bool, error) {
	email, problem := contact.ParseEmail(typed)
	if problem != "" {
		return 0, false, nil
	}
	p, found, err := findPersonByKey(ctx, db, email.Key)
	return p.ID, found, err
}

// GrantMembership gives a role: in a shop, or of the platform when sellerID is 0. A second grant
// in the same place changes the role.
func (s *Service) GrantMembership(ctx context.Context, tx pg.DB, personID, sellerID int64, role Role) (err error) {
	defer errs.Wrap(&err, "account.GrantMembership(%d, %d, %s)", personID, sellerID, role)
	defer s.note(ctx, "role.grant."+role, &personID, &err)
	return insertMembership(ctx, tx, personID, orNull(sellerID), role)
}

// RevokeMembership takes the role in a shop away, or the platform's when sellerID is 0. It works
// from the person's next request on.
func (s *Service) RevokeMembership(ctx context.Context, tx pgx.Tx, personID, sellerID int64) (err error) {
	defer errs.Wrap(&err, "account.RevokeMembership(%d, %d)", personID, sellerID)
	defer s.note(ctx, "role.revoke", &personID, &err)
	return deleteMembership(ctx, tx, personID, orNull(sellerID))
}

func orNull(id int64) *int64 {
	if id == 0 {
		return nil
	}
	return &id
}

// ChooseSeller remembers in the session which of their shops a person works in now.
func (s *Service) ChooseSeller(ctx context.Context, sess *Session, sellerID int64) error {
	n, err := chooseSeller(ctx, s.db, sess.ID, sess.PersonID, sellerID)
	if err == nil && n == 0 {
		err = errs.New(errs.NotFound, "error.not_found")
	}
	return err
}

// Contact is how a person is written to.
type Contact struct {
	ID    int64
	Name  string
	Email string
	Lang  string
}

// Contacts gives the people of a shop who hold one of roles, for mails to the seller.
func Contacts(ctx context.Context, db pg.DB, sellerID int64, roles ...Role) ([]Contact, error) {
	return selectContacts(ctx, db, sellerID, roles)
}

// ContactOf gives one person's name, address and language.
func ContactOf(ctx context.Context, db pg.DB, personID int64) (Contact, error) {
	p, err := selectPerson(ctx, db, personID)
	return Contact{ID: p.ID, Name: p.Name, Email: p.Email, Lang: p.Lang}, err
}

// Profile is what a person may change about themselves at any time.
type Profile struct {
	Name  string
	Phone string
	Lang  string
}

// GetProfile reads a person's own profile.
func (s *Service) GetProfile(ctx context.Context, personID int64) (Profile, error) {
	p, err := selectPerson(ctx, s.db, personID)
	return Profile{Name: p.Name, Phone: p.Phone, Lang: p.Lang}, err
}

// SaveProfile changes it.
func (s *Service) SaveProfile(ctx context.Context, personID int64, in Profile) (err error) {
	defer errs.Wrap(&err, "account.SaveProfile(%d)", personID)
	var fields []errs.Field
	if problem := nameProblem(in.Name); problem != "" {
		fields = append(fields, errs.Field{Name: "name", Key: problem, Args: []any{"max", maxName}})
	}
	phone, ok := contact.CleanPhone(in.Phone)
	if !ok && strings.TrimSpace(in.Phone) != "" {
		fields = append(fields, errs.Field{Name: "phone", Key: contact.PhoneProblem(in.Phone)})
	}
	if err := errs.Fields(fields); err != nil {
		return err
	}
	return updateProfile(ctx, s.db, personID, Profile{Name: cleanName(in.Name), Phone: phone, Lang: string(i18n.Parse(in.Lang))})
}

// SavePlace changes where a person has things sent.
func (s *Service) SavePlace(ctx context.Context, personID int64, p Place) (err error) {
	defer errs.Wrap(&err, "account.SavePlace(%d)", personID)
	return updatePlace(ctx, s.db, personID, p)
}

// AdoptPlace gives a person who has chosen no place the one they chose as a guest.
func AdoptPlace(ctx context.Context, tx pg.DB, personID int64, p Place) (err error) {
	defer errs.Wrap(&err, "account.AdoptPlace(%d)", personID)
	return adoptPlace(ctx, tx, personID, p)
}

// SessionInfo is one of a person's sessions, for their eyes.
type SessionInfo struct {
	ID        int64
	UserAgent string
	Address   string
	CreatedAt time.Time
	SeenAt    time.Time
}

// Sessions lists where a person is signed in, the latest used first.
func (s *Service) Sessions(ctx context.Context, personID int64) ([]SessionInfo, error) {
	return selectSessions(ctx, s.db, personID, s.o.Now())
}

// EndSession ends one session of a person; a stranger's is NotFound.
func (s *Service) EndSession(ctx context.Context, personID, id int64) (err error) {
	defer s.note(ctx, "session.end", &personID, &err)
	n, err := deleteOwnSession(ctx, s.db, personID, id)
	if err == nil && n == 0 {
		err = errs.New(errs.NotFound, "account.sessions.gone")
	}
	return err
}

// EndOtherSessions ends all sessions of a person but this one.
func (s *Service) EndOtherSessions(ctx context.Context, sess *Session) (n int64, err error) {
	defer s.note(ctx, "session.end_others", &sess.PersonID, &err)
	return deleteSessions(ctx, s.db, sess.PersonID, sess.ID)
}

// PersonRow is a person as the operator's desk lists them.
type PersonRow struct {
	ID            int64
	Name          string
	Email         string
	Lang          string
	Platform      Role
	Shops         int
	CreatedAt     time.Time
	SeenAt        *time.Time
	BlockedAt     *time.Time
	BlockedReason string
}

// ListPeople searches people by the beginning of a name, of a word in it, or of an address, newest
// first; an empty query lists all. cursor is Page.Next of the page before.
func (s *Service) ListPeople(ctx context.Context, query, cursor string) (paging.Page[PersonRow], error) {
	var after int64
	if _, err := paging.Decode(cursor, &after); err != nil {
		return paging.Page[PersonRow]{}, err
	}
	rows, err := selectPeople(ctx, s.db, strings.ToLower(cleanName(query)), after, paging.DefaultSize+1)
	if err != nil {
		return paging.Page[PersonRow]{}, err
	}
	return paging.Cut(rows, paging.DefaultSize, func(p PersonRow) any { return p.ID })
}

// GetPerson reads one person for the operator's desk.
func (s *Service) GetPerson(ctx context.Context, id int64) (PersonRow, error) {
	return selectPersonRow(ctx, s.db, id)
}

// Block shuts a person out at once: their sessions end and they cannot sign in. It joins the
// caller's transaction, so that the audit log is written with it. Blocking twice keeps the first.
func (s *Service) Block(ctx context.Context, tx pgx.Tx, personID int64, reason string) (err error) {
	defer errs.Wrap(&err, "account.Block(%d)", personID)
	defer s.note(ctx, "block", &personID, &err)
	if err := blockPerson(ctx, tx, personID, cut(reason, 500), s.o.Now()); err != nil {
		return err
	}
	_, err = deleteSessions(ctx, tx, personID, 0)
	return err
}

// Unblock lets a person in again.
func (s *Service) Unblock(ctx context.Context, tx pgx.Tx, personID int64) (err error) {
	defer errs.Wrap(&err, "account.Unblock(%d)", personID)
	defer s.note(ctx, "unblock", &personID, &err)
	return unblockPerson(ctx, tx, personID)
}

// RevokeSessions ends all sessions of a person and says how many there were.
func (s *Service) RevokeSessions(ctx context.Context, tx pgx.Tx, personID int64) (n int64, err error) {
	defer s.note(ctx, "session.end_all", &personID, &err)
	return deleteSessions(ctx, tx, personID, 0)
}
