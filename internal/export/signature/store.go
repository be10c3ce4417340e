package signature

import (
	"context"
	"crypto/sha256"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// selectKey finds the seller's newest key.
func selectKey(ctx context.Context, db pg.DB, sellerID int64) (sealedKey, bool, error) {
	return pg.Opt[sealedKey](ctx, db, `
		select generation, serial, certificate, sealed, created_at, expires_at from export_signing_keys
		where seller_id = $1 order by generation desc limit 1`, sellerID)
}

// insertKey adds a key unless another process was quicker with the same generation.
func insertKey(ctx context.Context, db pg.DB, sellerID int64, k sealedKey) error {
	_, err := db.Exec(ctx, `
		insert into export_signing_keys (seller_id, generation, serial, certificate, sealed, created_at, expires_at)
		values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
		sellerID, k.Generation, k.Serial, k.Certificate, k.Sealed, k.CreatedAt, k.ExpiresAt)
	return err
}

// selectCertificate finds a certificate that this program gave a seller.
func selectCertificate(ctx context.Context, db pg.DB, sellerID int64, serial string) (der []byte, found bool, err error) {
	type row struct{ Certificate []byte }
	r, found, err := pg.Opt[row](ctx, db, `
		select certificate from export_signing_keys where seller_id = $1 and serial = $2`, sellerID, serial)
	return r.Certificate, found, err
}

func selectSellerName(ctx context.Context, db pg.DB, sellerID int64) (string, error) {
	return pg.Scalar[string](ctx, db, `select name from sellers where id = $1`, sellerID)
}

// insertAct writes an act, prepared or signed already, with its items and what bytes they still hold.
func insertAct(ctx context.Context, db pg.DB, a *Act) error {
	id, err := pg.Scalar[int64](ctx, db, `
		insert into export_signing_acts (seller_id, person_id, kind, signer, serial, prepared_at, signed_at)
		values ($1, nullif($2::bigint, 0), $3, $4, $5, $6, $7) returning id`,
		a.SellerID, a.PersonID, a.Kind, a.Signer, a.Serial, a.PreparedAt, orNull(a.SignedAt))
	if err != nil {
		return err
	}
	a.ID = id
	var seqs []int
	var subjects, names []string
	var hashes, data, cms [][]byte
	for _, item := range a.Items {
		seqs, subjects, names = append(seqs, item.Seq), append(subjects, item.Subject), append(names, item.Name)
		hashes, data, cms = append(hashes, item.Hash[:]), append(data, item.Data), append(cms, item.CMS)
	}
	_, err = db.Exec(ctx, `
		insert into export_signatures (seller_id, act_id, seq, subject, name, hash, data, cms)
		select $1, $2, i.* from unnest($3::int[], $4::text[], $5::text[], $6::bytea[], $7::bytea[], $8::bytea[]) i`,
		a.SellerID, id, seqs, subjects, names, hashes, data, cms)
	return err
}

func orNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// actRow is an act without its items.
type actRow struct {
	ID         int64
	PersonID   *int64
	Kind       Kind
	Signer     string
	Serial     string
	PreparedAt time.Time
	SignedAt   *time.Time
}

func (r actRow) act(sellerID int64) Act {
	a := Act{ID: r.ID, SellerID: sellerID, Kind: r.Kind, Signer: r.Signer, Serial: r.Serial, PreparedAt: r.PreparedAt}
	if r.PersonID != nil {
		a.PersonID = *r.PersonID
	}
	if r.SignedAt != nil {
		a.SignedAt = *r.SignedAt
	}
	return a
}

const actColumns = `id, person_id, kind, signer, serial, prepared_at, signed_at`

// lockAct finds an act and keeps others from signing it meanwhile.
func lockAct(ctx context.Context, db pg.DB, sellerID, id int64) (actRow, bool, error) {
	return pg.Opt[actRow](ctx, db, `select `+actColumns+` from export_signing_acts where seller_id = $1 and id = $2 for update`, sellerID, id)
}

func selectAct(ctx context.Context, db pg.DB, sellerID, id int64) (actRow, bool, error) {
	return pg.Opt[actRow](ctx, db, `select `+actColumns+` from export_signing_acts where seller_id = $1 and id = $2`, sellerID, id)
}

type itemRow struct {
	Seq     int
	Subject string
	Name    string
	Hash    []byte
	Data    []byte
	Cms     []byte
}

func selectItems(ctx context.Context, db pg.DB, sellerID, actID int64) ([]Item, error) {
	rows, err := pg.List[itemRow](ctx, db, `
		select seq, subject, name, hash, data, cms from export_signatures where seller_id = $1 and act_id = $2 order by seq`, sellerID, actID)
	items := make([]Item, len(rows))
	for i, r := range rows {
		items[i] = Item{Seq: r.Seq, Subject: r.Subject, Name: r.Name, Hash: [sha256.Size]byte(r.Hash), Data: r.Data, CMS: r.Cms}
	}
	return items, err
}

// updateSigned writes the signatures of an act and lets go of the documents; the manifest stays.
func updateSigned(ctx context.Context, db pg.DB, a *Act) error {
	_, err := db.Exec(ctx, `
		update export_signing_acts set kind = $3, signer = $4, serial = $5, signed_at = $6 where seller_id = $1 and id = $2`,
		a.SellerID, a.ID, a.Kind, a.Signer, a.Serial, a.SignedAt)
	if err != nil {
		return err
	}
	var seqs []int
	var cms [][]byte
	for _, item := range a.Items {
		seqs, cms = append(seqs, item.Seq), append(cms, item.CMS)
	}
	_, err = db.Exec(ctx, `
		update export_signatures s set cms = i.cms, data = case when s.seq = 0 then s.data end
		from unnest($3::int[], $4::bytea[]) as i(seq, cms) where s.seller_id = $1 and s.act_id = $2 and s.seq = i.seq`,
		a.SellerID, a.ID, seqs, cms)
	return err
}

type signedRow struct {
	Name     string
	Hash     []byte
	Cms      []byte
	Kind     Kind
	Signer   string
	Serial   string
	SignedAt time.Time
}

func selectSigned(ctx context.Context, db pg.DB, sellerID int64, subject string) ([]signedRow, error) {
	return pg.List[signedRow](ctx, db, `
		select s.name, s.hash, s.cms, a.kind, a.signer, a.serial, a.signed_at
		from export_signatures s join export_signing_acts a on a.seller_id = s.seller_id and a.id = s.act_id
		where s.seller_id = $1 and s.subject = $2 and a.signed_at is not null order by a.signed_at, s.act_id, s.seq`, sellerID, subject)
}
