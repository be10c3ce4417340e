package program

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/desk"
	"github.com/yarmarka/yarmarka/internal/platform/clientip"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/limit"
	"github.com/yarmarka/yarmarka/web"
)

// The description of the API, as its address answers it.
//
//go:embed openapi.json
var openAPI []byte

// Limits of the API: of one key, and of one client that knows none.
var (
	limitKey    = limit.Rule{Name: "api.desk.key", Burst: 240, Per: time.Minute}
	limitNoKey  = limit.Rule{Name: "api.desk.client", Burst: 30, Per: 10 * time.Minute}
	maxCallBody = int64(256 << 10)
)

// APIRoutes mounts what an authority's own program does at a desk: the officer's verbs, by a key and never by a cookie.
func (h *Handlers) APIRoutes(r chi.Router) {
	r.Get("/api/openapi.json", describe)
	const cases = "/api/v1/export/desks/{desk}/cases"
	r = r.With(asJSON, h.byKey)
	r.Get(cases, web.Handle(h.apiList))
	r.Get(cases+"/{id}", web.Handle(h.apiRead))
	r.Get(cases+"/{id}/files/{file}", web.Handle(h.apiFile))
	r = r.With(h.once)
	r.Post(cases+"/next", web.Handle(h.apiNext))
	r.Post(cases+"/{id}/take", web.Handle(h.apiTake))
	r.Post(cases+"/{id}/decide", web.Handle(h.apiDecide))
	r.Post(cases+"/{id}/note", web.Handle(h.apiNote))
	r.Post(cases+"/{id}/return", web.Handle(h.apiReturn))
	r.Post(cases+"/{id}/answers", web.Handle(h.apiAnswers))
}

func describe(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "public, max-age=3600")
	http.ServeContent(w, r, "openapi.json", time.Time{}, bytes.NewReader(openAPI))
}

// asJSON makes every error of the API a problem in JSON (RFC 9457), in the language the program asks for.
func asJSON(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lang := i18n.RU
		if strings.HasPrefix(strings.ToLower(r.Header.Get("Accept-Language")), "en") {
			lang = i18n.EN
		}
		r = r.WithContext(i18n.WithLang(r.Context(), lang))
		r.Header.Set("Accept", "application/json")
		w.Header().Set("Cache-Control", "private, no-store")
		next.ServeHTTP(w, r)
	})
}

type keyInContext struct{}

func keyFrom(ctx context.Context) Key {
	k, _ := ctx.Value(keyInContext{}).(Key)
	return k
}

// byKey lets those pass who hold a key of the desk they name.
func (h *Handlers) byKey(next http.Handler) http.Handler {
	return web.Handle(func(w http.ResponseWriter, r *http.Request) error {
		ctx := r.Context()
		text, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		k, err := Key{}, error(errs.New(errs.Unauthenticated, "export.desk.api.no_key"))
		if ok {
			k, err = h.Programs.keyOf(ctx, text)
		}
		if errs.Is(err, errs.Unauthenticated) {
			w.Header().Set("WWW-Authenticate", `Bearer realm="export desks"`)
			if tooMany := h.Programs.Limiter.Take(ctx, limitNoKey, clientip.Bucket(clientip.From(ctx))); tooMany != nil {
				return tooMany
			}
		}
		if err != nil {
			return err
		}
		if err := h.Programs.Limiter.Take(ctx, limitKey, strconv.FormatInt(k.ID, 10)); err != nil {
			return err
		}
		kind := desk.Kind(chi.URLParam(r, "desk"))
		switch {
		case !kind.Valid():
			return errGone
		case kind != k.Desk:
			return errs.New(errs.Forbidden, "export.desk.api.other_desk")
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(ctx, keyInContext{}, k)))
		return nil
	})
}

// caseJSON is a case as the API shows it.
type caseJSON struct {
	ID         int64               `json:"id"`
	Desk       desk.Kind           `json:"desk"`
	Subject    string              `json:"subject"`
	Number     string              `json:"number"`
	SellerID   int64               `json:"seller_id"`
	Title      string              `json:"title"`
	TitleEN    string              `json:"title_en"`
	Country    string              `json:"country,omitempty"`
	Risk       int                 `json:"risk"`
	State      desk.State          `json:"state"`
	OpenedAt   time.Time           `json:"opened_at"`
	DueAt      time.Time           `json:"due_at"`
	Late       bool                `json:"late"`
	HeldAt     *time.Time          `json:"held_at,omitempty"`
	Mine       bool                `json:"mine"` // the lease is the key's officer's
	LeaseUntil *time.Time          `json:"lease_until,omitempty"`
	Findings   []clearance.Finding `json:"findings"`
	Facts      json.RawMessage     `json:"facts"`
	Answers    json.RawMessage     `json:"answers"`
	Verdict    string              `json:"verdict,omitempty"`
	Reason     string              `json:"reason,omitempty"`
	Note       string              `json:"note,omitempty"`
	DecidedAt  *time.Time          `json:"decided_at,omitempty"`
	Documents  []documentJSON      `json:"documents,omitempty"`
	Trail      []eventJSON         `json:"trail,omitempty"`
}

