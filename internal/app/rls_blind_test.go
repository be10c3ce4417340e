package app

import (
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
)

// blindConn takes the wheres by which our statements keep sellers apart out of them on their way to PostgreSQL: what is left
// is row-level security. It relies on pgx writing whole messages.
type blindConn struct {
	net.Conn
	blinded *atomic.Int64
}

// sellerWhere is a comparison of a row's seller with the one who asks, as our statements write it.
var sellerWhere = regexp.MustCompile(`(?i)(where|and|on|or|not|when|\()(\s+|\s*)((?:\w+\.)?(?:seller_id|author_id))\s*=\s*(\$\d+)(::bigint)?`)

// blind rewrites one statement. Who somebody is and where they work is not taken from it.
func blind(sql string) string {
	if strings.Contains(sql, "memberships") || strings.Contains(sql, " sessions") {
		return sql
	}
	return sellerWhere.ReplaceAllString(sql, "$1$2($4::bigint is not null)")
}

func (c *blindConn) Write(p []byte) (int, error) {
	out := make([]byte, 0, len(p)+256)
	for rest := p; len(rest) > 0; {
		if len(rest) < 5 || rest[0] == 0 { // the first message of a connection has no kind
			out = append(out, rest...)
			break
		}
		end := 1 + int(binary.BigEndian.Uint32(rest[1:]))
		if end > len(rest) {
			out = append(out, rest...)
			break
		}
		out = append(out, c.message(rest[:end])...)
		rest = rest[end:]
	}
	if _, err := c.Conn.Write(out); err != nil {
		return 0, err
	}
	return len(p), nil
}

// message rewrites a Parse: its statement stands between the first and the second NUL.
func (c *blindConn) message(m []byte) []byte {
	if m[0] != 'P' {
		return m
	}
	name, rest, ok := strings.Cut(string(m[5:]), "\x00")
	sql, types, more := strings.Cut(rest, "\x00")
	if !ok || !more {
		return m
	}
	seeing := blind(sql)
	if seeing != sql {
		c.blinded.Add(1)
	}
	body := name + "\x00" + seeing + "\x00" + types
	return append(append([]byte{'P'}, binary.BigEndian.AppendUint32(nil, uint32(len(body)+4))...), body...)
}

// blindSite is the whole program on the same database as w, with no where of ours between sellers.
func (w *world) blindSite() (*world, *atomic.Int64) {
	w.t.Helper()
	blinded := new(atomic.Int64)
	config := w.db.Config()
	config.ConnConfig.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := new(net.Dialer).DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &blindConn{c, blinded}, nil
	}
	pool, err := pgxpool.NewWithConfig(w.t.Context(), config)
	w.must(err)
	w.t.Cleanup(pool.Close)
	other := *w
	other.site = siteOn(w.t, pool)
	return &other, blinded
}

// With every where of ours taken away, row-level security alone keeps shop B away from what is shop A's on every route of the
// hub: a page shows nothing of it, and no form changes a row.
func TestRowLevelSecurityAloneKeepsRoutesApart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.rest()
	without, blinded := w.blindSite()
	people, shops := []int64{w.actors[ownerB].person}, []int64{w.shopB.ID}
	before := w.snap(people, shops)
	for _, r := range routeTable {
		if r.who != byShop && r.who != byManager {
			continue
		}
		w.exec(`delete from rate_limits`)
		form := r.form
		if r.whose == nobodys && r.others != "" {
			form = r.others
		}
		got := without.ask(r, w.actors[ownerB], form)
		what := fmt.Sprintf("%s without a where", r.route)
		w.noSecrets(ownerB, what, got, r.path(w)+form)
		if r.whose == shopAs && got.StatusCode < 400 && got.StatusCode != http.StatusNotModified {
			t.Errorf("%s: shop B gets %d to %s", what, got.StatusCode, got.Header.Get("Location"))
		}
	}
	if lost := before.lost(w.snap(people, shops)); len(lost) > 0 {
		t.Errorf("without a where shop B changed rows of others: %v", lost)
	}
	if blinded.Load() < 20 {
		t.Errorf("only %d statements lost a where: nothing was tried", blinded.Load())
	}
}

func TestBlindTakesTheWhereAway(t *testing.T) {
	t.Parallel()
	for sql, want := range map[string]string{
		"select 1 from orders where seller_id = $1 and id = $2":                     "select 1 from orders where ($1::bigint is not null) and id = $2",
		"update x set seller_id = $1 where o.seller_id = $2":                        "update x set seller_id = $1 where ($2::bigint is not null)",
		"select 1 from offers o join x on x.id = o.id and o.seller_id = $3::bigint": "select 1 from offers o join x on x.id = o.id and ($3::bigint is not null)",
	} {
		if got := blind(sql); got != want {
			t.Errorf("%s\nbecomes %s\nwant    %s", sql, got, want)
		}
	}
}
