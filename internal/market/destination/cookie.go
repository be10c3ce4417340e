package destination

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// CookieName is the cookie that holds the choice, "DE.EUR". It says nothing of anybody that they have not chosen to
// say, opens nothing and starts no session.
const CookieName = "destination"

// cookieFor is how long a choice lasts.
const cookieFor = 365 * 24 * time.Hour

// write makes the text of a cookie.
func (c Choice) write() string { return c.Country + "." + string(c.Currency) }

// parse reads a cookie's text. Anything that no form of ours can have written is no choice.
func parse(text string) (Choice, bool) {
	country, currency, ok := strings.Cut(text, ".")
	c := Choice{Country: country, Currency: money.Currency(currency)}
	if !ok || c != c.tidy() || c.Zero() || !c.known() {
		return Choice{}, false
	}
	return c, true
}

// known reports whether country and currency are ones that we offer.
func (c Choice) known() bool {
	_, place := byCode[c.Country]
	return (c.Country == "" || place) && (c.Currency == "" || slices.Contains(Currencies, c.Currency))
}

// read finds the choice a request brings; present reports whether it brings the cookie at all, true or not.
func (s *Service) read(r *http.Request) (c Choice, present bool) {
	cookie, err := r.Cookie(s.cookieName())
	if err != nil {
		return c, false
	}
	c, _ = parse(cookie.Value)
	return c, true
}

// set puts the choice into the visitor's browser; the zero choice takes the cookie away, so that they are a stranger
// like any other again.
func (s *Service) set(w http.ResponseWriter, c Choice) {
	cookie := http.Cookie{Name: s.cookieName(), Value: c.write(), Path: "/", MaxAge: int(cookieFor.Seconds()), HttpOnly: true,
		Secure: s.secure, SameSite: http.SameSiteLaxMode}
	if c.Zero() {
		cookie.Value, cookie.MaxAge = "", -1
	}
	http.SetCookie(w, &cookie)
}
