package media_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/media"
	"github.com/yarmarka/yarmarka/internal/platform/blob"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/web"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func now() time.Time { return noon }

func newService(t *testing.T) (*media.Service, *pgxpool.Pool) {
	t.Helper()
	db := dbtest.New(t)
	store, err := blob.OpenDisk(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return media.New(db, store, now), db
}

func picture(t *testing.T, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewRGBA(image.Rect(0, 0, w, h))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func count(t *testing.T, db *pgxpool.Pool) int {
	t.Helper()
	n, err := pg.Scalar[int](t.Context(), db, `select count(*) from media_files`)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func get(h http.Handler, path string, p web.Person, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r.WithContext(web.WithShell(r.Context(), &web.Shell{Lang: "ru", Person: p})))
	return w
}

func router(s *media.Service) http.Handler {
	r := chi.NewRouter()
	media.NewHandlers(s).Routes(r)
	return r
}

func TestSaveImageAndShowIt(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	img, err := s.SaveImage(t.Context(), bytes.NewReader(picture(t, 700, 500)), media.Owner{SellerID: 7}, `C:\фото\ваза.png`)
	if err != nil {
		t.Fatal(err)
	}
	if img.W != 700 || img.H != 500 || img.IsZero() {
		t.Errorf("image %+v", img)
	}
	if again, err := s.Image(t.Context(), img.ID); err != nil || again != img {
		t.Errorf("Image(%d) = %+v, %v", img.ID, again, err)
	}
	h := router(s)
	for _, path := range []string{img.Src("96"), img.Src("1280"), img.SrcWebP("320"), img.SrcWebP("640")} {
		w := get(h, path, web.Person{})
		wantType := "image/jpeg"
		if strings.HasSuffix(path, ".webp") {
			wantType = "image/webp"
		}
		if w.Code != 200 || w.Header().Get("Content-Type") != wantType || w.Body.Len() < 50 ||
			w.Header().Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") ||
			!strings.Contains(w.Header().Get("Content-Security-Policy"), "sandbox") || len(w.Header()["Set-Cookie"]) > 0 {
			t.Errorf("%s: %d %v", path, w.Code, w.Header())
		}
		if w := get(h, path, web.Person{}, "If-None-Match", w.Header().Get("ETag")); w.Code != http.StatusNotModified {
			t.Errorf("%s with its ETag: %d", path, w.Code)
		}
	}
}

func TestUnknownMediaIsNotFound(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	h, key := router(s), strings.Repeat("a", 32)
	for _, path := range []string{"/media/" + key + "/320.jpg", "/media/" + key + "/321.jpg", "/media/" + key + "/320.png",
		"/media/" + key + "/320", "/media/" + key + "/-1.jpg", "/media/..%2f..%2fetc/320.jpg", "/media/x/320.jpg",
		"/media/documents/1", "/media/documents/x", "/media/documents/99999999999999999999"} {
		w := get(h, path, web.Person{ID: 1, Admin: true})
		if w.Code != http.StatusNotFound || strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d, cached %q", path, w.Code, w.Header().Get("Cache-Control"))
		}
	}
}

// TestSameUploadOnce: the same owner's same bytes are one file, also when they come at once;
// another owner's are that owner's own.
func TestSameUploadOnce(t *testing.T) {
	t.Parallel()
	s, db := newService(t)
	content := picture(t, 40, 30)
	ids := make([]int64, 8)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() {
			img, err := s.SaveImage(context.WithoutCancel(t.Context()), bytes.NewReader(content), media.Owner{SellerID: int64(1 + i%2)}, "a.png")
			if err != nil {
				t.Error(err)
			}
			ids[i] = img.ID
		})
	}
	wg.Wait()
	for i, id := range ids {
		if id != ids[i%2] || ids[0] == ids[1] {
			t.Fatalf("ids %v", ids)
		}
	}
	if n := count(t, db); n != 2 {
		t.Errorf("%d rows, want 2", n)
	}
}

func TestOwnImages(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	mine, err := s.SaveImage(t.Context(), bytes.NewReader(picture(t, 10, 10)), media.Owner{SellerID: 1}, "")
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := s.SaveImage(t.Context(), bytes.NewReader(picture(t, 11, 11)), media.Owner{SellerID: 2}, "")
	if err != nil {
		t.Fatal(err)
	}
	found, err := s.OwnImages(t.Context(), media.Owner{SellerID: 1}, []int64{mine.ID, theirs.ID, 999})
	if err != nil || len(found) != 1 || found[mine.ID] != mine {
		t.Errorf("OwnImages = %v, %v", found, err)
	}
}

