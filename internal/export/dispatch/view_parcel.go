package dispatch

import (
	"slices"
	"strconv"
	"strings"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/papers"
	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/postal/s10"
	"github.com/yarmarka/yarmarka/internal/export/postal/tracking"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/web/ui"
)

// ahead lists the ordinary steps that are still to come, with who does them.
func (v parcelView) ahead() []ui.Event {
	road := []State{Cleared, Ready, Signed, Declared, HandedOver, Departed, Delivered}
	at := slices.Index(road, v.State)
	switch v.State {
	case Deciding, AtDesk:
		at = -1
	case Ordered:
		at = 0
	case Held:
		at = 3
	}
	if v.State.Final() || v.State == Returning {
		return []ui.Event{{Label: v.t("dispatch.state." + string(v.State)), State: ui.Here}}
	}
	var list []ui.Event
	list = append(list, ui.Event{Label: v.t("dispatch.state." + string(v.State)), Note: v.t("dispatch.who." + string(v.State)), State: ui.Here})
	for _, s := range road[at+1:] {
		label := v.t("dispatch.next." + string(s))
		if s == Departed && v.Form != "" && !v.customs() {
			label = v.t("dispatch.next.leaves")
		}
		list = append(list, ui.Event{Label: label, State: ui.Ahead})
	}
	if v.VATRow == nil && v.DepartedAt == nil && v.zeroRate() {
		list = append(list, ui.Event{Label: v.t("dispatch.next.vat"), State: ui.Ahead})
	}
	return list
}

// zeroRate reports whether the seller proves this export to the tax service.
func (v parcelView) zeroRate() bool {
	d, ok := v.Last()
	return ok && d.Facts.WantsVAT0 && v.customs()
}

// latest is how many events of a parcel's life are shown without a press.
const latest = 6

// timeline tells the parcel's life as it came to be known. A code that is in no list is shown as the post wrote it.
func (v parcelView) timeline() []ui.Event {
	var list []ui.Event
	for _, e := range v.Events {
		item := ui.Event{Label: v.event(e), Note: v.at(e.At) + ", " + v.t("dispatch.actor."+e.Actor), State: ui.Done}
		if e.ToState == Refused || e.ToState == Held || e.ToState == Lost || e.Kind == EventStuck {
			item.State = ui.Fail
		}
		list = append(list, item)
	}
	return list
}

func (v parcelView) event(e Event) string {
	switch e.Kind {
	case EventMove:
		return v.t("dispatch.state." + string(e.ToState))
	case EventOperation:
		var o told
		e.said(&o)
		return v.operation(o)
	case EventDeclaration:
		var d postal.Declaration
		e.said(&d)
		return v.customsSays(d)
	case EventDecision:
		var d struct{ Moment, Outcome string }
		e.said(&d)
		return v.t("dispatch.event.decision." + d.Moment + "." + d.Outcome)
	case EventWeight:
		var p Packed
		e.said(&p)
		return v.t("dispatch.event.weight", "weight", v.grams(p.GrossG))
	}
	return v.t("dispatch.event." + e.Kind)
}

// customsSays is what the customs service answered. A word of theirs that is in no list is shown as they wrote it.
func (v voice) customsSays(d postal.Declaration) string {
	var said []string
	for _, word := range []struct{ group, code string }{{"status", d.Status}, {"decision", d.Decision}} {
		key := "dispatch.customs." + word.group + "." + strings.ToLower(word.code)
		switch {
		case word.code == "":
		case i18n.Has(v.Lang, key):
			said = append(said, v.t(key))
		default:
			said = append(said, v.t("dispatch.customs.other", "word", word.code))
		}
	}
	return v.t("dispatch.event.declaration", "status", strings.Join(said, ", "))
}

// operation names what the post did: in Russian by the post's own list, in English by what it comes to.
func (v voice) operation(o told) string {
	name := tracking.Name(o.Type, o.Attr)
	code := strconv.Itoa(o.Type) + "." + strconv.Itoa(o.Attr)
	switch {
	case name == "":
		return v.t("dispatch.event.unknown", "code", code, "name", o.Name)
	case v.Lang == i18n.EN && o.Phase != "" && i18n.Has(v.Lang, "dispatch.phase."+o.Phase):
		return v.t("dispatch.phase."+o.Phase) + " (" + code + ")"
	}
	return name + " (" + code + ")"
}

// log lists the decisions about the parcel, the latest first.
func (v parcelView) log() []ui.Event {
	var list []ui.Event
	for _, d := range slices.Backward(v.Decisions) {
		list = append(list, ui.Event{Label: v.t("dispatch.log", "n", d.Place, "moment", v.t("dispatch.moment."+d.Moment), "outcome", v.t("dispatch.outcome."+string(d.Outcome))),
			Note: v.at(d.At) + " · " + v.t("dispatch.log.rules", "n", len(d.Rules), "hash", d.Hash[:min(12, len(d.Hash))]), State: ui.Done})
	}
	return list
}

