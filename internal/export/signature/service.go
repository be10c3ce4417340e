package signature

import (
	"context"
	"crypto/sha256"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Service signs for sellers and keeps their signatures. It is a Signer.
type Service struct {
	db   *pgxpool.Pool
	safe safe
	now  func() time.Time
	keys sync.Map // open keys by seller: a cache, any other program's is as good

	// Qualified verifies signatures whose certificate is not the stand-in's: whose are they, and by which certificate?
	// Russian qualified signatures are of GOST R 34.10-2012, which needs a certified provider. Nil accepts none.
	Qualified func(ctx context.Context, sellerID int64, data, cms []byte) (signer, serial string, err error)
}

// New makes the service. secret is the program's secret, 32 bytes or more; the keys are sealed under a key derived from it.
func New(db *pgxpool.Pool, secret []byte, now func() time.Time) (*Service, error) {
	sealing, err := newSafe(secret)
	if err != nil {
		return nil, err
	}
	return &Service{db: db, safe: sealing, now: now}, nil
}

// key finds the seller's key that is in force, and makes one when there is none. A key that does not open, because the
// program's secret was changed, is left where it is, for its signatures are still good, and followed by a new one.
func (s *Service) key(ctx context.Context, sellerID int64) (*openKey, error) {
	if kept, ok := s.keys.Load(sellerID); ok && s.now().Before(kept.(*openKey).expires) {
		return kept.(*openKey), nil
	}
	for {
		sealed, found, err := selectKey(ctx, s.db, sellerID)
		if err != nil {
			return nil, err
		}
		if found && s.now().Before(sealed.ExpiresAt) {
			open, err := s.safe.open(sellerID, sealed)
			if err == nil {
				s.keys.Store(sellerID, open)
				return open, nil
			}
			slog.WarnContext(ctx, "the stand-in's key of a seller does not open; another is made", "seller", sellerID, "error", err)
		}
		name, err := selectSellerName(ctx, s.db, sellerID)
		if err != nil {
			return nil, err
		}
		made, err := s.safe.newKey(sellerID, name, sealed.Generation+1, s.now())
		if err != nil {
			return nil, err
		}
		if err := insertKey(ctx, s.db, sellerID, made); err != nil {
			return nil, err
		}
	}
}

// Sign signs bytes with the seller's stand-in at once. It keeps nothing but the key.
func (s *Service) Sign(ctx context.Context, sellerID int64, data []byte) (_ Signature, err error) {
	defer errs.Wrap(&err, "signature.Sign(%d)", sellerID)
	key, err := s.key(ctx, sellerID)
	if err != nil {
		return Signature{}, err
	}
	cms, err := key.sign(data)
	if err != nil {
		return Signature{}, err
	}
	return Signature{SellerID: sellerID, Kind: StandIn, Hash: sha256.Sum256(data), CMS: cms, Signer: key.certificate.Subject.CommonName,
		Serial: serialOf(key.certificate), At: s.now()}, nil
}

// Verify says who signed data for a seller, by a detached signature. A signature that is broken, of other data or by a
// stranger is Invalid.
func (s *Service) Verify(ctx context.Context, sellerID int64, data, cms []byte) (_ Signature, err error) {
	defer errs.Wrap(&err, "signature.Verify(%d)", sellerID)
	found := Signature{SellerID: sellerID, Hash: sha256.Sum256(data), CMS: cms, At: s.now()}
	certificate, broken := checkCMS(data, cms)
	if broken == nil {
		der, ours, err := selectCertificate(ctx, s.db, sellerID, serialOf(certificate))
		if err != nil {
			return Signature{}, err
		}
		if ours && string(der) == string(certificate.Raw) {
			found.Kind, found.Signer, found.Serial = StandIn, certificate.Subject.CommonName, serialOf(certificate)
			return found, nil
		}
	}
	if s.Qualified == nil {
		return Signature{}, errs.New(errs.Invalid, "signature.unknown").With(broken)
	}
	signer, serial, err := s.Qualified(ctx, sellerID, data, cms)
	if err != nil {
		return Signature{}, errs.New(errs.Invalid, "signature.unknown").With(err)
	}
	found.Kind, found.Signer, found.Serial = Qualified, signer, serial
	return found, nil
}

// Prepare begins an act: it gives back the bytes to sign, the manifest first, for the seller's browser to sign each.
func (s *Service) Prepare(ctx context.Context, sellerID, personID int64, docs []Document) (_ Act, err error) {
	defer errs.Wrap(&err, "signature.Prepare(%d)", sellerID)
	a := Act{SellerID: sellerID, PersonID: personID, PreparedAt: s.now()}
	if a.Items, err = itemsOf(sellerID, docs, a.PreparedAt); err != nil {
		return Act{}, err
	}
	err = pg.InTx(ctx, s.db, func(tx pgx.Tx) error { return insertAct(ctx, tx, &a) })
	return a, err
}

// Attach ends an act with the detached signatures of its items, in their order. All of them must be right and by the
// same signer, or none is taken. An act that was signed before with anything is a Conflict.
func (s *Service) Attach(ctx context.Context, sellerID, actID int64, signatures [][]byte) (_ Act, err error) {
	defer errs.Wrap(&err, "signature.Attach(%d, %d)", sellerID, actID)
	a, err := s.Get(ctx, sellerID, actID)
	if err != nil {
		return Act{}, err
	}
	if a.Signed() || a.Items[len(a.Items)-1].Data == nil { // the second, when it was signed while it was read
		return Act{}, errs.New(errs.Conflict, "signature.signed")
	}
	if len(signatures) != len(a.Items) {
		return Act{}, errs.New(errs.Invalid, "signature.unknown")
	}
	for i := range a.Items {
		found, err := s.Verify(ctx, sellerID, a.Items[i].Data, signatures[i])
		if err != nil {
			return Act{}, err
		}
		if i > 0 && (found.Kind != a.Kind || found.Serial != a.Serial) {
			return Act{}, errs.New(errs.Invalid, "signature.several")
		}
		a.Items[i].CMS = signatures[i]
		a.Kind, a.Signer, a.Serial = found.Kind, found.Signer, found.Serial
	}
	return a, s.finish(ctx, &a)
}

// finish writes the signatures of an act, once.
func (s *Service) finish(ctx context.Context, a *Act) error {
	a.SignedAt = s.now()
	err := pg.InTx(ctx, s.db, func(tx pgx.Tx) error {
		row, found, err := lockAct(ctx, tx, a.SellerID, a.ID)
		if err != nil {
			return err
		}
		if !found || row.SignedAt != nil {
			return errs.New(errs.Conflict, "signature.signed")
		}
		return updateSigned(ctx, tx, a)
	})
	if err != nil {
		return err
	}
	for i := 1; i < len(a.Items); i++ {
		a.Items[i].Data = nil
	}
	return nil
}

// SignAll signs everything in one act with the stand-in: all of a day's declarations by one press. The act is there whole
// or not at all.
func (s *Service) SignAll(ctx context.Context, sellerID, personID int64, docs []Document) (_ Act, err error) {
	defer errs.Wrap(&err, "signature.SignAll(%d)", sellerID)
	now := s.now()
	a := Act{SellerID: sellerID, PersonID: personID, Kind: StandIn, PreparedAt: now, SignedAt: now}
	if a.Items, err = itemsOf(sellerID, docs, now); err != nil {
		return Act{}, err
	}
	key, err := s.key(ctx, sellerID)
	if err != nil {
		return Act{}, err
	}
	a.Signer, a.Serial = key.certificate.Subject.CommonName, serialOf(key.certificate)
	for i := range a.Items {
		if a.Items[i].CMS, err = key.sign(a.Items[i].Data); err != nil {
			return Act{}, err
		}
		if i > 0 {
			a.Items[i].Data = nil
		}
	}
	err = pg.InTx(ctx, s.db, func(tx pgx.Tx) error { return insertAct(ctx, tx, &a) })
	return a, err
}

// Get reads an act of a seller.
func (s *Service) Get(ctx context.Context, sellerID, actID int64) (_ Act, err error) {
	defer errs.Wrap(&err, "signature.Get(%d, %d)", sellerID, actID)
	var a Act
	err = pg.AsSeller(ctx, s.db, sellerID, func(tx pgx.Tx) error {
		row, found, err := selectAct(ctx, tx, sellerID, actID)
		if err != nil {
			return err
		}
		if !found {
			return errs.New(errs.NotFound, "signature.gone")
		}
		a = row.act(sellerID)
		a.Items, err = selectItems(ctx, tx, sellerID, actID)
		return err
	})
	return a, err
}

// Signed is a document that was signed.
type Signed struct {
	Name string
	Signature
}

// Of lists the signatures over a parcel's documents, the oldest first.
func Of(ctx context.Context, db pg.DB, sellerID int64, subject string) (_ []Signed, err error) {
	defer errs.Wrap(&err, "signature.Of(%d, %s)", sellerID, subject)
	rows, err := selectSigned(ctx, db, sellerID, subject)
	list := make([]Signed, len(rows))
	for i, r := range rows {
		list[i] = Signed{r.Name, Signature{SellerID: sellerID, Kind: r.Kind, Hash: [sha256.Size]byte(r.Hash), CMS: r.Cms, Signer: r.Signer, Serial: r.Serial, At: r.SignedAt}}
	}
	return list, err
}
