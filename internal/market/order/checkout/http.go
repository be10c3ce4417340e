package checkout

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/account/contact"
	"github.com/yarmarka/yarmarka/internal/market/cart"
	"github.com/yarmarka/yarmarka/internal/market/catalog/hold"
	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/market/shipping"
	"github.com/yarmarka/yarmarka/internal/payment"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// Handlers serves the pages of the checkout.
type Handlers struct {
	Checkouts *Service
	Accounts  *account.Service
	Payments  *payment.Service
	// Destinations, when set, makes the country of a checkout the visitor's choice everywhere.
	Destinations *destination.Service
	// Place makes the purchase of a checkout and answers where its buyer goes on to, and LastPlaced finds the one that was
	// placed last: purchases are the business of the package above, which sets both.
	Place      func(r *http.Request, key string, d Draft, expected money.Amount) (next string, err error)
	LastPlaced func(ctx context.Context, o cart.Owner) (number string, ok bool, err error)
}

// Routes mounts the pages.
func (h *Handlers) Routes(r chi.Router) {
	r.Get("/checkout", web.Handle(h.checkout))
	r.Post("/checkout", web.Handle(h.start))
	r.Post("/checkout/quote", web.Handle(h.requote))
	r.Post("/checkout/extend", web.Handle(h.extend))
	r.Post("/checkout/drop", web.Handle(h.drop))
	r.Post("/checkout/leave", web.Handle(h.leave))
	r.Post("/checkout/place", web.Handle(h.place))
}

// start takes the hold on the lines ticked in the cart: POST /checkout. It is also the button that
// takes it again after it ran out.
func (h *Handlers) start(w http.ResponseWriter, r *http.Request) error {
	o := cart.OwnerOf(r)
	choice, err := cart.ChoiceOf(r)
	if err != nil {
		return err
	}
	if !o.Nobody() {
		if err := h.Checkouts.Carts.Choose(r.Context(), o, choice); err != nil {
			return cart.Refuse(w, r, h.Checkouts.Carts, choice, err)
		}
	}
	err = h.Checkouts.Start(r.Context(), o)
	if e, ok := errors.AsType[*errs.Error](err); ok && (e.Kind == errs.Conflict || e.Kind == errs.Invalid) {
		return web.RedirectFlash(w, r, "/cart", web.Flash{Kind: ui.Warn, Key: e.Key, Args: flashArgs(e.Args)})
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, "/checkout")
}

func flashArgs(args []any) []string {
	texts := make([]string, len(args))
	for i, a := range args {
		switch v := a.(type) {
		case string:
			texts[i] = v
		case int:
			texts[i] = strconv.Itoa(v)
		}
	}
	return texts
}

func (h *Handlers) checkout(w http.ResponseWriter, r *http.Request) error {
	return h.renderCheckout(w, r, http.StatusOK, checkoutView{})
}

// renderCheckout shows the checkout under way; v says what was refused. Without one the buyer is
// led to the order just placed, or to the cart.
func (h *Handlers) renderCheckout(w http.ResponseWriter, r *http.Request, status int, v checkoutView) error {
	ctx, o := r.Context(), cart.OwnerOf(r)
	view, ok, err := h.Checkouts.Preview(ctx, o, v.Preview)
	if errs.Is(err, errs.Conflict) { // something held was withdrawn altogether: the cart says what
		return web.RedirectFlash(w, r, "/cart", web.Flash{Kind: ui.Warn, Key: "order.checkout.short"})
	}
	if err != nil {
		return err
	}
	if !ok {
		number, placed, err := h.LastPlaced(ctx, o)
		if err != nil {
			return err
		}
		if placed {
			return web.RedirectFlash(w, r, "/orders/"+number, web.Flash{Kind: ui.Info, Key: "order.checkout.placed_already"})
		}
		return web.RedirectFlash(w, r, "/cart", web.Flash{Kind: ui.Info, Key: "order.checkout.none"})
	}
	v.View, v.Lang = view, i18n.LangOf(ctx)
	if v.Points, err = h.Checkouts.Shipping.Points(ctx); err != nil {
		return err
	}
	v.proposesPoint()
	if v.Tariff, err = h.Checkouts.Shipping.Tariff(ctx); err != nil {
		return err
	}
	if s := account.SessionOf(ctx); s.SignedIn() {
		if v.Addresses, err = h.Accounts.Book.List(ctx, s.PersonID); err != nil {
			return err
		}
		v.SignedIn = true
		v.prefill(s)
	}
	v.Methods = v.recipient().Payable(h.Payments.Methods(view.Quote.Sums.Total, view.Quote.Currency()))
	w.Header().Set("Cache-Control", "private, no-store")
	if v.Preview != nil { // a script takes its answer out of what changes, and needs no page around it
		return web.Render(w, r, status, checkoutAnswer(v))
	}
	web.ShellFrom(ctx).CartCount = func() int { return view.InCart }
	return web.Render(w, r, status, checkoutPage(v))
}

