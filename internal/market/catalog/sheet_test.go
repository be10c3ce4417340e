package catalog_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/market/catalog/intake"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pagecache"
)

// writeSheets writes until nothing is left to write.
func (s *site) writeSheets() {
	s.T.Helper()
	ctx, cancel := context.WithTimeout(s.T.Context(), time.Minute)
	defer cancel()
	s.must(s.Catalog.WriteAllSheets(ctx))
}

// writePrints is writeSheets, pages among them.
func (s *site) writePrints() {
	s.T.Helper()
	ctx, cancel := context.WithTimeout(s.T.Context(), time.Minute)
	defer cancel()
	s.must(s.printer.WriteAllSheets(ctx))
}

// printUsed tells whether the page of a card comes from its print.
func (s *site) printUsed(x shelfOf) bool {
	s.T.Helper()
	s.Exec(`create table body_before as select body from card_prints where product_id = $1`, x.card.ProductID)
	defer s.Exec(`drop table body_before`)
	s.Exec(`update card_prints t set body = o.body from card_prints o where t.product_id = $1 and o.product_id = $2`, x.card.ProductID, x.beside.ProductID)
	defer s.Exec(`update card_prints t set body = o.body from body_before o where t.product_id = $1`, x.card.ProductID)
	return strings.Contains(ask(s.T, s.printed, "/p/"+x.card.Slug), canonical(x.beside.Slug))
}

// used tells whether the page of a card comes from its kept sheet: for a moment another card's stands in its place.
func (s *site) used(x shelfOf) bool {
	s.T.Helper()
	s.Exec(`create table body_before as select body from card_sheets where product_id = $1`, x.card.ProductID)
	defer s.Exec(`drop table body_before`)
	s.Exec(`update card_sheets t set body = o.body from card_sheets o where t.product_id = $1 and o.product_id = $2`, x.card.ProductID, x.beside.ProductID)
	defer s.Exec(`update card_sheets t set body = o.body from body_before o where t.product_id = $1`, x.card.ProductID)
	return strings.Contains(ask(s.T, s.Handler, "/p/"+x.card.Slug), canonical(x.beside.Slug))
}

func canonical(slug string) string {
	return `rel="canonical" href="https://yarmarka.test/p/` + slug + `"`
}

// truth is a page as the tables themselves have it.
func (s *site) truth(path string) string {
	s.T.Helper()
	s.Exec(`delete from card_sheets`)
	return ask(s.T, s.Handler, path)
}

func TestASheetShowsWhatTheTablesSay(t *testing.T) {
	t.Parallel()
	for name, tt := range changes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			x := s.shelf()
			s.drain()
			s.writePrints()
			if !s.used(x) || !s.printUsed(x) {
				t.Fatal("the page does not come from its sheet, or its print")
			}
			path := "/p/" + x.card.Slug
			was := ask(t, s.Handler, path)
			tt.change(s, x)
			is := ask(t, s.Handler, path)
			if want := contains(tt.shows, product); want != (is != was) {
				t.Errorf("the page differs: %v, want %v", !want, want)
			}
			if printed := ask(t, s.printed, path); printed != is {
				t.Errorf("the print is old: %s\nwant: %s", differ(printed, is), differ(is, printed))
			}
			s.writePrints()
			if stale := s.Rows(`select count(*) from card_sheets where stamp <> page_stamp(topics) or until <= current_date`); stale != "[[0]]" {
				t.Errorf("%s sheets were left old", stale)
			}
			mended := ask(t, s.Handler, path)
			if !strings.HasPrefix(is, "404") && (!s.used(x) || !s.printUsed(x)) {
				t.Error("the page does not come from its sheet, or its print, again")
			}
			if printed := ask(t, s.printed, path); printed != mended {
				t.Errorf("printed: %s\nwant: %s", differ(printed, mended), differ(mended, printed))
			}
			if truth := s.truth(path); is != truth || mended != truth {
				t.Errorf("at once: %s\nmended: %s\nwant: %s", differ(is, truth), differ(mended, truth), differ(truth, is))
			}
		})
	}
}

// A sheet is a whole page's worth: variants, photographs, several sellers of both conditions and what they charged.
func TestASheetOfManySellersShowsWhatTheTablesSay(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	x := s.shelf()
	for n := range 5 {
		shop := catalogtest.Shop(t, s.DB)
		offer := catalogtest.Offer(t, s.DB, shop, x.card.Variants["main"], 429000-1000*money.Amount(n), 3+n)
		s.must(intake.WriteHistory(t.Context(), s.DB, []intake.PastPrice{{OfferID: offer, DaysAgo: 40, Price: 500000},
			{OfferID: offer, DaysAgo: 12, Price: 429000 - 1000*money.Amount(n)}}))
	}
	s.Exec(`update offers set condition = 'used' where id = (select max(id) from offers)`)
	s.drain()
	s.writeSheets()
	for _, path := range []string{"/p/" + x.card.Slug, "/p/" + x.card.Slug + "?variant=" + strconv.FormatInt(x.card.Variants["main"], 10), "/p/" + x.card.Slug + "?variant=1"} {
		kept := ask(t, s.Handler, path)
		if truth := s.truth(path); kept != truth {
			t.Errorf("%s: %s\nwant: %s", path, differ(kept, truth), differ(truth, kept))
		}
		s.writeSheets()
	}
}

