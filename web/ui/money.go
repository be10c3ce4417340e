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

type awayKey struct{}

// WithAway says that the visitor wants things sent to another country: what is said of delivery at home is not for them.
func WithAway(ctx context.Context) context.Context { return context.WithValue(ctx, awayKey{}, true) }

// Away reports whether the visitor wants things sent to another country.
func Away(ctx context.Context) bool { away, _ := ctx.Value(awayKey{}).(bool); return away }

type reachKey struct{}

// WithReach lets cards say whether they may be sent to the visitor's country: reach says it of a whole list at once, by
// the products' ids.
func WithReach(ctx context.Context, reach func(ctx context.Context, ids []string) map[string]string) context.Context {
	return context.WithValue(ctx, reachKey{}, reach)
}

// Reach fills in what cards say of the way abroad; for visitors at home it does nothing. What is sold out says that and
// no more.
func Reach(ctx context.Context, list []Product) []Product {
	reach, ok := ctx.Value(reachKey{}).(func(context.Context, []string) map[string]string)
	if !ok || len(list) == 0 {
		return list
	}
	ids := make([]string, 0, len(list))
	for _, p := range list {
		if p.Gone == "" {
			ids = append(ids, p.ID)
		}
	}
	said := reach(ctx, ids)
	for i, p := range list {
		if p.Gone == "" {
			list[i].Reach = said[p.ID]
		}
	}
	return list
}
