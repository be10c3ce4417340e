package listing

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/moderation"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/paging"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

type listingsView struct {
	Page    web.Page
	Q, Show string
	Tabs    []ui.Tab
	Lines   []lineView
	Next    string
	Back    string // the query to come back to after a bulk change
	Errs    ui.Errs
	Percent string
	Stock   string
	Ticked  []int64
	Live    int // on sale now
}

type lineView struct {
	Offer, Title, Href, Image, Under string
	Price, Pending, Stock            string
	State                            ui.Tag
	Note                             string
	Ticked                           bool
}

// headline says how much the shop sells now, or names what was looked for.
func (v listingsView) headline(ctx context.Context) string {
	if v.Q != "" {
		return i18n.T(ctx, "listing.hub.found", "q", v.Q)
	}
	return i18n.N(ctx, "listing.hub.live", int64(v.Live))
}

func printListings(ctx context.Context, f Filter, page paging.Page[Line], counts map[string]int) listingsView {
	v := listingsView{Q: f.Q, Show: f.Show, Live: counts["live"], Page: web.Page{Title: i18n.T(ctx, "listing.hub.title"), NoIndex: true}}
	query := url.Values{}
	if f.Q != "" {
		query.Set("q", f.Q)
	}
	for _, show := range shown {
		q := url.Values{"show": {show}}
		if f.Q != "" {
			q.Set("q", f.Q)
		}
		name := show
		if name == "" {
			name = "all"
		}
		v.Tabs = append(v.Tabs, ui.Tab{Label: i18n.T(ctx, "listing.hub.show."+name), Href: web.Path(ctx, "/seller/listings?"+q.Encode()),
			Count: strconv.Itoa(counts[show]), Current: show == f.Show})
	}
	if f.Show != "" {
		query.Set("show", f.Show)
	}
	v.Back = query.Encode()
	if page.Next != "" {
		query.Set("after", page.Next)
		v.Next = web.Path(ctx, "/seller/listings?"+query.Encode())
	}
	for _, l := range page.Items {
		v.Lines = append(v.Lines, printLine(ctx, l))
	}
	return v
}

func printLine(ctx context.Context, l Line) lineView {
	lang := i18n.LangOf(ctx)
	v := lineView{Title: l.Title.In(lang), Href: web.Path(ctx, "/seller/listings/"+strconv.FormatInt(l.ProductID, 10)), Image: l.Photo.Src(),
		Under: catalog.OptionsText(l.Options, lang), State: lineState(ctx, l)}
	if l.SellerSKU != "" {
		v.Under = strings.TrimPrefix(v.Under+" · "+l.SellerSKU, " · ")
	}
	if l.OfferID != 0 {
		v.Offer, v.Price = strconv.FormatInt(l.OfferID, 10), l.Price.In(lang)
		v.Stock = i18n.Number(lang, int64(l.OnHand))
		if l.Reserved > 0 {
			v.Stock += " " + i18n.T(ctx, "listing.hub.reserved", "n", l.Reserved)
		}
	}
	if l.Pending > 0 {
		v.Pending = money.Format(lang, l.Pending, l.Price.Currency)
	}
	if l.Request == moderation.Rejected || l.Request == moderation.ChangesRequested {
		v.Note = i18n.T(ctx, "moderation.code."+l.RequestCode) + ": " + l.RequestNote
	}
	return v
}

// lineState says in one badge what stands between the line and a buyer.
func lineState(ctx context.Context, l Line) ui.Tag {
	say := func(key, kind string) ui.Tag { return ui.Tag{Label: i18n.T(ctx, "listing.hub.state."+key), Kind: kind} }
	switch {
	case l.Card == catalog.CardBlocked:
		return say("blocked", ui.Bad)
	case l.Request == moderation.Rejected && l.Card == catalog.CardDraft:
		return say("rejected", ui.Bad)
	case l.Request == moderation.ChangesRequested:
		return say("changes", ui.Warn)
	case l.Request == moderation.Submitted || l.Request == moderation.InReview:
		return say("review", ui.Info)
	case l.Card == catalog.CardDraft:
		return say("draft", "")
	case l.Variant == catalog.VariantProposed:
		return say("proposed", ui.Info)
	case l.OfferID == 0:
		return say("no_offer", ui.Warn)
	case l.Pending > 0:
		return say("price", ui.Warn)
	case l.Reason != catalog.Buyable:
		return ui.Tag{Label: i18n.T(ctx, l.Reason.Key()), Kind: ui.Warn}
	}
	return say("live", ui.OK)
}

type newView struct {
	Page                 web.Page
	Q, In                string
	Found                []matchView
	Categories           []ui.Choice
	Category             string
	Errs                 ui.Errs
	JoinID               int64
	JoinPrice, JoinStock string
}

type matchView struct {
	ID                  int64
	Variant             string
	Title, Image, Under string
	Href                string
	Exact               bool
}

// maxChoices bounds the categories offered for a new card.
const maxChoices = 20

func printNew(ctx context.Context, tree *catalog.Tree, q, in string, found []Match) newView {
	lang := i18n.LangOf(ctx)
	v := newView{Q: q, In: in, Page: web.Page{Title: i18n.T(ctx, "listing.new.title"), NoIndex: true}}
	for _, m := range found {
		under := catalog.OptionsText(m.Options, lang)
		if m.GTIN != "" {
			under = strings.TrimPrefix(under+" · "+m.GTIN, " · ")
		}
		v.Found = append(v.Found, matchView{ID: m.VariantID, Variant: strconv.FormatInt(m.VariantID, 10), Title: m.Title.In(lang), Image: m.Photo.Src(),
			Under: under, Href: web.Path(ctx, catalog.VariantPath(m.Slug, m.VariantID)), Exact: m.Exact})
	}
	words := in
	if words == "" {
		words = q
	}
	for _, c := range tree.Find(words, maxChoices) {
		v.Categories = append(v.Categories, ui.Choice{Value: strconv.FormatInt(c.ID, 10), Label: c.Name.In(lang), Hint: tree.PathText(c.ParentID, lang)})
	}
	if len(v.Categories) > 0 {
		v.Category = v.Categories[0].Value
	}
	return v
}

func listingGrid(ctx context.Context, v listingsView) ui.Grid {
	g := ui.Grid{Caption: i18n.T(ctx, "listing.hub.title"), TestID: "listings", Head: []ui.Col{
		{Title: i18n.T(ctx, "listing.hub.col.goods"), Wide: true}, {Title: i18n.T(ctx, "listing.hub.col.state")},
		{Title: i18n.T(ctx, "listing.hub.col.price"), Right: true}, {Title: i18n.T(ctx, "listing.hub.col.stock"), Right: true, Label: true},
	}}
	for _, l := range v.Lines {
		if id, err := strconv.ParseInt(l.Offer, 10, 64); err == nil {
			l.Ticked = slices.Contains(v.Ticked, id)
		}
		g.Rows = append(g.Rows, ui.Row{TestID: "listing", Cells: []ui.Cell{
			ui.Node(lineTitle(l)), ui.Node(ui.Badge(l.State)), {Text: l.Price, Bold: true}, ui.Text(l.Stock)}})
	}
	return g
}

// joinID gives the fields of the form that was refused the plain name an error summary leads to.
func joinID(name string, m matchView, mine bool) string {
	if mine {
		return name
	}
	return name + "-" + m.Variant
}

func kept(mine bool, value string) string {
	if mine {
		return value
	}
	return ""
}
