// Package ui holds the parts that pages are built of: pure templ components that print
// display-ready values and decide nothing. Each takes one small struct; texts come from the page,
// and the few words that belong to a component itself ("was", "Error:", "Less") are in this
// package's message files. Nothing here reads a database, a request or the shell. The look of each
// part is in the stylesheet; there are no inline styles or handlers, so the strictest CSP holds.
//
// Buttons and icons
//
//	@ui.Button(ui.Btn{Label: "…"})                           submit button; Href makes it a link
//	    Kind: ui.Buy (amber, one per screen) Soft Outline Plain Bad White Glass; Size: ui.Large ui.Small; Block; Icon
//	@ui.Icon("truck")  @ui.IconS(…)  @ui.IconL(…)            20, 16, 24 px from the sprite, always decorative
//
// Forms (every control's ID is its Name unless given; Err turns the field red and ties the message to it)
//
//	@ui.Errsum(errs)                                         first in main; errs := ui.ErrsOf(ctx, err)
//	@ui.Field(ui.Input{Name: "phone", Label: "…", Value: v, Hint: "…", Err: errs.Of("phone"), Width: "m"})
//	@ui.Select(ui.Sel{Name: …, Label: …, Value: v, Options: []ui.Option{{Value: "1", Label: "…"}}})
//	@ui.Textarea(ui.Area{Name: …, Label: …, Value: v, Rows: 4})
//	@ui.Radios(ui.Choices{Name: "pay", Legend: "…", Value: v, Card: true, Options: []ui.Choice{…}})
//	@ui.Checkboxes(ui.Choices{Name: "col", Legend: "…", Values: vs, Options: …})
//	@ui.Check(ui.Box{Name: "other", Label: "…", Checked: true})
//	@ui.File(ui.Upload{Name: "photo", Label: "…", Hint: "…", Accept: "image/*", Multiple: true})
//	@ui.Qty(ui.Amount{Name: "qty", ID: "q1", Value: "2", What: title})   inside the page's own <form>
//	@ui.Hidden("offer", id)
//
// Words and surfaces
//
//	@ui.Note(ui.Warn) { … }   @ui.NoteText(ui.Bad, "…")      message in place; ui.Info OK Warn Bad
//	@ui.Badge(ui.Tag{Label: "…", Kind: ui.OK, Icon: "truck"})            says a state
//	@ui.Chip(ui.Filter{Label: "…", Href: "…", On: true, Remove: true})   does something
//	@ui.Panel(ui.Card{ID: "pay", Title: "…"}) { … }          Flush, Kind: Soft/Sunk/WarnCard/Now, Extra (right of the title)
//	@ui.SecHead(ui.Head{ID: "cats", Title: "…", More: ui.Link{…}})
//	@ui.Empty(ui.Nothing{Title: …, Text: …, Image: …, Actions: []ui.Btn{…}})
//	@ui.Avatar("Тула Жернов", "am")   @ui.Live("…")          initials; polite live region
//
// Money and rating
//
//	@ui.Price(ui.Money{Now: "4 290 ₽", Was: "5 600 ₽", Off: "−23 %", Proof: "…", Low: true, Size: ui.Large})
//	@ui.Rate(ui.Rating{Value: "4,8", Count: "1 284"})   @ui.Stars(4)   @ui.Bars([]ui.Bar{…})
//
// Goods
//
//	@ui.Prods([]ui.Product{…})   @ui.Prod(p)   @ui.Prow(p)   grid, one card, comparison row (Specs)
//	@ui.Picture(ui.Pic{…})   @ui.Gallery([]ui.Pic{…})   @ui.Swatches([]ui.Swatch{…})   @ui.Choose([]ui.Filter{…})
//	@ui.Facets(ui.Filters{…})   @ui.Chosen([]ui.Filter{…}, resetHref, n)
//	@ui.Buybar(ui.Money{…}) { button }
//
// Way-finding
//
//	@ui.Crumbs([]ui.Link{…})  @ui.Back(ui.Link{…})  @ui.Tabs("Where", []ui.Tab{…})
//	@ui.Pager(ui.Pages{First: "", Prev: "", Next: "…"})  @ui.Steps([]ui.Step{…})
//
// Cart, checkout, orders
//
//	@ui.Line(ui.CartLine{…}) { controls }   @ui.Hold(ui.HoldTime{…})   @ui.Timeline([]ui.Event{…})
//
// Facts, tables, workplaces
//
//	@ui.KV([]ui.Pair{…})  @ui.Specs([]ui.Pair{…})  @ui.Sum([]ui.Pair{… Total: true})
//	@ui.Table(ui.Grid{Head: []ui.Col{…}, Rows: []ui.Row{{Cells: []ui.Cell{ui.Text("…")}}}})
//	@ui.Stat(ui.Figure{…})  @ui.Task(ui.Todo{…})  @ui.Meter(58, "…")
//	@ui.Steplines(ui.Chart{…})   price history   @ui.Lines(ui.Chart{…})   sales
//	@ui.Diff(ui.Change{…})  @ui.Qitem(ui.Queued{…})  @ui.Kbd("A")
//
// What the small scripts look for, beside what the components bring themselves. Everything works
// without them:
//
//	form data-guard        warns before typed work is left        data-autosubmit   a choice sends the form
//	form data-keys         Btn.Key and digits press its controls  data-keys-toggle  switches the keys off
//	data-print  data-copy="text"  data-js (hidden until scripts run)  data-cart-count (badge)
//	data-say="391 found"   is read aloud after htmx swapped the part that holds it
//
// Product cards are h3: a page that has no h2 above its grid gives it one, for screen readers at least.
package ui

