package desk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/media"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// Handlers are the pages of the desks and of the sellers whose cases lie there.
type Handlers struct {
	Desks *Service
	Files *media.Handlers
	// Shops names shops by id.
	Shops func(ctx context.Context, ids []int64) (map[int64]string, error)
}

// Routes mounts the officers' pages: each desk for its own officers and for admins.
func (h *Handlers) Routes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(account.RequireStaff(account.Officers...))
		r.Get("/export/desks", web.Handle(h.home))
	})
	for _, k := range Kinds {
		at := "/export/desks/" + string(k)
		r.Group(func(r chi.Router) {
			r.Use(account.RequireStaff(k.Role()))
			r.Get(at, web.Handle(h.queue(k)))
			r.Post(at+"/next", web.Handle(h.next(k)))
			r.Get(at+"/cases/{id}", web.Handle(h.show(k)))
			r.Post(at+"/cases/{id}", web.Handle(h.decide(k)))
			r.Get(at+"/cases/{id}/files/{file}", web.Handle(h.file(k)))
		})
	}
}

func idText(id int64) string { return strconv.FormatInt(id, 10) }

// deskPath is the page of a desk.
func deskPath(k Kind) string { return "/export/desks/" + string(k) }

func casePath(k Kind, id int64) string {
	return deskPath(k) + "/cases/" + strconv.FormatInt(id, 10)
}

func actor(r *http.Request) Actor { return Actor{PersonID: account.SessionOf(r.Context()).PersonID} }

// number reads a number out of an address; what is none finds nothing.
func number(r *http.Request, name string) (int64, error) {
	id, err := strconv.ParseInt(chi.URLParam(r, name), 10, 64)
	if err != nil || id <= 0 {
		return 0, errGone
	}
	return id, nil
}

// home shows an admin all desks, and leads an officer to their own.
func (h *Handlers) home(w http.ResponseWriter, r *http.Request) error {
	sess := account.SessionOf(r.Context())
	if sess.Officer() {
		for _, k := range Kinds {
			if k.Role() == sess.Platform {
				return web.Redirect(w, r, deskPath(k))
			}
		}
	}
	v := homeView{}
	for _, k := range Kinds {
		counts, err := h.Desks.Counts(r.Context(), k)
		if err != nil {
			return err
		}
		stats, err := h.Desks.Stats(r.Context(), k)
		if err != nil {
			return err
		}
		v.Desks = append(v.Desks, printDesk(r.Context(), k, counts, stats))
	}
	return web.Render(w, r, http.StatusOK, homePage(v))
}

// QueryOf reads which cases an address asks for.
func QueryOf(r *http.Request) Query {
	q := r.URL.Query()
	query := Query{Pile: PileQueue, Country: form.Clean(q.Get("country")), Number: form.Clean(q.Get("number")), After: q.Get("after")}
	for _, pile := range Piles {
		if q.Get("pile") == pile {
			query.Pile = pile
		}
	}
	return query
}

func (h *Handlers) queue(k Kind) func(w http.ResponseWriter, r *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		v, err := h.view(r, k, QueryOf(r))
		if err != nil {
			return err
		}
		return web.Render(w, r, http.StatusOK, deskPage(v))
	}
}

func (h *Handlers) next(k Kind) func(w http.ResponseWriter, r *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error { return h.goNext(w, r, k, nil) }
}

// goNext opens the case that must wait least, or the empty queue.
func (h *Handlers) goNext(w http.ResponseWriter, r *http.Request, k Kind, said *web.Flash) error {
	c, ok, err := h.Desks.Next(r.Context(), actor(r), k)
	if err != nil {
		return err
	}
	path := deskPath(k)
	if ok {
		path = casePath(k, c.ID)
	}
	if said != nil {
		return web.RedirectFlash(w, r, path, *said)
	}
	return web.Redirect(w, r, path)
}

func (h *Handlers) show(k Kind) func(w http.ResponseWriter, r *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := number(r, "id")
		if err != nil {
			return err
		}
		v, err := h.caseView(r, k, id, nil)
		if err != nil {
			return err
		}
		return web.Render(w, r, http.StatusOK, deskPage(v))
	}
}

// file hands out what lies in a case; whose else it may be is no matter here.
func (h *Handlers) file(k Kind) func(w http.ResponseWriter, r *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := number(r, "id")
		if err != nil {
			return err
		}
		file, err := number(r, "file")
		if err != nil {
			return err
		}
		if err := h.Desks.Holds(r.Context(), k, id, file); err != nil {
			return err
		}
		return h.Files.Serve(w, r, file)
	}
}

// decide takes the officer's button; what is refused comes back with all that was typed.
func (h *Handlers) decide(k Kind) func(w http.ResponseWriter, r *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := number(r, "id")
		if err != nil {
			return err
		}
		c, err := h.Desks.Get(r.Context(), k, id)
		if err != nil {
			return err
		}
		f, err := form.Parse(r)
		if err != nil {
			return err
		}
		said, onward, err := h.act(r, c, f)
		if errs.Is(err, errs.Invalid) || errs.Is(err, errs.Conflict) && !errors.Is(err, ErrDecided) {
			v, viewErr := h.caseView(r, k, id, f)
			if viewErr != nil {
				return viewErr
			}
			v.fail(r.Context(), err)
			return web.Render(w, r, web.StatusOf(err), deskPage(v))
		}
		if errors.Is(err, ErrDecided) {
			return web.RedirectFlash(w, r, casePath(k, id), web.Flash{Kind: ui.Warn, Key: ErrDecided.Key})
		}
		if err != nil {
			return err
		}
		flash := web.Flash{Kind: ui.OK, Key: said, Args: []string{"title", c.TitleIn(i18n.LangOf(r.Context()))}}
		if onward {
			return h.goNext(w, r, k, &flash)
		}
		return web.RedirectFlash(w, r, casePath(k, id), flash)
	}
}

