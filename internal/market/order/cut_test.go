package order

import (
	"bytes"
	"context"
	"io"
	"net"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
)

// lossy is a pool whose connections lose the answer to a commit when they are told to: PostgreSQL has
// done its part, and the program never learns of it.
type lossy struct {
	pool *pgxpool.Pool
	next atomic.Bool // lose the next answer
	cuts atomic.Int32
}

func cutPool(t testing.TB, like *pgxpool.Pool) *lossy {
	t.Helper()
	c := &lossy{}
	cfg := like.Config().Copy()
	cfg.ConnConfig.DialFunc = func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, addr)
		return &cutConn{Conn: conn, lossy: c}, err
	}
	var err error
	if c.pool, err = pgxpool.NewWithConfig(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.pool.Close)
	return c
}

type cutConn struct {
	net.Conn
	*lossy
	lose atomic.Bool
}

func (c *cutConn) Write(b []byte) (int, error) {
	if bytes.Contains(b, []byte("commit")) && c.next.CompareAndSwap(true, false) {
		c.lose.Store(true)
	}
	return c.Conn.Write(b)
}

// Read waits for the answer, so that the commit has happened, and loses it.
func (c *cutConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if c.lose.CompareAndSwap(true, false) {
		c.cuts.Add(1)
		c.Conn.Close() //nolint:errcheck // it is cut
		return 0, io.ErrUnexpectedEOF
	}
	return n, err
}