import (
	"context"
	"embed"
	"errors"
	"strings"

	"github.com/a-h/templ"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

//go:embed messages.*.toml
var messages embed.FS

var _ = i18n.MustRegister(messages)

// Kinds of note and badge.
const (
	Info = "info"
	OK   = "ok"
	Warn = "warn"
	Bad  = "bad"
)

// Sizes of buttons and prices.
const (
	Large = "lg"
	Small = "sm"
)

// Link is a place to go. Current marks the place one is at.
type Link struct {
	Label   string
	Href    string
	Current bool
}

// Path gives an address of this site in the visitor's language.
func Path(ctx context.Context, path string) string { return PathIn(i18n.LangOf(ctx), path) }

// PathIn gives an address of this site in lang: Russian lives at the bare path, English under /en.
func PathIn(lang i18n.Lang, path string) string {
	switch {
	case lang != i18n.EN:
		return path
	case path == "/":
		return "/en"
	}
	return "/en" + path
}

// Problem is one line of an error summary. Field is the control's id, or "" for the form as a whole.
type Problem struct{ Field, Text string }

// Errs are the messages of one refused form, in the order they were found.
type Errs []Problem

// ErrsOf reads the messages out of an Invalid or Conflict error, in the visitor's language; other
// errors and nil give none, because web.Handle answers those.
func ErrsOf(ctx context.Context, err error) Errs {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || (e.Kind != errs.Invalid && e.Kind != errs.Conflict) {
		return nil
	}
	list := make(Errs, 0, len(e.Fields)+1)
	for _, f := range e.Fields {
		list = append(list, Problem{Field: f.Name, Text: i18n.T(ctx, wordsOf(ctx, f), f.Args...)})
	}
	if len(list) == 0 {
		list = append(list, Problem{Text: i18n.T(ctx, e.Key, e.Args...)})
	}
	return list
}

// wordsOf says what to write into an empty field where that is known, so that a summary of several
// empty fields does not repeat itself.
func wordsOf(ctx context.Context, f errs.Field) string {
	if own := "form.required." + f.Name; f.Key == "form.required" && i18n.Has(i18n.LangOf(ctx), own) {
		return own
	}
	return f.Key
}

// Of gives the message for one control, or "".
func (e Errs) Of(name string) string {
	for _, p := range e {
		if p.Field == name {
			return p.Text
		}
	}
	return ""
}

// allFields reports whether every message belongs to a control.
func (e Errs) allFields() bool {
	for _, p := range e {
		if p.Field == "" {
			return false
		}
	}
	return true
}

// classes joins what is not empty.
func classes(names ...string) string {
	kept := names[:0:0]
	for _, n := range names {
		if n != "" {
			kept = append(kept, n)
		}
	}
	return strings.Join(kept, " ")
}

// when gives text if cond holds, else "".
func when(cond bool, text string) string {
	if cond {
		return text
	}
	return ""
}

// or gives the first text that is not empty.
func or(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// describedBy ties a control to its hint and its error.
func describedBy(id, hint, err string) templ.Attributes {
	attrs := templ.Attributes{}
	if ids := classes(when(hint != "", id+"-h"), when(err != "", id+"-e")); ids != "" {
		attrs["aria-describedby"] = ids
	}
	if err != "" {
		attrs["aria-invalid"] = "true"
	}
	return attrs
}
