package goods

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/yarmarka/yarmarka/internal/export/hs"
	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/paging"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/places"
	"github.com/yarmarka/yarmarka/web/ui"
)

// view is what every page of ours begins with.
type view struct {
	Lang i18n.Lang
	Hub  string
	Nav  []web.NavItem
	Tabs templ.Component
	Errs ui.Errs
}

func newView(r *http.Request, tab string) view {
	ctx := r.Context()
	nav, _ := places.Export(ctx, tab)
	return view{Lang: i18n.LangOf(ctx), Hub: places.HubTitle(ctx), Nav: nav, Tabs: places.ExportTabs(ctx, tab)}
}

// t gives a text of this package by the end of its key.
func (v view) t(key string, args ...any) string { return i18n.In(v.Lang, "export.goods."+key, args...) }

func (v view) n(key string, n int, args ...any) string {
	return i18n.NIn(v.Lang, "export.goods."+key, int64(n), args...)
}

func (v view) page(title string) web.Page {
	return web.Page{Title: title, NoIndex: true, Errors: len(v.Errs)}
}

// lackWord says what lacks, in a few words.
func lackWord(lang i18n.Lang, key string) string { return i18n.In(lang, "export.goods.lack."+key) }

func lackWords(lang i18n.Lang, keys []string) string {
	words := make([]string, len(keys))
	for i, key := range keys {
		words[i] = lackWord(lang, key)
	}
	return strings.Join(words, ", ")
}

type overviewView struct {
	view
	Overview
}

func (v overviewView) headline() string {
	if v.Ready == 0 {
		return v.t("headline.none")
	}
	return v.n("headline", v.Ready)
}

// total is how many listings there are.
func (v overviewView) total() int { return v.Ready + v.Lacking + v.Off }

// todo leads to the listings that lack one thing.
func (v overviewView) todo(ctx context.Context, c count) ui.Todo {
	return ui.Todo{Count: i18n.Number(v.Lang, int64(c.N)), Title: i18n.Capital(lackWord(v.Lang, c.Key)), Note: v.t("lack.hint." + waits(c.Key)),
		Href: web.Path(ctx, listPath+"?"+url.Values{"show": {"lacking"}, "lack": {c.Key}}.Encode())}
}

// waits tells for whom the thing waits: for the seller, for a desk, or for nobody any more.
func waits(key string) string {
	switch {
	case key == askRefused || key == askCourier:
		return "never"
	case deskFor[key] != "":
		return "desk"
	}
	return "seller"
}

type listView struct {
	view
	Filter  Filter
	Counts  Overview
	Page    paging.Page[Listing]
	Ticked  []int64
	Fact    string
	Value   string
	Changed int
}

func (v listView) query(change map[string]string) string {
	q := url.Values{}
	for key, value := range map[string]string{"show": v.Filter.Show, "lack": v.Filter.Lack, "q": v.Filter.Q} {
		if over, ok := change[key]; ok {
			value = over
		}
		if value != "" {
			q.Set(key, value)
		}
	}
	if after := change["after"]; after != "" {
		q.Set("after", after)
	}
	return q.Encode()
}

func (v listView) href(ctx context.Context, change map[string]string) string {
	if q := v.query(change); q != "" {
		return web.Path(ctx, listPath+"?"+q)
	}
	return web.Path(ctx, listPath)
}

// tabs are the states a listing may be in.
func (v listView) tabs(ctx context.Context) []ui.Tab {
	numbers := map[string]int{"": v.Counts.Ready + v.Counts.Lacking + v.Counts.Off, "ready": v.Counts.Ready, "lacking": v.Counts.Lacking, "off": v.Counts.Off}
	var tabs []ui.Tab
	for _, state := range states {
		name := state
		if name == "" {
			name = "all"
		}
		tabs = append(tabs, ui.Tab{Label: v.t("show." + name), Href: v.href(ctx, map[string]string{"show": state, "lack": ""}),
			Count: i18n.Number(v.Lang, int64(numbers[state])), Current: state == v.Filter.Show})
	}
	return tabs
}

// lacks are the chips that narrow the list to one thing that lacks.
func (v listView) lacks(ctx context.Context) []ui.Filter {
	if v.Filter.Show != "lacking" {
		return nil
	}
	var list []ui.Filter
	for _, c := range v.Counts.Lacks {
		f := ui.Filter{Label: lackWord(v.Lang, c.Key) + " · " + i18n.Number(v.Lang, int64(c.N)), Href: v.href(ctx, map[string]string{"lack": c.Key})}
		if c.Key == v.Filter.Lack {
			f.On, f.Remove, f.Href = true, true, v.href(ctx, map[string]string{"lack": ""})
		}
		list = append(list, f)
	}
	return list
}

