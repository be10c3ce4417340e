// Package catalog is what is for sale: the category tree with typed attributes, the shared product
// cards and their variants, and the offers of sellers on them with price, stock and history. It
// decides what can be bought now and from whom, and feeds the search index; stock kept for a checkout
// is hold's. A card belongs to everybody: once published it changes only through moderation. The
// package never takes money, plans deliveries or knows carts and orders.
package catalog

import (
	"strconv"
	"strings"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// Reason says why an offer cannot be bought now; "" means it can. The values are those of the view
// offer_facts, which is the only place that decides.
type Reason string

// Reasons in the order in which they are told.
const (
	Buyable    Reason = ""
	Gone       Reason = "gone"        // card or variant is not published, or the offer was taken away
	ShopClosed Reason = "shop_closed" // the seller is suspended or has left
	ShopAway   Reason = "away"        // the seller is on holiday; see OfferLine.BackOn
	Paused     Reason = "paused"      // the seller paused this offer
	SoldOut    Reason = "sold_out"    // nothing free: sold or held by other buyers
)

// Key is the message that tells a shopper the reason.
func (r Reason) Key() string { return "catalog.reason." + string(r) }

// Condition of the goods of an offer.
type Condition string

// Conditions, best first.
const (
	ConditionNew         Condition = "new"
	ConditionLikeNew     Condition = "like_new"
	ConditionRefurbished Condition = "refurbished"
	ConditionUsed        Condition = "used"
)

// Conditions lists every condition, best first.
var Conditions = []Condition{ConditionNew, ConditionLikeNew, ConditionRefurbished, ConditionUsed}

// Statuses of a card, of a variant and of an offer.
const (
	CardDraft     = "draft"
	CardPublished = "published"
	CardBlocked   = "blocked"

	VariantProposed = "proposed"
	VariantActive   = "active"
	VariantRetired  = "retired"

	OfferActive   = "active"
	OfferPaused   = "paused"
	OfferArchived = "archived"
)

// Text is a short text in both languages. English may be empty; Russian stands in for it then.
type Text struct {
	RU string `json:"ru"`
	EN string `json:"en,omitempty"`
}

// In gives the text in a language, falling back to Russian.
func (t Text) In(lang i18n.Lang) string {
	if lang == i18n.EN && t.EN != "" {
		return t.EN
	}
	return t.RU
}

// Lang gives the language In really answers in, for a lang attribute.
func (t Text) Lang(lang i18n.Lang) i18n.Lang {
	if lang == i18n.EN && t.EN == "" {
		return i18n.RU
	}
	return lang
}

// Option is one axis of a variant with its value: colour, malachite.
type Option struct {
	AttributeID int64 `json:"attribute_id,omitempty"`
	ValueID     int64 `json:"value_id,omitempty"`
	Name        Text  `json:"name"`
	Value       Text  `json:"value"`
}

// OptionsText writes options as one line, "Малахит, 25 г"; "" for a card without variants.
func OptionsText(options []Option, lang i18n.Lang) string {
	parts := make([]string, len(options))
	for i, o := range options {
		parts[i] = o.Value.In(lang)
	}
	return strings.Join(parts, ", ")
}

// Price is an amount in a currency.
type Price struct {
	Amount   money.Amount
	Currency money.Currency
}

// In writes the price as people of the language do.
func (p Price) In(lang i18n.Lang) string { return money.Format(lang, p.Amount, p.Currency) }

// ProductPath is the page of a card.
func ProductPath(slug string) string { return "/p/" + slug }

// VariantPath is the page of a card opened at one variant.
func VariantPath(slug string, variantID int64) string {
	return ProductPath(slug) + "?variant=" + strconv.FormatInt(variantID, 10)
}

// CategoryPath is the page of a category.
func CategoryPath(slug string) string { return "/c/" + slug }
