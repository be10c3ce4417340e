package listing

import (
	"context"
	"slices"
	"strconv"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/catalog/intake"
	"github.com/yarmarka/yarmarka/internal/moderation"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

type editView struct {
	Page       web.Page
	ID         string
	Version    string
	Title      string
	Public     string // address of the public page; "" for a draft
	State      ui.Tag
	Notice     string
	NoticeKind string
	Doc        CardDoc
	Category   string
	Categories []ui.Option
	Attributes []attributeView
	Photos     []editPhoto
	Variants   []editVariant
	Percent    int
	Gaps       []gapView
	Draft      bool
	Errs       ui.Errs
	New        variantTyped
}

type attributeView struct {
	Kind, Name, Label, Hint, Value, Err string
	Values                              []string
	Options                             []ui.Option
	Choices                             []ui.Choice
}

type editPhoto struct {
	ID, Src, Label string
	Main           bool
}

type editVariant struct {
	ID, Label, State                string
	Price, Stock, SKU, GTIN, Weight string
}

type gapView struct {
	Text, Points string
	Required     bool
}

func printEdit(ctx context.Context, st editState) editView {
	lang := i18n.LangOf(ctx)
	v := editView{ID: strconv.FormatInt(st.card.ID, 10), Version: strconv.Itoa(st.card.Version), Title: st.card.Title.In(lang),
		Doc: st.doc, Category: strconv.FormatInt(st.doc.CategoryID, 10), Categories: categoryOptions(st.tree, st.doc.CategoryID, lang),
		Draft: st.card.Status == catalog.CardDraft, Errs: st.errs, New: st.variant}
	v.Page = web.Page{Title: v.Title, NoIndex: true, Errors: len(st.errs)}
	if st.card.Status == catalog.CardPublished {
		v.Public = web.Path(ctx, st.card.Path())
	}
	for _, a := range st.asked {
		v.Attributes = append(v.Attributes, printAttribute(a, st.doc, lang, st.errs))
	}
	for i, img := range st.doc.Images {
		v.Photos = append(v.Photos, printPhoto(ctx, st.card, img, i))
	}
	v.Variants = printVariants(ctx, st)
	v.state(ctx, st)
	percent, gaps := Completeness(st.card, st.asked)
	v.Percent = percent
	for _, g := range gaps[:min(len(gaps), 8)] {
		v.Gaps = append(v.Gaps, gapView{Text: i18n.T(ctx, g.Key, "name", g.Name.In(lang)), Points: "+" + i18n.Percent(lang, g.Points), Required: g.Required})
	}
	return v
}

// state says whether shoppers see the card and what the desk said last.
func (v *editView) state(ctx context.Context, st editState) {
	l := Line{Card: st.card.Status, Request: "", OfferID: 1, Variant: catalog.VariantActive}
	if st.hasReq {
		l.Request = st.last.Status
	}
	v.State = lineState(ctx, l)
	if !st.hasReq {
		return
	}
	switch st.last.Status {
	case moderation.Submitted, moderation.InReview:
		v.Notice, v.NoticeKind = i18n.T(ctx, "listing.edit.waits"), ui.Info
	case moderation.ChangesRequested, moderation.Rejected:
		v.NoticeKind = ui.Warn
		v.Notice = i18n.T(ctx, "listing.edit.returned", "code", st.last.Code, "rule", i18n.T(ctx, "moderation.code."+st.last.Code), "note", st.last.Note)
	}
}

// categoryOptions offers the category itself, those beside it and those below it.
func categoryOptions(tree *catalog.Tree, id int64, lang i18n.Lang) []ui.Option {
	c, ok := tree.ByID(id)
	if !ok {
		return nil
	}
	group := tree.PathText(c.ParentID, lang)
	var list []ui.Option
	for _, s := range tree.Children(c.ParentID) {
		list = append(list, ui.Option{Value: strconv.FormatInt(s.ID, 10), Label: s.Name.In(lang), Group: group})
	}
	for _, s := range tree.Children(id) {
		list = append(list, ui.Option{Value: strconv.FormatInt(s.ID, 10), Label: s.Name.In(lang), Group: c.Name.In(lang)})
	}
	return list
}

// manyShown is how many values of a many-of attribute are shown as boxes without opening a list.
const manyShown = 12

func printAttribute(a catalog.FormAttribute, doc CardDoc, lang i18n.Lang, problems ui.Errs) attributeView {
	name := "a_" + strconv.FormatInt(a.ID, 10)
	v := attributeView{Kind: a.Kind, Name: name, Label: catalog.Text{RU: a.NameRU, EN: a.NameEN}.In(lang), Err: problems.Of(name)}
	if a.Unit != "" {
		unit := a.Unit
		if key := "catalog.unit." + unit; i18n.Has(lang, key) {
			unit = i18n.In(lang, key)
		}
		v.Label += ", " + unit
	}
	for _, in := range doc.Attributes {
		if in.AttributeID != a.ID {
			continue
		}
		switch {
		case in.ValueID != nil:
			v.Values = append(v.Values, strconv.FormatInt(*in.ValueID, 10))
		case in.Number != nil:
			v.Value = catalog.FormatNumber(lang, *in.Number, "")
		case in.Flag != nil:
			v.Value = map[bool]string{true: "yes", false: "no"}[*in.Flag]
		case in.Text != nil:
			v.Value = in.Text.In(lang)
		}
	}
	if a.Kind == "one" && len(v.Values) > 0 {
		v.Value = v.Values[0]
	}
	none := ui.Option{Label: i18n.In(lang, "listing.edit.not_chosen")}
	switch a.Kind {
	case "boolean":
		v.Options = []ui.Option{none, {Value: "yes", Label: i18n.In(lang, "catalog.yes")}, {Value: "no", Label: i18n.In(lang, "catalog.no")}}
	case "one":
		v.Options = []ui.Option{none}
	}
	for _, val := range a.Values {
		id, label := strconv.FormatInt(val.ID, 10), catalog.Text{RU: val.RU, EN: val.EN}.In(lang)
		v.Options = append(v.Options, ui.Option{Value: id, Label: label})
		v.Choices = append(v.Choices, ui.Choice{Value: id, Label: label})
	}
	return v
}

func printPhoto(ctx context.Context, card catalog.Card, img intake.Image, i int) editPhoto {
	p := editPhoto{ID: strconv.FormatInt(img.MediaID, 10), Label: i18n.T(ctx, "listing.edit.photo.n", "n", i+1), Main: i == 0}
	at := slices.IndexFunc(card.Photos, func(have catalog.CardPhoto) bool { return have.MediaID == img.MediaID })
	if at >= 0 {
		p.Src = card.Photos[at].Image().Src("96")
		return p
	}
	p.Src = catalog.ArtPath(card.Art, card.ID)
	p.Label = i18n.T(ctx, "listing.edit.photo.waits")
	return p
}

func printVariants(ctx context.Context, st editState) []editVariant {
	lang := i18n.LangOf(ctx)
	var list []editVariant
	for _, l := range st.lines {
		v := editVariant{ID: strconv.FormatInt(l.VariantID, 10), Label: catalog.OptionsText(l.Options, lang), SKU: l.SellerSKU}
		if v.Label == "" {
			v.Label = i18n.T(ctx, "listing.edit.only")
		}
		if l.Variant == catalog.VariantProposed {
			v.State = i18n.T(ctx, "listing.hub.state.proposed")
		}
		if l.OfferID != 0 {
			v.Price, v.Stock = typedMoney(lang, l.Price.Amount), strconv.Itoa(l.OnHand)
		}
		if at := slices.IndexFunc(st.doc.Variants, func(d VariantDoc) bool { return d.ID == l.VariantID }); at >= 0 {
			v.GTIN = st.doc.Variants[at].GTIN
			if w := st.doc.Variants[at].WeightG; w > 0 {
				v.Weight = strconv.Itoa(w)
			}
		}
		if t, ok := st.offers[l.VariantID]; ok {
			v.Price, v.Stock, v.SKU, v.GTIN, v.Weight = t.Price, t.Stock, t.SKU, t.GTIN, t.Weight
		}
		list = append(list, v)
	}
	return list
}

// typedMoney writes an amount the way it may be typed back.
func typedMoney(lang i18n.Lang, a money.Amount) string {
	text := i18n.Group(lang, strconv.FormatInt(int64(a/100), 10))
	if lang == i18n.EN {
		text = strconv.FormatInt(int64(a/100), 10)
	}
	if minor := a % 100; minor != 0 {
		text += map[bool]string{true: ",", false: "."}[lang == i18n.RU] + strconv.Itoa(int(minor/10)) + strconv.Itoa(int(minor%10))
	}
	return text
}
