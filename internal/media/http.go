package media

import (
	"errors"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/web"
)

// Handlers serve /media.
type Handlers struct{ svc *Service }

// NewHandlers makes the handlers over a service.
func NewHandlers(svc *Service) *Handlers { return &Handlers{svc: svc} }

// Routes adds /media/{key}/{file} and /media/documents/{id}.
func (h *Handlers) Routes(r chi.Router) {
	r.Get("/media/documents/{id}", web.Handle(h.document))
	r.Get("/media/{key}/{file}", web.Handle(h.image))
}

var imageTypes = map[string]string{"jpg": "image/jpeg", "webp": "image/webp"}

// image serves one size. The key names the content, so an answer is good for ever.
func (h *Handlers) image(w http.ResponseWriter, r *http.Request) error {
	key := chi.URLParam(r, "key")
	width, ext, _ := strings.Cut(chi.URLParam(r, "file"), ".")
	size, err := strconv.Atoi(width)
	if err != nil || !keyForm.MatchString(key) || !slices.Contains(Sizes, size) || imageTypes[ext] == "" {
		return errs.New(errs.NotFound, "error.not_found")
	}
	w.Header().Set("ETag", `"`+key+"-"+width+"-"+ext+`"`)
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	return h.serve(w, r, imageBlob(key, size, ext), imageTypes[ext])
}

// document hands a document to its owner.
func (h *Handlers) document(w http.ResponseWriter, r *http.Request) error {
	id, err := strconv.ParseInt(chi.URLParam(r, "id"), 10, 64)
	if err != nil {
		return errs.New(errs.NotFound, "error.not_found")
	}
	d, err := h.svc.Document(r.Context(), id)
	if err != nil {
		return err
	}
	if !mayRead(web.ShellFrom(r.Context()).Person, d.Owner) {
		return errs.New(errs.NotFound, "error.not_found")
	}
	return h.give(w, r, d)
}

// Serve hands out a document to a reader whose right to it the caller has judged.
func (h *Handlers) Serve(w http.ResponseWriter, r *http.Request, id int64) error {
	d, err := h.svc.Document(r.Context(), id)
	if err != nil {
		return err
	}
	return h.give(w, r, d)
}

// give sends a document as a file to keep and never as a page of ours.
func (h *Handlers) give(w http.ResponseWriter, r *http.Request, d Document) error {
	w.Header().Set("Cache-Control", "private, no-store")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": d.Name}))
	return h.serve(w, r, documentBlob(d.key), d.ContentType)
}

// mayRead: the person who gave it, the shop it was given for, and the operator's staff.
func mayRead(p web.Person, o Owner) bool {
	switch {
	case p.ID == 0:
		return false
	case p.Staff || p.Admin:
		return true
	case o.SellerID != 0:
		return p.SellerID == o.SellerID
	}
	return p.ID == o.PersonID
}

func (h *Handlers) serve(w http.ResponseWriter, r *http.Request, key, contentType string) (err error) {
	body, info, err := h.svc.blobs.Get(r.Context(), key)
	if err != nil {
		for _, name := range []string{"ETag", "Cache-Control", "Content-Disposition"} {
			w.Header().Del(name)
		}
		return err
	}
	defer func() { err = errors.Join(err, body.Close()) }()
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox")
	http.ServeContent(w, r, "", info.Modified, body)
	return nil
}
