package contract

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

func t(ctx context.Context, key string, args ...any) string {
	return i18n.T(ctx, "export.contract."+key, args...)
}

// MeterView is how full the next band of a contract is.
type MeterView struct {
	Percent      int
	Label, Under string
	Near         bool // at a mark
}

// Print says how full the next band of a sum is. held are the documents that currency control has.
func (b Bands) Print(ctx context.Context, sum money.Amount, held ...string) MeterView {
	lang := i18n.LangOf(ctx)
	share, next := b.Next(sum)
	v := MeterView{Percent: share, Label: t(ctx, "meter.label", "sum", money.Format(lang, sum, money.RUB), "band", money.Format(lang, next, money.RUB))}
	mark := b.Mark(sum)
	switch {
	case mark == "":
		v.Under = t(ctx, "meter.calm", "warn", money.Format(lang, warnSum(next, b.WarnAt), money.RUB))
	case slices.Contains(held, Wants(mark)):
		v.Under = t(ctx, "meter.held."+Wants(mark))
	default:
		v.Under, v.Near = t(ctx, "meter."+mark), true
	}
	return v
}

// warnSum is the sum at which a warning before a band comes.
func warnSum(band money.Amount, percent int64) money.Amount {
	return money.Amount(int64(band) * percent / 100)
}

// row is a contract in a list.
type row struct {
	Title, Under, Href string
	Meter              MeterView
	Tag                ui.Tag
}

func (c Contract) tag(ctx context.Context, b Bands) ui.Tag {
	switch mark := b.Mark(c.SumRUB); {
	case mark != "" && !c.Holds(Wants(mark)) && b.Obliges(c.SumRUB) != "" && !c.Holds(b.Obliges(c.SumRUB)):
		return ui.Tag{Label: t(ctx, "tag.awaited"), Kind: ui.Bad}
	case mark != "" && !c.Holds(Wants(mark)):
		return ui.Tag{Label: t(ctx, "tag.near"), Kind: ui.Warn}
	case c.UniqueNumber != "":
		return ui.Tag{Label: t(ctx, "tag.unique", "n", c.UniqueNumber), Kind: ui.OK}
	case c.Accepted != nil:
		return ui.Tag{Label: t(ctx, "tag.accepted"), Kind: ui.OK}
	}
	return ui.Tag{Label: t(ctx, "tag.calm")}
}

// under says what a contract is, in one line.
func (c Contract) under(ctx context.Context) string {
	lang := i18n.LangOf(ctx)
	parts := []string{t(ctx, "kind."+c.Kind), t(ctx, "n", "n", c.Number, "date", fullDay(lang, c.SignedOn))}
	if c.Country != "" {
		parts = append(parts, destination.NameOf(lang, c.Country))
	}
	if c.EndsOn != nil {
		parts = append(parts, t(ctx, "ended", "date", fullDay(lang, *c.EndsOn)))
	}
	return strings.Join(parts, " · ")
}

func printRow(ctx context.Context, c Contract, b Bands, title, href string) row {
	return row{Title: title, Under: c.under(ctx), Href: web.Path(ctx, href), Meter: b.Print(ctx, c.SumRUB, c.Documents()...), Tag: c.tag(ctx, b)}
}

// bandView is a band with the figure it rests on.
type bandView struct{ Sum, Text, Warn, Source, Since string }

// bandsView are the bands in force, as the rules' tables hold them.
func (s *Service) bandsView(ctx context.Context) ([]bandView, error) {
	lang, now := i18n.LangOf(ctx), s.Now()
	tables, err := s.Tables(ctx, now)
	if err != nil {
		return nil, err
	}
	b, err := s.Bands(ctx, now)
	if err != nil {
		return nil, err
	}
	var list []bandView
	for _, x := range []struct {
		figure, key string
		sum         money.Amount
	}{{figureDocuments, "documents", b.Documents}, {figureNumber, "number", b.Number}} {
		sum := money.Format(lang, x.sum, money.RUB)
		row, _ := tables.Figure(x.figure)
		list = append(list, bandView{Sum: t(ctx, "band."+x.key, "sum", sum), Text: t(ctx, "band."+x.key+".text"),
			Warn: t(ctx, "band.warn", "sum", money.Format(lang, warnSum(x.sum, b.WarnAt), money.RUB)), Source: sourceOf(lang, row),
			Since: t(ctx, "band.since", "date", fullDay(lang, row.From))})
	}
	return list, nil
}

