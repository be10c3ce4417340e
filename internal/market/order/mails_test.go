package order

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/market/catalog/intake"
	"github.com/yarmarka/yarmarka/internal/market/seller"
	"github.com/yarmarka/yarmarka/internal/notify/notifytest"
	"github.com/yarmarka/yarmarka/internal/payment"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

var update = flag.Bool("update", false, "write the golden files anew")

// What differs from run to run: numbers, keys, moments and days.
var volatile = []struct {
	re   *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`Y-[2-9A-Z]{4}-[2-9A-Z]{4}`), "Y-0000-0000"},
	{regexp.MustCompile(`key=[\w-]+`), "key=KEY"},
	{regexp.MustCompile(`\d{1,2}:\d{2}`), "12:00"},
	{regexp.MustCompile(`(\d{1,2}(\x{a0}\p{L}+)?( – |–))?\d{1,2}\x{a0}(января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря|January|February|March|April|May|June|July|August|September|October|November|December)(\x{a0}\d{4})?`), "DAY"},
}

// TestMailsSayWhatHappened follows one purchase through its letters, in both languages.
func TestMailsSayWhatHappened(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Langs {
		t.Run(string(lang), func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			shop := catalogtest.Shop(t, b.pool, func(s *seller.Seller) {
				s.Slug, s.Name, s.Contact.Email = "tulazhernov", "Тулажернов", "shop@example.ru"
			})
			card := catalogtest.Card(t, b.pool, shop, func(c *intake.Card) {
				c.Title = catalog.Text{RU: "Кофемолка ручная «Тула»", EN: "Tula hand grinder"}
			})
			offer := catalogtest.Offer(t, b.pool, shop, card.Variants["main"], 429050, 5)
			u := b.guest()
			u.Lang = lang
			d := b.paid(u, 2, offer)
			number, line, w := d.Orders[0].Number, d.Lines[0].ID, b.staff(shop.ID)
			b.must(b.CancelByBuyer(t.Context(), u, d.Purchase.Number, CancelIn{OrderID: d.Orders[0].ID, Lines: map[int64]int{line: 1}, Reason: ReasonMistake}))
			b.must(b.ship(w, number))
			b.must(b.Move(t.Context(), w, number, 1, MoveIn{To: Delivered}))
			unpaid := b.placed(u, 1, offer)
			b.must(b.bank(unpaid, payment.SandboxDecline))
			b.loseRefund()
			b.expireNow(unpaid)
			_, err := b.ExpireUnpaid(t.Context(), 1)
			b.must(err)
			seen := map[string]bool{}
			for _, m := range notifytest.Mails(t, b.pool, "", "") {
				if !seen[m.Template] {
					golden(t, filepath.Join("testdata", m.Template+"."+string(lang)+".txt"), "To: "+m.Recipient+"\nSubject: "+m.Subject+"\n\n"+m.Body)
				}
				seen[m.Template] = true
			}
		})
	}
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	for _, v := range volatile {
		got = v.re.ReplaceAllString(got, v.with)
	}
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}
