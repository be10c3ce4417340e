package catalogtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/catalog/curation"
	"github.com/yarmarka/yarmarka/internal/market/catalog/listing"
	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/market/seller"
	"github.com/yarmarka/yarmarka/internal/media"
	"github.com/yarmarka/yarmarka/internal/moderation"
	"github.com/yarmarka/yarmarka/internal/platform/blob"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/internal/search"
	"github.com/yarmarka/yarmarka/web"
)

// Site is the catalogue behind its real router, with the desk and the shops' pages.
type Site struct {
	T        testing.TB
	DB       *pgxpool.Pool
	Catalog  *catalog.Service
	Listings *listing.Service
	Curation *curation.Service
	Desk     *moderation.Service
	Handler  http.Handler
	similar  web.Similar
	Session  *account.Session
}

// NewSite makes one on a database of its own.
func NewSite(t testing.TB) *Site {
	t.Helper()
	db := dbtest.New(t)
	store, err := blob.OpenDisk(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s := &Site{T: t, DB: db, Desk: moderation.New(db, time.Now)}
	s.Catalog = catalog.New(db, time.Now)
	s.Curation = curation.New(db, time.Now, s.Catalog)
	s.Listings = listing.New(db, time.Now, s.Catalog, media.New(db, store, time.Now), s.Desk)
	s.Catalog.Abroad = func(context.Context, []destination.Ask) ([]destination.Verdict, error) {
		return nil, errs.New(errs.Internal, "nobody here is abroad")
	}
	find := search.New(db, search.Options{Labels: catalog.Labels(db), Pictures: catalog.Pictures})
	pages := catalog.NewHandlers(s.Catalog, find)
	s.similar = catalog.Similar(db, find, time.Now)
	r := chi.NewRouter()
	r.NotFound(web.Handle(func(w http.ResponseWriter, r *http.Request) error { http.NotFound(w, r); return nil }))
	r.Use(s.Visit)
	pages.Routes(r)
	r.Group(func(r chi.Router) {
		r.Use(account.RequireSeller())
		listing.NewHandlers(s.Listings).SellerRoutes(r)
		seller.NewHandlers(seller.New(db, time.Now)).SellerRoutes(r)
	})
	r.Group(func(r chi.Router) {
		r.Use(account.RequireStaff())
		moderation.NewHandlers(s.Desk, s.shops, listing.KindEdit, listing.KindNew).Routes(r)
		curation.NewHandlers(s.Curation).AdminRoutes(r)
	})
	s.Handler = r
	return s
}

func (s *Site) shops(ctx context.Context, ids []int64) (map[int64]string, error) {
	found, err := seller.ByIDs(ctx, s.DB, ids)
	names := map[int64]string{}
	for id, shop := range found {
		names[id] = shop.Name
	}
	return names, err
}

// Visit does what the middleware of app does: language, shell, session.
func (s *Site) Visit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		shell := &web.Shell{Lang: i18n.RU, BaseURL: "https://yarmarka.test", Path: r.URL.Path, Query: r.URL.RawQuery, Similar: s.similar}
		if r.Header.Get("Accept-Language") == "en" {
			shell.Lang = i18n.EN
		}
		if s.Session != nil {
			shell.HasCookie = true
			shell.Person = web.Person{ID: s.Session.PersonID, SellerID: s.Session.SellerID, Staff: s.Session.Platform != "", Admin: s.Session.Platform == account.Admin}
		}
		ctx := account.WithSession(web.WithShell(r.Context(), shell), s.Session)
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// Person makes somebody to act as.
func (s *Site) Person(email string) int64 {
	s.T.Helper()
	var id int64
	err := s.DB.QueryRow(s.T.Context(), `
		insert into people (email, email_key, name, passkey_handle) values ($1, $1, $1, decode(md5($1), 'hex')) returning id`, email).Scan(&id)
	if err != nil {
		s.T.Fatal(err)
	}
	return id
}

// Owns makes a person an owner of a shop.
func (s *Site) Owns(person int64, shop seller.Seller) {
	s.T.Helper()
	s.Exec(`insert into memberships (person_id, seller_id, role) values ($1, $2, 'owner')`, person, shop.ID)
}

// AsSeller signs a new owner of the shop in.
func (s *Site) AsSeller(shop seller.Seller) listing.Actor {
	s.T.Helper()
	by := listing.Actor{PersonID: s.Person(shop.Slug + "@example.ru"), SellerID: shop.ID}
	s.Session = &account.Session{PersonID: by.PersonID, SellerID: shop.ID, SellerRole: account.Owner}
	return by
}

// AsModerator signs a new moderator in.
func (s *Site) AsModerator(email string) int64 {
	s.T.Helper()
	id := s.Person(email)
	s.Session = &account.Session{PersonID: id, Platform: account.Moderator}
	return id
}

// AsStaff makes whoever asks from now on somebody of the desk.
func (s *Site) AsStaff(role account.Role) {
	s.T.Helper()
	s.Session = &account.Session{PersonID: s.Person(role + "@example.ru"), Platform: role}
}

// SlugOf is the address of a category.
func (s *Site) SlugOf(category int64) string {
	return strings.Trim(s.Rows(`select slug from categories where id = $1`, category), "[]")
}

// Do sends a request as whoever is signed in and fails the test at any other status.
func (s *Site) Do(r *http.Request, want int) *httptest.ResponseRecorder {
	s.T.Helper()
	w := httptest.NewRecorder()
	s.Handler.ServeHTTP(w, r)
	if w.Code != want {
		s.T.Fatalf("%s %s: %d, want %d\n%s", r.Method, r.URL, w.Code, want, text(w.Body.String()))
	}
	return w
}

func text(page string) string {
	if i := strings.Index(page, "<main"); i >= 0 {
		page = page[i:]
	}
	return page[:min(len(page), 1500)]
}

// Get reads a page.
func (s *Site) Get(path string) *htmltest.Node {
	s.T.Helper()
	return htmltest.Parse(s.T, s.Do(httptest.NewRequest(http.MethodGet, path, nil), http.StatusOK).Body)
}

// Post sends a form.
func (s *Site) Post(path string, want int, values url.Values) *httptest.ResponseRecorder {
	s.T.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.Do(r, want)
}

// Upload sends a file in the field photo.
func (s *Site) Upload(path string, want int, name string, content []byte) *httptest.ResponseRecorder {
	s.T.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	part, err := m.CreateFormFile("photo", name)
	if err == nil {
		_, err = part.Write(content)
	}
	if err == nil {
		err = m.Close()
	}
	if err != nil {
		s.T.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, path, &body)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return s.Do(r, want)
}

// Picture is a small PNG of one shade.
func Picture(t testing.TB, shade uint8) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 64, 64))
	for i := range img.Pix {
		img.Pix[i] = shade
	}
	img.Set(1, 1, color.White)
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func (s *Site) Now() func() time.Time { return time.Now }

// Exec changes the database behind everybody's back.
func (s *Site) Exec(sql string, args ...any) {
	s.T.Helper()
	if _, err := s.DB.Exec(s.T.Context(), sql, args...); err != nil {
		s.T.Fatal(err)
	}
}

// Rows prints what a query finds, for comparing.
func (s *Site) Rows(sql string, args ...any) string {
	s.T.Helper()
	rows, err := s.DB.Query(s.T.Context(), sql, args...)
	if err != nil {
		s.T.Fatal(err)
	}
	list, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) ([]any, error) { return r.Values() })
	if err != nil {
		s.T.Fatal(err)
	}
	return fmt.Sprint(list)
}

// AsRole runs a query as a seller's transaction would and answers its one value, or the error's code.
func (s *Site) AsRole(sellerID int64, sql string) (answer string) {
	s.T.Helper()
	err := pg.AsSeller(s.T.Context(), s.DB, sellerID, func(tx pgx.Tx) error {
		var n int64
		err := tx.QueryRow(s.T.Context(), sql).Scan(&n)
		answer = fmt.Sprint(n)
		return errors.Join(err, errRollback)
	})
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pgErr.Code
	}
	return answer
}

var errRollback = errors.New("leave nothing behind")
