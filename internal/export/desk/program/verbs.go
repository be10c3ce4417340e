package program

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/desk"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/web"
)

func keyActor(k Key) desk.Actor { return desk.Actor{PersonID: k.PersonID, KeyID: k.ID} }

func (h *Handlers) apiTake(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, "id")
	if err != nil {
		return err
	}
	if err := readNothing(r); err != nil {
		return err
	}
	k := keyFrom(r.Context())
	if _, err := h.Programs.Take(r.Context(), keyActor(k), k.Desk, id); err != nil {
		return err
	}
	return h.apiCase(w, r, id)
}

// decideIn is a verdict as the API takes it.
type decideIn struct {
	Verdict  string            `json:"verdict"`
	Reason   string            `json:"reason"`
	Note     string            `json:"note"`
	Answers  map[string]string `json:"answers"`
	Document documentJSON      `json:"document"`
}

func (h *Handlers) apiDecide(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, "id")
	if err != nil {
		return err
	}
	var in decideIn
	if err := readJSON(r, &in); err != nil {
		return err
	}
	ruling, err := in.ruling()
	if err != nil {
		return err
	}
	k := keyFrom(r.Context())
	if in.Document.Attached != "" {
		if ruling.Paper.AttachedID, err = h.apiHeld(r.Context(), k.Desk, id, in.Document.Attached); err != nil {
			return err
		}
	}
	if _, err := h.Programs.Decide(r.Context(), keyActor(k), k.Desk, id, ruling); err != nil {
		return err
	}
	return h.apiCase(w, r, id)
}

// apiHeld finds the file of a case that a program names by its address.
func (h *Handlers) apiHeld(ctx context.Context, k desk.Kind, id int64, address string) (int64, error) {
	file, err := strconv.ParseInt(address[strings.LastIndexByte(address, '/')+1:], 10, 64)
	if err == nil {
		err = errGone
		if address == apiFilePath(k, id, file) {
			err = h.Programs.Holds(ctx, k, id, file)
		}
	}
	if err != nil {
		return 0, errs.Fields([]errs.Field{{Name: "document.attached", Key: "export.desk.no_such_file"}})
	}
	return file, nil
}

// ruling checks the texts as a form's are checked, and reads the days.
func (in decideIn) ruling() (desk.Ruling, error) {
	var list []errs.Field
	text := func(name, s string, most int) string {
		switch {
		case !keepable(s):
			list = append(list, errs.Field{Name: name, Key: "form.bad_text"})
		case len([]rune(s)) > most:
			list = append(list, errs.Field{Name: name, Key: "form.too_long", Args: []any{"max", most}})
		}
		return form.Clean(s)
	}
	day := func(name, s string) *time.Time {
		if s == "" {
			return nil
		}
		at, err := time.Parse(time.DateOnly, s)
		if err != nil || at.Year() < 1900 || at.Year() > 2200 {
			list = append(list, errs.Field{Name: name, Key: "export.desk.no_day"})
			return nil
		}
		return &at
	}
	d := in.Document
	r := desk.Ruling{Verdict: in.Verdict, Reason: text("reason", in.Reason, 40), Note: text("note", in.Note, desk.MaxNote), Answers: map[string]string{},
		Paper: desk.Paper{Number: text("document.number", d.Number, 80), Authority: text("document.authority", d.Authority, 200),
			Text: text("document.text", d.Text, 4000), UniqueNumber: text("document.unique_number", d.Unique, 80), ValidUntil: day("document.valid_until", d.ValidUntil)}}
	if at := day("document.date", d.Date); at != nil {
		r.Paper.Date = *at
	}
	for _, q := range desk.Questions() {
		if a := text("answers."+q.Key, in.Answers[q.Key], desk.MaxNote); a != "" {
			r.Answers[q.Key] = a
		}
	}
	return r, errs.Fields(list)
}

func (h *Handlers) apiNote(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, "id")
	if err != nil {
		return err
	}
	var in struct {
		Note string `json:"note"`
	}
	if err := readJSON(r, &in); err != nil {
		return err
	}
	if !keepable(in.Note) {
		return errs.Fields([]errs.Field{{Name: "note", Key: "form.bad_text"}})
	}
	k := keyFrom(r.Context())
	if err := h.Programs.Say(r.Context(), keyActor(k), k.Desk, id, form.Clean(in.Note)); err != nil {
		return err
	}
	return h.apiCase(w, r, id)
}

// apiNext gives the program the case that must wait least, like the officer's key J.
func (h *Handlers) apiNext(w http.ResponseWriter, r *http.Request) error {
	if err := readNothing(r); err != nil {
		return err
	}
	k := keyFrom(r.Context())
	c, ok, err := h.Programs.Next(r.Context(), keyActor(k), k.Desk)
	if err != nil {
		return err
	}
	var answer struct {
		Case *caseJSON `json:"case,omitempty"`
	}
	if ok {
		found := h.toJSON(c, k.PersonID)
		answer.Case = &found
	}
	return web.JSON(w, r, http.StatusOK, answer)
}

// apiReturn puts a case back into the queue.
func (h *Handlers) apiReturn(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, "id")
	if err != nil {
		return err
	}
	if err := readNothing(r); err != nil {
		return err
	}
	k := keyFrom(r.Context())
	if err := h.Programs.Return(r.Context(), keyActor(k), k.Desk, id); err != nil {
		return err
	}
	return h.apiCase(w, r, id)
}

// apiAnswers keeps what was found out so far, before any verdict.
func (h *Handlers) apiAnswers(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, "id")
	if err != nil {
		return err
	}
	var in struct {
		Answers map[string]string `json:"answers"`
	}
	if err := readJSON(r, &in); err != nil {
		return err
	}
	ruling, err := decideIn{Answers: in.Answers}.ruling()
	if err != nil {
		return err
	}
	k := keyFrom(r.Context())
	if err := h.Programs.KeepAnswers(r.Context(), keyActor(k), k.Desk, id, ruling.Answers); err != nil {
		return err
	}
	return h.apiCase(w, r, id)
}

// apiFile hands out what lies in a case.
func (h *Handlers) apiFile(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, "id")
	if err != nil {
		return err
	}
	file, err := number(r, "file")
	if err != nil {
		return err
	}
	if err := h.Programs.Holds(r.Context(), keyFrom(r.Context()).Desk, id, file); err != nil {
		return err
	}
	return h.Files.Serve(w, r, file)
}

// apiFilePath is where a program reads a file of a case, "" for none.
func apiFilePath(k desk.Kind, id, file int64) string {
	if file == 0 {
		return ""
	}
	return "/api/v1/export/desks/" + string(k) + "/cases/" + strconv.FormatInt(id, 10) + "/files/" + strconv.FormatInt(file, 10)
}
