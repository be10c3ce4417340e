package egress

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"
)

func TestPublic(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"8.8.8.8", "77.88.55.60", "2a02:6b8::1", "2606:4700::1111"} {
		if !Public(netip.MustParseAddr(s)) {
			t.Errorf("%s is public", s)
		}
	}
	for _, s := range []string{"127.0.0.1", "127.1.2.3", "0.0.0.1", "10.1.1.1", "100.64.0.1", "169.254.169.254", "172.31.0.1",
		"192.0.0.8", "192.168.1.1", "198.18.0.1", "203.0.113.5", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::",
		"::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:1::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1"} {
		if Public(netip.MustParseAddr(s)) {
			t.Errorf("%s passed", s)
		}
	}
}

func TestCheckURL(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"https://example.ru/feed.xml", "http://user:pass@example.ru:8080/yml?x=1"} {
		if _, err := CheckURL(s); err != nil {
			t.Errorf("%s: %v", s, err)
		}
	}
	for _, s := range []string{"", "file:///etc/passwd", "gopher://x/", "ftp://x/", "//example.ru/x", "http://127.0.0.1/", "http://[::1]/",
		"http://[::ffff:127.0.0.1]/", "http://169.254.169.254/latest", "http://example.ru:22/", "http:example.ru", "http://"} {
		if _, err := CheckURL(s); !errors.Is(err, ErrBlocked) {
			t.Errorf("%s: %v", s, err)
		}
	}
}

// TestControlJudgesResolvedAddresses stands in for a resolver: whatever a name led to, by decimal
// notation, rebinding or a redirect, the address about to be connected to is judged.
func TestControlJudgesResolvedAddresses(t *testing.T) {
	t.Parallel()
	c := New(time.Second)
	for address, ok := range map[string]bool{"8.8.8.8:443": true, "127.0.0.1:80": false, "[::ffff:10.0.0.1]:80": false,
		"100.100.100.200:80": false, "[64:ff9b::a00:1]:443": false, "nonsense": false} {
		if err := c.control(t.Context(), "tcp4", address, nil); (err == nil) != ok {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestGetGoesWhereItIsAllowed(t *testing.T) {
	t.Parallel()
	var inner *httptest.Server
	mux := http.NewServeMux()
	mux.HandleFunc("/feed", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"1"`)
		if r.Header.Get("If-None-Match") == `"1"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		io.WriteString(w, "ok")
	})
	mux.HandleFunc("/away", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, inner.URL, http.StatusFound) })
	srv := httptest.NewServer(mux)
	inner = httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(srv.Close)
	t.Cleanup(inner.Close)
	c := New(5*time.Second, srv.Listener.Addr().(*net.TCPAddr).String())

	a, err := c.Get(t.Context(), srv.URL+"/feed", "", "")
	if err != nil {
		t.Fatal(err)
	}
	a.Body.Close()
	if a, err = c.Get(t.Context(), srv.URL+"/feed", a.ETag, ""); err != nil || !a.NotModified {
		t.Errorf("second time: %+v, %v", a, err)
	}
	if _, err := c.Get(t.Context(), srv.URL+"/away", "", ""); !errors.Is(err, ErrBlocked) {
		t.Errorf("a redirect inside was followed: %v", err)
	}
	_, err = New(time.Second).Get(t.Context(), "http://secret:word@127.0.0.1:1/x", "", "")
	if err == nil || strings.Contains(err.Error(), "word") {
		t.Errorf("error %v", err)
	}
}