type brokenStore struct{ blob.Store }

func (brokenStore) Put(context.Context, string, io.Reader, int64, string) error {
	return errs.New(errs.Unavailable, "error.unavailable")
}

// TestNothingIsLeftOfAFailure: a full store, an upload cut off, too large or empty adds no row.
func TestNothingIsLeftOfAFailure(t *testing.T) {
	t.Parallel()
	_, db := newService(t)
	s := media.New(db, brokenStore{}, now)
	tests := map[string]struct {
		r    io.Reader
		kind errs.Kind
	}{
		"store full": {bytes.NewReader(picture(t, 20, 20)), errs.Unavailable},
		"cut off":    {io.MultiReader(strings.NewReader("\x89PNG"), iotest.ErrReader(errors.New("gone"))), errs.BadRequest},
		"too large":  {io.LimitReader(endless{}, media.MaxImageBytes+1), errs.TooLarge},
		"empty":      {strings.NewReader(""), errs.Invalid},
		"html":       {strings.NewReader("<html><script>alert(1)</script>"), errs.Invalid},
	}
	for name, tt := range tests {
		if _, err := s.SaveImage(t.Context(), tt.r, media.Owner{}, name); !errs.Is(err, tt.kind) {
			t.Errorf("%s: %v, want %v", name, err, tt.kind)
		}
	}
	if n := count(t, db); n != 0 {
		t.Errorf("%d rows left", n)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestDocumentIsForItsOwner(t *testing.T) {
	t.Parallel()
	s, db := newService(t)
	const body = "%PDF-1.7\n%%EOF\n"
	d, err := s.SaveDocument(t.Context(), strings.NewReader(body), media.Owner{SellerID: 5}, "../../Устав\u202e.pdf")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.SaveDocument(t.Context(), strings.NewReader("<svg onload=alert(1)>"), media.Owner{}, "a.pdf"); !errs.Is(err, errs.Invalid) {
		t.Errorf("an SVG as a document: %v", err)
	}
	h, path := router(s), "/media/documents/1"
	for name, tt := range map[string]struct {
		who  web.Person
		code int
	}{
		"stranger":       {web.Person{}, 404},
		"another shop":   {web.Person{ID: 9, SellerID: 6}, 404},
		"a buyer":        {web.Person{ID: 5}, 404},
		"their own shop": {web.Person{ID: 9, SellerID: 5}, 200},
		"a moderator":    {web.Person{ID: 3, Staff: true}, 200},
	} {
		w := get(h, path, tt.who)
		if w.Code != tt.code {
			t.Errorf("%s: %d, want %d", name, w.Code, tt.code)
		}
		if tt.code != 200 {
			continue
		}
		if w.Body.String() != body || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment") ||
			w.Header().Get("X-Content-Type-Options") != "nosniff" || w.Header().Get("Cache-Control") != "private, no-store" {
			t.Errorf("%s: %v", name, w.Header())
		}
	}
	if d.ID != 1 || d.Name != "Устав.pdf" {
		t.Errorf("document %+v", d)
	}
	checkRowSecurity(t, db)
}

// checkRowSecurity: in a seller's transaction another shop's document does not exist.
func checkRowSecurity(t *testing.T, db *pgxpool.Pool) {
	t.Helper()
	for seller, want := range map[int64]int{5: 1, 6: 0} {
		err := pg.AsSeller(t.Context(), db, seller, func(tx pgx.Tx) error {
			n, err := pg.Scalar[int](t.Context(), tx, `select count(*) from media_files`)
			if err == nil && n != want {
				t.Errorf("seller %d sees %d documents, want %d", seller, n, want)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}

// The same bytes sent under two names are two documents of one blob; sent again under the same name, one.
func TestADocumentKeepsTheNameItWasGiven(t *testing.T) {
	t.Parallel()
	s, db := newService(t)
	const body = "%PDF-1.7\n%%EOF\n"
	save := func(seller int64, name string) media.Document {
		d, err := s.TakeDocument(t.Context(), strings.NewReader(body), media.Owner{SellerID: seller}, name)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	passport, again, photo, other := save(5, "паспорт.pdf"), save(5, "паспорт.pdf"), save(5, "фотография.pdf"), save(6, "паспорт.pdf")
	if passport.ID != again.ID || photo.ID == passport.ID || photo.Name != "фотография.pdf" || other.ID == passport.ID {
		t.Errorf("%+v, %+v, %+v, %+v", passport, again, photo, other)
	}
	keys, err := pg.Scalar[int](t.Context(), db, `select count(distinct key) from media_files`)
	if err != nil || keys != 1 {
		t.Errorf("%d blobs, %v", keys, err)
	}
}

// What one owner sends is bounded as a whole, by number and by bytes; what the program itself writes for them is not.
func TestDocumentsOfAnOwnerAreBounded(t *testing.T) {
	t.Parallel()
	for name, fill := range map[string]string{
		"by number": `insert into media_files (kind, seller_id, sha256, key, content_type, bytes, name, created_at)
			select 'document', 5, sha256(n::text::bytea), md5(n::text), 'application/pdf', 1, '', now() from generate_series(1, $1) n`,
		"by bytes": `insert into media_files (kind, seller_id, sha256, key, content_type, bytes, name, created_at)
			values ('document', 5, sha256('1'), md5('1'), 'application/pdf', 2::bigint << 30, $1::int::text, now())`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, db := newService(t)
			if _, err := db.Exec(t.Context(), fill, media.MaxDocuments); err != nil {
				t.Fatal(err)
			}
			send := func(seller int64) error {
				_, err := s.TakeDocument(t.Context(), strings.NewReader("%PDF-1.7\n%%EOF\n"), media.Owner{SellerID: seller}, "a.pdf")
				return err
			}
			if err := send(5); errs.KeyOf(err) != "media.no_room" || !errs.Is(err, errs.Invalid) {
				t.Errorf("one more: %v", err)
			}
			if err := send(6); err != nil {
				t.Errorf("another shop's: %v", err)
			}
			if _, err := s.SaveDocument(t.Context(), strings.NewReader("%PDF-1.7\n%%EOF\n"), media.Owner{SellerID: 5}, "opinion-1.pdf"); err != nil {
				t.Errorf("the program's own: %v", err)
			}
		})
	}
}

// A scan that cannot be drawn shows an officer nothing: it is refused, and nothing of it is kept.
func TestDamagedScansAreNotKept(t *testing.T) {
	t.Parallel()
	s, db := newService(t)
	var whole bytes.Buffer
	if err := jpeg.Encode(&whole, image.NewGray(image.Rect(0, 0, 400, 400)), nil); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"cut off": whole.Bytes()[:whole.Len()-40], "of another size": bytes.Replace(whole.Bytes(), []byte{1, 0x90, 1, 0x90}, []byte{4, 0, 4, 0}, 1)} {
		if _, err := s.SaveDocument(t.Context(), bytes.NewReader(content), media.Owner{SellerID: 1}, "scan.jpg"); !errs.Is(err, errs.Invalid) {
			t.Errorf("a scan %s: %v, want Invalid", name, err)
		}
	}
	if n := count(t, db); n != 0 {
		t.Errorf("%d files are kept", n)
	}
}

// A shop whose pictures fill its room adds none; what it has already it may give again, and other shops have room of their own.
func TestPicturesOfAShopHaveABound(t *testing.T) {
	t.Parallel()
	s, db := newService(t)
	save := func(seller int64, side int) error {
		_, err := s.SaveImage(t.Context(), bytes.NewReader(picture(t, side, side)), media.Owner{SellerID: seller}, "a.png")
		return err
	}
	if err := save(1, 20); err != nil {
		t.Fatal(err)
	}
	s.PictureRoom = 1
	if err := save(1, 21); !errs.Is(err, errs.Invalid) || errs.KeyOf(err) != "media.no_picture_room" {
		t.Errorf("a picture past the bound: %v", err)
	}
	for what, err := range map[string]error{"the same again": save(1, 20), "another shop": save(2, 22), "the operator": save(0, 23)} {
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	if n := count(t, db); n != 3 {
		t.Errorf("%d files are kept, want 3", n)
	}
}
