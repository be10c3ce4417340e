package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"
)

// endlessBody is a body that goes on for as long as it is read, and counts.
type endlessBody struct {
	start io.Reader
	read  int64
}

func (b *endlessBody) Read(p []byte) (int, error) {
	n, err := b.start.Read(p)
	if err == io.EOF {
		for i := range p {
			p[i] = 'x'
		}
		n = len(p)
	}
	b.read += int64(n)
	return n, nil
}

// Two gigabytes are refused at every door that takes a file: by what they say of themselves, unread, and where they say
// nothing, at the door's own bound.
func TestCase87TwoGigabytes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const two = 2 << 30
	for _, e := range w.fileDoors() {
		head := fmt.Sprintf("--b\r\nContent-Disposition: form-data; name=%q; filename=\"a.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8\xff", e.files[0])
		for _, told := range []bool{true, false} {
			body := &endlessBody{start: strings.NewReader(head)}
			r := httptest.NewRequestWithContext(context.WithoutCancel(t.Context()), e.method, "http://yarmarka.test"+e.path, body)
			r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
			for _, c := range w.actors[e.role].cookies() {
				r.AddCookie(c)
			}
			most := bodyLimit(e.path) + 1<<20
			if r.ContentLength = -1; told {
				r.ContentLength, most = two, 0
			}
			answer := httptest.NewRecorder()
			w.handler.ServeHTTP(answer, r)
			if answer.Code != http.StatusRequestEntityTooLarge || body.read > most {
				t.Errorf("%s (told its length: %t) answers %d after %d bytes of at most %d", e, told, answer.Code, body.read, most)
			}
			w.sane(e.String(), reply{answer.Result(), answer.Body.String()})
		}
	}
}

// A body that comes a byte at a time is given up: the connection ends within the server's time, and nothing is kept.
func TestCase87AByteASecond(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	w.must(err)
	server := newServer(w.handler)
	if server.ReadTimeout > time.Minute || server.ReadTimeout <= 0 {
		t.Errorf("a body may take %s", server.ReadTimeout)
	}
	server.ReadTimeout = 2 * time.Second // the same, sooner
	go server.Serve(listener)            //nolint:errcheck // it ends with the test
	t.Cleanup(func() { server.Close() })
	kept := one[int64](w.site, `select count(*) from media_files`) + one[int64](w.site, `select count(*) from imports`)
	type slow struct {
		door string
		in   func() (int, error)
	}
	var all []slow
	for _, e := range w.fileDoors() {
		c, in := dial(t, listener.Addr().String())
		cookies := make([]string, 0, 2)
		for _, cookie := range w.actors[e.role].cookies() {
			cookies = append(cookies, cookie.Name+"="+cookie.Value)
		}
		fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: yarmarka.test\r\nCookie: %s\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000\r\n\r\n--b\r\nContent-Disposition: form-data; name=%q; filename=\"a.jpg\"\r\n\r\n",
			e.path, strings.Join(cookies, "; "), e.files[0])
		go func() { // a byte now and then, until the server hangs up
			for range 100 {
				if _, err := c.Write([]byte("x")); err != nil {
					return
				}
				time.Sleep(200 * time.Millisecond)
			}
		}()
		all = append(all, slow{e.String(), func() (int, error) {
			res, err := http.ReadResponse(in, nil)
			if err != nil {
				return 0, err
			}
			return res.StatusCode, res.Body.Close()
		}})
	}
	for _, one := range all {
		if strings.Contains(one.door, "/seller/imports") {
			continue // a whole catalogue has a quarter of an hour
		}
		status, err := one.in()
		switch {
		case err == nil && (status < 400 || status >= 500):
			t.Errorf("%s answers %d to half a body", one.door, status)
		case errors.Is(err, os.ErrDeadlineExceeded):
			t.Errorf("%s neither answers nor hangs up", one.door)
		}
	}
	if n := one[int64](w.site, `select count(*) from media_files`) + one[int64](w.site, `select count(*) from imports`); n != kept {
		t.Errorf("%d rows of half a body", n-kept)
	}
}