// sourceOf is where a figure stands.
func sourceOf(lang i18n.Lang, d clearance.Dated) string {
	authority, source := d.AuthorityIn(lang), d.SourceIn(lang)
	if authority == "" || strings.Contains(source, authority) {
		return source
	}
	return authority + ": " + source
}

// facts are a contract as both sides read it.
func (c Contract) facts(ctx context.Context) []ui.Pair {
	lang := i18n.LangOf(ctx)
	var list []ui.Pair
	add := func(key, value string) {
		if value != "" {
			list = append(list, ui.Pair{Key: t(ctx, "fact."+key), Value: value})
		}
	}
	add("party", partyIn(lang, c))
	if c.Country != "" {
		add("country", destination.NameOf(lang, c.Country))
	}
	add("number", c.Number)
	add("signed", fullDay(lang, c.SignedOn))
	if c.Kind == Agency {
		market := t(ctx, "market.all")
		if c.Market != "" {
			market = destination.NameOf(lang, c.Market)
		}
		add("market", market)
	}
	if c.EndsOn != nil {
		add("ends", fullDay(lang, *c.EndsOn))
	}
	if c.OpeningRUB > 0 {
		add("opening", money.Format(lang, c.OpeningRUB, money.RUB))
	}
	add("sum", money.Format(lang, c.SumRUB, money.RUB))
	if c.Accepted != nil {
		add("accepted", fullDay(lang, *c.Accepted))
	}
	add("unique", c.UniqueNumber)
	return list
}

// path is where a case lies for its seller, or for the officer.
func (c Case) path(own bool) string {
	if own {
		return "/seller/export/cases/" + idText(c.ID)
	}
	return deskPath + "/cases/" + idText(c.ID)
}

func (c Case) says(ctx context.Context) string {
	return t(ctx, "case", "n", c.ID, "date", fullDay(i18n.LangOf(ctx), c.OpenedAt))
}

// grid lists the parcels of a contract; path is where a parcel's page is, nil for nobody who has one.
func grid(ctx context.Context, list []Counted, path func(parcel string) string) ui.Grid {
	lang := i18n.LangOf(ctx)
	g := ui.Grid{Caption: t(ctx, "parcels"), TestID: "counted", Head: []ui.Col{{Title: t(ctx, "parcel"), Wide: true}, {Title: t(ctx, "parcel.at"), Label: true},
		{Title: t(ctx, "parcel.sum"), Right: true, Label: true}}}
	for _, c := range list {
		cell := ui.Cell{Text: c.Parcel}
		if path != nil {
			cell.Href = web.Path(ctx, path(c.Parcel))
		}
		g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{cell, {Text: fullDay(lang, c.At)}, {Text: money.Format(lang, c.RUB, money.RUB)}}})
	}
	return g
}

// Strip shows a seller's agency contracts in force with their meters, for the pages where the seller sends. It is empty
// for a seller whose every order is a contract of its own.
func (s *Service) Strip(ctx context.Context, sellerID int64) (templ.Component, error) {
	list, err := s.Own(ctx, sellerID)
	if err != nil {
		return nil, err
	}
	bands, err := s.Bands(ctx, s.Now())
	if err != nil {
		return nil, err
	}
	var rows []row
	for _, c := range list {
		if c.Kind == Agency && c.EndsOn == nil {
			rows = append(rows, printRow(ctx, c, bands, c.Counterparty, ownPath(c.ID)))
		}
	}
	return strip(rows), nil
}

// fullDay writes a day with its year.
func fullDay(lang i18n.Lang, at time.Time) string { return i18n.Date(lang, at, time.Time{}) }

func idText(id int64) string { return strconv.FormatInt(id, 10) }
