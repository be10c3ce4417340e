package joining

import (
	"context"
	"hash/fnv"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/catalog/listing"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// Handlers are the pages where a seller answers what rows of its price lists are.
type Handlers struct{ s *Service }

// NewHandlers makes the pages of a service.
func NewHandlers(s *Service) *Handlers { return &Handlers{s: s} }

// Routes mounts the pages. The caller guards them: owners and managers of a shop only.
func (h *Handlers) Routes(r chi.Router) {
	r.Get("/seller/imports/suggestions", web.Handle(h.list))
	r.Post("/seller/imports/suggestions", web.Handle(h.answer))
}

// suggestionsView is the page of rows that may be cards on sale, of one import or of all.
type suggestionsView struct {
	ImportID int64
	List     []Suggestion
	Total    int64
	Next     string
	Asked    []asked
	Ticked   map[string]bool
	Errs     ui.Errs
}

func (v suggestionsView) path() string {
	path := "/seller/imports/suggestions"
	if v.ImportID != 0 {
		path += "?import=" + strconv.FormatInt(v.ImportID, 10)
	}
	return path
}

func (v suggestionsView) more() string {
	joint := "?"
	if v.ImportID != 0 {
		joint = "&"
	}
	return v.path() + joint + "after=" + url.QueryEscape(v.Next)
}

func (v suggestionsView) back(ctx context.Context) ui.Link {
	if v.ImportID != 0 {
		return ui.Link{Label: i18n.T(ctx, "feed.columns.back"), Href: web.Path(ctx, "/seller/imports/"+strconv.FormatInt(v.ImportID, 10))}
	}
	return ui.Link{Label: i18n.T(ctx, "feed.back"), Href: web.Path(ctx, "/seller/imports")}
}

func (v suggestionsView) heading(ctx context.Context) string {
	if v.Total == 0 {
		return i18n.T(ctx, "feed.suggestions.title")
	}
	return i18n.N(ctx, "feed.suggestions.h1", v.Total)
}

// value names the suggestion in a form; a row's own code may hold any character.
func (r RowRef) value() string { return strconv.FormatInt(r.VariantID, 10) + ":" + r.SKU }

// id is a name that HTML allows.
func (r RowRef) id() string {
	h := fnv.New64a()
	h.Write([]byte(r.SKU))
	return strconv.FormatInt(r.VariantID, 10) + "-" + strconv.FormatUint(h.Sum64(), 36)
}

func parseRow(value string) (RowRef, error) {
	id, sku, ok := strings.Cut(value, ":")
	variant, err := strconv.ParseInt(id, 10, 64)
	if !ok || err != nil || variant <= 0 || sku == "" || !form.Keepable(sku) {
		return RowRef{}, errs.New(errs.NotFound, "error.not_found")
	}
	return RowRef{VariantID: variant, SKU: sku}, nil
}

func (h *Handlers) list(w http.ResponseWriter, r *http.Request) error {
	return h.renderList(w, r, http.StatusOK, suggestionsView{})
}

func (h *Handlers) renderList(w http.ResponseWriter, r *http.Request, status int, v suggestionsView) (err error) {
	if v.ImportID, err = importOf(r); err != nil {
		return err
	}
	after := r.URL.Query().Get("after")
	if !form.Keepable(after) {
		after = ""
	}
	if v.List, v.Total, v.Next, err = h.s.List(r.Context(), account.SessionOf(r.Context()).SellerID, v.ImportID, after); err != nil {
		return err
	}
	if v.Asked, err = h.s.Asked(r.Context(), account.SessionOf(r.Context()).SellerID); err != nil {
		return err
	}
	return web.Render(w, r, status, suggestionsPage(v))
}

// importOf is the import whose rows are asked for, 0 for all.
func importOf(r *http.Request) (int64, error) {
	text := r.URL.Query().Get("import")
	if text == "" {
		return 0, nil
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id <= 0 {
		return 0, errs.New(errs.NotFound, "error.not_found")
	}
	return id, nil
}

// answer takes one answer by a row's own button, or the same one about all rows ticked.
func (h *Handlers) answer(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	for _, what := range []string{same, other} {
		if value := f.Raw(what); value != "" {
			return h.answerOne(w, r, value, what == same)
		}
	}
	what := f.OneOf("all", same, other)
	if err := f.Err(); err != nil {
		return errs.New(errs.BadRequest, "error.bad_value")
	}
	return h.answerMany(w, r, f.All("row"), what == same)
}

func (h *Handlers) answerOne(w http.ResponseWriter, r *http.Request, value string, isSame bool) error {
	row, err := parseRow(value)
	if err != nil {
		return err
	}
	out, err := h.s.Answer(r.Context(), actorOf(r), row, isSame)
	if errs.Is(err, errs.Conflict) {
		return h.renderList(w, r, http.StatusConflict, suggestionsView{Errs: ui.ErrsOf(r.Context(), err)})
	}
	if err != nil {
		return err
	}
	return h.answered(w, r, web.Flash{Kind: ui.OK, Key: "feed.outcome." + string(out)})
}

func (h *Handlers) answerMany(w http.ResponseWriter, r *http.Request, values []string, isSame bool) error {
	if len(values) == 0 || len(values) > suggestionsShown {
		problem := ui.Problem{Text: i18n.T(r.Context(), "feed.suggestion.choose")}
		return h.renderList(w, r, http.StatusUnprocessableEntity, suggestionsView{Errs: ui.Errs{problem}})
	}
	n := map[Outcome]int{}
	skipped := 0
	for _, value := range values {
		row, err := parseRow(value)
		if err != nil {
			return err
		}
		out, err := h.s.Answer(r.Context(), actorOf(r), row, isSame)
		switch {
		case errs.Is(err, errs.Conflict):
			skipped++
		case err != nil:
			return err
		default:
			n[out]++
		}
	}
	kind, key := ui.OK, "feed.outcome.many"
	if skipped > 0 {
		kind, key = ui.Warn, "feed.outcome.many_skipped"
	}
	return h.answered(w, r, web.Flash{Kind: kind, Key: key, Args: []string{"moved", strconv.Itoa(n[Moved]), "asked", strconv.Itoa(n[Asked]),
		"apart", strconv.Itoa(n[Apart]), "skipped", strconv.Itoa(skipped)}})
}

// answered goes back to the list that the answer was given on.
func (h *Handlers) answered(w http.ResponseWriter, r *http.Request, f web.Flash) error {
	id, err := importOf(r)
	if err != nil {
		return err
	}
	return web.RedirectFlash(w, r, suggestionsView{ImportID: id}.path(), f)
}

func actorOf(r *http.Request) listing.Actor {
	return listing.Actor{PersonID: account.SessionOf(r.Context()).PersonID, SellerID: account.SessionOf(r.Context()).SellerID}
}

func askedGrid(ctx context.Context, list []asked) ui.Grid {
	g := ui.Grid{Caption: i18n.T(ctx, "feed.asked"), Head: []ui.Col{{Title: i18n.T(ctx, "feed.asked.card"), Wide: true},
		{Title: i18n.T(ctx, "feed.col.sku")}, {Title: i18n.T(ctx, "feed.col.state"), Wide: true}}}
	for _, a := range list {
		g.Rows = append(g.Rows, ui.Row{TestID: "asked", Cells: []ui.Cell{{Text: a.Title, Href: web.Path(ctx, catalog.ProductPath(a.Slug))}, {Text: a.SKU},
			{Text: i18n.T(ctx, "feed.asked."+a.Status), Under: a.Note}}})
	}
	return g
}

// likenessGrid is the table of what both sides say, or, without verdicts, of what one of them says.
func likenessGrid(ctx context.Context, sg Suggestion, lines []Likeness, verdicts bool) ui.Grid {
	g := ui.Grid{Caption: i18n.T(ctx, "feed.suggestion.compare", "title", sg.Theirs.Title.In(i18n.LangOf(ctx))),
		Head: []ui.Col{{Title: i18n.T(ctx, "feed.likeness.what")}, {Title: i18n.T(ctx, "feed.suggestion.ours"), Label: true, Wide: true},
			{Title: i18n.T(ctx, "feed.suggestion.theirs"), Label: true, Wide: true}}}
	if verdicts {
		g.Head = append(g.Head, ui.Col{Title: i18n.T(ctx, "feed.likeness"), Right: true})
	}
	for _, l := range lines {
		cells := []ui.Cell{{Text: l.Name}, {Text: said(l.Ours)}, {Text: said(l.Theirs)}}
		if verdicts {
			cells = append(cells, ui.Node(likeness(l)))
		}
		g.Rows = append(g.Rows, ui.Row{Cells: cells})
	}
	return g
}

func said(text string) string {
	if text == "" {
		return "—"
	}
	return text
}
