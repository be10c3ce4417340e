package account

import (
	"net/http"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/account/contact"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

func (h *Handlers) addresses(w http.ResponseWriter, r *http.Request) error {
	list, err := h.Account.Book.List(r.Context(), SessionOf(r.Context()).PersonID)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, addressesPage(list))
}

// newAddress offers an empty form; next brings the person back, to checkout for one.
func (h *Handlers) newAddress(w http.ResponseWriter, r *http.Request) error {
	sess := SessionOf(r.Context())
	p, err := h.Account.GetProfile(r.Context(), sess.PersonID)
	if err != nil {
		return err
	}
	a := contact.Address{Country: "RU", Recipient: p.Name, Phone: p.Phone}
	return web.Render(w, r, http.StatusOK, addressPage(addressView{Address: a, Next: r.URL.Query().Get("next")}))
}

func (h *Handlers) editAddress(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	a, err := h.Account.Book.Get(r.Context(), SessionOf(r.Context()).PersonID, id)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, addressPage(addressView{Address: a, Next: r.URL.Query().Get("next")}))
}

// saveAddress serves both the new form and the one of an entry.
func (h *Handlers) saveAddress(w http.ResponseWriter, r *http.Request) error {
	var id int64
	if chi.URLParam(r, "id") != "" {
		var err error
		if id, err = pathID(r); err != nil {
			return err
		}
	}
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	a := AddressFrom(f)
	a.ID, a.IsDefault = id, f.Bool("default")
	if _, err := h.Account.Book.Save(r.Context(), SessionOf(r.Context()).PersonID, a); err != nil {
		return again(w, r, err, func(e ui.Errs) templ.Component {
			return addressPage(addressView{Address: shownAddress(a), Next: f.Raw("next"), Errs: e})
		})
	}
	if next := f.Raw("next"); web.Local(next) {
		return onward(w, r, SessionOf(r.Context()), next)
	}
	return web.RedirectFlash(w, r, "/account/addresses", web.Flash{Kind: ui.OK, Key: "account.addresses.saved"})
}

// AddressFrom reads the fields AddressFields shows, as typed; Address.Clean judges them.
func AddressFrom(f *form.Form) contact.Address {
	return contact.Address{Recipient: f.Raw("recipient"), Phone: f.Raw("phone"), Country: f.Raw("country"), Postcode: f.Raw("postcode"),
		Region: f.Raw("region"), City: f.Raw("city"), Street: f.Raw("street"), Flat: f.Raw("flat"), Note: f.Raw("note")}
}

// shownAddress is an address as typed, without what a page cannot say.
func shownAddress(a contact.Address) contact.Address {
	for _, part := range []*string{&a.Recipient, &a.Phone, &a.Postcode, &a.Region, &a.City, &a.Street, &a.Flat, &a.Note} {
		*part = form.Clean(*part)
	}
	return a
}

func (h *Handlers) removeAddress(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	if err := h.Account.Book.Remove(r.Context(), SessionOf(r.Context()).PersonID, id); err != nil {
		return err
	}
	return web.RedirectFlash(w, r, "/account/addresses", web.Flash{Kind: ui.OK, Key: "account.addresses.removed"})
}