func TestASheetThatMayNotBeTrueIsPassedOver(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	x := s.shelf()
	s.writeSheets()
	for name, damage := range map[string]string{
		"another program's form": `update card_sheets set form = 99`,
		"a damaged body":         `update card_sheets set body = '\x00'`,
		"another stamp":          `update card_sheets set stamp = stamp + 1`,
		"its day is over":        `update card_sheets set until = current_date`,
	} {
		s.Exec(damage)
		if !strings.Contains(ask(t, s.Handler, "/p/"+x.card.Slug), canonical(x.card.Slug)) || s.used(x) && name != "a damaged body" {
			t.Errorf("%s: the page is not the card's own", name)
		}
		s.Exec(`delete from card_sheets`)
		s.writeSheets()
	}
}

// A holiday begins and ends without anybody changing anything.
func TestASheetEndsWhereAHolidayBegins(t *testing.T) {
	t.Parallel()
	for holiday, until := range map[string]string{
		"current_date + 2, vacation_to = current_date + 5": "2",
		"current_date - 2, vacation_to = current_date + 1": "2",
		"current_date - 5, vacation_to = current_date - 1": "<nil>",
	} {
		s := newSite(t)
		x := s.shelf()
		s.Exec(`update sellers set vacation_from = `+holiday+` where id = $1`, x.shop.ID)
		s.writeSheets()
		if got := s.Rows(fmt.Sprintf(`select until - current_date from card_sheets where product_id = %d`, x.card.ProductID)); got != "[["+until+"]]" {
			t.Errorf("%s: until %s, want %s", holiday, got, until)
		}
		// The day comes: the sheet is passed over and written anew.
		s.Exec(`update card_sheets set until = current_date where until is not null`)
		s.writeSheets()
		if got := s.Rows(`select count(*) from card_sheets where until <= current_date`); got != "[[0]]" {
			t.Errorf("%s: %s sheets are over", holiday, got)
		}
	}
}

// Lines of changes are folded after an hour: a sheet that was true is true after that, and one that was not is not.
func TestSheetsOutliveTheLinesTheyAreProvedBy(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	x := s.shelf()
	s.reprice(x, 399000)
	s.reprice(x, 370000)
	s.writeSheets()
	fold := func() {
		s.Exec(`update page_changes set at = at - interval '2 hours'`)
		_, err := pagecache.Forget(t.Context(), s.DB)
		s.must(err)
	}
	fold()
	if !s.used(x) {
		t.Error("a sheet was lost with its lines")
	}
	s.reprice(x, 350000)
	fold()
	fold()
	if s.used(x) {
		t.Error("an old sheet came true again when the lines were gone")
	}
}

// Nobody who saw a price written may be shown the one before it, whoever writes sheets meanwhile.
func TestSheetsNeverBringAnOldPriceBack(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	x := s.shelf()
	s.writeSheets()
	var written atomic.Int64
	var wg sync.WaitGroup
	end := make(chan struct{})
	for range 2 {
		wg.Go(func() {
			for {
				select {
				case <-end:
					return
				default:
				}
				if _, err := s.Catalog.WriteSheets(t.Context(), time.Now().Add(-time.Minute)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 3 {
		wg.Go(func() {
			for {
				select {
				case <-end:
					return
				default:
				}
				floor := written.Load()
				w := httptest.NewRecorder()
				s.Handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/p/"+x.card.Slug, nil))
				if got := lowPrice(w.Body.String()); got < floor {
					t.Errorf("showed %d after %d was written", got, floor)
				}
			}
		})
	}
	for n := range 40 {
		price := int64(n+1) * 1000
		s.Exec(`update offers set price = $2 where id = $1`, x.offer, price*100)
		written.Store(price)
		time.Sleep(time.Millisecond) // let somebody look at it
	}
	close(end)
	wg.Wait()
	s.writeSheets()
	if body := ask(t, s.Handler, "/p/"+x.card.Slug); lowPrice(body) != 40000 || !s.used(x) {
		t.Errorf("in the end the page says %d", lowPrice(body))
	}
}

var lowPriceRE = regexp.MustCompile(`"(?:lowPrice|price)":"(\d+)\.00"`)

// lowPrice is the price in a page's structured data, in roubles; 0 for none.
func lowPrice(body string) int64 {
	m := lowPriceRE.FindStringSubmatch(body)
	if m == nil {
		return 0
	}
	n, _ := strconv.ParseInt(m[1], 10, 64) // the expression lets nothing else through
	return n
}
