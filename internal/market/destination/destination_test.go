package destination

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/web/ui"
)

// Every choice that can be made is read back from the cookie it writes, and nothing else is read as a choice.
func TestCookie(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := Choice{Country: rapid.SampledFrom(countries).Draw(t, "country").Code, Currency: rapid.SampledFrom(append(Currencies, "", money.RUB)).Draw(t, "currency")}.tidy()
		got, ok := parse(c.write())
		if ok == c.Zero() || got != c {
			t.Fatalf("%+v writes %q, which reads as %+v, %v", c, c.write(), got, ok)
		}
		text := rapid.String().Draw(t, "text")
		if got, ok := parse(text); ok && got.write() != text {
			t.Fatalf("%q reads as %+v", text, got)
		}
	})
}

func TestShownCurrency(t *testing.T) {
	t.Parallel()
	for c, want := range map[Choice]money.Currency{{}: money.RUB, {Country: "DE"}: "EUR", {Country: "KZ"}: "KZT", {Country: "MN"}: "EUR",
		{Country: "DE", Currency: "USD"}: "USD", {Currency: "EUR"}: "EUR", {Country: "RU"}: money.RUB} {
		if got := c.Show(); got != want {
			t.Errorf("%+v is shown %s, want %s", c, got, want)
		}
	}
}

func exchange(c money.Currency, value, nominal int64) Exchange {
	return Exchange{Currency: c, Day: time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC), Value: value, Nominal: nominal,
		From: func(a money.Amount) (money.Amount, error) { return money.Convert(a, value, nominal, c) }}
}

func TestSumsAreShownHonestly(t *testing.T) {
	t.Parallel()
	euro, yen := exchange("EUR", 957793, 1), exchange("JPY", 560120, 100)
	for got, want := range map[string]string{
		euro.About(i18n.EN, 1240_00):       "≈\u00a0€12.95",
		euro.About(i18n.RU, 1240_00):       "≈\u00a012,95\u00a0€",
		euro.Both(i18n.EN, 1240_00):        "€12.95 · ₽1,240",
		euro.Rate(i18n.EN):                 "€1 = ₽95.7793",
		euro.Rate(i18n.RU):                 "1\u00a0€ = 95,7793\u00a0₽",
		yen.Sum(i18n.EN, 1000_00):          "JPY\u00a01,785",
		yen.Rate(i18n.EN):                  "JPY\u00a0100 = ₽56.0120",
		(Exchange{}).About(i18n.EN, 100):   "",
		(Exchange{}).Both(i18n.EN, 124000): "₽1,240",
		euro.About(i18n.EN, -1):            "", // no such sum
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	old := euro
	old.AgeDays = 5
	if fresh, aged := RateText(i18n.EN, euro), RateText(i18n.EN, old); strings.Contains(fresh, "old") || !strings.Contains(aged, "5 days old") || !strings.Contains(aged, "21\u00a0November") {
		t.Errorf("%q and %q", fresh, aged)
	}
}

// A price of a card is shown in the visitor's currency; one that is in no roubles is left alone.
func TestCardsShowBoth(t *testing.T) {
	t.Parallel()
	ctx := With(i18n.WithLang(t.Context(), i18n.EN), Choice{Country: "DE"}, exchange("EUR", 957793, 1))
	if got := ui.About(ctx, 1240_00, money.RUB); got != "€12.95" || !ui.Away(ctx) {
		t.Errorf("a German sees %q, away: %v", got, ui.Away(ctx))
	}
	if got := ui.About(ctx, 1240_00, "USD"); got != "" {
		t.Errorf("dollars are shown as %q", got)
	}
	if got := ui.About(t.Context(), 1240_00, money.RUB); got != "" || ui.Away(t.Context()) {
		t.Errorf("a stranger sees %q", got)
	}
}

func TestAddressesAbroad(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		country, text string
		want          bool
	}{{"DE", "10117", true}, {"DE", "1011", false}, {"GB", "sw1a 1aa", true}, {"GB", "10117", false}, {"CA", "K1A 0B1", true}, {"NL", "1012 AB", true},
		{"KZ", "050000", true}, {"KZ", "A05H9K3", true}, {"BR", "01310-100", true}, {"AE", "", true}, {"AE", "P1 2", true}, {"HK", "ОДИН", false}, {"US", "10001-1234", true}} {
		if got := GoodPostcode(tt.country, tt.text); got != tt.want {
			t.Errorf("%s %q: %v", tt.country, tt.text, got)
		}
	}
	for text, want := range map[string]bool{"Müller-Lüdenscheidt, Straße 1": true, "O'Brien 3/4": true, "Иванов": false, "Lenina ул.": false, "東京": false, "": true, "a\nb": false, "Greta 😀": false, "Nguye\u0302\u0303n": true, "Müller\u200d": true, "№ 7": true} {
		if got := Latin(text); got != want {
			t.Errorf("%q is Latin: %v", text, got)
		}
	}
	if !LatinOrCyrillic("Айгерим Satpaeva") || LatinOrCyrillic("東京") {
		t.Error("Cyrillic and Latin are read wrongly")
	}
	for text, want := range map[string]bool{"+49 30 1234567": true, "+7 (701) 123-45-67": true, "8 916 555-12-34": false, "+49": false, "+49 30 abc": false, "49 +30 1234567": false, "+1234567890123456": false} {
		if got := GoodPhone(text); got != want {
			t.Errorf("%q is a phone: %v", text, got)
		}
	}
}

