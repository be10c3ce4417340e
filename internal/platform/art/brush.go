package art

import (
	"strconv"
	"strings"
)

// brush holds the colours of one drawing and gathers the gradients it uses.
type brush struct {
	palette
	defs strings.Builder
	n    int
}

// stop is one colour of a gradient at a place between 0 and 1.
type stop struct {
	at     float64
	colour string
}

func num(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// lin defines a linear gradient and gives its reference; box is x1, y1, x2, y2, left to right
// unless given.
func (d *brush) lin(stops []stop, box ...float64) string {
	if len(box) == 0 {
		box = []float64{0, 0, 1, 0}
	}
	d.n++
	id := "g" + strconv.Itoa(d.n)
	b := &d.defs
	b.WriteString(`<linearGradient id="` + id + `" x1="` + num(box[0]) + `" y1="` + num(box[1]) + `" x2="` + num(box[2]) + `" y2="` + num(box[3]) + `">`)
	for _, s := range stops {
		b.WriteString(`<stop offset="` + num(s.at) + `" stop-color="` + s.colour + `"/>`)
	}
	b.WriteString(`</linearGradient>`)
	return "url(#" + id + ")"
}

// vol is the light on a cylinder.
func (d *brush) vol(c string) string {
	return d.lin([]stop{{0, dk(c, 0.22)}, {0.16, lt(c, 0.1)}, {0.34, lt(c, 0.34)}, {0.6, c}, {1, dk(c, 0.36)}})
}

// metal is a cylinder that mirrors.
func (d *brush) metal(c string) string {
	return d.lin([]stop{{0, dk(c, 0.45)}, {0.1, lt(c, 0.2)}, {0.22, lt(c, 0.75)}, {0.32, lt(c, 0.3)}, {0.62, dk(c, 0.12)},
		{0.86, dk(c, 0.42)}, {0.95, lt(c, 0.15)}, {1, dk(c, 0.35)}})
}

func (d *brush) vert(c string) string {
	return d.lin([]stop{{0, lt(c, 0.22)}, {1, dk(c, 0.18)}}, 0, 0, 0, 1)
}

func (d *brush) diag(c string) string {
	return d.lin([]stop{{0, lt(c, 0.3)}, {0.5, c}, {1, dk(c, 0.3)}}, 0, 0, 1, 1)
}

func (d *brush) path(data, fill string, extra ...string) string {
	return `<path d="` + data + `" fill="` + fill + `"` + strings.Join(extra, "") + `/>`
}

func (d *brush) stroke(data, colour string, width float64, extra ...string) string {
	return `<path d="` + data + `" fill="none" stroke="` + colour + `" stroke-width="` + num(width) +
		`" stroke-linecap="round" stroke-linejoin="round"` + strings.Join(extra, "") + `/>`
}

func (d *brush) ellipse(x, y, rx, ry float64, fill string, extra ...string) string {
	return `<ellipse cx="` + num(x) + `" cy="` + num(y) + `" rx="` + num(rx) + `" ry="` + num(ry) + `" fill="` + fill + `"` +
		strings.Join(extra, "") + `/>`
}

// body is a cylinder seen a little from above: x, y is the upper left corner, r its curve.
func (d *brush) body(x, y, w, h, r float64, fill string) string {
	half, curve := num(w/2), num(r)
	return d.path("M"+num(x)+" "+num(y)+"a"+half+" "+curve+" 0 0 0 "+num(w)+" 0v"+num(h)+"a"+half+" "+curve+" 0 0 1 "+num(-w)+" 0z", fill)
}

func (d *brush) rect(x, y, w, h, r float64, fill string, extra ...string) string {
	return `<rect x="` + num(x) + `" y="` + num(y) + `" width="` + num(w) + `" height="` + num(h) + `" rx="` + num(r) +
		`" fill="` + fill + `"` + strings.Join(extra, "") + `/>`
}

// shadow is the soft contact shadow: light comes from the upper left, so it lies to the right.
func (d *brush) shadow(x, y, rx, ry float64, opacity ...float64) string {
	o := 0.3
	if len(opacity) > 0 {
		o = opacity[0]
	}
	return `<ellipse cx="` + num(x+16) + `" cy="` + num(y) + `" rx="` + num(rx) + `" ry="` + num(ry) +
		`" fill="#2a2010" opacity="` + num(o) + `" filter="url(#b)"/>`
}

func (d *brush) gloss(data string, opacity, width float64) string {
	return d.stroke(data, "#fff", width, ` opacity="`+num(opacity)+`"`)
}

func circle(x, y, r float64, fill string) string {
	return `<circle cx="` + num(x) + `" cy="` + num(y) + `" r="` + num(r) + `" fill="` + fill + `"/>`
}
