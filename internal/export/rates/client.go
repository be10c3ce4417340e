package rates

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"
)

// Client asks the bank, or whatever stands in for it, for the daily file.
type Client struct {
	base string
	http *http.Client
	// pause is the wait before another try; tests make it short.
	pause func(try int) time.Duration
}

// Terms of asking: three tries within the minute a job has.
const (
	askTimeout = 12 * time.Second
	askTries   = 3
)

// NewClient makes a client of the service at base, such as https://www.cbr.ru.
func NewClient(base string) *Client {
	return &Client{base: strings.TrimRight(base, "/"), http: &http.Client{Timeout: askTimeout}, pause: backoff}
}

// backoff is half a second, then two, each with as much again by chance, so that many programs do not ask at once.
func backoff(try int) time.Duration {
	base := 500 * time.Millisecond << (2 * try)
	return base + rand.N(base)
}

// Daily fetches the rates registered last; they are in force on the day the table says.
func (c *Client) Daily(ctx context.Context, now time.Time) (t Table, err error) {
	return c.fetch(ctx, c.base+"/scripts/XML_daily.asp", now)
}

// Of fetches the rates in force on a day; the file may be dated before it, as on Mondays.
func (c *Client) Of(ctx context.Context, day, now time.Time) (Table, error) {
	return c.fetch(ctx, c.base+"/scripts/XML_daily.asp?date_req="+day.Format("02/01/2006"), now)
}

func (c *Client) fetch(ctx context.Context, address string, now time.Time) (t Table, err error) {
	for try := range askTries {
		if try > 0 {
			select {
			case <-time.After(c.pause(try - 1)):
			case <-ctx.Done():
				return t, errors.Join(err, ctx.Err())
			}
		}
		var data []byte
		if data, err = c.get(ctx, address); err != nil {
			continue
		}
		if t, err = Read(data); err == nil {
			t.Source, t.FetchedAt = address, now
			return t, nil
		}
	}
	return Table{}, fmt.Errorf("rates from %s: %w", c.base, err)
}

func (c *Client) get(ctx context.Context, address string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/xml, text/xml")
	res, err := c.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errAnswer, err)
	}
	defer func() { _ = res.Body.Close() }() // read to its end already
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%w: %s", errAnswer, res.Status)
	}
	data, err := io.ReadAll(io.LimitReader(res.Body, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errAnswer, err)
	}
	return data, nil
}

// errAnswer says that no file came at all.
var errAnswer = errors.New("rates: the bank did not answer")
