package search

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// View is a list of results as a page prints it: the search page and a category's page alike.
type View struct {
	Tabs     []ui.Tab // kinds of result; empty on a category's page
	Filters  ui.Filters
	Chosen   []ui.Filter
	Reset    string
	Sort     ui.Sort
	Count    string // "391 товар"
	Cards    []ui.Product
	Places   []Place // results of other kinds than goods
	Near     []ui.Product
	Pages    ui.Pages
	List     bool
	GridHref string
	// Sendable leads to what of this may be sent to the visitor's country; nil where that is all it is, or they are at home.
	Sendable *ui.Filter
	// Unpriced says of how much of a list by the whole price that price is not known yet.
	Unpriced  string
	ListHref  string
	Query     string
	Corrected *Corrected
	Did       *ui.Link // "did you mean"
	Empty     *ui.Nothing
	Others    []ui.Link // other kinds that found something, when this one did not
	Problems  ui.Errs
	Total     int
}

// Corrected says what was looked for instead of what was typed, and how to insist.
type Corrected struct{ Searched, Typed, Href string }

// Place is a result that is not for sale: a shop, a service, a page.
type Place struct {
	Href    string
	Title   []Span
	Snippet []Span
}

// Pictures turns Doc.Image into a picture; the catalogue knows the sizes. Nil shows the path as it is.
type Pictures func(image string) ui.Pic

// NewView makes the view of a result on the page at path ("/search", "/c/kofemolki"). problem is what ParseParams
// said about a mistyped price, or nil. Links lead to the same path with other choices; categories lead where
// categoryHref says, a path without the language (nil: the same path with category=).
func NewView(ctx context.Context, now time.Time, path string, p Params, res Result, problem error, pictures Pictures, categoryHref func(code string) string) View {
	b := viewer{ctx: ctx, now: now, path: web.Path(ctx, path), p: p, res: res, pictures: pictures, categoryHref: categoryHref}
	v := View{
		Query: p.Q, Total: res.Total, List: p.List, Count: b.count(res.Total, res.Capped), Reset: p.bare().Address(b.path),
		Chosen: b.chosen(), Sort: b.sort(), Filters: b.filters(), Problems: problems(ctx, problem),
	}
	grid, list := p, p
	grid.List, list.List = false, true
	v.GridHref, v.ListHref = grid.Address(b.path), list.Address(b.path)
	if p.Country != "" && !p.Sent && res.Sendable > 0 {
		v.Sendable = &ui.Filter{Label: b.t("search.sendable.only", "place", ui.Place(ctx).Name, "n", b.number(res.Sendable)), Icon: "truck",
			Href: p.sent().Address(b.path)}
	}
	if res.Unpriced > 0 {
		v.Unpriced = i18n.N(ctx, "search.unpriced", int64(res.Unpriced))
	}
	for _, h := range res.Hits {
		if h.Kind == Goods {
			v.Cards = append(v.Cards, b.card(h))
		} else {
			v.Places = append(v.Places, Place{Href: web.Path(ctx, hrefOf(h)), Title: h.Marked, Snippet: h.Snippet})
		}
	}
	for _, h := range res.Near {
		if h.Kind == Goods {
			v.Near = append(v.Near, b.card(h))
		}
	}
	v.Cards, v.Near = ui.Reach(ctx, v.Cards), ui.Reach(ctx, v.Near)
	if p.After != "" {
		v.Pages.First = p.Address(b.path)
	}
	if res.NextCursor != "" {
		v.Pages.Next = p.next(b.path, res.NextCursor)
	}
	b.words(&v)
	return v
}

func problems(ctx context.Context, err error) ui.Errs {
	if err == nil || errs.KindOf(err) != errs.Invalid {
		return nil
	}
	return ui.ErrsOf(ctx, err)
}

type viewer struct {
	ctx          context.Context
	now          time.Time
	path         string
	p            Params
	res          Result
	pictures     Pictures
	categoryHref func(string) string
}

func (b viewer) t(key string, args ...any) string { return i18n.T(b.ctx, key, args...) }

func (b viewer) count(n int, capped bool) string {
	if capped {
		return b.t("search.count.capped", "n", n)
	}
	return i18n.N(b.ctx, "search.count."+b.p.Kind.String(), int64(n))
}

func (b viewer) number(n int) string {
	if n >= Cap {
		return i18n.Number(b.p.Lang, Cap) + "+"
	}
	return i18n.Number(b.p.Lang, int64(n))
}

// tabs are the kinds that the site has, with how much each found.
func (b viewer) tabs(kinds []Kind) []ui.Tab {
	var out []ui.Tab
	for _, k := range kinds {
		p := Params{Q: b.p.Q, Kind: k, Exact: b.p.Exact}
		tab := ui.Tab{Label: b.t("search.kind." + k.String()), Href: p.Address(b.path), Current: k == b.p.Kind}
		if n, ok := b.res.Kinds[k]; ok {
			tab.Count = b.number(n)
		}
		out = append(out, tab)
	}
	return out
}

