package curation

import (
	"cmp"
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/seller"
	"github.com/yarmarka/yarmarka/internal/moderation"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/paging"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

func adminText(ctx context.Context, key string, args ...any) string {
	return i18n.T(ctx, "curation."+key, args...)
}

// categoriesView is one level of the tree, or what a search found in it.
type categoriesView struct {
	Title  string
	Query  string
	Crumbs []ui.Link
	Edit   string // where the level's own category is edited; "" at the top
	Grid   ui.Grid
}

func printCategories(ctx context.Context, tree *catalog.Tree, parent catalog.Category, query string, list []catalog.Category, counts map[int64]int) categoriesView {
	lang := i18n.LangOf(ctx)
	v := categoriesView{Title: adminText(ctx, "categories"), Query: query, Crumbs: treeCrumbs(ctx, tree, parent.ID)}
	if parent.ID != 0 {
		v.Title, v.Edit = parent.Name.In(lang), web.Path(ctx, adminCategoryPath(parent))
	}
	v.Grid = ui.Grid{Caption: v.Title, Head: []ui.Col{{Title: adminText(ctx, "col.category"), Wide: true}, {Title: adminText(ctx, "col.inside"), Label: true},
		{Title: adminText(ctx, "col.cards"), Right: true, Label: true}, {Title: adminText(ctx, "col.status")}}}
	for _, c := range list {
		under := c.Name.In(otherLang(lang))
		if query != "" {
			under = tree.PathText(c.ParentID, lang)
		}
		inside := ui.Cell{Text: "—"}
		if n := len(tree.Below(c.ID)); n > 0 {
			inside = ui.Cell{Text: i18n.N(ctx, "curation.inside", int64(n)), Href: insideHref(ctx, c)}
		}
		v.Grid.Rows = append(v.Grid.Rows, ui.Row{TestID: "category", Cells: []ui.Cell{
			{Text: c.Name.In(lang), Under: under, Href: web.Path(ctx, adminCategoryPath(c)), Bold: true}, inside,
			{Text: i18n.Number(lang, int64(counts[c.ID]))}, {Node: ui.Badge(hiddenTag(ctx, c))}}})
	}
	return v
}

func otherLang(lang i18n.Lang) i18n.Lang {
	if lang == i18n.EN {
		return i18n.RU
	}
	return i18n.EN
}

func hiddenTag(ctx context.Context, c catalog.Category) ui.Tag {
	if c.Hidden {
		return ui.Tag{Label: adminText(ctx, "hidden"), Kind: ui.Warn, Icon: "lock"}
	}
	return ui.Tag{Label: adminText(ctx, "shown"), Kind: ui.OK}
}

func insideHref(ctx context.Context, c catalog.Category) string {
	return web.Path(ctx, "/admin/categories?in="+url.QueryEscape(c.Slug))
}

// treeCrumbs is the way from the top of the tree down to a category.
func treeCrumbs(ctx context.Context, tree *catalog.Tree, id int64) []ui.Link {
	links := []ui.Link{{Label: adminText(ctx, "categories"), Href: web.Path(ctx, "/admin/categories")}}
	for _, c := range tree.Ancestors(id) {
		links = append(links, ui.Link{Label: c.Name.In(i18n.LangOf(ctx)), Href: insideHref(ctx, c), Current: c.ID == id})
	}
	return links
}

// categoryForm is the form of one category.
type categoryForm struct {
	Category catalog.Category
	NameRU   string
	NameEN   string
	Position string
	Hidden   bool
	Marks    []attributeMark
	Crumbs   []ui.Link
	Cards    string
	History  []historyLine
	Errs     ui.Errs
}

func printCategory(c catalog.Category, marks []attributeMark) categoryForm {
	return categoryForm{Category: c, NameRU: c.Name.RU, NameEN: c.Name.EN, Position: strconv.Itoa(c.Position), Hidden: c.Hidden, Marks: marks}
}

// typedCategory is the form as it was sent, on the version that stands now.
func typedCategory(c catalog.Category, marks []attributeMark, e CategoryEdit, position string) categoryForm {
	for i := range marks {
		marks[i].Facet, marks[i].Required = slices.Contains(e.Facets, marks[i].ID), slices.Contains(e.Required, marks[i].ID)
	}
	return categoryForm{Category: c, NameRU: e.Name.RU, NameEN: e.Name.EN, Position: position, Hidden: e.Hidden, Marks: marks}
}

func (v *categoryForm) place(ctx context.Context, tree *catalog.Tree, cards int) {
	v.Crumbs = treeCrumbs(ctx, tree, v.Category.ID)
	v.Cards = i18n.N(ctx, "curation.cards", int64(cards))
}

// markGrid is the table of a category's attributes with two boxes for each.
func markGrid(ctx context.Context, v categoryForm) ui.Grid {
	g := ui.Grid{Caption: adminText(ctx, "attributes"), Head: []ui.Col{{Title: adminText(ctx, "col.attribute"), Wide: true}, {Title: adminText(ctx, "col.kind")},
		{Title: adminText(ctx, "facet"), Label: true}, {Title: adminText(ctx, "required"), Label: true}}}
	locked := !isAdmin(ctx)
	for _, m := range v.Marks {
		id, name := strconv.FormatInt(m.ID, 10), catalog.Text{RU: m.NameRU, EN: m.NameEN}.In(i18n.LangOf(ctx))
		box := func(what string, on, disabled bool) ui.Cell {
			return ui.Cell{Node: ui.Check(ui.Box{Name: what, ID: what + "-" + id, Value: id, Label: adminText(ctx, what) + ": " + name,
				HideLabel: true, Small: true, Checked: on, Disabled: disabled || locked})}
		}
		g.Rows = append(g.Rows, ui.Row{TestID: "attribute", Cells: []ui.Cell{{Text: name}, {Text: adminText(ctx, "kind."+m.Kind)},
			box("facet", m.Facet, m.Kind == "text"), box("required", m.Required, false)}})
	}
	return g
}

// historyLine is an act of the log in words.
type historyLine struct{ Class, Title, Note, Who string }

func printHistory(ctx context.Context, log []moderation.AuditLine, now time.Time) []historyLine {
	lines := make([]historyLine, len(log))
	for i, l := range log {
		var after struct{ Note string }
		// What cannot be read is shown by the act's name alone.
		_ = json.Unmarshal(l.After, &after)
		who := l.ActorName
		if who == "" {
			who = adminText(ctx, "system")
		}
		lines[i] = historyLine{Class: "done", Title: l.Act, Note: after.Note, Who: i18n.DateTime(i18n.LangOf(ctx), l.At, now) + ", " + who}
		if key := "curation.act." + l.Act; i18n.Has(i18n.RU, key) {
			lines[i].Title = i18n.T(ctx, key)
		}
		if l.Act == "card."+catalog.CardBlocked {
			lines[i].Class = "fail"
		}
	}
	return lines
}

// goodsView is a page of all cards.
type goodsView struct {
	Query, Seller, Status string
	Tabs                  []ui.Tab
	Without               string // the same list without the filter by shop
	Grid                  ui.Grid
	Next                  string
}

func printGoods(ctx context.Context, tree *catalog.Tree, f cardFilter, page paging.Page[adminCard]) goodsView {
	lang := i18n.LangOf(ctx)
	v := goodsView{Query: f.Query, Seller: f.Seller, Status: f.Status, Without: goodsHref(ctx, cardFilter{Query: f.Query, Status: f.Status}, "")}
	for _, status := range cardTabs {
		tab := cardFilter{Query: f.Query, Seller: f.Seller, Status: status}
		v.Tabs = append(v.Tabs, ui.Tab{Label: adminText(ctx, "tab."+cmp.Or(status, "all")), Href: goodsHref(ctx, tab, ""), Current: status == f.Status})
	}
	v.Grid = ui.Grid{Caption: adminText(ctx, "goods"), Head: []ui.Col{{Title: adminText(ctx, "col.card"), Wide: true}, {Title: adminText(ctx, "col.status")},
		{Title: adminText(ctx, "col.where"), Wide: true}, {Title: adminText(ctx, "col.offers"), Right: true, Label: true}}}
	for _, c := range page.Items {
		v.Grid.Rows = append(v.Grid.Rows, ui.Row{TestID: "card", Cells: []ui.Cell{
			{Text: catalog.Text{RU: c.TitleRU, EN: c.TitleEN}.In(lang), Under: c.Author, Href: web.Path(ctx, adminCardPath(c.Slug)), Bold: true},
			{Node: ui.Badge(cardTag(ctx, c.Status))}, {Text: tree.PathText(c.CategoryID, lang)},
			{Text: adminText(ctx, "offers.of", "on", c.OnSale, "all", c.Offers)}}})
	}
	if page.Next != "" {
		v.Next = goodsHref(ctx, f, page.Next)
	}
	return v
}

func goodsHref(ctx context.Context, f cardFilter, after string) string {
	q := url.Values{}
	for name, value := range map[string]string{"q": f.Query, "seller": f.Seller, "status": f.Status, "after": after} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if len(q) == 0 {
		return web.Path(ctx, "/admin/goods")
	}
	return web.Path(ctx, "/admin/goods") + "?" + q.Encode()
}

var cardKinds = map[string]string{catalog.CardPublished: ui.OK, catalog.CardBlocked: ui.Bad}

func cardTag(ctx context.Context, status string) ui.Tag {
	return ui.Tag{Label: adminText(ctx, "status."+status), Kind: cardKinds[status]}
}

// adminCardView is one card with what may be done to it.
type adminCardView struct {
	Card    catalog.Card
	Title   string
	Image   string
	Tag     ui.Tag
	Facts   []ui.Pair
	Offers  ui.Grid
	History []historyLine
	Reason  string
	Errs    ui.Errs
}

func printAdminCard(ctx context.Context, tree *catalog.Tree, c catalog.Card, author seller.Seller, offers []adminOffer, now time.Time) adminCardView {
	lang := i18n.LangOf(ctx)
	v := adminCardView{Card: c, Title: c.Title.In(lang), Image: catalog.ArtPath(c.Art, c.ID), Tag: cardTag(ctx, c.Status)}
	if len(c.Photos) > 0 {
		v.Image = c.Photos[0].Src()
	}
	add := func(key, value string) {
		if value != "" {
			v.Facts = append(v.Facts, ui.Pair{Key: adminText(ctx, "fact."+key), Value: value})
		}
	}
	add("category", tree.PathText(c.CategoryID, lang))
	add("brand", c.Brand)
	add("part_number", c.PartNumber)
	for _, variant := range c.Variants {
		add("gtin", variant.GTIN)
	}
	if author.ID != 0 {
		v.Facts = append(v.Facts, ui.Pair{Key: adminText(ctx, "fact.author"), Node: shopLink(author.Slug, author.Name)})
	}
	add("version", strconv.Itoa(c.Version))
	if c.PublishedAt != nil {
		add("published", i18n.DateTime(lang, *c.PublishedAt, now))
	}
	add("updated", i18n.DateTime(lang, c.UpdatedAt, now))
	v.Offers = offerGrid(ctx, offers)
	return v
}

func offerGrid(ctx context.Context, offers []adminOffer) ui.Grid {
	lang := i18n.LangOf(ctx)
	g := ui.Grid{Caption: adminText(ctx, "offers"), Head: []ui.Col{{Title: adminText(ctx, "col.shop"), Wide: true}, {Title: adminText(ctx, "col.price"), Right: true, Label: true},
		{Title: adminText(ctx, "col.free"), Label: true}, {Title: adminText(ctx, "col.status")}}}
	for _, o := range offers {
		tag := ui.Tag{Label: adminText(ctx, "offer.buyable"), Kind: ui.OK}
		if o.Blocked != "" {
			tag = ui.Tag{Label: adminText(ctx, "offer."+o.Blocked), Kind: ui.Warn}
		}
		g.Rows = append(g.Rows, ui.Row{TestID: "offer", Cells: []ui.Cell{{Text: o.Name, Under: o.SKU, Href: web.Path(ctx, "/admin/sellers/"+o.Slug)},
			{Text: money.Format(lang, money.Amount(o.Price), money.Currency(o.Currency))}, {Text: i18n.Number(lang, int64(o.Free))}, {Node: ui.Badge(tag)}}})
	}
	return g
}
