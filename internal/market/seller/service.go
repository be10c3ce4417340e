package seller

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/moderation"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/internal/platform/slug"
)

// Service opens, closes and describes shops.
type Service struct {
	db  pg.DB
	now func() time.Time
	// BaseURL is the site's address, for the links in letters.
	BaseURL string
	// Grant makes the person an owner of the shop (account.GrantMembership, wired in app).
	Grant func(ctx context.Context, tx pg.DB, personID, sellerID int64) error
	// Changed, when set, runs in the transaction that changed what shoppers may see of a shop: the
	// catalogue re-indexes its goods with it.
	Changed func(ctx context.Context, tx pg.DB, sellerID int64) error
}

// New makes the service.
func New(db pg.DB, now func() time.Time) *Service { return &Service{db: db, now: now} }

// Application is what a person tells of the shop they want to open.
type Application struct {
	Name  string
	City  string
	Email string
	Phone string
	About string
	Legal
}

// faults are the fields that a form has to show again.
func (a Application) faults() []errs.Field {
	var fields []errs.Field
	bad := func(name, key string, args ...any) {
		fields = append(fields, errs.Field{Name: name, Key: key, Args: args})
	}
	if form.Length(a.Name) < 2 || len([]rune(a.Name)) > 60 {
		bad("name", "seller.bad.name")
	}
	if a.City == "" {
		bad("city", "form.required")
	}
	return append(fields, a.Legal.faults()...)
}

func (l Legal) faults() []errs.Field {
	var fields []errs.Field
	if l.LegalName == "" {
		fields = append(fields, errs.Field{Name: "legal_name", Key: "form.required"})
	}
	if l.LegalForm == "foreign" {
		return fields
	}
	want := 12
	if l.LegalForm == "ooo" {
		want = 10
	}
	if !CheckINN(l.INN) || len(l.INN) != want {
		fields = append(fields, errs.Field{Name: "inn", Key: "seller.bad.inn", Args: []any{"n", want}})
	}
	if l.LegalForm != "self" && (!CheckOGRN(l.OGRN) || len(l.OGRN) != want+3) {
		fields = append(fields, errs.Field{Name: "ogrn", Key: "seller.bad.ogrn", Args: []any{"n", want + 3}})
	}
	return fields
}

// Apply files a person's application for a shop. A person has one application at a time.
func (s *Service) Apply(ctx context.Context, personID int64, a Application) (shop Seller, err error) {
	defer errs.Wrap(&err, "seller.Apply(%d)", personID)
	if err := errs.Fields(a.faults()); err != nil {
		return shop, err
	}
	err = pg.InTx(ctx, s.db, func(tx pgx.Tx) error {
		if err := lockApplicant(ctx, tx, personID); err != nil {
			return err
		}
		if _, ok, err := findApplication(ctx, tx, personID); err != nil || ok {
			return firstErr(err, ErrApplied)
		}
		free, err := freeSlug(ctx, tx, a.Name)
		if err != nil {
			return err
		}
		shop, err = insertSeller(ctx, tx, personID, free, a)
		return err
	})
	return shop, err
}

