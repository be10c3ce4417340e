package catalog

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"github.com/yarmarka/yarmarka/internal/market/catalog/taxonomy"
	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/market/seller"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// catTile is a category with its drawing.
type catTile struct{ Label, Href, Image string }

// shopTile is a shop in a list.
type shopTile struct{ Name, Href, Image, Note string }

type homeView struct {
	Page   web.Page
	Today  []ui.Awaited // what the person who looks waits for
	Often  []ui.Filter
	Groups []catTile
	Deals  []ui.Product
	Fresh  []ui.Product
	Shops  []shopTile
	Abroad abroadAsk
}

// abroadAsk is the question of what it takes to send a thing abroad, with examples that are answered.
type abroadAsk struct {
	Says      []string
	Examples  []ui.Filter
	Country   string
	Countries []ui.Option
}

func askAbroad(ctx context.Context) abroadAsk {
	v := abroadAsk{Country: destination.Of(ctx).Country, Countries: destination.AbroadChoices(ctx)}
	if !destination.Abroad(v.Country) {
		v.Country = "DE"
	}
	for _, key := range []string{"basis", "total", "cheapest"} {
		v.Says = append(v.Says, i18n.T(ctx, "catalog.home.abroad."+key))
	}
	for _, e := range []struct{ key, country, weight, price string }{{"towel", "DE", "350", "1900"}, {"shawl", "RS", "180", "12400"}, {"teapot", "AE", "940", "3150"}} {
		thing := i18n.T(ctx, "catalog.home.abroad."+e.key)
		q := url.Values{"thing": {thing}, "country": {e.country}, "weight": {e.weight}, "price": {e.price}, "currency": {"RUB"}}
		v.Examples = append(v.Examples, ui.Filter{Label: i18n.T(ctx, "catalog.home.abroad."+e.key+".to"), Href: web.Path(ctx, "/export?"+q.Encode())})
	}
	return v
}

func homePage(ctx context.Context, tree *Tree, deals, fresh []Tile, shops []seller.Seller, now time.Time) (homeView, error) {
	groups, err := taxonomy.HomeGroups()
	if err != nil {
		return homeView{}, err
	}
	v := homeView{Deals: printTiles(ctx, deals, now), Fresh: printTiles(ctx, fresh, now), Shops: shopTiles(ctx, shops, now),
		Groups: groupTiles(ctx, tree, groups), Abroad: askAbroad(ctx)}
	for _, key := range []string{"grinder", "tea", "scarf", "linen", "headphones"} {
		word := i18n.T(ctx, "catalog.home.often."+key)
		v.Often = append(v.Often, ui.Filter{Label: word, Href: web.Path(ctx, "/search?q="+url.QueryEscape(word))})
	}
	base := web.ShellFrom(ctx).BaseURL
	v.Page = web.Page{Title: i18n.T(ctx, "catalog.home.title"), Description: i18n.T(ctx, "catalog.home.about"), Path: "/", Plain: true, Backdrop: "stone/malachite.svg",
		Width: "full", NoSearch: true, Tab: "home", Feed: "/feeds/new.xml", JSONLD: []any{map[string]any{
			"@context": "https://schema.org", "@type": "WebSite", "name": i18n.T(ctx, "site.name"), "url": web.URL(ctx, "/"),
			"potentialAction": map[string]any{"@type": "SearchAction", "target": base + web.Path(ctx, "/search") + "?q={q}", "query-input": "required name=q"},
		}}}
	return v, nil
}

func groupTiles(ctx context.Context, tree *Tree, groups []taxonomy.Group) []catTile {
	lang := i18n.LangOf(ctx)
	var list []catTile
	for i, g := range groups {
		if len(g.Categories) == 0 {
			continue
		}
		if _, ok := tree.ByCode(g.Categories[0]); !ok {
			continue
		}
		list = append(list, catTile{Label: Text{RU: g.RU, EN: g.EN}.In(lang), Href: web.Path(ctx, CategoryPath(g.Slug)), Image: ArtPath(g.Art, int64(i+1))})
	}
	return list
}

