package desk

import (
	"context"
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/media"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// SellerRoutes mounts the seller's side; the caller guards it with account.RequireSeller.
func (h *Handlers) SellerRoutes(r chi.Router) {
	r.Get("/seller/export/cases", web.Handle(h.ownCases))
	r.Get("/seller/export/cases/{id}", web.Handle(h.ownCase))
	r.Post("/seller/export/cases/{id}", web.Handle(h.answer))
}

func ownPath(id int64) string { return "/seller/export/cases/" + idText(id) }

// ownCasesView lists a seller's cases.
type ownCasesView struct {
	Rows []ui.Row
	Next string
}

func (h *Handlers) ownCases(w http.ResponseWriter, r *http.Request) error {
	ctx, now := r.Context(), h.Desks.Now()
	page, err := h.Desks.CasesOf(ctx, account.SessionOf(ctx).SellerID, r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	var v ownCasesView
	for _, c := range page.Items {
		v.Rows = append(v.Rows, ui.Row{TestID: "case", On: c.State == WaitingSeller, Cells: []ui.Cell{
			{Text: c.TitleIn(i18n.LangOf(ctx)), Href: web.Path(ctx, ownPath(c.ID)), Under: c.about(ctx)},
			{Text: t(ctx, "title."+string(c.Kind))}, ui.Node(ui.Badge(c.forSeller(r))), {Text: i18n.Date(i18n.LangOf(ctx), c.OpenedAt, now)}}})
	}
	if page.Next != "" {
		v.Next = web.Path(ctx, "/seller/export/cases?after="+page.Next)
	}
	return web.Render(w, r, http.StatusOK, ownCasesPage(v))
}

// about says what a case is about, to its seller: a parcel by the number they know, other things by what they are, whose
// numbers are ours.
func (c Case) about(ctx context.Context) string {
	text := t(ctx, "subject."+c.Subject)
	if c.Subject == Parcel {
		text += " " + c.SubjectNumber
	}
	return text
}

// forSeller says how a case stands, to its seller.
func (c Case) forSeller(r *http.Request) ui.Tag {
	ctx := r.Context()
	switch {
	case c.State == WaitingSeller:
		return ui.Tag{Label: t(ctx, "own.waiting"), Kind: ui.Warn, Icon: "alert"}
	case c.State == Done && c.Verdict == Release:
		return ui.Tag{Label: t(ctx, "verdict.release"), Kind: ui.OK}
	case c.State == Done:
		return ui.Tag{Label: t(ctx, "verdict.refuse"), Kind: ui.Bad}
	}
	return ui.Tag{Label: t(ctx, "own.looking"), Kind: ui.Info}
}

// ownCaseView is a case as its seller sees it.
type ownCaseView struct {
	Page    web.Page
	ID      string
	Title   string
	Under   string
	Tag     ui.Tag
	Due     string
	Says    string // the officer's last words
	Reason  string
	Open    bool
	Waiting bool
	Trail   []ui.Event
	Papers  []paperView
	Files   []ui.Link
	Note    string
	Errs    ui.Errs
}

func (h *Handlers) ownView(r *http.Request) (v ownCaseView, c Case, err error) {
	ctx, now, lang := r.Context(), h.Desks.Now(), i18n.LangOf(r.Context())
	id, err := number(r, "id")
	if err != nil {
		return v, c, err
	}
	c, trail, papers, err := h.Desks.CaseOf(ctx, account.SessionOf(ctx).SellerID, id)
	if err != nil {
		return v, c, err
	}
	v = ownCaseView{Page: web.Page{Title: c.TitleIn(lang), NoIndex: true}, ID: idText(c.ID), Title: c.TitleIn(lang), Tag: c.forSeller(r), Says: c.Note,
		Open: c.State != Done, Waiting: c.State == WaitingSeller,
		Under: t(ctx, "case.n", "n", idText(c.ID)) + " · " + t(ctx, "title."+string(c.Kind)) + " · " + c.about(ctx)}
	if v.Open && !v.Waiting {
		v.Due = t(ctx, "own.due", "at", i18n.DateTime(lang, c.DueAt, now))
	}
	if c.Reason != "" {
		v.Reason = reasonText(ctx, c.Kind, c.Reason)
	}
	for _, e := range trail {
		v.Trail = append(v.Trail, printEvent(ctx, c.Kind, e, now))
		if e.FileID != 0 && e.Actor == bySeller {
			v.Files = append(v.Files, ui.Link{Label: t(ctx, "file.own", "name", e.File, "at", i18n.DateTime(lang, e.At, now)), Href: "/media/documents/" + idText(e.FileID)})
		}
	}
	for _, p := range papers {
		v.Papers = append(v.Papers, printPaper(ctx, p, func(id int64) string { return "/media/documents/" + idText(id) }))
	}
	return v, c, nil
}

func (h *Handlers) ownCase(w http.ResponseWriter, r *http.Request) error {
	v, _, err := h.ownView(r)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, ownCasePage(v))
}

// answer takes what a seller writes and sends.
func (h *Handlers) answer(w http.ResponseWriter, r *http.Request) error {
	v, c, err := h.ownView(r)
	if err != nil {
		return err
	}
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	v.Note = f.Optional("note", MaxNote)
	problem := f.Err()
	if problem == nil {
		problem = h.send(r, c, v.Note)
	}
	if errs.Is(problem, errs.Invalid) || errs.Is(problem, errs.Conflict) {
		v.Errs = ui.ErrsOf(r.Context(), problem)
		v.Page.Errors = len(v.Errs)
		return web.Render(w, r, web.StatusOf(problem), ownCasePage(v))
	}
	if problem != nil {
		return problem
	}
	return web.RedirectFlash(w, r, ownPath(c.ID), web.Flash{Kind: ui.OK, Key: "export.desk.own.sent"})
}

func (h *Handlers) send(r *http.Request, c Case, note string) error {
	name, content, err := media.Attached(r, "file")
	if err != nil {
		return err
	}
	if c.State == Done { // nothing is stored for a case that is over
		return ErrDecided
	}
	var file int64
	if content != nil {
		if file, err = h.Desks.AttachOwn(r.Context(), c, name, content); err != nil {
			return fileErr(err)
		}
	}
	sess := account.SessionOf(r.Context())
	return fileErr(h.Desks.Answer(r.Context(), sess.SellerID, sess.PersonID, c.ID, note, file))
}

func saysKind(v ownCaseView) string {
	if v.Waiting {
		return ui.WarnCard
	}
	return ""
}

func answerTitle(ctx context.Context, v ownCaseView) string {
	if v.Waiting {
		return t(ctx, "own.answer")
	}
	return t(ctx, "own.add")
}