func firstErr(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// freeSlug finds an address for the shop: its name, and a number behind it when that is taken.
func freeSlug(ctx context.Context, db pg.DB, name string) (string, error) {
	base := slug.Make(name, 50)
	if base == "" {
		base = "shop"
	}
	taken, err := selectSlugs(ctx, db, base)
	if err != nil {
		return "", err
	}
	for n := 1; ; n++ {
		s := base
		if n > 1 {
			s = fmt.Sprintf("%s-%d", base, n)
		}
		if !slices.Contains(taken, s) {
			return s, nil
		}
	}
}

// ApplicationOf finds the shop that a person applied for, whatever became of it.
func (s *Service) ApplicationOf(ctx context.Context, personID int64) (Seller, bool, error) {
	return findApplication(ctx, s.db, personID)
}

// step is one act of the operator on a shop: where it starts, where it leads, and what the people
// behind the shop are told of it.
type step struct {
	from   []string
	to     string
	reason bool   // somebody has to say why
	letter string // seller.mail.<letter>.*
}

var (
	waiting = []string{Applied, Onboarding, InReview}
	approve = step{from: waiting, to: Open, letter: "approved"}
	refuse  = step{from: waiting, to: Terminated, reason: true, letter: "refused"}
	suspend = step{from: []string{Open}, to: Suspended, reason: true, letter: "suspended"}
	reopen  = step{from: []string{Suspended}, to: Open, letter: "reopened"}
)

// Approve opens a shop that applied and makes the applicant its owner.
func (s *Service) Approve(ctx context.Context, actorID, id int64) error {
	return s.move(ctx, actorID, id, approve, "")
}

// Refuse ends an application with a reason that the applicant reads.
func (s *Service) Refuse(ctx context.Context, actorID, id int64, reason string) error {
	return s.move(ctx, actorID, id, refuse, reason)
}

// Suspend closes a shop for as long as the operator wants. Its goods and offers stay untouched and
// only stop being for sale; carts say why.
func (s *Service) Suspend(ctx context.Context, actorID, id int64, reason string) error {
	return s.move(ctx, actorID, id, suspend, reason)
}

// Reopen ends a suspension: everything is for sale again as it was.
func (s *Service) Reopen(ctx context.Context, actorID, id int64) error {
	return s.move(ctx, actorID, id, reopen, "")
}

// move takes a step, or says ErrMove when somebody else took one first. The act, its line in the
// log, its letters and the catalogue's work exist together or not at all.
func (s *Service) move(ctx context.Context, actorID, id int64, x step, note string) (err error) {
	defer errs.Wrap(&err, "seller.move(%d %s)", id, x.to)
	if x.reason && strings.TrimSpace(note) == "" {
		return errs.Fields([]errs.Field{{Name: "note", Key: "seller.write_reason"}})
	}
	return pg.InTx(ctx, s.db, func(tx pgx.Tx) error {
		shop, err := lockSeller(ctx, tx, id)
		if err != nil {
			return err
		}
		if !slices.Contains(x.from, shop.Status) {
			return ErrMove
		}
		if shop.ApplicantID == actorID && actorID != 0 {
			return ErrOwn
		}
		if err := updateStatus(ctx, tx, id, x.to, note, s.now()); err != nil {
			return err
		}
		if x.letter == approve.letter && shop.ApplicantID != 0 && s.Grant != nil {
			if err := s.Grant(ctx, tx, shop.ApplicantID, id); err != nil {
				return err
			}
		}
		if err := moderation.Audit(ctx, tx, moderation.Act{ActorID: actorID, Name: "seller." + x.to, Kind: "seller", TargetID: id,
			Before: map[string]any{"status": shop.Status}, After: map[string]any{"status": x.to, "note": note}}); err != nil {
			return err
		}
		if err := s.tell(ctx, tx, shop, x.letter, note); err != nil {
			return err
		}
		return s.changed(ctx, tx, id)
	})
}

// Trust says whether low-risk changes of the shop go live without a person's look.
func (s *Service) Trust(ctx context.Context, actorID, id int64, trusted bool) (err error) {
	defer errs.Wrap(&err, "seller.Trust(%d)", id)
	return pg.InTx(ctx, s.db, func(tx pgx.Tx) error {
		shop, err := lockSeller(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := updateTrusted(ctx, tx, id, trusted); err != nil {
			return err
		}
		return moderation.Audit(ctx, tx, moderation.Act{ActorID: actorID, Name: "seller.trust", Kind: "seller", TargetID: id,
			Before: map[string]any{"trusted": shop.Trusted}, After: map[string]any{"trusted": trusted}})
	})
}

func (s *Service) changed(ctx context.Context, tx pg.DB, id int64) error {
	if s.Changed == nil {
		return nil
	}
	return s.Changed(ctx, tx, id)
}

// Settings is what a shop may change about itself.
type Settings struct {
	Name             string
	AboutRU, AboutEN string
	Legal
	Contact
	Delivery
	VacationFrom, VacationTo *time.Time
	Version                  int // the version the form was filled from
}

func (x Settings) faults() []errs.Field {
	var fields []errs.Field
	if form.Length(x.Name) < 2 || len([]rune(x.Name)) > 60 {
		fields = append(fields, errs.Field{Name: "name", Key: "seller.bad.name"})
	}
	fields = append(fields, x.Legal.faults()...)
	if (x.VacationFrom == nil) != (x.VacationTo == nil) {
		fields = append(fields, errs.Field{Name: "vacation_to", Key: "seller.bad.vacation_both"})
	} else if x.VacationFrom != nil && x.VacationTo.Before(*x.VacationFrom) {
		fields = append(fields, errs.Field{Name: "vacation_to", Key: "seller.bad.vacation_order"})
	}
	return fields
}

// SaveSettings writes a shop's own settings; ErrStale when somebody else saved them meanwhile.
func (s *Service) SaveSettings(ctx context.Context, sellerID int64, x Settings) (err error) {
	defer errs.Wrap(&err, "seller.SaveSettings(%d)", sellerID)
	if err := errs.Fields(x.faults()); err != nil {
		return err
	}
	return pg.AsSeller(ctx, s.db, sellerID, func(tx pgx.Tx) error {
		ok, err := updateSettings(ctx, tx, sellerID, x, s.now())
		if err != nil {
			return err
		}
		if !ok {
			return ErrStale
		}
		if err := pg.ResumeOwner(ctx, tx); err != nil {
			return err
		}
		return s.changed(ctx, tx, sellerID)
	})
}

// Get finds a shop by id.
func (s *Service) Get(ctx context.Context, id int64) (Seller, error) { return getSeller(ctx, s.db, id) }

// CountByStatus says how many shops stand in each status.
func (s *Service) CountByStatus(ctx context.Context) (map[string]int, error) {
	return countSellers(ctx, s.db)
}

// ListOpen lists open shops for shoppers, the best known first.
func ListOpen(ctx context.Context, db pg.DB, limit int) ([]Seller, error) {
	return listOpen(ctx, db, limit)
}

// BySlug finds an open or suspended shop by its address; others are ErrNotFound.
func BySlug(ctx context.Context, db pg.DB, slug string) (Seller, error) {
	return getBySlug(ctx, db, slug)
}

// ByIDs finds shops by id in one query.
func ByIDs(ctx context.Context, db pg.DB, ids []int64) (map[int64]Seller, error) {
	list, err := listByIDs(ctx, db, ids)
	found := make(map[int64]Seller, len(list))
	for _, s := range list {
		found[s.ID] = s
	}
	return found, err
}

// SetQuality writes how a shop serves; the orders module computes it.
func SetQuality(ctx context.Context, tx pg.DB, id int64, q Quality) error {
	return updateQuality(ctx, tx, id, q)
}

// Create makes an open shop without an application: for demonstration data and tests. The same slug
// again gives the same shop, updated.
func Create(ctx context.Context, tx pg.DB, x Seller) (Seller, error) { return upsertSeller(ctx, tx, x) }
