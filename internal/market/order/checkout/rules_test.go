package checkout

import (
	"math"
	"testing"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"pgregory.net/rapid"
)

func TestSplitAddsUpToTheKopeck(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "lines")
		parts, delivery := make([]Part, n), map[int64]money.Amount{}
		var goods money.Amount
		for i := range parts {
			parts[i] = Part{SellerID: int64(rapid.IntRange(1, 4).Draw(t, "seller")), Price: money.Amount(rapid.IntRange(1, 1e9).Draw(t, "price")),
				Qty: rapid.IntRange(1, 99).Draw(t, "qty"), Currency: money.RUB}
			delivery[parts[i].SellerID] = money.Amount(parts[i].SellerID * 19000)
			goods += parts[i].Price * money.Amount(parts[i].Qty)
		}
		discount := money.Amount(rapid.Int64Range(0, int64(goods)).Draw(t, "discount"))
		shares, whole, err := Split(parts, delivery, discount)
		if err != nil {
			t.Fatal(err)
		}
		var sum Sums
		seen := map[int]bool{}
		for _, s := range shares {
			var lines money.Amount
			for k, i := range s.Lines {
				if seen[i] || parts[i].SellerID != s.SellerID || s.LineTotals[k] < 0 {
					t.Fatalf("line %d is twice, a stranger's or below nothing", i)
				}
				seen[i] = true
				lines += s.LineTotals[k]
			}
			if lines != s.Goods-s.Discount || s.Total != s.Goods+s.Delivery-s.Discount {
				t.Fatalf("share %+v does not add up to its lines %d", s, lines)
			}
			sum.Goods, sum.Delivery, sum.Discount, sum.Total = sum.Goods+s.Goods, sum.Delivery+s.Delivery, sum.Discount+s.Discount, sum.Total+s.Total
		}
		if sum != whole || len(seen) != n || whole.Discount != discount {
			t.Fatalf("shares %+v, whole %+v, %d of %d lines", sum, whole, len(seen), n)
		}
	})
}

func TestSplitRefusesWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		parts []Part
		kind  errs.Kind
	}{
		"a sum beyond int64":     {[]Part{{SellerID: 1, Price: math.MaxInt64 / 2, Qty: 3, Currency: money.RUB}}, errs.Invalid},
		"lines beyond it":        {[]Part{{1, math.MaxInt64 - 1, 1, money.RUB}, {2, 2, 1, money.RUB}}, errs.Invalid},
		"a line in another coin": {[]Part{{1, 100, 1, money.RUB}, {2, 100, 1, "EUR"}}, errs.Conflict},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, _, err := Split(tc.parts, nil, 0); !errs.Is(err, tc.kind) {
				t.Fatalf("got %v, want %s", err, tc.kind)
			}
		})
	}
}

func TestPhones(t *testing.T) {
	t.Parallel()
	for phone, want := range map[string]bool{"8 916 555-12-34": true, "+7 (916) 555-12-34": true, "+381 64 555 0182": true,
		"8 916 55-12": false, "": false, "89165551234x": false, "+12": false, "٨٩١٦٥٥٥١٢٣٤": false} {
		if got := validPhone(phone); got != want {
			t.Errorf("%q: %v", phone, got)
		}
	}
}

func TestAddressLine(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		to   Recipient
		lang i18n.Lang
		want string
	}{
		{Recipient{Street: "ул. Остоженка, 12", Flat: "7", City: "Москва", Postcode: "119034"}, i18n.RU, "ул. Остоженка, 12, кв.\u00a07, Москва, 119034"},
		{Recipient{Street: "ул. Остоженка, 12", Flat: "7", City: "Москва"}, i18n.EN, "ул. Остоженка, 12, flat\u00a07, Москва"},
		{Recipient{Street: "ул. Ленина, 1", Flat: "оф. 5"}, i18n.RU, "ул. Ленина, 1, оф. 5"},
		{Recipient{Street: "ул. Ленина, 1"}, i18n.RU, "ул. Ленина, 1"},
		{Recipient{}, i18n.RU, ""},
	} {
		if got := tc.to.Line(tc.lang); got != tc.want {
			t.Errorf("%+v in %s: %q, want %q", tc.to, tc.lang, got, tc.want)
		}
	}
}