func shopTiles(ctx context.Context, shops []seller.Seller, now time.Time) []shopTile {
	lang := i18n.LangOf(ctx)
	list := make([]shopTile, 0, len(shops))
	for _, s := range shops {
		note := s.City
		if s.RatingHundredths > 0 {
			note += " · " + tenths(lang, (s.RatingHundredths+5)/10)
		}
		if s.OpenedAt != nil && s.OpenedAt.Year() < now.Year() { // all of a young market's shops are of this year
			note += " · " + i18n.T(ctx, "catalog.shop.since", "year", strconv.Itoa(s.OpenedAt.Year()))
		}
		list = append(list, shopTile{Name: s.Name, Href: web.Path(ctx, s.Path()), Image: ArtPath("parcel", s.ID), Note: note})
	}
	return list
}

type shopView struct {
	Page   web.Page
	Name   string
	City   string
	About  string
	Lang   string
	Facts  []ui.Pair
	Legal  []ui.Pair
	Goods  []ui.Product
	Next   string
	Notice string
	Feed   string
}

func shopPage(ctx context.Context, s seller.Seller, goods []ui.Product, next string, now time.Time) shopView {
	lang := i18n.LangOf(ctx)
	v := shopView{Name: s.Name, City: s.City, About: s.About(lang), Goods: goods, Next: next, Feed: "/feeds/shops/" + s.Slug + ".xml"}
	if lang == i18n.EN && s.AboutEN == "" {
		v.Lang = string(i18n.RU)
	}
	add := func(list *[]ui.Pair, key, value string) {
		if value != "" {
			*list = append(*list, ui.Pair{Key: i18n.T(ctx, "catalog.shop."+key), Value: value})
		}
	}
	if s.RatingHundredths > 0 {
		add(&v.Facts, "rating", tenths(lang, (s.RatingHundredths+5)/10)+" · "+i18n.N(ctx, "catalog.marks", int64(s.Ratings)))
	}
	if s.Sales > 0 {
		add(&v.Facts, "sales", i18n.Number(lang, int64(s.Sales)))
	}
	if s.OnTimePermille >= 0 {
		add(&v.Facts, "on_time", tenths(lang, s.OnTimePermille)+percentSign(lang))
	}
	add(&v.Facts, "dispatch", i18n.N(ctx, "catalog.days", int64(s.DispatchDays)))
	feeText := i18n.T(ctx, "catalog.delivery.free")
	if s.DeliveryFee > 0 {
		feeText = money.Format(lang, s.DeliveryFee, money.RUB)
		if s.FreeFrom != nil {
			feeText += ", " + i18n.T(ctx, "catalog.delivery.free_from", "amount", money.Format(lang, *s.FreeFrom, money.RUB))
		}
	}
	add(&v.Facts, "delivery", feeText)
	add(&v.Legal, "legal_name", s.LegalName)
	add(&v.Legal, "inn", s.INN)
	add(&v.Legal, "ogrn", s.OGRN)
	add(&v.Legal, "address", s.LegalAddress)
	add(&v.Legal, "email", s.Email)
	if back, away := s.Away(now); away {
		v.Notice = i18n.T(ctx, "catalog.shop.away", "date", i18n.Date(lang, back, now))
	}
	if s.Status == seller.Suspended {
		v.Notice = i18n.T(ctx, "catalog.shop.suspended")
	}
	about := v.About
	if about == "" {
		about = i18n.T(ctx, "catalog.shop.description", "name", s.Name, "city", s.City)
	}
	v.Page = web.Page{Title: s.Name, Description: about, Path: s.Path(), Section: "shops", Feed: v.Feed, NoIndex: s.Status != seller.Open,
		JSONLD: []any{map[string]any{"@context": "https://schema.org", "@type": "Store", "name": s.Name, "url": web.URL(ctx, s.Path()),
			"address": map[string]any{"@type": "PostalAddress", "addressLocality": s.City}}}}
	return v
}
