package ui

import (
	"context"
	"io"

	"github.com/a-h/templ"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web/static"
)

// The parts in this file stand on a page by the dozen, and are written by hand: of a template, every text is copied by
// fmt and every class is sorted out by two maps, which was half of what printing a product page took.

// printer writes markup as it is and texts escaped, until the first write that fails.
type printer struct {
	w   io.Writer
	err error
}

// raw writes markup, and texts that were escaped before.
func (p *printer) raw(list ...string) {
	for _, s := range list {
		if p.err == nil && s != "" {
			_, p.err = io.WriteString(p.w, s)
		}
	}
}

// text writes a text.
func (p *printer) text(s string) { p.raw(templ.EscapeString(s)) }

// attr writes an attribute, name with its equals sign; an empty one is left out.
func (p *printer) attr(name, value string) {
	if value != "" {
		p.raw(" ", name, `"`, templ.EscapeString(value), `"`)
	}
}

// icon writes an icon of the sprite.
func (p *printer) icon(class, name string) {
	p.raw(`<svg class="`, class, `" aria-hidden="true"><use href="`, sprite, name, `"></use></svg>`)
}

// part writes another component.
func (p *printer) part(ctx context.Context, c templ.Component) {
	if p.err == nil {
		p.err = c.Render(ctx, p.w)
	}
}

// printed makes a component of a function that prints.
func printed(fn func(ctx context.Context, p *printer)) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		p := printer{w: w}
		fn(ctx, &p)
		return p.err
	})
}

// sprite is the address of the icons, up to the name of one.
var sprite = static.URL("icons.svg") + "#"

// Icon draws a 20 px icon of the sprite. Icons are decoration: the words beside them, or the
// name of the control, say the same.
func Icon(name string) templ.Component { return icon("ic", name) }

// IconS draws a 16 px icon.
func IconS(name string) templ.Component { return icon("ic s", name) }

// IconL draws a 24 px icon.
func IconL(name string) templ.Component { return icon("ic l", name) }

// IconMark draws an icon in the colour of a state: OK, Warn or Bad.
func IconMark(name, kind string) templ.Component { return icon("ic s "+kind+"-i", name) }

func icon(class, name string) templ.Component {
	return printed(func(_ context.Context, p *printer) { p.icon(class, name) })
}

// Hidden is a value that a form sends without showing it.
func Hidden(name, value string) templ.Component {
	return printed(func(_ context.Context, p *printer) {
		p.raw(`<input type="hidden" name="`, templ.EscapeString(name), `" value="`, templ.EscapeString(value), `">`)
	})
}

// options are the lines of a Sel: two hundred countries stand in the checkout.
func options(list []Option, value string) templ.Component {
	return printed(func(_ context.Context, p *printer) {
		for _, o := range list {
			p.raw(`<option value="`, templ.EscapeString(o.Value), `"`, when(o.Value == value, " selected"), ">")
			p.text(o.Label)
			p.raw("</option>")
		}
	})
}

// Button is an action.
func Button(b Btn) templ.Component {
	return printed(func(ctx context.Context, p *printer) {
		tag := "button"
		if b.Href != "" {
			tag = "a"
		}
		p.raw("<", tag, ` class="btn`)
		for _, c := range [...]string{with("btn--", b.Kind), with("btn--", b.Size), when(b.Block, "btn--block"), when(b.IconOnly, "btn--icon"), b.Class} {
			p.text(with(" ", c))
		}
		p.raw(`"`)
		if b.Href != "" {
			p.attr("href=", b.Href)
		} else {
			p.attr("type=", or(b.Type, "submit"))
		}
		b.attrs(ctx, p)
		p.raw(">")
		b.face(p)
		p.raw("</", tag, ">")
	})
}

// attrs are what only some buttons have.
func (b *Btn) attrs(ctx context.Context, p *printer) {
	p.attr("aria-label=", b.Aria)
	p.attr("data-key=", b.Key)
	if len(b.Attrs) > 0 && p.err == nil {
		p.err = templ.RenderAttributes(ctx, p.w, b.Attrs)
	}
	if b.Href != "" {
		return
	}
	p.raw(when(b.Disabled, " disabled"))
	p.attr("form=", b.Form)
	p.attr("formaction=", b.FormAction)
	p.raw(when(b.NoValidate, " formnovalidate"))
	p.attr("name=", b.Name)
	p.attr("value=", b.Value)
}

func (b *Btn) face(p *printer) {
	if b.Icon != "" {
		p.icon(or(when(b.Size == Small, "ic s"), "ic"), b.Icon)
	}
	if b.IconOnly {
		p.raw(`<span class="sr">`, templ.EscapeString(b.Label), `</span>`)
	} else {
		p.text(b.Label)
	}
	if b.Key != "" {
		p.raw(` <kbd>`, templ.EscapeString(b.Key), `</kbd>`)
	}
}

// Picture prints a picture in the sizes that exist.
func Picture(pic Pic) templ.Component {
	return printed(func(_ context.Context, p *printer) {
		if pic.WebP == "" {
			pic.img(p)
			return
		}
		p.raw(`<picture><source type="image/webp"`)
		p.attr("srcset=", pic.WebP)
		p.attr("sizes=", or(pic.Sizes, "100vw"))
		p.raw(">")
		pic.img(p)
		p.raw("</picture>")
	})
}

