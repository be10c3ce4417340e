package listing

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/catalog/intake"
	"github.com/yarmarka/yarmarka/internal/moderation"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// editState is everything the edit page is printed from.
type editState struct {
	card   catalog.Card
	doc    CardDoc
	asked  []catalog.FormAttribute
	lines  []Line
	tree   *catalog.Tree
	last   moderation.Request
	hasReq bool
	offers map[int64]offerTyped // what was typed, by variant; nil shows what is saved
	errs   ui.Errs
	// variant is what was typed into the form of a new variant.
	variant variantTyped
}

type offerTyped struct{ Price, Stock, SKU, GTIN, Weight string }

type variantTyped struct{ Name, Value, ValueEN, GTIN string }

func (h *Handlers) editState(r *http.Request) (editState, error) {
	ctx, by := r.Context(), actor(r)
	id, err := idParam(r, "product")
	if err != nil {
		return editState{}, err
	}
	st := editState{}
	if st.card, err = h.s.GetForEdit(ctx, by, id); err != nil {
		return st, err
	}
	if st.doc, err = h.s.Proposed(ctx, by, st.card); err != nil {
		return st, err
	}
	if st.asked, err = catalog.FormAttributes(ctx, h.s.db, st.doc.CategoryID); err != nil {
		return st, err
	}
	if st.lines, err = h.s.ListingsOf(ctx, by.SellerID, id); err != nil {
		return st, err
	}
	if st.tree, err = h.s.cards.Tree(ctx); err != nil {
		return st, err
	}
	last, ok, err := moderation.LastFor(ctx, h.s.db, CardKinds, id)
	st.last, st.hasReq = last, ok && last.SellerID == by.SellerID
	return st, err
}

func (h *Handlers) editListing(w http.ResponseWriter, r *http.Request) error {
	st, err := h.editState(r)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, editTempl(printEdit(r.Context(), st)))
}

// saveListing keeps the card and the seller's own prices and stock in one press. What is refused
// comes back as it was typed, and nothing of it is saved.
func (h *Handlers) saveListing(w http.ResponseWriter, r *http.Request) error {
	st, err := h.editState(r)
	if err != nil {
		return err
	}
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	base := int(f.Int("version", 0, 1<<30))
	doc := readDoc(f, st)
	edits, typed := readOffers(f, st)
	st.offers, st.doc = typed, doc
	problem := f.Err()
	var saved Saved
	var offers []intake.OfferResult
	if problem == nil {
		saved, offers, problem = h.saveAll(r, st.card, base, doc, edits, f.Raw("do") == "publish")
	}
	if errs.Is(problem, errs.Invalid) || errors.Is(problem, ErrStaleCard) || errs.KeyOf(problem) == "listing.bad.gtin_taken" {
		st.errs = ui.ErrsOf(r.Context(), problem)
		return web.Render(w, r, web.StatusOf(problem), editTempl(printEdit(r.Context(), st)))
	}
	if problem != nil {
		return problem
	}
	key := "listing.saved." + string(saved)
	if slices.ContainsFunc(offers, func(o intake.OfferResult) bool { return o.Stopped }) {
		key = "listing.saved.price_stopped"
	}
	return web.RedirectFlash(w, r, "/seller/listings/"+strconv.FormatInt(st.card.ID, 10), web.Flash{Kind: ui.OK, Key: key})
}

func (h *Handlers) saveAll(r *http.Request, card catalog.Card, base int, doc CardDoc, edits []OfferEdit, publish bool) (Saved, []intake.OfferResult, error) {
	saved, err := h.s.SaveCard(r.Context(), actor(r), card.ID, base, doc, publish)
	if err != nil || len(edits) == 0 {
		return saved, nil, err
	}
	offers, err := h.s.SaveOffers(r.Context(), actor(r).SellerID, edits)
	return saved, offers, err
}

// readDoc reads the card out of the form; a field that is not there keeps what the card says.
func readDoc(f *form.Form, st editState) CardDoc {
	doc := CardDoc{Title: catalog.Text{RU: f.Required("title_ru", MaxTitle), EN: f.Optional("title_en", MaxTitle)},
		Description: catalog.Text{RU: f.Optional("description_ru", MaxDescription), EN: f.Optional("description_en", MaxDescription)},
		CategoryID:  f.ID("category"), Brand: f.Optional("brand", MaxBrand), PartNumber: f.Optional("part_number", MaxBrand)}
	for _, a := range st.asked {
		doc.Attributes = append(doc.Attributes, readAttribute(f, a)...)
	}
	for _, old := range st.doc.Attributes {
		if !slices.ContainsFunc(st.asked, func(a catalog.FormAttribute) bool { return a.ID == old.AttributeID }) {
			doc.Attributes = append(doc.Attributes, old)
		}
	}
	main, err := strconv.ParseInt(f.Raw("main"), 10, 64)
	if err != nil {
		main = 0
	}
	for _, img := range st.doc.Images {
		if slices.Contains(f.All("drop"), strconv.FormatInt(img.MediaID, 10)) {
			continue
		}
		if img.MediaID == main {
			doc.Images = slices.Insert(doc.Images, 0, img)
			continue
		}
		doc.Images = append(doc.Images, img)
	}
	for _, v := range st.doc.Variants {
		id := strconv.FormatInt(v.ID, 10)
		gtin := f.Text("gtin_" + id)
		if clean, ok := intake.CleanGTIN(gtin); ok {
			gtin = clean
		}
		v.GTIN = gtin // SaveCard judges it
		v.WeightG = 0
		if f.Text("weight_"+id) != "" {
			v.WeightG = int(f.Int("weight_"+id, 1, 1_000_000))
		}
		doc.Variants = append(doc.Variants, v)
	}
	return doc
}

