// Package postal speaks with Russian Post: its tariff, order and tracking services. It owns what the post said of countries,
// prices and orders, and chooses the cheapest service for an item. It never makes an item's number: the post assigns one
// when it takes an order. What it says of numbers is in s10, of the way of an item in tracking, of countries in oksm, of
// offices in office; standin plays it.
package postal

import (
	"cmp"

	"net/url"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// The real addresses.
const (
	TariffURL   = "https://tariff.pochta.ru"
	OrdersURL   = "https://otpravka-api.pochta.ru"
	TrackingURL = "https://tracking.pochta.ru"
)

// Config says where the post's services are and who asks. A service without an address, or without the credentials it
// wants, is not connected: whoever calls it is told so, and nothing is sent.
type Config struct {
	TariffURL   string // base of the tariff service
	OrdersURL   string // base of the order service
	TrackingURL string // base of tracking
	Token, Key  string // of the order service: AccessToken, and the base64 of login:password
	Login       string // of tracking
	Password    string
	From        string        // postcode items are sent from, unless an Ask says another
	Timeout     time.Duration // of one request; 0: 5 s, and 2 s of one that a shopper waits for
	Settle      time.Duration // how long an order may still turn up after a time-out; 0: 3 s

	// Demonstration says that the addresses are the stand-in's: its prices are kept apart and shown as made up.
	Demonstration bool
}

// Post is a client of Russian Post's tariff, order and tracking services, or of what stands in for them.
type Post struct {
	cfg      Config
	now      func() time.Time
	tariff   *line
	orders   *line
	tracking *line
}

// How many calls are made at once, and how many failures in a row blow the fuse. A shopper waits for a price, so its
// line gives up sooner than the lines of background work.
const (
	tariffSlots, tariffPatience = 8, 5
	ordersSlots, ordersPatience = 16, 8
	tracksSlots, tracksPatience = 8, 8
)

// NewPost makes a client.
func NewPost(c Config, now func() time.Time) *Post {
	within := cmp.Or(c.Timeout, 5*time.Second)
	c.Settle = cmp.Or(c.Settle, 3*time.Second)
	p := &Post{cfg: c, now: now,
		tariff:   newLine("tariff", c.TariffURL, min(within, 2*time.Second), tariffSlots, tariffPatience, now),
		orders:   newLine("orders", c.OrdersURL, within, ordersSlots, ordersPatience, now),
		tracking: newLine("tracking", c.TrackingURL, within, tracksSlots, tracksPatience, now),
	}
	p.orders.head.Set("Authorization", "AccessToken "+c.Token)
	p.orders.head.Set("X-User-Authorization", "Basic "+c.Key)
	p.orders.head.Set("Accept", "application/json;charset=UTF-8")
	return p
}

// Lacks names the settings without which orders cannot be filed or followed.
func (c Config) Lacks() []string {
	var list []string
	for _, s := range []struct{ name, value string }{
		{"POST_TOKEN", c.Token}, {"POST_KEY", c.Key}, {"POST_TRACKING_LOGIN", c.Login}, {"POST_TRACKING_PASSWORD", c.Password}, {"POST_FROM", c.From},
	} {
		if s.value == "" {
			list = append(list, s.name)
		}
	}
	return list
}

// Check refuses addresses that would send the credentials over an open network.
func (c Config) Check() error {
	for _, address := range []string{c.TariffURL, c.OrdersURL, c.TrackingURL} {
		u, err := url.Parse(address)
		if address == "" || err == nil && u.Host != "" && u.User == nil && (u.Scheme == "https" || u.Scheme == "http" && loopback(u.Hostname())) {
			continue
		}
		return errs.New(errs.Invalid, "postal.address")
	}
	return nil
}

func loopback(host string) bool { return host == "localhost" || host == "127.0.0.1" || host == "::1" }

// priced says that the tariff service has an address; it wants no keys.
func (p *Post) priced() bool { return p.cfg.TariffURL != "" }

// connected says that orders can be filed.
func (p *Post) connected() bool { return p.cfg.OrdersURL != "" && p.cfg.Token != "" && p.cfg.Key != "" }

// tracked says that items can be followed.
func (p *Post) tracked() bool { return p.cfg.TrackingURL != "" && p.cfg.Login != "" }

// Connected says that orders can be filed and items followed.
func (p *Post) Connected() bool { return p.connected() && p.tracked() }

var errUnconfigured = errs.New(errs.Unavailable, "postal.unconfigured")
