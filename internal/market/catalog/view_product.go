package catalog

import (
	"cmp"
	"context"
	"html"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// productView is the product page, ready to print.
type productView struct {
	Page    web.Page
	ID      string
	Crumbs  []ui.Link
	Brand   ui.Link
	Title   string
	Lang    string // of the title, when it is not the page's
	Article string
	Photos  []ui.Pic
	Axes    []axisView
	Specs   []ui.Pair
	// About is HTML that renderText made safe.
	About, AboutLang string
	Buy              *buyView
	Abroad           *destination.Saying // nil at home
	Leaves           bool                // somebody sends it abroad, which a visitor at home is told
	Gone             string
	Others           []ui.Row
	OthersN          int
	Chart            *chartView
	Below            templ.Component // the strip of the category; nil when there is nothing to show
	Wished           bool
	RecentID         string
}

// axisView is one choice of the variant: swatches where variants have their own pictures.
type axisView struct {
	Name     string
	Chosen   string
	Swatches []ui.Swatch
	Chips    []ui.Filter
}

type buyView struct {
	Offer     string
	Price     ui.Money
	When      string
	Fee       string
	Stock     string
	Condition string
	Seller    ui.Link
	Rating    ui.Rating
	Sales     string
	Why       []string
	Points    []ui.Pair
}

type chartView struct {
	ui.Chart
	IsLow bool
}

// way is the path of categories above the card; its own name is the heading below.
func (p productView) way() []ui.Link { return p.Crumbs[:len(p.Crumbs)-1] }

// stays reports whether the thing may not be sent to the visitor's country: it can be kept in the cart, for another
// country or another day, and nobody is urged to buy it.
func (p productView) stays() bool { return p.Abroad != nil && p.Abroad.Outcome == destination.Stays }

// productPage gathers everything the page prints.
func productPage(ctx context.Context, tree *Tree, card Card, v Variant, box Box, history []Charged, now time.Time) productView {
	lang := i18n.LangOf(ctx)
	p := productView{ID: strconv.FormatInt(card.ID, 10), Title: card.Title.In(lang), Article: v.GTIN}
	if l := card.Title.Lang(lang); l != lang {
		p.Lang = string(l)
	}
	for _, c := range tree.Ancestors(card.CategoryID) {
		p.Crumbs = append(p.Crumbs, ui.Link{Label: c.Name.In(lang), Href: web.Path(ctx, CategoryPath(c.Slug))})
	}
	p.Crumbs = append(p.Crumbs, ui.Link{Label: p.Title, Current: true})
	if card.Brand != "" {
		p.Brand = ui.Link{Label: card.Brand, Href: web.Path(ctx, "/search?kind=goods&brand="+BrandSlug(card.Brand, BrandNorm(card.Brand)))}
	}
	for i, photo := range card.PhotosOf(v.ID) {
		alt := photo.Alt.In(lang)
		if alt == "" {
			alt = p.Title
		}
		if i > 0 && photo.Alt.RU == "" {
			alt = i18n.T(ctx, "catalog.photo.n", "n", i+1, "title", p.Title)
		}
		p.Photos = append(p.Photos, photo.Pic(alt, "(min-width: 960px) 440px, 100vw"))
	}
	p.Axes = axes(ctx, card, v)
	for _, s := range card.SpecLines(lang) {
		p.Specs = append(p.Specs, ui.Pair{Key: s.Name, Value: s.Value})
	}
	p.About = renderText(card.Description.In(lang))
	if l := card.Description.Lang(lang); l != lang {
		p.AboutLang = string(l)
	}
	if box.Winner.OfferID != 0 {
		proof := Prove(box.Winner.Price.Amount, history, now)
		p.Buy = buyBoxView(ctx, box, proof, now)
		p.Chart = priceChart(ctx, box.Winner, proof, history, now)
		p.Others, p.OthersN = rivalRows(ctx, box.Others, now), len(box.Others)
	} else {
		p.Gone = i18n.T(ctx, "catalog.product.sold_out")
	}
	p.Page = productMeta(ctx, tree, card, v, p, box)
	return p
}

// axes offers the other values of each option, each leading to the variant nearest to the chosen one.
func axes(ctx context.Context, card Card, chosen Variant) []axisView {
	lang := i18n.LangOf(ctx)
	var list []axisView
	for at, option := range chosen.Options {
		axis := axisView{Name: option.Name.In(lang), Chosen: option.Value.In(lang)}
		seen := map[string]bool{}
		for _, v := range card.Variants {
			if v.Status != VariantActive || at >= len(v.Options) || seen[v.Options[at].Value.RU] {
				continue
			}
			value := v.Options[at].Value
			seen[value.RU] = true
			target := nearest(card, chosen, at, value.RU)
			f := ui.Filter{Label: value.In(lang), Href: web.Path(ctx, VariantPath(card.Slug, target.ID)), On: value == option.Value}
			if target.From > chosen.From && chosen.From > 0 && !f.On {
				more, currency := target.From-chosen.From, money.Currency(target.Currency)
				f.Label += ", +" + cmp.Or(ui.About(ctx, more, currency), money.Format(lang, more, currency))
			}
			axis.Chips = append(axis.Chips, f)
			if photo, ok := ownPhoto(card, target.ID); ok {
				axis.Swatches = append(axis.Swatches, ui.Swatch{Label: value.In(lang), Href: f.Href, Image: photo.Src(),
					Current: f.On, Gone: target.Sellers == 0})
			}
		}
		if len(axis.Swatches) != len(axis.Chips) {
			axis.Swatches = nil
		}
		if len(axis.Chips) > 1 {
			list = append(list, axis)
		}
	}
	return list
}

func ownPhoto(card Card, variantID int64) (Photo, bool) {
	for _, p := range card.Photos {
		if p.VariantID == variantID {
			return p.Photo, true
		}
	}
	return Photo{}, false
}

// nearest is the variant with value at an axis that shares most other options with the chosen one.
func nearest(card Card, chosen Variant, at int, value string) Variant {
	var best Variant
	bestScore := -1
	for _, v := range card.Variants {
		if v.Status != VariantActive || at >= len(v.Options) || v.Options[at].Value.RU != value {
			continue
		}
		score := 0
		for i := range v.Options {
			if i < len(chosen.Options) && v.Options[i].Value == chosen.Options[i].Value {
				score += 2
			}
		}
		if v.Sellers > 0 {
			score++
		}
		if score > bestScore {
			best, bestScore = v, score
		}
	}
	return best
}

func buyBoxView(ctx context.Context, box Box, proof Proof, now time.Time) *buyView {
	lang, w := i18n.LangOf(ctx), box.Winner
	b := &buyView{Offer: strconv.FormatInt(w.OfferID, 10), Price: moneyView(ctx, w.Price, proof), When: i18n.Capital(arrival(ctx, w, now)),
		Fee: fee(ctx, w), Seller: ui.Link{Label: w.SellerName, Href: web.Path(ctx, "/shops/"+w.SellerSlug)}, Rating: rating(lang, w)}
	b.Price.Size = ui.Large
	b.Stock = i18n.T(ctx, "catalog.in_stock")
	if w.Free <= fewLeft {
		b.Stock = i18n.N(ctx, "catalog.few_left", int64(w.Free))
	}
	if w.Condition != ConditionNew {
		b.Condition = i18n.T(ctx, "catalog.condition."+string(w.Condition))
	}
	if w.Sales > 0 {
		b.Sales = i18n.N(ctx, "catalog.sales", int64(w.Sales))
	}
	for _, line := range box.Why {
		b.Why = append(b.Why, whyText(ctx, line, w.Price.Currency))
	}
	if len(box.Others) > 0 {
		b.Points = scoreLines(ctx, w.Score)
	}
	return b
}

// fewLeft is how many units are told one by one: who sees the last ones hurries. Above it a page says only that there
// are some, so that a sale does not change it. The trigger on offer_stock knows the same number.
const fewLeft = 5

func whyText(ctx context.Context, l Line, cur money.Currency) string {
	lang := i18n.LangOf(ctx)
	if l.N > 0 {
		return i18n.N(ctx, l.Key, l.N)
	}
	return i18n.T(ctx, l.Key, "amount", money.Format(lang, l.Amount, cur), "share", tenths(lang, l.Tenths)+percentSign(lang))
}

// scoreLines shows the sum by which sellers are compared, the same to shoppers and sellers.
func scoreLines(ctx context.Context, s Score) []ui.Pair {
	lang := i18n.LangOf(ctx)
	list := []ui.Pair{}
	for _, part := range []struct {
		key string
		n   int
	}{{"price", s.Price}, {"speed", s.Speed}, {"on_time", s.OnTime}, {"rating", s.Rating}, {"cancels", s.Cancels}} {
		list = append(list, ui.Pair{Key: i18n.T(ctx, "catalog.score."+part.key), Value: i18n.Number(lang, int64(part.n))})
	}
	return append(list, ui.Pair{Key: i18n.T(ctx, "catalog.score.sum"), Value: i18n.Number(lang, int64(s.Sum())), Total: true})
}

func percentSign(lang i18n.Lang) string {
	if lang == i18n.RU {
		return "\u00a0%"
	}
	return "%"
}

// tenths writes 986 as "98,6" or "98.6".
func tenths(lang i18n.Lang, n int) string {
	point := "."
	if lang == i18n.RU {
		point = ","
	}
	if n%10 == 0 {
		return strconv.Itoa(n / 10)
	}
	return strconv.Itoa(n/10) + point + strconv.Itoa(n%10)
}

func rating(lang i18n.Lang, r Rival) ui.Rating {
	if r.RatingHundredths == 0 {
		return ui.Rating{}
	}
	return ui.Rating{Value: tenths(lang, (r.RatingHundredths+5)/10), Count: i18n.Number(lang, int64(r.Ratings))}
}

func moneyView(ctx context.Context, p Price, proof Proof) ui.Money {
	lang := i18n.LangOf(ctx)
	m := ui.Money{Now: p.In(lang), Also: ui.About(ctx, p.Amount, p.Currency)}
	if proof.Was > 0 && proof.Change > 0 {
		m.Was = money.Format(lang, proof.Was, p.Currency)
		m.Off = "\u2212" + i18n.Percent(lang, proof.Change)
	}
	switch {
	case proof.IsLow:
		m.Proof, m.Low = i18n.T(ctx, "catalog.low30"), true
	case proof.High > p.Amount || proof.Low < p.Amount:
		m.Proof = i18n.T(ctx, "catalog.low30_was", "amount", money.Format(lang, proof.Low, p.Currency))
	}
	return m
}

// arrival is the day a thing is at the door.
func arrival(ctx context.Context, r Rival, now time.Time) string {
	if mark, open := gap(ctx, gapDay, r.Days); open {
		return mark
	}
	return i18n.NearDate(i18n.LangOf(ctx), now.AddDate(0, 0, r.Days), now)
}

func fee(ctx context.Context, r Rival) string {
	if r.DeliveryFee == 0 {
		return i18n.T(ctx, "catalog.delivery.free")
	}
	return money.Format(i18n.LangOf(ctx), r.DeliveryFee, r.Price.Currency)
}

func rivalRows(ctx context.Context, others []Rival, now time.Time) []ui.Row {
	lang := i18n.LangOf(ctx)
	rows := make([]ui.Row, 0, len(others))
	for _, r := range others {
		under := ""
		if value := rating(lang, r).Value; value != "" {
			under = value + " · "
		}
		under += i18n.N(ctx, "catalog.sales", int64(r.Sales))
		if r.Condition != ConditionNew {
			under = i18n.T(ctx, "catalog.condition."+string(r.Condition)) + " · " + under
		}
		rows = append(rows, ui.Row{TestID: "rival", Cells: []ui.Cell{
			{Text: r.SellerName, Href: web.Path(ctx, "/shops/"+r.SellerSlug), Under: under + " · " + i18n.N(ctx, "catalog.rival_score", int64(r.Score.Sum()))},
			{Text: i18n.Capital(arrival(ctx, r, now)), Under: fee(ctx, r)},
			rivalPrice(ctx, r),
			ui.Node(addButton(strconv.FormatInt(r.OfferID, 10), i18n.T(ctx, "catalog.add_from", "seller", r.SellerName))),
		}})
	}
	if ui.Away(ctx) { // the way at home is none of theirs
		for i := range rows {
			rows[i].Cells = slices.Delete(rows[i].Cells, 1, 2)
		}
	}
	return rows
}

// rivalHead is the head of the table of other sellers.
func rivalHead(ctx context.Context) []ui.Col {
	seller, act := ui.Col{Title: i18n.T(ctx, "catalog.col.seller")}, ui.Col{Title: i18n.T(ctx, "catalog.col.act"), Sr: true}
	if ui.Away(ctx) {
		return []ui.Col{seller, {Title: i18n.T(ctx, "catalog.col.price"), Right: true}, act}
	}
	return []ui.Col{seller, {Title: i18n.T(ctx, "catalog.col.delivery")}, {Title: i18n.T(ctx, "catalog.col.total"), Right: true}, act}
}

// rivalPrice is another seller's price: at home with delivery, abroad of the thing alone, in the visitor's currency too.
func rivalPrice(ctx context.Context, r Rival) ui.Cell {
	lang := i18n.LangOf(ctx)
	if !ui.Away(ctx) {
		return ui.Cell{Text: money.Format(lang, r.Total(), r.Price.Currency), Under: i18n.T(ctx, "catalog.with_delivery"), Bold: true}
	}
	roubles := r.Price.In(lang)
	if own := ui.About(ctx, r.Price.Amount, r.Price.Currency); own != "" {
		return ui.Cell{Text: own, Under: roubles, Bold: true}
	}
	return ui.Cell{Text: roubles, Bold: true}
}

func priceChart(ctx context.Context, w Rival, proof Proof, history []Charged, now time.Time) *chartView {
	lang := i18n.LangOf(ctx)
	days := DailyLow(history, now)
	if len(days) == 0 {
		return nil
	}
	high, low := money.Format(lang, proof.High, w.Price.Currency), money.Format(lang, proof.Low, w.Price.Currency)
	c := ui.Chart{ID: "ph-t", Title: i18n.T(ctx, "catalog.chart.title", "high", high, "low", low), High: high, Last: w.Price.In(lang),
		From: chartFrom(ctx, now), To: i18n.T(ctx, "catalog.chart.today")}
	if proof.High == proof.Low { // one price all along: the last one is label enough
		c.High = ""
	}
	for i, d := range days {
		c.Now = append(c.Now, ui.Point{At: float64(i) / float64(len(days)-1), Value: int64(d)})
	}
	return &chartView{Chart: c, IsLow: proof.IsLow}
}

func chartFrom(ctx context.Context, now time.Time) string {
	if mark, open := gap(ctx, gapFrom, 0); open {
		return mark
	}
	return i18n.Date(i18n.LangOf(ctx), now.Add(-Window), now)
}

// productMeta is what search engines and other sites are told.
func productMeta(ctx context.Context, tree *Tree, card Card, v Variant, p productView, box Box) web.Page {
	shell, about := web.ShellFrom(ctx), describe(card, i18n.LangOf(ctx))
	image := card.PhotosOf(v.ID)[0]
	src := image.Src()
	if image.Key != "" {
		src = image.Image().Src("1280")
	}
	url := web.URL(ctx, card.Path())
	product := productLD{Context: schemaOrg, Type: "Product", Name: p.Title, URL: url, Image: shell.BaseURL + src,
		SKU: strconv.FormatInt(v.ID, 10), Description: about, GTIN: v.GTIN, Offers: offersLD(url, box)}
	if card.Brand != "" {
		product.Brand = &namedLD{Type: "Brand", Name: card.Brand}
	}
	return web.Page{Title: p.Title, Description: about, Path: card.Path(), Section: "goods", Tab: "catalog", Plain: true,
		Image: shell.BaseURL + src, JSONLD: []any{product, crumbsLD(ctx, tree, card.CategoryID, p.Title, url)}}
}

func describe(card Card, lang i18n.Lang) string {
	text := strings.Join(strings.Fields(html.UnescapeString(card.Description.In(lang))), " ")
	if text == "" {
		text = card.Title.In(lang)
	}
	if r := []rune(text); len(r) > 160 {
		text = string(r[:159]) + "…"
	}
	return text
}
