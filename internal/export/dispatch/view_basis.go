package dispatch

import (
	"context"
	"slices"
	"strconv"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// rulesPath is where each rule has its page, with its words and its source.
const rulesPath = "/export/rules/"

// basisView is what a check rests on: the rule that spoke, or those that were read and did not, and where they are written.
type basisView struct {
	Note   string // "" for a rule that spoke
	Rules  []ui.Link
	Source string
}

func (b basisView) same(other basisView) bool {
	return b.Note == other.Note && b.Source == other.Source && b.Rules[0] == other.Rules[0]
}

// basis names the rules of a finding by what they say; nobody has to know them by the names that programs call them by.
func (v parcelView) basis(ctx context.Context, f clearance.Finding) basisView {
	b := basisView{Source: f.SourceIn(v.Lang)}
	if f.Rule != "" {
		says := clearance.Says(ctx, &clearance.Rule{Outcome: f.Outcome, Then: f.Then})
		b.Rules = []ui.Link{{Label: v.t("dispatch.basis.rule", "says", i18n.Capital(says), "version", strconv.Itoa(f.Version)), Href: web.Path(ctx, rulesPath+f.Rule)}}
		return b
	}
	for _, id := range f.ConsultedIDs() {
		rule, known := v.Rules[id]
		if !known {
			continue
		}
		says := clearance.Says(ctx, &rule)
		if !slices.ContainsFunc(b.Rules, func(l ui.Link) bool { return l.Label == says }) { // once, of several that ask for the same
			b.Rules = append(b.Rules, ui.Link{Label: says, Href: web.Path(ctx, rulesPath+id)})
		}
	}
	b.Note = v.n("dispatch.basis.read", f.Read)
	return b
}

// thenIn says in a language what a rule asks for or names.
func thenIn(lang i18n.Lang, then string) string {
	if then == "" {
		return ""
	}
	return i18n.Capital(clearance.ThenWords(i18n.WithLang(context.Background(), lang), then)) + "."
}