type documentJSON struct {
	File       string `json:"file,omitempty"` // the address of the paper itself
	Attached   string `json:"attached,omitempty"`
	Kind       string `json:"kind,omitempty"`
	Outcome    string `json:"outcome,omitempty"`
	Number     string `json:"number,omitempty"`
	Date       string `json:"date,omitempty"` // 2006-01-02
	Authority  string `json:"authority,omitempty"`
	Text       string `json:"text,omitempty"`
	ValidUntil string `json:"valid_until,omitempty"`
	Unique     string `json:"unique_number,omitempty"`
}

type eventJSON struct {
	Act   string    `json:"act"`
	Actor string    `json:"actor"`
	Note  string    `json:"note,omitempty"`
	File  string    `json:"file,omitempty"` // the address of what was sent with it
	At    time.Time `json:"at"`
}

func (h *Handlers) toJSON(c desk.Case, me int64) caseJSON {
	now := h.Programs.Now()
	return caseJSON{ID: c.ID, Desk: c.Kind, Subject: c.Subject, Number: c.SubjectNumber, SellerID: c.SellerID, Title: c.Title, TitleEN: c.TitleIn(i18n.EN), Country: c.Country,
		Risk: c.Risk, State: c.State, OpenedAt: c.OpenedAt, DueAt: c.DueAt, Late: c.Late(now), HeldAt: c.HeldAt, LeaseUntil: c.LeaseUntil,
		Mine: c.State == desk.Taken && c.OfficerID == me, Findings: c.Findings, Facts: c.Facts, Answers: c.Answers, Verdict: c.Verdict,
		Reason: c.Reason, Note: c.Note, DecidedAt: c.DecidedAt}
}

func (h *Handlers) apiList(w http.ResponseWriter, r *http.Request) error {
	k, q := keyFrom(r.Context()), desk.QueryOf(r)
	if size := r.URL.Query().Get("size"); size != "" {
		n, err := strconv.Atoi(size)
		if err != nil || n < 1 {
			return errs.New(errs.BadRequest, "error.bad_cursor")
		}
		q.Size = n
	}
	page, err := h.Programs.List(r.Context(), k.Desk, q)
	if err != nil {
		return err
	}
	answer := struct {
		Cases []caseJSON `json:"cases"`
		Next  string     `json:"next,omitempty"`
	}{Cases: []caseJSON{}, Next: page.Next}
	for _, c := range page.Items {
		answer.Cases = append(answer.Cases, h.toJSON(c, k.PersonID))
	}
	return web.JSON(w, r, http.StatusOK, answer)
}

func (h *Handlers) apiRead(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, "id")
	if err != nil {
		return err
	}
	return h.apiCase(w, r, id)
}

// apiCase answers with a case as it stands, its papers and its trail.
func (h *Handlers) apiCase(w http.ResponseWriter, r *http.Request, id int64) error {
	ctx, k := r.Context(), keyFrom(r.Context())
	c, err := h.Programs.Get(ctx, k.Desk, id)
	if err != nil {
		return err
	}
	papers, trail, err := h.Programs.Kept(ctx, id)
	if err != nil {
		return err
	}
	answer := h.toJSON(c, k.PersonID)
	for _, d := range papers {
		p := documentJSON{Kind: d.Kind, Outcome: d.Outcome, Number: d.Number, Date: d.Date.Format(time.DateOnly), Authority: d.Authority, Text: d.Text}
		p.File, p.Attached = apiFilePath(k.Desk, id, d.FileID), apiFilePath(k.Desk, id, d.AttachedID)
		if d.ValidUntil != nil {
			p.ValidUntil = d.ValidUntil.Format(time.DateOnly)
		}
		answer.Documents = append(answer.Documents, p)
	}
	for _, e := range trail {
		answer.Trail = append(answer.Trail, eventJSON{Act: e.Act, Actor: e.Actor, Note: e.Note, File: apiFilePath(k.Desk, id, e.FileID), At: e.At})
	}
	return web.JSON(w, r, http.StatusOK, answer)
}
