package app

import (
	"context"
	"net/http"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/export/dispatch"
	"github.com/yarmarka/yarmarka/internal/market/catalog/listing"
	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/market/order"
	"github.com/yarmarka/yarmarka/internal/platform/httpx"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/web"
)

// cartCount says how many lines a visitor's cart holds.
type cartCount func(ctx context.Context, s *account.Session) (int, error)

// waiting counts what the places of a seller's hub hold, by their paths.
type waiting func(ctx context.Context, sellerID int64) (map[string]int, error)

// shell fills web.Shell once per request: who visits, in which language, what lies in the cart, what waits in the
// visitor's shop, and the message left for this page. A stranger costs no query.
func shell(baseURL string, demo bool, count cartCount, wait waiting, similar web.Similar) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ctx := r.Context()
			s := shellOf(ctx, baseURL, r.URL.Path, demo)
			s.Similar = similar
			s.Query, s.RequestID, s.HasCookie = r.URL.RawQuery, httpx.RequestIDOf(ctx), destination.Present(ctx)
			if r.Method == http.MethodGet {
				s.Flash = web.TakeFlash(w, r)
			}
			if sess := account.SessionOf(ctx); sess != nil {
				s.HasCookie = true
				s.Person = person(sess)
				s.CartCount = sync.OnceValue(func() int {
					n, err := count(ctx, sess)
					if err != nil { // the page matters more than the number on its cart
						httpx.Warn(ctx, "cart not counted", err)
					}
					return n
				})
				s.Waiting = waitingIn(ctx, s.Person, wait)
			}
			next.ServeHTTP(w, r.WithContext(web.WithShell(ctx, s)))
		})
	}
}

// waitingIn counts what a person's shop holds, once a request and only where its places are shown.
func waitingIn(ctx context.Context, p web.Person, wait waiting) func(string) int {
	if p.SellerID == 0 {
		return nil
	}
	counts := sync.OnceValue(func() map[string]int {
		n, err := wait(ctx, p.SellerID)
		if err != nil { // the page matters more than the numbers beside it
			httpx.Warn(ctx, "places of the hub not counted", err)
		}
		return n
	})
	return func(path string) int {
		if !strings.HasPrefix(path, "/seller") {
			return 0
		}
		return counts()[path]
	}
}

// hubCounts tells what the places of a seller's hub hold: orders and parcels abroad that wait for the seller, and listings,
// up to what a navigation shows. It is one question more to the database than none, confined to the seller's rows.
func hubCounts(db pg.DB) waiting {
	return func(ctx context.Context, sellerID int64) (map[string]int, error) {
		var orders, listings, parcels int
		err := pg.AsSeller(ctx, db, sellerID, func(tx pgx.Tx) error {
			b := &pgx.Batch{}
			order.CountWaiting(b, sellerID, &orders)
			listing.Count(b, sellerID, web.MaxCount+1, &listings)
			dispatch.CountReady(b, sellerID, &parcels)
			return pg.Send(ctx, tx, b)
		})
		return map[string]int{"/seller/orders": orders, "/seller/listings": listings, "/seller/export": parcels}, err
	}
}

// shellOf is the shell of a stranger who reads a page of the site.
func shellOf(ctx context.Context, baseURL, path string, demo bool) *web.Shell {
	return &web.Shell{Lang: i18n.LangOf(ctx), BaseURL: baseURL, Path: path, Demo: demo, Destination: destination.Label(ctx), Foot: destination.Footer()}
}

func person(s *account.Session) web.Person {
	if !s.SignedIn() {
		return web.Person{}
	}
	return web.Person{ID: s.PersonID, Name: s.Name, SellerID: s.SellerID, Staff: s.Staff(), Admin: s.Platform == account.Admin,
		Desk: officersDesk[s.Platform]}
}

// officersDesk is the export desk of each officer's role.
var officersDesk = map[account.Role]string{account.CultureExpert: "culture", account.CurrencyOfficer: "currency", account.CustomsOfficer: "customs"}
