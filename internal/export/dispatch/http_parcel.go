package dispatch

import (
	"bytes"
	"fmt"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// parcelView is one parcel as its seller sees it.
type parcelView struct {
	workplace
	Dossier
	Errs  ui.Errs
	Typed map[string]string
	Signs bool
}

func (h *Handlers) show(w http.ResponseWriter, r *http.Request) error {
	return h.renderParcel(w, r, http.StatusOK, nil)
}

func (h *Handlers) renderParcel(w http.ResponseWriter, r *http.Request, status int, problem error) error {
	d, err := h.Parcels.Get(r.Context(), staffer(r).SellerID, chi.URLParam(r, "number"))
	if err != nil {
		return err
	}
	v := parcelView{workplace: h.hub(r), Dossier: d, Errs: ui.ErrsOf(r.Context(), problem), Typed: map[string]string{},
		Signs: account.SessionOf(r.Context()).Sells(account.Owner, account.Manager)}
	for name := range r.PostForm {
		v.Typed[name] = r.PostForm.Get(name)
	}
	return web.Render(w, r, status, parcelPage(v))
}

// one answers an act on a parcel: back to its page, or the same page with what is wrong.
func (h *Handlers) one(w http.ResponseWriter, r *http.Request, err error, done string) error {
	if errs.Is(err, errs.Invalid) || errs.Is(err, errs.Conflict) {
		return h.renderParcel(w, r, web.StatusOf(err), err)
	}
	if err != nil {
		return err
	}
	return web.RedirectFlash(w, r, listPath+"/"+chi.URLParam(r, "number"), web.Flash{Kind: ui.OK, Key: done})
}

// Bounds of what a form takes: no service of the post carries more.
const (
	mostGrams = 50_000
	mostCM    = 300
)

func (h *Handlers) weigh(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	in := Packed{GrossG: f.Int("gross_g", 1, mostGrams), LengthMM: 10 * f.Int("length_cm", 1, mostCM), WidthMM: 10 * f.Int("width_cm", 1, mostCM),
		HeightMM: 10 * f.Int("height_cm", 1, mostCM)}
	if err = f.Err(); err == nil {
		err = h.Parcels.Weigh(r.Context(), staffer(r), chi.URLParam(r, "number"), in)
	}
	return h.one(w, r, err, "dispatch.weigh.done")
}

func (h *Handlers) again(w http.ResponseWriter, r *http.Request) error {
	return h.one(w, r, h.Parcels.DeclareAgain(r.Context(), staffer(r), chi.URLParam(r, "number")), "dispatch.again.done")
}

func (h *Handlers) callOff(w http.ResponseWriter, r *http.Request) error {
	return h.one(w, r, h.Parcels.CallOff(r.Context(), staffer(r), chi.URLParam(r, "number")), "dispatch.call_off.done")
}

func (h *Handlers) resume(w http.ResponseWriter, r *http.Request) error {
	s := staffer(r)
	return h.one(w, r, h.Parcels.Resume(r.Context(), chi.URLParam(r, "number"), s.SellerID, &s.PersonID), "dispatch.resume.done")
}

// paper hands out a paper to the parcel's seller and nobody else.
func (h *Handlers) paper(w http.ResponseWriter, r *http.Request) error {
	number := chi.URLParam(r, "number")
	x, data, err := h.Parcels.Paper(r.Context(), staffer(r).SellerID, number, chi.URLParam(r, "kind"))
	if err != nil {
		return err
	}
	head := w.Header()
	head.Set("Content-Type", x.mime())
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Cache-Control", "private, no-store")
	how := "attachment"
	if x.ext() == "pdf" {
		how = "inline"
	}
	head.Set("Content-Disposition", fmt.Sprintf(`%s; filename="%s-%s.%s"`, how, number, x.Kind, x.ext()))
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
	return nil
}
