package catalog_test

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

// site is the catalogue behind its real router, with the desk and the shops' pages.
type site struct {
	t       *testing.T
	db      *pgxpool.Pool
	catalog *catalog.Service
	printer *catalog.Service // behind printed
	desk    *moderation.Service
	handler http.Handler
	session *account.Session
	printed http.Handler // the same site, whose pages are printed ahead
}

func newSite(t *testing.T) *site {
	t.Helper()
	db := dbtest.New(t)
	store, err := blob.OpenDisk(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s := &site{t: t, db: db, desk: moderation.New(db, time.Now)}
	s.catalog = catalog.New(db, time.Now, media.New(db, store, time.Now), s.desk)
	s.catalog.Abroad = func(context.Context, []destination.Ask) ([]destination.Verdict, error) {
		return nil, errs.New(errs.Internal, "nobody here is abroad")
	}
	find := search.New(db, search.Options{Labels: catalog.Labels(db), Pictures: catalog.Pictures})
	pages := catalog.NewHandlers(s.catalog, find)
	r := chi.NewRouter()
	r.NotFound(web.Handle(func(w http.ResponseWriter, r *http.Request) error { http.NotFound(w, r); return nil }))
	r.Use(s.visit)
	pages.Routes(r)
	r.Group(func(r chi.Router) {
		r.Use(account.RequireSeller())
		pages.SellerRoutes(r)
		seller.NewHandlers(seller.New(db, time.Now)).SellerRoutes(r)
	})
	r.Group(func(r chi.Router) {
		r.Use(account.RequireStaff())
		moderation.NewHandlers(s.desk, s.shops, catalog.KindEdit, catalog.KindNew).Routes(r)
		pages.AdminRoutes(r)
	})
	s.handler = r
	s.printed = s.press()
	return s
}

// press is another copy of the program on the same database, which shows what it finds printed.
func (s *site) press() http.Handler {
	s.printer = catalog.New(s.db, time.Now, nil, moderation.New(s.db, time.Now))
	s.printer.Abroad = s.catalog.Abroad
	s.printer.Stranger = func(ctx context.Context, site, path string) context.Context {
		return web.WithShell(ctx, &web.Shell{Lang: i18n.LangOf(ctx), BaseURL: site, Path: path})
	}
	r := chi.NewRouter()
	r.NotFound(web.Handle(func(w http.ResponseWriter, r *http.Request) error { http.NotFound(w, r); return nil }))
	r.Use(s.visit)
	catalog.NewHandlers(s.printer, search.New(s.db, search.Options{Labels: catalog.Labels(s.db), Pictures: catalog.Pictures})).Routes(r)
	return r
}

func (s *site) shops(ctx context.Context, ids []int64) (map[int64]string, error) {
	found, err := seller.ByIDs(ctx, s.db, ids)
	names := map[int64]string{}
	for id, shop := range found {
		names[id] = shop.Name
	}
	return names, err
}

// visit does what the middleware of app does: language, shell, session.
func (s *site) visit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		shell := &web.Shell{Lang: i18n.RU, BaseURL: "https://yarmarka.test", Path: r.URL.Path, Query: r.URL.RawQuery}
		if r.Header.Get("Accept-Language") == "en" {
			shell.Lang = i18n.EN
		}
		if s.session != nil {
			shell.HasCookie = true
			shell.Person = web.Person{ID: s.session.PersonID, SellerID: s.session.SellerID, Staff: s.session.Platform != "", Admin: s.session.Platform == account.Admin}
		}
		ctx := account.WithSession(web.WithShell(r.Context(), shell), s.session)
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// person makes somebody to act as.
func (s *site) person(email string) int64 {
	s.t.Helper()
	var id int64
	err := s.db.QueryRow(s.t.Context(), `
		insert into people (email, email_key, name, passkey_handle) values ($1, $1, $1, decode(md5($1), 'hex')) returning id`, email).Scan(&id)
	if err != nil {
		s.t.Fatal(err)
	}
	return id
}

// owns makes a person an owner of a shop.
func (s *site) owns(person int64, shop seller.Seller) {
	s.t.Helper()
	s.exec(`insert into memberships (person_id, seller_id, role) values ($1, $2, 'owner')`, person, shop.ID)
}

func (s *site) asSeller(shop seller.Seller) catalog.Actor {
	s.t.Helper()
	by := catalog.Actor{PersonID: s.person(shop.Slug + "@example.ru"), SellerID: shop.ID}
	s.session = &account.Session{PersonID: by.PersonID, SellerID: shop.ID, SellerRole: account.Owner}
	return by
}

func (s *site) asModerator(email string) int64 {
	s.t.Helper()
	id := s.person(email)
	s.session = &account.Session{PersonID: id, Platform: account.Moderator}
	return id
}

func (s *site) do(r *http.Request, want int) *httptest.ResponseRecorder {
	s.t.Helper()
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	if w.Code != want {
		s.t.Fatalf("%s %s: %d, want %d\n%s", r.Method, r.URL, w.Code, want, text(w.Body.String()))
	}
	return w
}

func text(page string) string {
	if i := strings.Index(page, "<main"); i >= 0 {
		page = page[i:]
	}
	return page[:min(len(page), 1500)]
}

func (s *site) get(path string) *htmltest.Node {
	s.t.Helper()
	return htmltest.Parse(s.t, s.do(httptest.NewRequest(http.MethodGet, path, nil), http.StatusOK).Body)
}

func (s *site) post(path string, want int, values url.Values) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.do(r, want)
}

func (s *site) upload(path string, want int, name string, content []byte) *httptest.ResponseRecorder {
	s.t.Helper()
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
		s.t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, path, &body)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return s.do(r, want)
}

func picture(t *testing.T, shade uint8) []byte {
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

func (s *site) now() func() time.Time { return time.Now }

func (s *site) exec(sql string, args ...any) {
	s.t.Helper()
	if _, err := s.db.Exec(s.t.Context(), sql, args...); err != nil {
		s.t.Fatal(err)
	}
}

// rows prints what a query finds, for comparing.
func (s *site) rows(sql string, args ...any) string {
	s.t.Helper()
	rows, err := s.db.Query(s.t.Context(), sql, args...)
	if err != nil {
		s.t.Fatal(err)
	}
	list, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) ([]any, error) { return r.Values() })
	if err != nil {
		s.t.Fatal(err)
	}
	return fmt.Sprint(list)
}

// asRole runs a query as a seller's transaction would and answers its one value, or the error's code.
func (s *site) asRole(sellerID int64, sql string) (answer string) {
	s.t.Helper()
	err := pg.AsSeller(s.t.Context(), s.db, sellerID, func(tx pgx.Tx) error {
		var n int64
		err := tx.QueryRow(s.t.Context(), sql).Scan(&n)
		answer = fmt.Sprint(n)
		return errors.Join(err, errRollback)
	})
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pgErr.Code
	}
	return answer
}

var errRollback = errors.New("leave nothing behind")
