package media

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/blob"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Service keeps uploads.
type Service struct {
	db    pg.DB
	blobs blob.Store
	now   func() time.Time
	enc   *encoder

	// PictureRoom bounds the pictures of each shop, bytes. It is set at wiring.
	PictureRoom int64
}

// New makes the service over a database and a blob store.
func New(db pg.DB, blobs blob.Store, now func() time.Time) *Service {
	return &Service{db: db, blobs: blobs, now: now, enc: newEncoder(), PictureRoom: PictureRoom}
}

// SaveImage re-encodes the picture in r into every size and keeps it as owner's. The same bytes
// given again by the same owner are the same Image. Errors: Invalid (not a picture, unreadable, too
// many pixels, no room left for the shop's), TooLarge, Unavailable (the store is full or away); then no row is left behind.
func (s *Service) SaveImage(ctx context.Context, r io.Reader, owner Owner, name string) (_ Image, err error) {
	defer errs.Wrap(&err, "media.SaveImage(%+v)", owner)
	content, err := readAtMost(r, MaxImageBytes)
	if err != nil {
		return Image{}, err
	}
	sum := sha256.Sum256(content)
	have, ok, err := findFile(ctx, s.db, owner, kindImage, sum[:], "")
	if err != nil || ok {
		return have.image(), err
	}
	if err := s.roomForPicture(ctx, owner); err != nil {
		return Image{}, err
	}
	w, h, list, err := s.enc.render(ctx, content)
	if err != nil {
		return Image{}, err
	}
	key := imageKey(content)
	var total int64
	for _, one := range list {
		if err := s.put(ctx, key, one); err != nil {
			return Image{}, err
		}
		total += int64(len(one.jpeg) + len(one.webp))
	}
	row, err := insertFile(ctx, s.db, file{Kind: kindImage, SHA256: sum[:], Key: key, ContentType: "image/jpeg", Width: w,
		Height: h, Bytes: total, Name: label(name), CreatedAt: s.now()}.of(owner))
	return row.image(), err
}

// roomForPicture refuses what a shop adds to pictures that fill its room; the operator's own pictures have no bound. As with
// documents, what comes at one moment does not see each other.
func (s *Service) roomForPicture(ctx context.Context, owner Owner) error {
	if owner.SellerID == 0 {
		return nil
	}
	have, err := sumPictures(ctx, s.db, owner)
	if err == nil && have >= s.PictureRoom {
		err = errs.New(errs.Invalid, "media.no_picture_room", "max", s.PictureRoom>>30)
	}
	return err
}

func (s *Service) put(ctx context.Context, key string, r rendition) error {
	err := s.blobs.Put(ctx, imageBlob(key, r.size, "jpg"), bytes.NewReader(r.jpeg), int64(len(r.jpeg)), "image/jpeg")
	if err != nil {
		return err
	}
	return s.blobs.Put(ctx, imageBlob(key, r.size, "webp"), bytes.NewReader(r.webp), int64(len(r.webp)), "image/webp")
}

// Image finds a stored picture by its id.
func (s *Service) Image(ctx context.Context, id int64) (_ Image, err error) {
	defer errs.Wrap(&err, "media.Image(%d)", id)
	row, err := getFile(ctx, s.db, kindImage, id)
	return row.image(), err
}

// OwnImages finds those of the ids that are pictures of owner, for forms that send ids back.
func (s *Service) OwnImages(ctx context.Context, owner Owner, ids []int64) (_ map[int64]Image, err error) {
	defer errs.Wrap(&err, "media.OwnImages(%+v)", owner)
	rows, err := listImages(ctx, s.db, owner, ids)
	if err != nil {
		return nil, err
	}
	found := make(map[int64]Image, len(rows))
	for _, row := range rows {
		found[row.ID] = row.image()
	}
	return found, nil
}

// TakeDocument is SaveDocument for what people send: the owner's documents together stay within MaxDocuments and
// MaxDocumentsBytes (Invalid past them). Uploads under way at one moment do not see each other, so the sum may be
// passed by as much as arrives at once, and no further.
func (s *Service) TakeDocument(ctx context.Context, r io.Reader, owner Owner, name string) (_ Document, err error) {
	defer errs.Wrap(&err, "media.TakeDocument(%+v)", owner)
	have, err := sumDocuments(ctx, s.db, owner)
	if err != nil {
		return Document{}, err
	}
	if have.Files >= MaxDocuments || have.Bytes >= MaxDocumentsBytes {
		return Document{}, errs.New(errs.Invalid, "media.no_room", "files", MaxDocuments, "max", MaxDocumentsBytes>>30)
	}
	return s.SaveDocument(ctx, r, owner, name)
}

// SaveDocument keeps a file as it is for its owner alone: PDF, office documents, scans. The same bytes under another name
// are another document. Errors as those of SaveImage.
func (s *Service) SaveDocument(ctx context.Context, r io.Reader, owner Owner, name string) (_ Document, err error) {
	defer errs.Wrap(&err, "media.SaveDocument(%+v)", owner)
	content, err := readAtMost(r, MaxDocumentBytes)
	if err != nil {
		return Document{}, err
	}
	kind, err := documentOf(content)
	if err == nil && strings.HasPrefix(kind.contentType, "image/") {
		err = s.enc.whole(ctx, content)
	}
	if err != nil {
		return Document{}, err
	}
	sum := sha256.Sum256(content)
	key := fmt.Sprintf("%x", sum[:16])
	err = s.blobs.Put(ctx, documentBlob(key), bytes.NewReader(content), int64(len(content)), kind.contentType)
	if err != nil {
		return Document{}, err
	}
	row, err := insertFile(ctx, s.db, file{Kind: kindDocument, SHA256: sum[:], Key: key, ContentType: kind.contentType,
		Bytes: int64(len(content)), Name: kind.named(label(name)), CreatedAt: s.now()}.of(owner))
	return row.document(), err
}

// Document finds a document by its id. Whoever shows it must compare the owner first.
func (s *Service) Document(ctx context.Context, id int64) (_ Document, err error) {
	defer errs.Wrap(&err, "media.Document(%d)", id)
	row, err := getFile(ctx, s.db, kindDocument, id)
	return row.document(), err
}

func readAtMost(r io.Reader, limit int64) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, errs.New(errs.BadRequest, "media.cut_off").With(err)
	}
	if int64(len(content)) > limit {
		return nil, errs.New(errs.TooLarge, "media.too_large", "max", int(limit>>20))
	}
	if len(content) == 0 {
		return nil, errs.New(errs.Invalid, "media.empty")
	}
	return content, nil
}
