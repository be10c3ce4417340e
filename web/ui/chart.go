package ui

import (
	"math"
	"strconv"
	"strings"
)

// Chart is a line of values over time with the words that say the same.
type Chart struct {
	ID    string  // of the title; unique on the page
	Title string  // "Цена за 30 дней: от 5 600 ₽ до 4 290 ₽, сейчас минимум"
	Desc  string  // longer, optional
	Now   []Point // in order of time
	Past  []Point // a dotted line to compare with, for Lines
	From  string  // label of the left end: "22 окт"
	To    string  // label of the right end: "сегодня"
	High  string  // label of the highest value: "5 600 ₽"
	Last  string  // label of the last value: "4 290 ₽"
	// Axis writes a value beside the axis of Lines; without it the axis bears no numbers.
	Axis func(int64) string
}

// Point is a value at a place between 0 (left) and 1 (right).
type Point struct {
	At    float64
	Value int64
	Label string // under the axis, for Lines
}

// frame is the drawing's box inside an SVG: the origin is the upper left corner.
type frame struct{ left, right, top, bottom float64 }

// scale maps values onto the frame. The axis of a price does not start at zero, so that a change
// is seen; the words beside the drawing say how large it is.
func (f frame) scale(low, high int64) func(Point) (x, y string) {
	span := float64(high - low)
	if span == 0 {
		span = 1
	}
	return func(p Point) (string, string) {
		x := f.left + p.At*(f.right-f.left)
		y := f.bottom - (float64(p.Value-low)/span)*(f.bottom-f.top)
		return coord(x), coord(y)
	}
}

func coord(v float64) string { return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64) }

func extremes(points ...[]Point) (low, high int64) {
	first := true
	for _, list := range points {
		for _, p := range list {
			if first || p.Value < low {
				low = p.Value
			}
			if first || p.Value > high {
				high = p.Value
			}
			first = false
		}
	}
	return low, high
}

// stepPath draws a price: it holds until it changes.
func stepPath(points []Point, at func(Point) (string, string)) string {
	var b strings.Builder
	for i, p := range points {
		last := i == len(points)-1
		if i > 0 && !last && p.Value == points[i-1].Value {
			continue
		}
		x, y := at(p)
		switch {
		case i == 0:
			b.WriteString("M" + x + " " + y)
		case p.Value == points[i-1].Value:
			b.WriteString("H" + x)
		default:
			b.WriteString("H" + x + "V" + y)
		}
	}
	return b.String()
}

// linePath joins the points.
func linePath(points []Point, at func(Point) (string, string)) string {
	var b strings.Builder
	for i, p := range points {
		x, y := at(p)
		b.WriteString(when(i == 0, "M") + when(i > 0, "L") + x + " " + y)
	}
	return b.String()
}

// under closes a path down to the axis, for the tint below the line.
func under(path string, f frame) string {
	if path == "" {
		return ""
	}
	return path + "V" + coord(f.bottom) + "H" + coord(f.left) + "z"
}

var (
	priceFrame = frame{left: 8, right: 290, top: 26, bottom: 94}
	salesFrame = frame{left: 60, right: 860, top: 32, bottom: 178}
)

func (c Chart) last() Point {
	if len(c.Now) == 0 {
		return Point{}
	}
	return c.Now[len(c.Now)-1]
}

// peak is the highest point; its label stands above it.
func (c Chart) peak() Point {
	var top Point
	for i, p := range c.Now {
		if i == 0 || p.Value > top.Value {
			top = p
		}
	}
	return top
}

// anchor keeps a label above the point inside the drawing.
func (p Point) anchor() string {
	switch {
	case p.At > 0.94:
		return "end"
	case p.At < 0.06:
		return "start"
	}
	return "middle"
}

// padded leaves room above and below a price line that hardly moves.
func padded(low, high int64) (int64, int64) {
	if margin := (high - low) / 5; margin > 0 {
		return low - margin, high
	}
	return low - low/10 - 1, high + high/10 + 1
}

// ceiling is the round number at or above a value where an axis ends: its half is as round.
func ceiling(v int64) int64 {
	for unit := int64(1); unit < math.MaxInt64/100; unit *= 10 {
		for _, n := range []int64{10, 12, 16, 20, 24, 30, 40, 50, 60, 80} {
			if n*unit >= v {
				return n * unit
			}
		}
	}
	return v
}
