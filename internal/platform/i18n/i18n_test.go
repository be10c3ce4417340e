package i18n_test

import (
	"testing"
	"testing/fstest"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

var _ = i18n.MustRegister(fstest.MapFS{
	"messages.ru.toml": {Data: []byte("\"t.hello\" = \"Здравствуйте, {name}\"\n\"t.odd\" = \"{ {a} {b}{a}{\"\n\"t.said\" = \"{a}: «{a}»\"\n[\"t.goods\"]\none = \"{n} товар\"\nfew = \"{n} товара\"\nmany = \"{n} товаров\"\n")},
	"messages.en.toml": {Data: []byte("\"t.hello\" = \"Hello {name}\"\n\"t.odd\" = \"{ {a} {b}{a}{\"\n\"t.said\" = \"{a}: “{a}”\"\n[\"t.goods\"]\none = \"{n} item\"\nother = \"{n} items\"\n")},
})

func TestPluralsFollowCLDR(t *testing.T) {
	t.Parallel()
	ru := map[int64]string{0: "0 товаров", 1: "1 товар", 2: "2 товара", 5: "5 товаров", 11: "11 товаров", 12: "12 товаров",
		14: "14 товаров", 21: "21 товар", 22: "22 товара", 101: "101 товар", 111: "111 товаров", 1234: "1\u00a0234 товара"}
	for n, want := range ru {
		if got := i18n.NIn(i18n.RU, "t.goods", n); got != want {
			t.Errorf("ru %d = %q, want %q", n, got, want)
		}
	}
	for n, want := range map[int64]string{0: "0 items", 1: "1 item", 2: "2 items", 1234: "1,234 items"} {
		if got := i18n.NIn(i18n.EN, "t.goods", n); got != want {
			t.Errorf("en %d = %q, want %q", n, got, want)
		}
	}
}

func TestTextsFillTheirPlaces(t *testing.T) {
	t.Parallel()
	if got := i18n.In(i18n.RU, "t.hello", "name", "Анна {n}"); got != "Здравствуйте, Анна {n}" {
		t.Errorf("got %q: what a visitor typed must stay as it is", got)
	}
	if got := i18n.In(i18n.RU, "t.odd", "a", 1234, "b"); got != "{ 1\u00a0234 {b}1\u00a0234{" {
		t.Errorf("got %q: a brace that opens no known name is a brace", got)
	}
	if got := i18n.In(i18n.RU, "t.said", "a", "Чайник «Синева»"); got != "Чайник «Синева»: «Чайник „Синева“»" {
		t.Errorf("got %q: quotes within quotes are of the inner kind", got)
	}
	if got := i18n.In(i18n.EN, "t.absent"); got != "t.absent" {
		t.Errorf("a missing key shows as %q", got)
	}
}

func TestNearDate(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 21, 20, 30, 0, 0, time.UTC) // 23:30 in Moscow
	for _, tc := range []struct {
		at   time.Time
		want string
	}{
		{now, "сегодня"},
		{now.Add(time.Hour), "завтра"},
		{now.Add(-24 * time.Hour), "вчера"},
		{now.AddDate(0, 0, 5), "26\u00a0ноября"},
		{now.AddDate(1, 0, 0), "21\u00a0ноября\u00a02027"},
	} {
		if got := i18n.NearDate(i18n.RU, tc.at, now); got != tc.want {
			t.Errorf("NearDate(%s) = %q, want %q", tc.at, got, tc.want)
		}
	}
}