// typedChars bounds what is kept of a field that is too long, so that nobody's words are cut silently.
const typedChars = 2000

// draftOf reads what was typed. What is missing is judged when the order is placed; what is too long,
// or what no database can keep, is said at its field by f.
func draftOf(f *form.Form, r *http.Request) Draft {
	read := func(name string, max int) string { return form.Limit(f.Optional(name, max), typedChars) }
	d := Draft{Ship: map[int64]string{}, Email: read("email", 254), Payment: f.Raw("payment"), Comment: read("comment", 500), Save: f.Bool("save_address"),
		Seen: f.Raw("seen"), Recipient: Recipient{Name: read("name", 120), Phone: read("phone", 30), Country: countryOf(f), TaxID: read("tax_id", 30),
			Postcode: read("postcode", 10), Region: read("region", 100), City: read("city", 100),
			Street: read("street", 200), Flat: read("flat", 30), Note: read("note", 300)}}
	d.PointID, _ = strconv.ParseInt(f.Raw("point"), 10, 64)     // nothing chosen is no error yet
	d.AddressID, _ = strconv.ParseInt(f.Raw("address"), 10, 64) // likewise
	for name := range r.Form {
		if id, err := strconv.ParseInt(trimShip(name), 10, 64); err == nil {
			d.Ship[id] = form.Limit(f.Raw(name), 40)
		}
	}
	return d
}

// countryOf reads the country of the address; a form that has no such field speaks of home.
func countryOf(f *form.Form) string {
	code := f.Text("country")
	if _, known := destination.Find(code); code != "" && !known {
		f.Add("country", "destination.unknown_country")
		return destination.Home
	}
	return cmp.Or(code, destination.Home)
}

func trimShip(name string) string {
	if len(name) > 5 && name[:5] == "ship." {
		return name[5:]
	}
	return ""
}

// keep reads the form and stores it with the checkout; bad says which fields cannot be taken.
func (h *Handlers) keep(w http.ResponseWriter, r *http.Request) (key string, d Draft, bad error, err error) {
	if key, d, bad, err = h.typed(r); err != nil {
		return key, d, bad, err
	}
	if err := h.Checkouts.Keep(r.Context(), cart.OwnerOf(r), key, d); err != nil {
		return key, d, bad, err
	}
	return key, d, bad, h.follow(w, r, d)
}

// typed reads the form; a saved address that was just chosen fills the fields.
func (h *Handlers) typed(r *http.Request) (key string, d Draft, bad error, err error) {
	f, err := form.Parse(r)
	if err != nil {
		return "", d, nil, err
	}
	key, d = f.Raw("attempt"), draftOf(f, r)
	if s := account.SessionOf(r.Context()); s.SignedIn() && d.AddressID != 0 && strconv.FormatInt(d.AddressID, 10) != f.Raw("address_was") {
		a, err := h.Accounts.Book.Get(r.Context(), s.PersonID, d.AddressID)
		if err != nil {
			return "", d, nil, err
		}
		d.Recipient = recipientOf(a)
	}
	d.take(f.Raw("take"))
	return key, d, f.Err(), h.followCity(r.Context(), &d, f.Raw("point_was"))
}

// followCity forgets a pickup point that stood in the form for another city than the one typed now.
// A point the buyer has just chosen stays, wherever it is.
func (h *Handlers) followCity(ctx context.Context, d *Draft, was string) error {
	if d.PointID == 0 || itoa(d.PointID) != was {
		return nil
	}
	points, err := h.Checkouts.Shipping.Points(ctx)
	if err != nil {
		return err
	}
	near, _ := nearPoints(points, d.Recipient.City)
	if len(near) > 0 && !slices.ContainsFunc(near, func(p shipping.Point) bool { return p.ID == d.PointID }) {
		d.PointID = 0
	}
	return nil
}

// saveAddress puts the address of a purchase into the person's book when they ask for it, once. The
// purchase stands already, so an address the book does not take is left out and nothing else.
func (h *Handlers) saveAddress(ctx context.Context, d Draft) error {
	s := account.SessionOf(ctx)
	if !s.SignedIn() || !d.Save {
		return nil
	}
	have, err := h.Accounts.Book.List(ctx, s.PersonID)
	if err != nil || slices.ContainsFunc(have, func(a contact.Address) bool { return recipientOf(a).Line(i18n.RU) == d.Recipient.Line(i18n.RU) }) {
		return err
	}
	r := d.Recipient
	_, err = h.Accounts.Book.Save(ctx, s.PersonID, contact.Address{Recipient: r.Name, Phone: r.Phone, Country: r.Country, Postcode: r.Postcode,
		Region: r.Region, City: r.City, Street: r.Street, Flat: r.Flat, Note: r.Note})
	if errs.Is(err, errs.Invalid) {
		return nil
	}
	return err
}

