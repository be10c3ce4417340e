package catalog

import (
	"cmp"
	"context"
	"slices"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/web"
)

// What pages tell search engines in the words of schema.org.
const schemaOrg = "https://schema.org"

type productLD struct {
	Context     string   `json:"@context"`
	Type        string   `json:"@type"`
	Name        string   `json:"name"`
	URL         string   `json:"url"`
	Image       string   `json:"image"`
	SKU         string   `json:"sku"`
	Description string   `json:"description"`
	GTIN        string   `json:"gtin,omitempty"`
	Brand       *namedLD `json:"brand,omitempty"`
	Offers      any      `json:"offers,omitempty"`
}

type namedLD struct {
	Type string `json:"@type"`
	Name string `json:"name"`
}

type offerLD struct {
	Type         string         `json:"@type"`
	Price        string         `json:"price"`
	Currency     money.Currency `json:"priceCurrency"`
	Availability string         `json:"availability"`
	Condition    string         `json:"itemCondition"`
	URL          string         `json:"url"`
	Seller       namedLD        `json:"seller"`
}

type offersAtLD struct {
	Type     string         `json:"@type"`
	Low      string         `json:"lowPrice"`
	High     string         `json:"highPrice"`
	Currency money.Currency `json:"priceCurrency"`
	Count    int            `json:"offerCount"`
	Offers   []offerLD      `json:"offers"`
}

var conditionLD = map[Condition]string{
	ConditionNew: schemaOrg + "/NewCondition", ConditionLikeNew: schemaOrg + "/UsedCondition",
	ConditionUsed: schemaOrg + "/UsedCondition", ConditionRefurbished: schemaOrg + "/RefurbishedCondition",
}

// offersLD is one offer, or several with the range of their prices; nil when nobody sells it.
func offersLD(url string, box Box) any {
	if box.Winner.OfferID == 0 {
		return nil
	}
	rivals := append([]Rival{box.Winner}, box.Others...)
	slices.SortFunc(rivals, func(a, b Rival) int {
		return cmp.Or(cmp.Compare(a.Price.Amount, b.Price.Amount), cmp.Compare(a.OfferID, b.OfferID))
	})
	list := make([]offerLD, len(rivals))
	for i, r := range rivals {
		list[i] = offerLD{Type: "Offer", Price: money.Decimal(r.Price.Amount), Currency: r.Price.Currency,
			Availability: schemaOrg + "/InStock", Condition: conditionLD[r.Condition], URL: url,
			Seller: namedLD{Type: "Organization", Name: r.SellerName}}
	}
	if len(list) == 1 {
		return list[0]
	}
	return offersAtLD{Type: "AggregateOffer", Low: list[0].Price, High: list[len(list)-1].Price,
		Currency: rivals[0].Price.Currency, Count: len(list), Offers: list}
}

type crumbsListLD struct {
	Context string    `json:"@context"`
	Type    string    `json:"@type"`
	Items   []crumbLD `json:"itemListElement"`
}

type crumbLD struct {
	Type     string `json:"@type"`
	Position int    `json:"position"`
	Name     string `json:"name"`
	Item     string `json:"item"`
}

// crumbsLD is the way from the top to a category, and to a page in it when that has a title.
func crumbsLD(ctx context.Context, tree *Tree, categoryID int64, title, url string) any {
	way := tree.Ancestors(categoryID)
	items := make([]crumbLD, 0, len(way)+1)
	add := func(name, url string) {
		items = append(items, crumbLD{Type: "ListItem", Position: len(items) + 1, Name: name, Item: url})
	}
	for _, c := range way {
		add(c.Name.In(i18n.LangOf(ctx)), web.URL(ctx, CategoryPath(c.Slug)))
	}
	if title != "" {
		add(title, url)
	}
	return crumbsListLD{Context: schemaOrg, Type: "BreadcrumbList", Items: items}
}
