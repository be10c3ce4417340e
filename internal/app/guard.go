package app

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/platform/clientip"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/limit"
	"github.com/yarmarka/yarmarka/web"
)

// limitMisses is how often one client may ask for private things that do not exist: a person who mistypes never gets there,
// a program that counts numbers up does at once.
var limitMisses = limit.Rule{Name: "miss.client", Burst: 120, Per: 10 * time.Minute}

// private are the beginnings of addresses whose objects belong to somebody.
var private = []string{"/orders/", "/account/", "/seller/", "/admin/", "/pay/", "/media/documents/", "/export/desks/", "/api/"}

// misses slows down whoever tries numbers.
func (a *App) misses() func(http.Handler) http.Handler {
	guarded := func(r *http.Request) bool {
		return slices.ContainsFunc(private, func(start string) bool { return strings.HasPrefix(r.URL.Path, start) })
	}
	client := func(r *http.Request) string { return clientip.Bucket(clientip.From(r.Context())) }
	return a.m.limiter.Misses(limitMisses, guarded, client, web.Fail)
}

// limitHoarders is how often a client's guests may begin a checkout, which keeps goods from others: a guest is had for
// nothing, so the bound of each buyer alone (order) keeps nobody from being many.
var limitHoarders = limit.Rule{Name: "hold.client", Burst: 120, Per: time.Hour}

// hoarders slows down whoever puts goods aside as one guest after another. People who have signed in are counted by what
// they leave unpaid.
func (a *App) hoarders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && r.URL.Path == "/checkout" && !account.SessionOf(r.Context()).SignedIn() {
			if err := a.m.limiter.Take(r.Context(), limitHoarders, clientip.Bucket(clientip.From(r.Context()))); err != nil {
				web.Fail(w, r, err)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// legible refuses an address that asks in bytes which are no text: what would be left without them is not what was asked for.
// The marks that advertisers put on links are read by nobody here, and come in whichever encoding.
func legible(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.RawQuery, "%") || !form.Keepable(r.URL.RawQuery) {
			for name, values := range r.URL.Query() {
				if !strings.HasPrefix(name, "utm_") && !(form.Keepable(name) && form.Keepable(strings.Join(values, ""))) {
					web.Fail(w, r, errs.New(errs.BadRequest, "error.bad_address"))
					return
				}
			}
		}
		next.ServeHTTP(w, r)
	})
}

// foreign answers a form that another site sent.
var foreign = web.Handle(func(http.ResponseWriter, *http.Request) error {
	return errs.New(errs.Forbidden, "error.cross_origin")
})

// tooLong answers a body that says it is longer than its address takes.
var tooLong = web.Handle(func(_ http.ResponseWriter, r *http.Request) error {
	if form.Plain(r) {
		return errs.New(errs.TooLarge, "form.too_much_text")
	}
	return errs.New(errs.TooLarge, "form.larger_than", "max", int(bodyLimit(r.URL.Path)>>20))
})