func (v listView) nameOf(offer int64) string {
	for _, l := range v.Page.Items {
		if l.OfferID == offer {
			return l.Title(v.Lang)
		}
	}
	return "№ " + strconv.FormatInt(offer, 10)
}

// grid is the list as a table.
func (v listView) grid(ctx context.Context) ui.Grid {
	g := ui.Grid{Caption: v.t("list.title"), TestID: "goods", Head: []ui.Col{{Title: v.t("col.listing"), Wide: true}, {Title: v.t("col.code"), Label: true},
		{Title: v.t("col.weight"), Right: true, Label: true}, {Title: v.t("col.state"), Wide: true}}}
	for _, l := range v.Page.Items {
		p := l.Passport
		code := "–"
		if p.HS != "" {
			code = hs.Code(p.HS).String()
		}
		weight := "–"
		if p.GrossGrams > 0 {
			weight = v.t("grams", "n", i18n.Number(v.Lang, p.GrossGrams))
		}
		g.Rows = append(g.Rows, ui.Row{TestID: "listing", Cells: []ui.Cell{ui.Node(listingCell(v, l)), {Text: code, Under: originName(v.Lang, p.Origin)}, ui.Text(weight), ui.Node(stateCell(v, p))}})
	}
	return g
}

func originName(lang i18n.Lang, code string) string {
	if code == "" {
		return ""
	}
	return destination.NameOf(lang, code)
}

// state says in one badge how far a listing is.
func (v view) state(p Passport) ui.Tag {
	switch {
	case p.Ready():
		return ui.Tag{Label: v.t("state.ready"), Kind: ui.OK}
	case !p.Abroad:
		return ui.Tag{Label: v.t("state.off")}
	case slices.Contains(p.Lacks(), askRefused), slices.Contains(p.Lacks(), askCourier):
		return ui.Tag{Label: v.t("state.never"), Kind: ui.Bad}
	}
	if _, waiting := p.desk(); waiting {
		return ui.Tag{Label: v.t("state.desk"), Kind: ui.Info}
	}
	return ui.Tag{Label: v.t("state.lacking"), Kind: ui.Warn}
}

// bulkFacts are the facts that may be set for many.
func (v view) bulkFacts() []ui.Option {
	var list []ui.Option
	for _, f := range facts {
		if f.bulk {
			list = append(list, ui.Option{Value: f.key, Label: v.t("fact." + f.key)})
		}
	}
	return list
}

type codesView struct {
	view
	Q, Offer string
	Found    []hs.Suggestion
}

type termsView struct {
	view
	T      SellerTerms
	Meters templ.Component
}

// kinds are who may send.
func (v termsView) kinds() []ui.Choice {
	list := make([]ui.Choice, len(kinds))
	for i, kind := range kinds {
		list[i] = ui.Choice{Value: kind, Label: v.t("kind." + kind)}
	}
	return list
}

// evidence says one reason for a suggestion.
func (v view) evidence(e hs.Evidence) string {
	switch e.Kind {
	case hs.ByCards:
		return v.t("why.cards", "n", e.N, "of", e.Of)
	case hs.ByText:
		return v.t("why.text")
	case hs.ByAge:
		return v.n("why.age", e.N)
	}
	text := v.t("why."+string(e.Kind), "word", e.Word)
	return text
}

// eventText says what happened to a passport.
func (v view) eventText(e Event) string {
	switch e.Kind {
	case "code":
		return v.t("event.code", "note", hs.Code(e.Note).String())
	case "asked":
		return v.t("event.asked." + e.Note)
	case "document", "withdrawn":
		return v.t("event."+e.Kind, "note", documentWords(v.Lang, e.Note))
	}
	return v.t("event."+e.Kind, "note", e.Note)
}

func documentWords(lang i18n.Lang, list string) string {
	var words []string
	for name := range strings.SplitSeq(list, ", ") {
		key := "export.goods.document." + name
		if !i18n.Has(lang, key) {
			key = "export.goods.document.other"
		}
		words = append(words, i18n.In(lang, key))
	}
	return strings.Join(words, ", ")
}

// stateChips narrow the list to a state.
func (v listView) stateChips(ctx context.Context) []ui.Filter {
	var list []ui.Filter
	for _, tab := range v.tabs(ctx) {
		list = append(list, ui.Filter{Label: tab.Label + " · " + tab.Count, Href: tab.Href, On: tab.Current})
	}
	return list
}

// field is the input of one of the seller's terms.
func (v termsView) field(key, value, mode string) ui.Input {
	hint := ""
	if i18n.Has(v.Lang, "export.goods.terms.hint."+key) {
		hint = v.t("terms.hint." + key)
	}
	return ui.Input{Name: key, ID: key, Label: v.t("terms." + key), Value: value, Hint: hint, Err: v.Errs.Of(key), InputMode: mode}
}
