package media

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

const (
	kindImage    = "image"
	kindDocument = "document"
)

// file is a row of media_files.
type file struct {
	ID          int64
	Kind        string
	SellerID    *int64
	PersonID    *int64
	SHA256      []byte `db:"sha256"`
	Key         string
	ContentType string
	Width       int
	Height      int
	Bytes       int64
	Name        string
	CreatedAt   time.Time
}

func (f file) of(o Owner) file {
	f.SellerID, f.PersonID = null(o.SellerID), null(o.PersonID)
	return f
}

func null(id int64) *int64 {
	if id == 0 {
		return nil
	}
	return &id
}

func value(id *int64) int64 {
	if id == nil {
		return 0
	}
	return *id
}

func (f file) image() Image { return Image{ID: f.ID, Key: f.Key, W: f.Width, H: f.Height} }

func (f file) document() Document {
	return Document{ID: f.ID, Owner: Owner{SellerID: value(f.SellerID), PersonID: value(f.PersonID)}, Name: f.Name,
		ContentType: f.ContentType, Bytes: f.Bytes, CreatedAt: f.CreatedAt, key: f.Key}
}

const fileColumns = `id, kind, seller_id, person_id, sha256, key, content_type, width, height, bytes, name, created_at`

// insertFile adds the row; where the owner has the same upload already, under the same name if it is a document, it answers
// with that one.
func insertFile(ctx context.Context, db pg.DB, f file) (file, error) {
	row, ok, err := pg.Opt[file](ctx, db, `
		insert into media_files (kind, seller_id, person_id, sha256, key, content_type, width, height, bytes, name, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		on conflict on constraint media_files_once do nothing
		returning `+fileColumns,
		f.Kind, f.SellerID, f.PersonID, f.SHA256, f.Key, f.ContentType, f.Width, f.Height, f.Bytes, f.Name, f.CreatedAt)
	if err != nil || ok {
		return row, err
	}
	row, _, err = findFile(ctx, db, Owner{SellerID: value(f.SellerID), PersonID: value(f.PersonID)}, f.Kind, f.SHA256, f.Name)
	return row, err
}

// findFile finds an upload that the owner has given before; of pictures the name tells nothing.
func findFile(ctx context.Context, db pg.DB, o Owner, kind string, sha256 []byte, name string) (file, bool, error) {
	return pg.Opt[file](ctx, db, `
		select `+fileColumns+` from media_files
		where seller_id is not distinct from $1 and person_id is not distinct from $2 and kind = $3 and sha256 = $4
			and label = case $3 when 'document' then $5 else '' end`,
		null(o.SellerID), null(o.PersonID), kind, sha256, name)
}

// kept is what the documents of an owner amount to; the same bytes under two names take room once.
type kept struct {
	Files int
	Bytes int64
}

func sumDocuments(ctx context.Context, db pg.DB, o Owner) (kept, error) {
	return pg.One[kept](ctx, db, `
		select coalesce(sum(names), 0)::int as files, coalesce(sum(bytes), 0)::bigint as bytes
		from (select max(bytes) as bytes, count(*) as names from media_files
			where seller_id is not distinct from $1 and person_id is not distinct from $2 and kind = 'document' group by sha256) f`,
		null(o.SellerID), null(o.PersonID))
}

func sumPictures(ctx context.Context, db pg.DB, o Owner) (int64, error) {
	return pg.Scalar[int64](ctx, db, `
		select coalesce(sum(bytes), 0)::bigint from media_files
		where seller_id is not distinct from $1 and person_id is not distinct from $2 and kind = 'image'`,
		null(o.SellerID), null(o.PersonID))
}

func getFile(ctx context.Context, db pg.DB, kind string, id int64) (file, error) {
	return pg.One[file](ctx, db, `select `+fileColumns+` from media_files where id = $1 and kind = $2`, id, kind)
}

func listImages(ctx context.Context, db pg.DB, o Owner, ids []int64) ([]file, error) {
	return pg.List[file](ctx, db, `
		select `+fileColumns+` from media_files
		where id = any($1) and kind = 'image' and seller_id is not distinct from $2 and person_id is not distinct from $3
		order by id`,
		ids, null(o.SellerID), null(o.PersonID))
}