// words says how the query was read and, with nothing found, where to go.
func (b viewer) words(v *View) {
	if b.res.CorrectedFrom != "" {
		exact := b.p
		exact.Exact = true
		v.Corrected = &Corrected{Searched: b.res.Searched, Typed: b.res.CorrectedFrom, Href: exact.Address(b.path)}
	}
	if b.res.DidYouMean != "" {
		v.Did = &ui.Link{Label: b.res.DidYouMean, Href: Params{Q: b.res.DidYouMean, Kind: b.p.Kind}.Address(b.path)}
	}
	if b.res.Total > 0 {
		return
	}
	v.Empty = &ui.Nothing{Title: b.t("search.empty.title"), Text: b.t("search.empty.text"), Image: "/media/art/lamp-turquoise.svg", Big: true}
	switch {
	case b.p.filters() > 0 || b.p.Sent || b.p.PriceMin > 0 || b.p.PriceMax > 0:
		v.Empty.Text = b.t("search.empty.filters")
		v.Empty.Actions = []ui.Btn{{Label: b.t("search.empty.reset"), Href: v.Reset}}
	case b.res.Without != "":
		v.Empty.Text = i18n.N(b.ctx, "search.empty.without", int64(b.res.WithoutTotal), "words", b.res.Dropped)
		v.Empty.Strong = b.res.Dropped
		v.Empty.Actions = []ui.Btn{{Label: b.t("search.empty.search", "q", b.res.Without), Href: Params{Q: b.res.Without, Kind: b.p.Kind}.Address(b.path)}}
	case b.p.Q == "":
		v.Empty.Title = b.t("search.empty.bare")
	}
	for _, k := range Kinds {
		if n := b.res.Kinds[k]; n > 0 && k != b.p.Kind {
			v.Others = append(v.Others, ui.Link{Label: fmt.Sprintf("%s: %s", b.t("search.kind."+k.String()), b.number(n)), Href: Params{Q: b.p.Q, Kind: k}.Address(b.path)})
		}
	}
}

// hrefOf is where a result leads.
func hrefOf(h Hit) string {
	switch h.Kind {
	case Goods:
		return "/p/" + h.Slug
	case Shops:
		return "/shops/" + h.Slug
	case Services:
		return "/gov/services/" + h.Slug
	case Events:
		return "/gov/events/" + h.Slug
	case Discussions:
		return "/gov/discussions/" + h.Slug
	}
	return "/" + h.Slug
}

// card is a hit as the grid shows it.
func (b viewer) card(h Hit) ui.Product {
	c := ui.Product{
		ID: strconv.FormatInt(h.RefID, 10), Title: h.Title, Href: web.Path(b.ctx, hrefOf(h)), Pic: ui.Pic{Src: h.Image}, Seller: h.Seller,
		Price: b.price(h), Rating: b.rating(h), Delivery: b.delivery(h),
	}
	if h.Away != 0 {
		c.Away = strconv.FormatInt(h.Away, 10)
	}
	if b.pictures != nil {
		c.Pic = b.pictures(h.Image)
	}
	switch {
	case !h.InStock:
		c.Gone = b.t("search.card.gone")
	case h.OfferID != 0:
		c.Offer = strconv.FormatInt(h.OfferID, 10)
	}
	choose := h.InStock && h.OfferID == 0
	if choose || len(h.Snippet) > 0 {
		c.Extra = cardEnd(c, choose, h.Snippet)
	}
	if h.Sellers > 1 {
		c.Seller = i18n.N(b.ctx, "search.card.sellers", int64(h.Sellers))
	}
	return c
}

func (b viewer) price(h Hit) ui.Money {
	if h.Price == 0 {
		return ui.Money{}
	}
	m := ui.Money{Now: money.Format(b.p.Lang, h.Price, h.Currency), Also: ui.About(b.ctx, h.Price, h.Currency)}
	if h.Was > h.Price {
		m.Was = money.Format(b.p.Lang, h.Was, h.Currency)
		if off := int((h.Was - h.Price) * 100 / h.Was); off > 0 {
			m.Off = "−" + i18n.Percent(b.p.Lang, off)
		}
	}
	if h.Low30 {
		m.Proof, m.Low = b.t("search.card.low30"), true
	}
	return m
}

func (b viewer) rating(h Hit) ui.Rating {
	if h.Reviews == 0 || h.Rating == 0 {
		return ui.Rating{}
	}
	point := ","
	if b.p.Lang == i18n.EN {
		point = "."
	}
	return ui.Rating{Value: fmt.Sprintf("%d%s%d", h.Rating/10, point, h.Rating%10), Count: i18n.Number(b.p.Lang, int64(h.Reviews))}
}

// delivery says when the thing is at the door and for how much: "Завтра, бесплатно".
func (b viewer) delivery(h Hit) string {
	if !h.InStock || h.Days < 0 {
		return ""
	}
	text := i18n.Capital(i18n.NearDate(b.p.Lang, b.now.AddDate(0, 0, h.Days), b.now))
	switch {
	case h.Fee < 0:
		return text
	case h.Fee == 0:
		return text + ", " + b.t("search.card.free")
	}
	return text + ", " + money.Format(b.p.Lang, h.Fee, h.Currency)
}