func recipientOf(a contact.Address) Recipient {
	return Recipient{Name: a.Recipient, Phone: a.Phone, Country: a.Country, Postcode: a.Postcode, Region: a.Region, City: a.City,
		Street: a.Street, Flat: a.Flat, Note: a.Note}
}

// follow makes the country of the checkout the visitor's choice for every page.
func (h *Handlers) follow(w http.ResponseWriter, r *http.Request, d Draft) error {
	c := destination.Of(r.Context())
	if h.Destinations == nil || d.Recipient.Country == cmp.Or(c.Country, destination.Home) {
		return nil
	}
	return h.Destinations.Choose(w, r, destination.Choice{Country: d.Recipient.Country, Currency: c.Currency})
}

// requote shows delivery prices for what was typed so far. A script only asks: the page it stands in
// still holds what was typed.
func (h *Handlers) requote(w http.ResponseWriter, r *http.Request) error {
	if r.Header.Get("HX-Request") == "true" {
		_, d, _, err := h.typed(r)
		if err != nil {
			return err
		}
		if err := h.follow(w, r, d); err != nil {
			return err
		}
		return h.renderCheckout(w, r, http.StatusOK, checkoutView{Preview: &d})
	}
	_, _, bad, err := h.keep(w, r)
	if err != nil {
		return err
	}
	if bad != nil {
		return h.renderCheckout(w, r, http.StatusUnprocessableEntity, checkoutView{Errs: ui.ErrsOf(r.Context(), bad)})
	}
	return web.Redirect(w, r, "/checkout#delivery")
}

// extend prolongs the hold once and keeps what was typed.
func (h *Handlers) extend(w http.ResponseWriter, r *http.Request) error {
	key, _, _, err := h.keep(w, r)
	if err != nil {
		return err
	}
	err = h.Checkouts.Extend(r.Context(), cart.OwnerOf(r), key)
	if errs.Is(err, errs.Conflict) {
		return h.renderCheckout(w, r, http.StatusConflict, checkoutView{Errs: ui.ErrsOf(r.Context(), err)})
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, "/checkout")
}

// drop gives the goods back.
func (h *Handlers) drop(w http.ResponseWriter, r *http.Request) error {
	key, _, _, err := h.keep(w, r)
	if err != nil {
		return err
	}
	if err := h.Checkouts.Drop(r.Context(), cart.OwnerOf(r), key); err != nil {
		return err
	}
	return web.Redirect(w, r, "/cart")
}

// leave goes on without some of the goods, because the rest may be sent: POST /checkout/leave with their offers.
func (h *Handlers) leave(w http.ResponseWriter, r *http.Request) error {
	key, _, _, err := h.keep(w, r)
	if err != nil {
		return err
	}
	var offers []int64
	for text := range strings.SplitSeq(r.Form.Get("leave"), ",") {
		if id, err := strconv.ParseInt(text, 10, 64); err == nil {
			offers = append(offers, id)
		}
	}
	err = h.Checkouts.Leave(r.Context(), cart.OwnerOf(r), key, offers)
	if errs.Is(err, errs.Conflict) {
		return h.renderCheckout(w, r, http.StatusConflict, checkoutView{Errs: ui.ErrsOf(r.Context(), err)})
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, "/checkout")
}

// place buys: POST /checkout/place with the attempt's key and the total the buyer saw. What was typed is
// kept with the purchase, or with the checkout when nothing comes of it.
func (h *Handlers) place(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	key, d, bad, err := h.typed(r)
	if err != nil {
		return err
	}
	next, expected := "", money.Amount(-1) // no form of ours: the total is shown and asked about again
	if sum, err := strconv.ParseInt(r.Form.Get("expected"), 10, 64); err == nil {
		expected = money.Amount(sum)
	}
	if bad == nil {
		next, err = h.Place(r, key, d, expected)
		if err == nil {
			if err := h.saveAddress(ctx, d); err != nil {
				return err
			}
			return web.Redirect(w, r, next)
		}
	}
	if keeping := h.Checkouts.Keep(ctx, cart.OwnerOf(r), key, d); keeping != nil {
		return errors.Join(err, keeping)
	}
	if following := h.follow(w, r, d); following != nil {
		return errors.Join(err, following)
	}
	switch {
	case bad != nil:
		return h.renderCheckout(w, r, http.StatusUnprocessableEntity, checkoutView{Errs: ui.ErrsOf(ctx, bad)})
	case errors.Is(err, ErrPriceChanged):
		return h.renderCheckout(w, r, http.StatusConflict, checkoutView{WasTotal: max(expected, 0), Changed: true})
	case errors.Is(err, hold.ErrExpired):
		return h.renderCheckout(w, r, http.StatusConflict, checkoutView{})
	case errs.Is(err, errs.Invalid), errs.Is(err, errs.Conflict):
		return h.renderCheckout(w, r, web.StatusOf(err), checkoutView{Errs: ui.ErrsOf(ctx, err)})
	}
	return err
}
