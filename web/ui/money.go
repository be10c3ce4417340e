package ui

import (
	"context"

	"github.com/yarmarka/yarmarka/internal/platform/money"
)

type aboutKey struct{}

// WithAbout lets prices be shown in another currency too: about writes a sum of roubles in it, "€12.95".
func WithAbout(ctx context.Context, about func(kopecks money.Amount) string) context.Context {
	return context.WithValue(ctx, aboutKey{}, about)
}

// About is a sum in the visitor's own currency, "" where they see roubles alone, or where the sum is in none.
func About(ctx context.Context, a money.Amount, cur money.Currency) string {
	about, ok := ctx.Value(aboutKey{}).(func(money.Amount) string)
	if !ok || cur != money.RUB {
		return ""
	}
	return about(a)
}

type placeKey struct{}

// Country is where a visitor wants things sent.
type Country struct {
	Code string // ISO 3166 alpha-2
	Name string // as it stands in a sentence: "the United States"
}

// WithPlace says that the visitor wants things sent to another country: what is said of delivery at home is not for them.
func WithPlace(ctx context.Context, c Country) context.Context {
	return context.WithValue(ctx, placeKey{}, c)
}

// Place is the other country that the visitor wants things sent to; the zero one for who is at home.
func Place(ctx context.Context) Country { c, _ := ctx.Value(placeKey{}).(Country); return c }

// Away reports whether the visitor wants things sent to another country.
func Away(ctx context.Context) bool { return Place(ctx) != Country{} }

// Carried is a card that asks for its line of the way abroad: the product's id, and the offer's that the card is of, "" for
// any.
type Carried struct{ Product, Offer string }

type reachKey struct{}

// WithReach lets cards say whether they may be sent to the visitor's country: reach says it of a whole list at once, each
// in its place.
func WithReach(ctx context.Context, reach func(ctx context.Context, list []Carried) []string) context.Context {
	return context.WithValue(ctx, reachKey{}, reach)
}

// Reach fills in what cards say of the way abroad; for visitors at home it does nothing. What is sold out says that and
// no more.
func Reach(ctx context.Context, list []Product) []Product {
	reach, ok := ctx.Value(reachKey{}).(func(context.Context, []Carried) []string)
	if !ok {
		return list
	}
	var asked []Carried
	var at []int
	for i, p := range list {
		if p.Gone == "" {
			asked, at = append(asked, Carried{p.ID, p.Away}), append(at, i)
		}
	}
	if len(asked) == 0 {
		return list
	}
	for i, text := range reach(ctx, asked) {
		list[at[i]].Reach = text
	}
	return list
}
