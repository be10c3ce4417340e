package seller

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"github.com/yarmarka/yarmarka/internal/moderation"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/paging"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// adminListView is a page of shops.
type adminListView struct {
	Tabs    []ui.Tab
	Query   string
	Grid    ui.Grid
	Next    string
	Nothing ui.Nothing
}

func printShops(ctx context.Context, tab adminTab, query string, counts map[string]int, page paging.Page[Seller], now time.Time) adminListView {
	t := func(key string) string { return i18n.T(ctx, "seller.admin."+key) }
	v := adminListView{Query: query, Nothing: ui.Nothing{Title: t("none")}}
	for _, one := range adminTabs {
		n := 0
		for _, status := range one.statuses {
			n += counts[status]
		}
		v.Tabs = append(v.Tabs, ui.Tab{Label: t("tab." + one.name), Href: listHref(ctx, one.name, query, ""),
			Count: i18n.Number(i18n.LangOf(ctx), int64(n)), Current: one.name == tab.name})
	}
	switch {
	case query != "":
		v.Nothing = ui.Nothing{Title: t("none.found"), Text: t("none.found.text")}
	case tab.name == Applied:
		v.Nothing = ui.Nothing{Title: t("none.applied")}
	}
	v.Grid = ui.Grid{Caption: t("title"), Head: []ui.Col{{Title: t("col.shop"), Wide: true}, {Title: t("col.status")},
		{Title: t("col.legal"), Wide: true}, {Title: t("col.since"), Label: true}}}
	for _, s := range page.Items {
		v.Grid.Rows = append(v.Grid.Rows, ui.Row{TestID: "shop", Cells: []ui.Cell{
			{Text: s.Name, Under: s.City, Href: web.Path(ctx, adminPath(s)), Bold: true}, {Node: ui.Badge(statusTag(ctx, s))},
			{Text: s.LegalName, Under: innText(ctx, s)}, {Text: i18n.Date(i18n.LangOf(ctx), s.CreatedAt, now)}}})
	}
	if page.Next != "" {
		v.Next = listHref(ctx, tab.name, query, page.Next)
	}
	return v
}

func innText(ctx context.Context, s Seller) string {
	if s.INN == "" {
		return ""
	}
	return i18n.T(ctx, "seller.inn") + "\u00a0" + s.INN
}

func listHref(ctx context.Context, tab, query, after string) string {
	q := url.Values{"status": {tab}}
	if query != "" {
		q.Set("q", query)
	}
	if after != "" {
		q.Set("after", after)
	}
	return web.Path(ctx, "/admin/sellers") + "?" + q.Encode()
}

var statusKinds = map[string]string{Applied: ui.Warn, Onboarding: ui.Info, InReview: ui.Warn, Open: ui.OK, Suspended: ui.Bad}

func statusTag(ctx context.Context, s Seller) ui.Tag {
	return ui.Tag{Label: i18n.T(ctx, "seller.admin.status."+s.Status), Kind: statusKinds[s.Status]}
}

// adminShopView is one shop with what may be decided about it.
type adminShopView struct {
	Shop    Seller
	Tag     ui.Tag
	Legal   []ui.Pair
	Contact []ui.Pair
	Stats   []ui.Figure
	History []historyLine
	Public  bool // the shop has a page for shoppers
	Waiting bool
	About   string
	Note    string // the reason as typed
	Errs    ui.Errs
}

type historyLine struct{ Class, Title, Note, Who string }

func printShop(ctx context.Context, s Seller, f Figures, log []moderation.AuditLine, now time.Time) adminShopView {
	t := func(key string) string { return i18n.T(ctx, "seller."+key) }
	v := adminShopView{Shop: s, Tag: statusTag(ctx, s), Public: s.Status == Open || s.Status == Suspended, About: s.About(i18n.LangOf(ctx)),
		Waiting: s.Status == Applied || s.Status == Onboarding || s.Status == InReview}
	v.Legal = []ui.Pair{
		{Key: t("legal_form"), Value: t("legal_form." + s.LegalForm)},
		{Key: t("legal_name"), Value: known(ctx, s.LegalName)},
		{Key: t("inn"), Node: checkedNumber(s.INN, s.checkINN(ctx))},
	}
	if s.LegalForm != "self" {
		v.Legal = append(v.Legal, ui.Pair{Key: t("ogrn"), Node: checkedNumber(s.OGRN, s.checkOGRN(ctx))})
	}
	v.Legal = append(v.Legal, ui.Pair{Key: t("legal_address"), Value: known(ctx, s.LegalAddress)})
	v.Contact = []ui.Pair{{Key: t("city"), Value: known(ctx, s.City)}, {Key: t("admin.contact.shop_email"), Value: known(ctx, s.Email)},
		{Key: t("phone"), Value: known(ctx, s.Phone)}}
	v.Stats = printFigures(ctx, s.Quality, f)
	for _, line := range log {
		v.History = append(v.History, printLine(ctx, line, now))
	}
	v.History = append(v.History, historyLine{Class: "done", Title: t("admin.history.applied"), Who: i18n.DateTime(i18n.LangOf(ctx), s.CreatedAt, now)})
	return v
}

