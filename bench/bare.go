package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// bareCard is a row of the one query of a bare page.
type bareCard struct {
	Slug  string
	Title string
	Text  string
}

// bareKinds are the kinds of page with the one indexed query of each.
var bareKinds = map[string]string{
	"home": `select slug, title_ru as title, left(description_ru, 80) as text from products
		where status = 'published' order by published_at desc, id desc limit 24`,
	"category": `select slug, title_ru as title, left(description_ru, 80) as text from products
		where category_id = (select id from categories where slug = $1) and status = 'published'
		order by published_at desc, id desc limit 24`,
	"product": `select slug, title_ru as title, description_ru as text from products where slug = $1`,
}

// bareServer answers the addresses of the real pages with one query and the bytes of a real page,
// all of them through a template: what chi, pgx and templ allow on this machine, and nothing a shop
// needs.
type bareServer struct {
	db    *pgxpool.Pool
	pages map[string][]piece // a real page of each kind
}

// piece is a text and the run of markup that follows it. A compiled template escapes the first and
// writes the second as it is, and so does the bare page.
type piece struct {
	Text   string
	Markup string
	after  int // bytes of the page from here on
}

// pieces cuts a page between its texts and its tags.
func pieces(page string) []piece {
	var list []piece
	for rest := page; rest != ""; {
		p := piece{after: len(rest)}
		text := strings.IndexByte(rest, '<')
		if text < 0 {
			text = len(rest)
		}
		p.Text, rest = html.UnescapeString(rest[:text]), rest[text:]
		tags := tagsAhead(rest)
		p.Markup, rest = rest[:tags], rest[tags:]
		list = append(list, p)
	}
	return list
}

// tagsAhead is the length of the tags that stand together with nothing but white space between them.
func tagsAhead(s string) (end int) {
	for {
		open := strings.IndexByte(s[end:], '<')
		if open < 0 || strings.TrimSpace(s[end:end+open]) != "" {
			return end
		}
		shut := strings.IndexByte(s[end+open:], '>')
		if shut < 0 {
			return len(s)
		}
		end += open + shut + 1
	}
}

// within leaves out the first pieces of a page, so that so many bytes of something else have room.
func within(page []piece, used int) []piece {
	if len(page) == 0 {
		return nil
	}
	room := page[0].after - used
	i := sort.Search(len(page), func(i int) bool { return page[i].after <= room })
	return page[i:]
}

// bare is the program of the bare handler, run as a child so that it has a process of its own as the
// real one has.
func bare(ctx context.Context, args []string, out io.Writer) error {
	f := flag.NewFlagSet("bench bare", flag.ContinueOnError)
	database := f.String("database-url", "", "PostgreSQL")
	samples := f.String("pages", "", "folder with a real page of each kind")
	if err := f.Parse(args); err != nil {
		return err
	}
	db, err := pg.Open(ctx, *database, pg.Options{MaxConns: 16})
	if err != nil {
		return err
	}
	defer db.Close()
	s := &bareServer{db: db, pages: map[string][]piece{}}
	for kind := range bareKinds {
		page, err := os.ReadFile(filepath.Join(*samples, kind))
		if err != nil {
			return err
		}
		s.pages[kind] = pieces(string(page))
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(out, "listening on http://%s\n", l.Addr()); err != nil {
		return err
	}
	server := &http.Server{Handler: s.routes(), ReadHeaderTimeout: 5 * time.Second}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() }) // the figures are taken by then
	defer stop()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func (s *bareServer) routes() http.Handler {
	r := chi.NewRouter()
	r.Get("/readyz", func(http.ResponseWriter, *http.Request) {})
	r.Get("/", s.page("home", false))
	r.Get("/c/{slug}", s.page("category", true))
	r.Get("/p/{slug}", s.page("product", true))
	return r
}

func (s *bareServer) page(kind string, bySlug bool) http.HandlerFunc {
	sql, filler := bareKinds[kind], s.pages[kind]
	return func(w http.ResponseWriter, r *http.Request) {
		var args []any
		if bySlug {
			args = append(args, chi.URLParam(r, "slug"))
		}
		cards, err := pg.List[bareCard](r.Context(), s.db, sql, args...)
		if err != nil || len(cards) == 0 {
			http.Error(w, fmt.Sprint("no rows, or ", err), http.StatusInternalServerError)
			return
		}
		b := templ.GetBuffer()
		defer templ.ReleaseBuffer(b)
		err = bareCards(cards).Render(r.Context(), b)
		if err == nil {
			err = barePage(within(filler, b.Len())).Render(r.Context(), b)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Length", strconv.Itoa(b.Len()))
		_, _ = w.Write(b.Bytes()) // a client that went away is no fault
	}
}