// act does what the pressed button says. onward tells whether the next case opens.
func (h *Handlers) act(r *http.Request, c Case, f *form.Form) (said string, onward bool, err error) {
	ctx, by, do := r.Context(), actor(r), f.Raw("do")
	note, answers := f.Optional("note", MaxNote), answersIn(f)
	if err := f.Err(); err != nil {
		return "", false, err
	}
	ruling, decides := buttons[do]
	if !decides {
		if err := withoutFile(r); err != nil {
			return "", false, err
		}
	}
	switch do {
	case "take":
		_, err = h.Desks.Take(ctx, by, c.Kind, c.ID)
		return "export.desk.done.take", false, err
	case "skip":
		return "export.desk.done.skip", false, h.Desks.Return(ctx, by, c.Kind, c.ID)
	case "say":
		return "export.desk.done.say", false, h.Desks.Say(ctx, by, c.Kind, c.ID, note)
	case "keep":
		return "export.desk.done.keep", false, h.Desks.KeepAnswers(ctx, by, c.Kind, c.ID, answers)
	}
	if !decides {
		return "", false, errs.New(errs.BadRequest, "form.unreadable")
	}
	ruling.Note, ruling.Answers = note, answers
	if do == "refuse" {
		ruling.Reason = f.Raw("reason")
	}
	if err := h.readPaper(r, c, f, &ruling); err != nil {
		return "", false, err
	}
	if _, err := h.Desks.Decide(ctx, by, c.Kind, c.ID, ruling); err != nil {
		return "", false, err
	}
	return "export.desk.done." + ruling.Verdict, true, nil
}

// withoutFile refuses a file beside a button that keeps none: an officer would take it for sent.
func withoutFile(r *http.Request) error {
	_, content, err := media.Attached(r, "file")
	if err == nil && content != nil {
		err = errs.Fields([]errs.Field{{Name: "file", Key: "export.desk.file_decides"}})
	}
	return err
}

// buttons are what may be pressed to decide, and what each means.
var buttons = map[string]Ruling{"release": {Verdict: Release}, "refuse": {Verdict: Refuse}, "more": {Verdict: More},
	"permit": {Verdict: Refuse, Reason: "cultural"}, "inspect": {Verdict: More, Reason: Inspection}}

// readPaper reads what is typed onto the document of a verdict, and stores the file beside it once the rest is in order: a
// refused form leaves no file behind.
func (h *Handlers) readPaper(r *http.Request, c Case, f *form.Form, ruling *Ruling) error {
	ruling.Paper = Paper{Number: f.Optional("number", 80), Authority: f.Optional("authority", 200), Text: f.Optional("text", 4000),
		UniqueNumber: f.Optional("unique_number", 80), ValidUntil: dayIn(f, "valid_until")}
	if day := dayIn(f, "date"); day != nil {
		ruling.Paper.Date = *day
	}
	if err := f.Err(); err != nil {
		return err
	}
	name, content, err := media.Attached(r, "file")
	if err != nil {
		return err
	}
	if content == nil {
		return h.choose(r, c, f, ruling)
	}
	ruling.Paper.Incoming = true
	if err := h.Desks.Check(r.Context(), actor(r), c, *ruling); err != nil {
		return chooseAgain(err)
	}
	ruling.Paper.AttachedID, err = h.Desks.Attach(r.Context(), c, name, content)
	return fileErr(err)
}

// choose takes a file that lies in the case already for the paper.
func (h *Handlers) choose(r *http.Request, c Case, f *form.Form, ruling *Ruling) error {
	if f.Raw("case_file") == "" {
		return nil
	}
	id, err := strconv.ParseInt(f.Raw("case_file"), 10, 64)
	if err == nil {
		err = h.Desks.Holds(r.Context(), c.Kind, c.ID, id)
	}
	if err != nil {
		return errs.Fields([]errs.Field{{Name: "case_file", Key: "export.desk.no_such_file"}})
	}
	ruling.Paper.AttachedID = id
	return nil
}

// chooseAgain says beside what is wrong with a form that its file has to be chosen anew: no browser sends it twice.
func chooseAgain(err error) error {
	if e, ok := errors.AsType[*errs.Error](err); ok && e.Kind == errs.Invalid {
		return errs.Fields(append(slices.Clone(e.Fields), errs.Field{Name: "file", Key: "export.desk.file_again"}))
	}
	return err
}

// fileErr ties what is wrong with a file to its field.
func fileErr(err error) error {
	if e, ok := errors.AsType[*errs.Error](err); ok && (e.Kind == errs.Invalid || e.Kind == errs.TooLarge) && len(e.Fields) == 0 {
		return errs.Fields([]errs.Field{{Name: "file", Key: e.Key, Args: e.Args}})
	}
	return err
}

// answersIn reads the questionnaire; fields that no question has are left alone.
func answersIn(f *form.Form) map[string]string {
	answers := map[string]string{}
	for _, q := range questionnaire {
		if text := f.Optional("q."+q.Key, MaxNote); text != "" {
			answers[q.Key] = text
		}
	}
	return answers
}

// pathWith is a desk's page with a query.
func pathWith(k Kind, q Query, after string) string {
	v := url.Values{}
	for name, value := range map[string]string{"pile": q.Pile, "country": q.Country, "number": q.Number, "after": after} {
		if value != "" && (name != "pile" || value != PileQueue) {
			v.Set(name, value)
		}
	}
	if len(v) == 0 {
		return deskPath(k)
	}
	return fmt.Sprintf("%s?%s", deskPath(k), v.Encode())
}
