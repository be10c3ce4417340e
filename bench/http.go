package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"
)

// conn is one kept-alive connection to a server on this machine. It is not net/http's client because
// that would take as much of the two cores as the server it measures.
type conn struct {
	addr    string
	timeout time.Duration
	net     net.Conn
	in      *bufio.Reader
	out     []byte
	body    []byte
}

// request is what conn sends. Headers are whole lines, each with its line end.
type request struct {
	method, path, headers, form string
}

// answer is what came back. Its body is good until the next request on the same connection.
type answer struct {
	status   int
	location string
	cookies  []string // "name=value"
	body     []byte
}

func newConn(addr string) *conn { return &conn{addr: addr, timeout: 30 * time.Second} }

func (c *conn) close() {
	if c.net != nil {
		_ = c.net.Close() // nothing of it is needed any more
		c.net = nil
	}
}

// do sends one request and reads the whole answer. After an error the next call connects anew.
func (c *conn) do(r request) (answer, error) {
	if c.net == nil {
		n, err := net.Dial("tcp", c.addr)
		if err != nil {
			return answer{}, err
		}
		c.net, c.in = n, bufio.NewReaderSize(n, 32<<10)
	}
	a, keep, err := c.exchange(r)
	if err != nil || !keep {
		c.close()
	}
	return a, err
}

func (c *conn) exchange(r request) (answer, bool, error) {
	if err := c.net.SetDeadline(time.Now().Add(c.timeout)); err != nil {
		return answer{}, false, err
	}
	b := append(c.out[:0], r.method...)
	b = append(append(append(b, ' '), r.path...), " HTTP/1.1\r\nHost: "...)
	b = append(append(append(b, c.addr...), "\r\n"...), r.headers...)
	if r.method == "POST" {
		b = append(b, "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "...)
		b = append(strconv.AppendInt(b, int64(len(r.form)), 10), "\r\n"...)
	}
	b = append(append(b, "\r\n"...), r.form...)
	c.out = b
	if _, err := c.net.Write(b); err != nil {
		return answer{}, false, err
	}
	return c.read()
}

var errShape = errors.New("the answer is no HTTP")

// read takes one answer off the connection.
func (c *conn) read() (a answer, keep bool, err error) {
	line, err := c.line()
	if err != nil {
		return a, false, err
	}
	if len(line) < 12 || !bytes.HasPrefix(line, []byte("HTTP/1.1 ")) {
		return a, false, fmt.Errorf("%w: %q", errShape, line)
	}
	if a.status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return a, false, errShape
	}
	length, chunked, keep := 0, false, true
	for {
		if line, err = c.line(); err != nil {
			return a, false, err
		}
		if len(line) == 0 {
			break
		}
		name, value, _ := bytes.Cut(line, []byte(": "))
		switch string(bytes.ToLower(name)) {
		case "content-length":
			if length, err = strconv.Atoi(string(value)); err != nil {
				return a, false, errShape
			}
		case "transfer-encoding":
			chunked = true
		case "connection":
			keep = !bytes.EqualFold(value, []byte("close"))
		case "location":
			a.location = string(value)
		case "set-cookie":
			cookie, _, _ := bytes.Cut(value, []byte(";"))
			a.cookies = append(a.cookies, string(cookie))
		}
	}
	if chunked {
		err = c.chunks()
	} else {
		err = c.take(length, true)
	}
	a.body = c.body
	return a, keep, err
}

func (c *conn) line() ([]byte, error) {
	line, err := c.in.ReadSlice('\n')
	return bytes.TrimRight(line, "\r\n"), err
}

// take reads n bytes of body, after what is there or in its place.
func (c *conn) take(n int, fresh bool) error {
	if fresh {
		c.body = c.body[:0]
	}
	at := len(c.body)
	if need := at + n; cap(c.body) < need {
		c.body = append(make([]byte, 0, need*2), c.body...)
	}
	c.body = c.body[:at+n]
	_, err := io.ReadFull(c.in, c.body[at:])
	return err
}

func (c *conn) chunks() error {
	c.body = c.body[:0]
	for {
		line, err := c.line()
		if err != nil {
			return err
		}
		n, err := strconv.ParseUint(string(line), 16, 31)
		if err != nil {
			return errShape
		}
		if err := c.take(int(n), false); err != nil {
			return err
		}
		if _, err := c.line(); err != nil {
			return err
		}
		if n == 0 {
			return nil
		}
	}
}