func known(ctx context.Context, text string) string {
	if text == "" {
		return i18n.T(ctx, "seller.admin.absent")
	}
	return text
}

// checkINN says whether the number can be true at all; the register says whether it is.
func (s Seller) checkINN(ctx context.Context) ui.Tag {
	return verdict(ctx, s.LegalForm, s.INN, 0, CheckINN)
}

func (s Seller) checkOGRN(ctx context.Context) ui.Tag {
	return verdict(ctx, s.LegalForm, s.OGRN, 3, CheckOGRN)
}

// verdict checks a number that is longer than the INN of the form by more digits.
func verdict(ctx context.Context, form, number string, more int, check func(string) bool) ui.Tag {
	t := func(key string) string { return i18n.T(ctx, "seller.admin."+key) }
	want := 12 + more
	if form == "ooo" {
		want = 10 + more
	}
	switch {
	case number == "":
		return ui.Tag{Label: t("absent")}
	case !check(number):
		return ui.Tag{Label: t("check.bad"), Kind: ui.Bad, Icon: "error"}
	case form != "foreign" && len(number) != want:
		return ui.Tag{Label: t("check.length"), Kind: ui.Warn, Icon: "alert"}
	}
	return ui.Tag{Label: t("check.ok"), Kind: ui.OK, Icon: "check"}
}

func printFigures(ctx context.Context, q Quality, f Figures) []ui.Figure {
	lang := i18n.LangOf(ctx)
	t := func(key string, args ...any) string { return i18n.T(ctx, "seller.admin."+key, args...) }
	rating := ui.Figure{Label: t("rating"), Value: "—", Note: t("rating.none")}
	if q.Ratings > 0 {
		rating.Value, rating.Note = mark(lang, q.RatingHundredths), i18n.N(ctx, "seller.admin.ratings", int64(q.Ratings))
	}
	parcels := ui.Figure{Label: t("parcels"), Value: i18n.Number(lang, int64(f.Parcels)), Note: t("parcels.in_time")}
	if f.Late > 0 {
		parcels.Note, parcels.Trend = t("parcels.late", "n", f.Late), "dn"
	}
	return []ui.Figure{
		{Label: t("goods"), Value: i18n.Number(lang, int64(f.Offers)), Note: t("goods.on_sale", "n", f.OnSale)},
		parcels, rating, share(ctx, t("on_time"), q.OnTimePermille), share(ctx, t("cancelled"), q.CancelPermille),
	}
}

// mark writes 482 as "4,82".
func mark(lang i18n.Lang, hundredths int) string {
	text := money.Decimal(money.Amount(hundredths))
	if lang == i18n.EN {
		return text
	}
	return strings.Replace(text, ".", ",", 1)
}

func share(ctx context.Context, label string, permille int) ui.Figure {
	if permille < 0 {
		return ui.Figure{Label: label, Value: "—", Note: i18n.T(ctx, "seller.admin.unknown")}
	}
	return ui.Figure{Label: label, Value: i18n.Percent(i18n.LangOf(ctx), (permille+5)/10), Note: i18n.T(ctx, "seller.admin.share")}
}

// printLine says a line of the log in words; an act that this page has no words for keeps its name.
func printLine(ctx context.Context, l moderation.AuditLine, now time.Time) historyLine {
	var before, after struct {
		Status  string
		Note    string
		Trusted bool
	}
	// What cannot be read is shown by the act's name alone.
	_ = json.Unmarshal(l.Before, &before)
	_ = json.Unmarshal(l.After, &after)
	key, class := "", "done"
	switch {
	case l.Act == "seller.open" && before.Status == Suspended:
		key = "reopened"
	case l.Act == "seller.open":
		key = "opened"
	case l.Act == "seller.suspended":
		key, class = "suspended", "fail"
	case l.Act == "seller.terminated":
		key, class = "refused", "fail"
	case l.Act == "seller.trust" && after.Trusted:
		key = "trusted"
	case l.Act == "seller.trust":
		key = "untrusted"
	}
	h := historyLine{Class: class, Title: l.Act, Note: after.Note, Who: l.ActorName}
	if key != "" {
		h.Title = i18n.T(ctx, "seller.admin.history."+key)
	}
	if h.Who == "" {
		h.Who = i18n.T(ctx, "seller.admin.history.system")
	}
	h.Who = i18n.DateTime(i18n.LangOf(ctx), l.At, now) + ", " + h.Who
	return h
}

func goodsHref(ctx context.Context, s Seller) string {
	return web.Path(ctx, "/admin/goods?seller="+url.QueryEscape(s.Slug))
}

// trustValue is what the button sends: the other of what is.
func trustValue(trusted bool) string {
	if trusted {
		return "0"
	}
	return "1"
}