func readAttribute(f *form.Form, a catalog.FormAttribute) []intake.Attribute {
	name := "a_" + strconv.FormatInt(a.ID, 10)
	var list []intake.Attribute
	switch a.Kind {
	case "one", "many":
		for _, text := range f.All(name) {
			id, err := strconv.ParseInt(text, 10, 64)
			if err != nil || !slices.ContainsFunc(a.Values, func(v catalog.FormValue) bool { return v.ID == id }) {
				continue // the empty choice, or nothing this form offered
			}
			list = append(list, intake.Attribute{AttributeID: a.ID, ValueID: &id})
		}
	case "boolean":
		if text := f.Raw(name); text == "yes" || text == "no" {
			flag := text == "yes"
			list = append(list, intake.Attribute{AttributeID: a.ID, Flag: &flag})
		}
	case "number":
		if text := f.Text(name); text != "" {
			number, ok := ParseNumber(text)
			if !ok {
				f.Add(name, "listing.bad.number")
			}
			list = append(list, intake.Attribute{AttributeID: a.ID, Number: &number})
		}
	default:
		if text := f.Optional(name, 300); text != "" {
			list = append(list, intake.Attribute{AttributeID: a.ID, Text: &catalog.Text{RU: text}})
		}
	}
	return list
}

// readOffers reads price and stock of each variant; a variant without a price is not offered.
func readOffers(f *form.Form, st editState) ([]OfferEdit, map[int64]offerTyped) {
	typed := map[int64]offerTyped{}
	var edits []OfferEdit
	for _, l := range st.lines {
		id := strconv.FormatInt(l.VariantID, 10)
		t := offerTyped{Price: f.Raw("price_" + id), Stock: f.Raw("stock_" + id), SKU: f.Text("sku_" + id), GTIN: f.Raw("gtin_" + id), Weight: f.Raw("weight_" + id)}
		typed[l.VariantID] = t
		if t.Price == "" && t.Stock == "" && l.OfferID == 0 {
			continue
		}
		e := OfferEdit{VariantID: l.VariantID, SellerSKU: f.Optional("sku_"+id, 120), Price: f.Money("price_" + id), Condition: catalog.ConditionNew, Paused: l.Status == catalog.OfferPaused}
		if e.Price <= 0 || e.Price > maxPrice {
			f.Add("price_"+id, "form.money")
		}
		if t.Stock != "" {
			e.OnHand = int(f.Int("stock_"+id, 0, 1_000_000))
		}
		edits = append(edits, e)
	}
	return edits, typed
}

// maxPrice is a hundred million roubles: beyond it somebody slipped.
const maxPrice money.Amount = 100_000_000_00

func (h *Handlers) addVariant(w http.ResponseWriter, r *http.Request) error {
	st, err := h.editState(r)
	if err != nil {
		return err
	}
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	st.variant = variantTyped{Name: f.Required("option_name", 40), Value: f.Required("option_value", 60), ValueEN: f.Optional("option_value_en", 60), GTIN: f.Text("option_gtin")}
	v := VariantDoc{Options: []catalog.Option{{Name: catalog.Text{RU: st.variant.Name}, Value: catalog.Text{RU: st.variant.Value, EN: st.variant.ValueEN}}}}
	if st.variant.GTIN != "" {
		clean, ok := intake.CleanGTIN(st.variant.GTIN)
		if !ok {
			f.Add("option_gtin", "listing.bad.gtin")
		}
		v.GTIN = clean
	}
	problem := f.Err()
	if problem == nil {
		_, problem = h.s.AddVariant(r.Context(), actor(r), st.card.ID, v)
	}
	if errs.Is(problem, errs.Invalid) || errs.Is(problem, errs.Conflict) {
		st.errs = ui.ErrsOf(r.Context(), problem)
		return web.Render(w, r, web.StatusOf(problem), editTempl(printEdit(r.Context(), st)))
	}
	if problem != nil {
		return problem
	}
	return web.RedirectFlash(w, r, "/seller/listings/"+strconv.FormatInt(st.card.ID, 10), web.Flash{Kind: ui.OK, Key: "listing.variant.added"})
}

// maxUpload bounds the body of a form with photos.
const maxUpload = 64 << 20

func (h *Handlers) addPhotos(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxUpload)
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	st, err := h.editState(r)
	if err != nil {
		return err
	}
	if r.MultipartForm == nil || len(r.MultipartForm.File["photo"]) == 0 {
		f.Add("photo", "listing.bad.no_photo")
	}
	problem := f.Err()
	saved := SavedSame
	for i := 0; problem == nil && i < len(r.MultipartForm.File["photo"]); i++ {
		header := r.MultipartForm.File["photo"][i]
		file, err := header.Open()
		if err != nil {
			return err
		}
		saved, problem = h.s.AddPhoto(r.Context(), actor(r), st.card.ID, file, header.Filename)
		if err := file.Close(); err != nil {
			return err
		}
	}
	if errs.Is(problem, errs.Invalid) {
		st.errs = ui.ErrsOf(r.Context(), problem)
		for i := range st.errs {
			st.errs[i].Field = "photo"
		}
		return web.Render(w, r, http.StatusUnprocessableEntity, editTempl(printEdit(r.Context(), st)))
	}
	if problem != nil {
		return problem
	}
	return web.RedirectFlash(w, r, "/seller/listings/"+strconv.FormatInt(st.card.ID, 10), web.Flash{Kind: ui.OK, Key: "listing.saved." + string(saved)})
}
