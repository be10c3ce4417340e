package catalog

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// gaps stand in the context of a page that is printed ahead. What the page says of the day, of the site's address and of
// other cards is left open there: in its place stands a mark that nobody who wrote the card could have thought of.
type gaps struct{ word string }

type gapsKey struct{}

func withGaps(ctx context.Context) (context.Context, *gaps) {
	g := &gaps{"0" + strconv.FormatUint(rand.Uint64(), 36) + strconv.FormatUint(rand.Uint64(), 36)}
	return context.WithValue(ctx, gapsKey{}, g), g
}

// What stands in a gap. Raise printForm when one of them changes its meaning.
const (
	gapSite  = iota + 1 // scheme and host of the site
	gapDay              // the day that is so many days from now, with a capital letter
	gapFrom             // the first day of the price chart
	gapBelow            // the strip of the category
	gapKinds
)

// mark is a gap in the text: letters and figures only, so that it comes through every kind of escaping.
func (g *gaps) mark(kind, n int) string {
	return g.word + strconv.Itoa(kind) + "x" + strconv.Itoa(n) + "z"
}

// gap marks what is left open when ctx is that of a page that is printed ahead.
func gap(ctx context.Context, kind, n int) (mark string, open bool) {
	g, ok := ctx.Value(gapsKey{}).(*gaps)
	if !ok {
		return "", false
	}
	return g.mark(kind, n), true
}

// hole is a gap in a print: it lies behind so many bytes of text, counted from the hole before.
type hole struct{ after, kind, n int }

var errGap = errors.New("a mark of a gap is damaged")

// cut takes the marks out of a page.
func (g *gaps) cut(page []byte) (text []byte, holes []hole, err error) {
	text = make([]byte, 0, len(page))
	for {
		before, rest, found := bytes.Cut(page, []byte(g.word))
		text = append(text, before...)
		if !found {
			return text, holes, nil
		}
		mark, after, ended := bytes.Cut(rest, []byte("z"))
		kind, n, _ := bytes.Cut(mark, []byte("x"))
		h := hole{after: len(before)}
		var bad, bad2 error
		h.kind, bad = strconv.Atoi(string(kind))
		h.n, bad2 = strconv.Atoi(string(n))
		if !ended || bad != nil || bad2 != nil || h.kind >= gapKinds {
			return nil, nil, errGap
		}
		holes, page = append(holes, h), after
	}
}

// filling is what stands in the gaps of a print at one moment.
type filling struct {
	site  string
	below []byte
	lang  i18n.Lang
	now   time.Time
}

// fill puts a print together behind dst.
func (f *filling) fill(dst, text []byte, holes []hole) []byte {
	for _, h := range holes {
		dst, text = append(dst, text[:h.after]...), text[h.after:]
		switch h.kind {
		case gapSite:
			dst = append(dst, f.site...)
		case gapDay:
			dst = append(dst, i18n.Capital(i18n.NearDate(f.lang, f.now.AddDate(0, 0, h.n), f.now))...)
		case gapFrom:
			dst = append(dst, i18n.Date(f.lang, f.now.Add(-Window), f.now)...)
		case gapBelow:
			dst = append(dst, f.below...)
		}
	}
	return append(dst, text...)
}

// encodePrint writes a print: what is open first, then the text as it differs from the press's sample.
func (p *press) encodePrint(card int64, text []byte, holes []hole) []byte {
	var c codec
	c.print(&card, &holes)
	size := len(c.out)
	return append(c.out, p.dict.EncodeBest(make([]byte, 0, size+len(text)), text)...)
}

// decodePrint reads a print; text is put into buf where there is room.
func (p *press) decodePrint(body, buf []byte) (card int64, text []byte, holes []hole, err error) {
	c := codec{in: string(body), reading: true}
	c.print(&card, &holes)
	if c.err != nil {
		return 0, buf, nil, c.err
	}
	text, err = p.dict.Decode(buf[:cap(buf)], body[len(body)-len(c.in):])
	if err != nil {
		return 0, buf, nil, err
	}
	left := len(text)
	for _, h := range holes {
		if left -= h.after; left < 0 || h.after < 0 {
			return 0, text, nil, errGap
		}
	}
	return card, text, holes, nil
}

func (c *codec) print(card *int64, holes *[]hole) {
	c.int64(card)
	several(c, holes, func(h *hole) {
		for _, v := range []*int{&h.after, &h.kind, &h.n} {
			integer(c, v)
		}
	})
}

// fades is the first moment at which time alone changes what a page says of prices that were charged; zero for never. It
// cannot be told where a former price was charged more than once.
func fades(today int64, history []Charged, now time.Time) (at time.Time, ok bool) {
	former := map[int64]bool{}
	for _, c := range history {
		if !c.To.IsZero() && !c.To.After(now.Add(-Window)) {
			continue
		}
		price := int64(c.Price)
		if price != today {
			if former[price] {
				return at, false
			}
			former[price] = true
		}
		for _, moment := range []time.Time{c.From, c.To} {
			if moment.IsZero() {
				continue
			}
			next := now.Add(untilAgain(moment, now))
			if at.IsZero() || next.Before(at) {
				at = next
			}
		}
	}
	if len(former) == 0 {
		return time.Time{}, true
	}
	return at, true
}

// untilAgain is how long it takes until a moment's time of day comes again: the chart's days, the thirty days it goes back and
// the fourteen that a price must have been charged for are all whole days of 24 hours.
func untilAgain(moment, now time.Time) time.Duration {
	const day = 24 * time.Hour
	d := moment.Sub(now) % day
	if d <= 0 {
		d += day
	}
	return d
}