func (p Pic) img(to *printer) {
	side := p.side()
	to.raw(`<img src="`, templ.EscapeString(p.Src), `" alt="`, templ.EscapeString(p.Alt), `" width="`, side, `" height="`, side, `"`)
	to.attr("class=", p.Class)
	to.attr("fetchpriority=", when(p.First, "high"))
	to.attr("id=", p.ID)
	to.attr("loading=", when(p.Lazy, "lazy"))
	if p.SrcSet != "" {
		to.attr("sizes=", p.Sizes)
		to.attr("srcset=", p.SrcSet)
	}
	to.raw(">")
}

// pairsOf are the lines of a list of facts.
func pairsOf(pairs []Pair) templ.Component {
	return printed(func(ctx context.Context, p *printer) {
		for _, x := range pairs {
			class := when(x.Total, "tot")
			p.raw(`<dt class="`, class, `">`, templ.EscapeString(x.Key), `</dt><dd class="`, class, `">`)
			if x.Node != nil {
				p.part(ctx, x.Node)
			} else {
				p.text(x.Value)
			}
			p.raw("</dd>")
		}
	})
}

// tableCell is a cell; the first of a row is its heading.
func tableCell(c Col, b Cell, first bool) templ.Component {
	return printed(func(ctx context.Context, p *printer) {
		tag := "td"
		if first {
			tag = `th scope="row"`
		}
		p.raw("<", tag, ` class="`, c.class(b), `"`)
		if c.Label && !first {
			p.attr("data-l=", c.Title+":")
		}
		p.raw(">")
		switch {
		case b.Node != nil:
			p.part(ctx, b.Node)
		case b.Href != "":
			p.raw(`<a href="`, templ.EscapeString(b.Href), `">`, templ.EscapeString(b.Text), `</a>`)
		default:
			p.text(b.Text)
		}
		if b.Under != "" {
			p.raw(`<br><span class="muted t-xs">`, templ.EscapeString(b.Under), `</span>`)
		}
		p.raw("</", tag[:2], ">")
	})
}

// priceParts is a price with the one that it replaced, on one line.
func priceParts(m Money) templ.Component {
	return printed(func(ctx context.Context, p *printer) {
		p.raw(`<span class="`, m.class(), `">`, templ.EscapeString(or(m.Also, m.Now)), `</span> `)
		if m.Also != "" {
			p.raw(`<span class="t-s muted nw">· `, templ.EscapeString(m.Now), `</span> `)
		}
		if m.Was != "" {
			p.raw(`<span class="was"><span class="sr">`, i18n.T(ctx, "ui.was"), ` </span>`, templ.EscapeString(m.Was), `</span>`)
		}
	})
}

// proof is the line under a price that says what proves it.
func proof(m Money) templ.Component {
	return printed(func(_ context.Context, p *printer) {
		if m.Proof != "" {
			p.raw(`<p class="`, or(when(m.Low, "proof low"), "proof"), `">`, templ.EscapeString(m.Proof), `</p>`)
		}
	})
}

// Rate prints a rating.
func Rate(r Rating) templ.Component {
	return printed(func(ctx context.Context, p *printer) {
		if r.Value == "" {
			return
		}
		p.raw(`<span class="rate">`)
		p.icon("ic", "star")
		p.raw(`<span class="sr">`, i18n.T(ctx, "ui.rating"), `</span><b>`, templ.EscapeString(r.Value), `</b> `)
		switch {
		case r.Href != "":
			p.raw(`<a href="`, templ.EscapeString(r.Href), `">`, templ.EscapeString(r.Count), `</a>`)
		case r.Count != "":
			p.raw(`<span class="muted">`, templ.EscapeString(r.Count), `</span>`)
		}
		p.raw("</span>")
	})
}

// Badge says a state.
func Badge(t Tag) templ.Component {
	return printed(func(_ context.Context, p *printer) {
		p.raw(`<span class="badge`, with(" ", t.Kind), `">`)
		if t.Icon != "" {
			p.icon("ic s", t.Icon)
		}
		p.text(t.Label)
		p.raw("</span>")
	})
}

// Chip is a link in the form of a chip.
func Chip(f Filter) templ.Component {
	return printed(func(ctx context.Context, p *printer) {
		p.raw(`<a class="chip`, when(f.On, " on"), `" href="`, templ.EscapeString(f.Href), `"`, when(f.On && !f.Remove, ` aria-current="true"`), ">")
		if f.Icon != "" {
			p.icon("ic s", f.Icon)
		}
		p.text(f.Label)
		if f.Remove {
			p.raw(" ")
			p.icon("ic s", "x")
			p.raw(`<span class="sr">, `, i18n.T(ctx, "ui.chip.remove"), `</span>`)
		}
		p.raw("</a>")
	})
}

// Avatar shows the initials of a shop or a person; kind is "", "gov" or "am".
func Avatar(name, kind string) templ.Component {
	return printed(func(_ context.Context, p *printer) {
		p.raw(`<span class="ava sq`, with(" ", kind), `" aria-hidden="true">`, templ.EscapeString(initials(name)), `</span>`)
	})
}

// with puts a prefix before a text that is not empty.
func with(prefix, text string) string {
	if text == "" {
		return ""
	}
	return prefix + text
}
