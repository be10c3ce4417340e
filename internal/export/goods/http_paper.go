package goods

import (
	"net/http"
	"slices"

	"github.com/yarmarka/yarmarka/internal/media"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// maxAsk is how long what a seller writes to a desk may be.
const maxAsk = 2000

// ask lays the thing before the culture desk on the seller's wish, with what they write and send.
func (h *Handlers) ask(w http.ResponseWriter, r *http.Request) error {
	offer, err := offerOf(r)
	if err != nil {
		return err
	}
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	in := Request{Note: f.Optional("note", maxAsk)}
	problem := f.Err()
	if problem == nil {
		if in.FileName, in.File, err = media.Attached(r, "file"); err != nil {
			return err
		}
		problem = h.Goods.AskFor(r.Context(), actor(r), offer, in)
	}
	if errs.Is(problem, errs.Invalid) || errs.Is(problem, errs.TooLarge) || errs.Is(problem, errs.Conflict) {
		v, err := h.formView(r)
		if err != nil {
			return err
		}
		v.Note = f.Raw("note")
		if v.Errs = ui.ErrsOf(r.Context(), problem); len(v.Errs) == 0 {
			v.Errs = ui.Errs{{Field: "file", Text: web.Message(r.Context(), problem)}}
		}
		return web.Render(w, r, web.StatusOf(problem), formPage(v))
	}
	if problem != nil {
		return problem
	}
	return web.RedirectFlash(w, r, formPath(offer), web.Flash{Kind: ui.OK, Key: "export.goods.asked"})
}

// asksPermit says that the seller may ask for the Ministry's permit.
func (v formView) asksPermit() bool { return slices.Contains(v.Sheet.Passport.Asked, CulturePermit) }

// ending is the opinion that ends soon, and may be asked for anew.
func (v formView) ending() (Paper, bool) {
	for _, p := range v.Papers {
		if p.Kind != CulturePermit && p.Ends(dayOf(v.Now), v.WarnDays) {
			return p, true
		}
	}
	return Paper{}, false
}

// looking says that the desk was asked and has not answered: the last thing that happened is the question.
func (v formView) looking() bool { return len(v.Events) > 0 && v.Events[0].Kind == "asked" }

// paperPairs say what a paper is.
func (v formView) paperPairs(p Paper) []ui.Pair {
	day := func(key string) ui.Pair { return ui.Pair{Key: v.t("paper." + key)} }
	number, issued, until := day("number"), day("issued"), day("until")
	number.Value, issued.Value = p.Number, i18n.Date(v.Lang, p.IssuedOn, p.IssuedOn.AddDate(1, 0, 0))
	until.Value = v.t("paper.endless")
	if p.ValidUntil != nil {
		until.Value = i18n.Date(v.Lang, *p.ValidUntil, p.ValidUntil.AddDate(1, 0, 0))
	}
	pairs := []ui.Pair{number, issued}
	if p.Authority != "" {
		pairs = append(pairs, ui.Pair{Key: v.t("paper.authority"), Value: p.Authority})
	}
	return append(pairs, until)
}