// facts are what is inside and what it is worth.
func (v parcelView) facts() []ui.Pair {
	pairs := []ui.Pair{{Key: v.t("dispatch.fact.country"), Value: v.country(v.Country)}}
	if v.Barcode != "" {
		pairs = append(pairs, ui.Pair{Key: v.t("dispatch.fact.barcode"), Value: s10.Number(v.Barcode).String()})
	}
	pairs = append(pairs, ui.Pair{Key: v.t("dispatch.fact.value"), Value: v.worth()}, ui.Pair{Key: v.t("dispatch.fact.gross"), Value: v.grams(v.GrossG)})
	if v.PostGrossG > 0 {
		pairs = append(pairs, ui.Pair{Key: v.t("dispatch.fact.post_gross"), Value: v.grams(v.PostGrossG)})
	}
	pairs = append(pairs, ui.Pair{Key: v.t("dispatch.fact.form"), Value: v.form()})
	if v.Registration != "" {
		pairs = append(pairs, ui.Pair{Key: v.t("dispatch.fact.registration"), Value: v.Registration})
	}
	pairs = append(pairs, ui.Pair{Key: v.t("dispatch.fact.contract"), Value: v.t("dispatch.fact.contract.sum", "n", v.Contract, "sum", v.sum(v.ContractRUB, money.RUB))})
	if v.VATRow != nil {
		pairs = append(pairs, ui.Pair{Key: v.t("dispatch.fact.vat"), Value: strconv.FormatInt(*v.VATRow, 10)})
	}
	return pairs
}

// worth is what was paid for the goods: in roubles, in the buyer's currency, and in drawing rights, by which forms go.
func (v parcelView) worth() string {
	text := v.sum(v.ValueRUB, money.RUB)
	if v.Currency != money.RUB {
		text += " ≈ " + v.sum(v.Value, v.Currency)
	}
	if v.SDR > 0 {
		text += " ≈ " + v.t("dispatch.sdr", "n", v.rights())
	}
	return text
}

// rights are the worth in drawing rights as the papers write it.
func (v parcelView) rights() string {
	text := papers.SDR(v.SDR)
	if v.Lang == i18n.RU {
		text = strings.Replace(text, ".", ",", 1)
	}
	return text
}

func (v parcelView) form() string {
	switch v.Form {
	case "CN22":
		return "CN\u00a022"
	case "CN23":
		return "CN\u00a023"
	}
	return v.t("dispatch.form.none")
}

// sent are the things in the parcel as the declaration names them.
func (v parcelView) sent() []clearance.Line {
	d, ok := v.Last()
	if !ok {
		return nil
	}
	return d.Facts.Lines
}

// typed is what stands in a field: what was typed, else what is known.
func (v parcelView) typed(name string, known int64) string {
	if text, ok := v.Typed[name]; ok {
		return text
	}
	if known == 0 {
		return ""
	}
	return strconv.FormatInt(known, 10)
}

// reason says why the parcel is held or over.
func (v parcelView) reason() string { return reasonIn(v.Lang, v.Reason) }

// stuckWhy says what the step that stopped stopped at, where that has words.
func (v parcelView) stuckWhy() string {
	for _, e := range slices.Backward(v.Events) {
		var f stuckFacts
		if e.Kind == EventStuck && len(e.Facts) > 0 {
			e.said(&f)
			return f.Says[v.Lang]
		}
	}
	return ""
}

// overviewView is the operator's page of the export wing.
type overviewView struct {
	workplace
	Overview
}

func (v overviewView) states() ui.Grid {
	g := ui.Grid{Caption: v.t("dispatch.admin.states"), TestID: "states", Head: []ui.Col{{Title: v.t("dispatch.admin.state")},
		{Title: v.t("dispatch.admin.count"), Right: true, Label: true}, {Title: v.t("dispatch.admin.stuck"), Right: true, Label: true}}}
	for _, s := range States {
		for _, c := range v.States {
			if c.State == s {
				g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{ui.Text(v.t("dispatch.state." + string(s))),
					ui.Text(i18n.Number(v.Lang, int64(c.N))), ui.Text(i18n.Number(v.Lang, int64(c.Stuck)))}})
			}
		}
	}
	return g
}

// took writes a stretch of time: seconds up to a minute and a half, then minutes, then hours.
func (v voice) took(seconds float64) string {
	n, key := seconds, "dispatch.took.s"
	switch {
	case n >= 5400:
		n, key = n/3600, "dispatch.took.h"
	case n >= 90:
		n, key = n/60, "dispatch.took.m"
	}
	text := strconv.FormatFloat(n, 'f', 1, 64)
	if v.Lang == i18n.RU {
		text = strings.ReplaceAll(text, ".", ",")
	}
	return v.t(key, "n", text)
}
