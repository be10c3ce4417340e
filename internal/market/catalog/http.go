package catalog

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/market/seller"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pagecache"
	"github.com/yarmarka/yarmarka/internal/search"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// Handlers are the pages of the catalogue.
type Handlers struct {
	s    *Service
	find *search.Service
	// Awaits tells who is signed in what they wait for today; nil tells nothing. It answers strangers with nothing.
	Awaits func(context.Context) ([]ui.Awaited, error)

	departments *pagecache.Memo[department, []favourites]
	full        *pagecache.Memo[struct{}, map[int64]bool]
}

// NewHandlers makes the pages; find answers the category pages.
func NewHandlers(s *Service, find *search.Service) *Handlers {
	return &Handlers{s: s, find: find, departments: pagecache.NewMemo[department, []favourites](maxDepartments, s.now),
		full: pagecache.NewMemo[struct{}, map[int64]bool](1, s.now)}
}

// Routes mounts what every visitor may see.
func (h *Handlers) Routes(r chi.Router) {
	r.Get("/", web.Handle(h.home))
	r.Get("/c", web.Handle(h.catalogue))
	r.Get("/c/{category}", web.Handle(h.category))
	r.Get("/p/{product}", web.Handle(h.product))
	r.Get("/shops", web.Handle(h.shops))
	r.Get("/shops/{shop}", web.Handle(h.shop))
	r.Get("/recent", web.Handle(h.recent))
	r.Post("/recent", web.Handle(h.keepRecent))
	r.Get("/feeds/new.xml", web.Handle(h.feedNew))
	r.Get("/feeds/c/{category}.xml", web.Handle(h.feedCategory))
	r.Get("/feeds/shops/{shop}.xml", web.Handle(h.feedShop))
}

// How long shared caches keep pages of strangers, in seconds.
const (
	keepProduct = 30
	keepLists   = 60
)

// maxRecent bounds the cards one looked at last.
const maxRecent = 12

// recent is a fragment for the strip "you looked at": ids come from the browser's own memory, so
// that a visitor without a session needs no cookie; a signed-in person's list comes from the account.
func (h *Handlers) recent(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	ids := idList(r.URL.Query().Get("ids"), maxRecent)
	if s := account.SessionOf(ctx); s.SignedIn() {
		kept, err := listViews(ctx, h.s.db, s.PersonID, maxRecent)
		if err != nil {
			return err
		}
		ids = merge(ids, kept, maxRecent)
	}
	tiles, err := Tiles(ctx, h.s.db, without(ids, r.URL.Query().Get("except")))
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "private, max-age=30")
	return web.Render(w, r, http.StatusOK, recentStrip(printTiles(ctx, tiles, h.s.now())))
}

// keepRecent remembers what a signed-in person looked at; a guest's browser remembers by itself.
func (h *Handlers) keepRecent(w http.ResponseWriter, r *http.Request) error {
	if s := account.SessionOf(r.Context()); s.SignedIn() {
		r.Body = http.MaxBytesReader(w, r.Body, 4096)
		if err := upsertViews(r.Context(), h.s.db, s.PersonID, idList(r.FormValue("ids"), maxRecent), h.s.now()); err != nil {
			return err
		}
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// idList reads "12,7,3": positive numbers, each once, at most max; anything else is skipped.
func idList(text string, max int) []int64 {
	var ids []int64
	for part := range strings.SplitSeq(text, ",") {
		if id, err := strconv.ParseInt(part, 10, 64); err == nil && id > 0 && len(ids) < max {
			ids = merge(ids, []int64{id}, max)
		}
	}
	return ids
}

func merge(a, b []int64, max int) []int64 {
	seen := map[int64]bool{}
	out := []int64{}
	for _, id := range append(a[:len(a):len(a)], b...) {
		if !seen[id] && len(out) < max {
			out, seen[id] = append(out, id), true
		}
	}
	return out
}

func without(ids []int64, text string) []int64 {
	out := []int64{}
	for _, id := range ids {
		if strconv.FormatInt(id, 10) != text {
			out = append(out, id)
		}
	}
	return out
}

// shops lists the open shops.
func (h *Handlers) shops(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	list, err := seller.ListOpen(ctx, h.s.db, 100)
	if err != nil {
		return err
	}
	web.Public(w, r, keepLists)
	return web.Render(w, r, http.StatusOK, shopsTempl(shopTiles(ctx, list, h.s.now())))
}

const shopPageSize = 24

// shop is a seller's page: goods, words, and who stands behind it by law. A suspended shop still
// has its page, which says so, because buyers have orders there.
func (h *Handlers) shop(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	shop, err := seller.BySlug(ctx, h.s.db, chi.URLParam(r, "shop"))
	if err != nil {
		return err
	}
	before, err := strconv.ParseInt(r.URL.Query().Get("after"), 10, 64)
	if err != nil || before < 0 {
		before = 0
	}
	ids, err := shopGoods(ctx, h.s.db, shop.ID, before, shopPageSize+1)
	if err != nil {
		return err
	}
	next := ""
	if len(ids) > shopPageSize {
		ids = ids[:shopPageSize]
		next = web.Path(ctx, shop.Path()) + "?after=" + strconv.FormatInt(ids[shopPageSize-1], 10)
	}
	tiles, err := TilesOf(ctx, h.s.db, ids, shop.ID)
	if err != nil {
		return err
	}
	web.Public(w, r, keepLists)
	return web.Render(w, r, http.StatusOK, shopTempl(shopPage(ctx, shop, printTiles(ctx, tiles, h.s.now()), next, h.s.now())))
}

// Sitemap lists published cards after an id, in order of id, for the sitemap of app.
func (s *Service) Sitemap(r *http.Request, after int64, limit int) ([]SitemapEntry, error) {
	return listSitemap(r.Context(), s.db, after, limit)
}

func (h *Handlers) feedNew(w http.ResponseWriter, r *http.Request) error {
	tiles, err := Newest(r.Context(), h.s.db, 0, 0, feedSize)
	if err != nil {
		return err
	}
	return writeFeed(w, r, i18n.T(r.Context(), "catalog.feed.new"), "/", tiles)
}

func (h *Handlers) feedCategory(w http.ResponseWriter, r *http.Request) error {
	tree, err := h.s.Tree(r.Context())
	if err != nil {
		return err
	}
	c, ok := tree.BySlug(chi.URLParam(r, "category"))
	if !ok || !c.Shown {
		return errs.New(errs.NotFound, "catalog.category.not_found")
	}
	tiles, err := Newest(r.Context(), h.s.db, c.ID, 0, feedSize)
	if err != nil {
		return err
	}
	return writeFeed(w, r, c.Name.In(i18n.LangOf(r.Context())), CategoryPath(c.Slug), tiles)
}

func (h *Handlers) feedShop(w http.ResponseWriter, r *http.Request) error {
	shop, err := seller.BySlug(r.Context(), h.s.db, chi.URLParam(r, "shop"))
	if err != nil {
		return err
	}
	tiles, err := Newest(r.Context(), h.s.db, 0, shop.ID, feedSize)
	if err != nil {
		return err
	}
	return writeFeed(w, r, shop.Name, shop.Path(), tiles)
}