// Every country has both names and, but for a few, a currency; home is one of them.
func TestCountries(t *testing.T) {
	t.Parallel()
	if _, ok := Find(Home); !ok || len(countries) < 230 {
		t.Fatalf("%d countries, home among them: %v", len(countries), ok)
	}
	for _, c := range countries {
		if c.RU == "" || c.EN == "" || len(c.Code) != 2 || c.Currency != "" && len(c.Currency) != 3 {
			t.Errorf("%+v", c)
		}
	}
	for _, code := range often {
		if _, ok := Find(code); !ok {
			t.Errorf("%s is often chosen and is no country", code)
		}
	}
	for _, code := range articled {
		if _, ok := Find(code); !ok {
			t.Errorf("%s takes an article and is no country", code)
		}
	}
	for code, want := range map[string]string{"US": "the United States", "DE": "Germany"} {
		if got := NameIn(i18n.EN, code); got != want {
			t.Errorf("sent to %q", got)
		}
	}
	if got := NameIn(i18n.RU, "US"); got != NameOf(i18n.RU, "US") {
		t.Errorf("Russian knows no article: %q", got)
	}
	if NameOf(i18n.EN, "ZZ") != "ZZ" {
		t.Error("an unknown code is not its own name")
	}
}

func TestDays(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		from, to int
		want     string
	}{{12, 20, "12–20 days"}, {1, 1, "1 day"}, {0, 7, "7 days"}, {0, 0, ""}} {
		if got := Days(i18n.EN, tt.from, tt.to); got != tt.want {
			t.Errorf("%d to %d: %q", tt.from, tt.to, got)
		}
	}
}

// A list of two hundred countries is searched by eye: Åland stands with the other A, Côte d'Ivoire before Croatia.
func TestCountriesStandAsTheyAreLookedUp(t *testing.T) {
	t.Parallel()
	for lang, want := range map[i18n.Lang][]string{
		i18n.EN: {"AF", "AX", "AL", "CR", "CI", "HR", "QA", "RE", "RO", "SM", "ST", "SA"},
		i18n.RU: {"AU", "AT", "AZ", "AX", "AL", "IT", "YE", "CV"},
	} {
		at := -1
		for _, code := range want {
			i := slices.IndexFunc(Countries(lang), func(c Country) bool { return c.Code == code })
			if i <= at {
				t.Errorf("%s: %s stands at %d, after what is at %d", lang, NameOf(lang, code), i, at)
			}
			at = i
		}
	}
}
