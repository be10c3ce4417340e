// Package egress fetches addresses that strangers gave us, without becoming their way into our own
// network: a name is resolved once, every address it has must be public by the IANA special-purpose
// registries, and the connection goes to the address that was checked, redirects included. It never
// sends credentials of ours and never logs an address with credentials of theirs.
package egress

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// ErrBlocked says that an address is not one a stranger may send us to.
var ErrBlocked = errors.New("egress: address is not public")

// special are the ranges of the IANA IPv4 and IPv6 Special-Purpose Address Registries that are not
// globally reachable, and those that carry another address inside (NAT64, 6to4, Teredo).
var special = prefixes("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
	"192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
	"198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "255.255.255.255/32",
	"::/128", "::1/128", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64", "2001::/23",
	"2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8")

func prefixes(list ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(list))
	for i, s := range list {
		out[i] = netip.MustParsePrefix(s)
	}
	return out
}

// Public reports whether an address is globally reachable unicast.
func Public(a netip.Addr) bool {
	if !a.IsValid() || a.Zone() != "" {
		return false
	}
	for _, p := range special {
		if p.Contains(a) {
			return false
		}
	}
	return !a.Is4In6()
}

// CheckURL reports whether text is an address we would fetch: http or https, a host name or public
// address, and the usual port. It resolves nothing.
func CheckURL(text string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || len(text) > 2048 {
		return nil, fmt.Errorf("%w: not an address", ErrBlocked)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.Opaque != "" {
		return nil, fmt.Errorf("%w: only http and https", ErrBlocked)
	}
	if p := u.Port(); p != "" && p != "80" && p != "443" && p != "8080" && p != "8443" {
		return nil, fmt.Errorf("%w: port %s", ErrBlocked, p)
	}
	if a, err := netip.ParseAddr(u.Hostname()); err == nil && !Public(a) {
		return nil, ErrBlocked
	}
	return u, nil
}

// Client fetches public addresses only. Allow, for tests and demonstrations, lets exact host:port
// pairs through.
type Client struct {
	http  *http.Client
	allow map[string]bool
}

// New makes a client that gives up after timeout, of which connecting may take 5 s.
func New(timeout time.Duration, allow ...string) *Client {
	c := &Client{allow: map[string]bool{}}
	for _, hostPort := range allow {
		c.allow[hostPort] = true
	}
	dialer := &net.Dialer{Timeout: 5 * time.Second, ControlContext: c.control}
	c.http = &http.Client{Timeout: timeout, CheckRedirect: c.redirect, Transport: &http.Transport{
		DialContext: dialer.DialContext, TLSHandshakeTimeout: 5 * time.Second, ResponseHeaderTimeout: 15 * time.Second,
		MaxResponseHeaderBytes: 64 << 10, MaxIdleConns: 4, DisableCompression: true,
	}}
	return c
}

// control runs after the name was resolved and before the socket connects, for every address tried:
// nothing can change between the check and the connection.
func (c *Client) control(_ context.Context, network, address string, _ syscall.RawConn) error {
	if c.allow[address] {
		return nil
	}
	ap, err := netip.ParseAddrPort(address)
	if err != nil || !strings.HasPrefix(network, "tcp") || !Public(ap.Addr()) {
		return ErrBlocked
	}
	return nil
}

// Allows reports whether an address is one of the exceptions given to New.
func (c *Client) Allows(address string) bool {
	u, err := url.Parse(address)
	return err == nil && c.allow[u.Host]
}

func (c *Client) check(u *url.URL) error {
	if c.allow[u.Host] {
		return nil
	}
	_, err := CheckURL(u.String())
	return err
}

func (c *Client) redirect(r *http.Request, via []*http.Request) error {
	if len(via) >= 3 {
		return fmt.Errorf("%w: too many redirects", ErrBlocked)
	}
	return c.check(r.URL)
}

// Answer is what a server sent. Close the body.
type Answer struct {
	Body         io.ReadCloser
	ETag         string
	LastModified string
	NotModified  bool
}

// Get fetches an address. etag and lastModified, where known, let the server say "not modified".
// Errors never hold the address itself, which may carry a password.
func (c *Client) Get(ctx context.Context, address, etag, lastModified string) (*Answer, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("%w: not an address", ErrBlocked)
	}
	if err := c.check(u); err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, fmt.Errorf("%w: not an address", ErrBlocked)
	}
	req.Header.Set("User-Agent", "Yarmarka/1 (feed import)")
	if etag != "" {
		req.Header.Set("If-None-Match", etag)
	}
	if lastModified != "" {
		req.Header.Set("If-Modified-Since", lastModified)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, hideAddress(err)
	}
	answer := &Answer{Body: resp.Body, ETag: validator(resp.Header.Get("ETag")), LastModified: validator(resp.Header.Get("Last-Modified"))}
	switch resp.StatusCode {
	case http.StatusOK:
		return answer, nil
	case http.StatusNotModified:
		answer.NotModified = true
		return answer, nil
	}
	resp.Body.Close()
	return nil, StatusError(resp.StatusCode)
}

// maxValidator is how long a mark of a version may be that we send back: those of real servers have a few dozen bytes.
const maxValidator = 300

// validator gives a mark of a version as it came, or none at all when it is not one: whoever asks keeps it, and a header
// may hold bytes that are no text.
func validator(mark string) string {
	if len(mark) > maxValidator || strings.ContainsFunc(mark, func(r rune) bool { return r < ' ' || r > '~' }) {
		return ""
	}
	return mark
}

// StatusError is the answer of a server that was not 200.
type StatusError int

func (s StatusError) Error() string { return fmt.Sprintf("egress: the server answered %d", int(s)) }

func hideAddress(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return fmt.Errorf("egress: %w", u.Err)
	}
	return err
}
