package feed

import (
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/catalog/intake"
	"github.com/yarmarka/yarmarka/internal/market/feed/joining"
	"github.com/yarmarka/yarmarka/internal/market/feed/pricelist"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// placed is a row with the place it was given: a variant that is on sale already, or a card that
// this batch writes.
type placed struct {
	row       *pricelist.Row
	variant   int64  // of a published card, matched by GTIN or by the seller's word; 0: see card
	card      string // key in plan.cards
	suggested int64  // a variant that may be the same thing, by brand and part number
}

// plan is what a batch will do.
type plan struct {
	placed   []placed
	cards    map[string]*intake.Card
	order    []string // keys of cards as first met
	variants map[string]map[string]int64
	before   map[string]standing
}

// plan matches rows by GTIN exactly, finds a category for the rest, and builds their cards.
func (b *batcher) plan(tx pgx.Tx, problems *[]pricelist.Problem) (*plan, error) {
	p := &plan{cards: map[string]*intake.Card{}, variants: map[string]map[string]int64{}}
	var skus, gtins, parts []string
	for i := range b.rows {
		r := &b.rows[i]
		skus, gtins = append(skus, r.SKU), append(gtins, r.GTINs...)
		if key := partKey(r); key != "" {
			parts = append(parts, key)
		}
	}
	var err error
	if p.before, err = selectStanding(b.ctx, tx, b.i.SellerID, skus); err != nil {
		return nil, err
	}
	said, err := joining.LockAnswers(b.ctx, tx, b.i.SellerID, skus)
	if err != nil {
		return nil, err
	}
	byGTIN, err := matchGTINs(b.ctx, tx, b.i.SellerID, gtins)
	if err != nil {
		return nil, err
	}
	byPart, err := matchParts(b.ctx, tx, b.i.SellerID, parts)
	if err != nil {
		return nil, err
	}
	for i := range b.rows {
		r := &b.rows[i]
		at := placed{row: r, variant: said[r.SKU].Told(partKey(r))}
		if at.variant == 0 {
			at.variant = firstMatch(r, byGTIN)
		}
		if at.variant == 0 {
			at.suggested = suggest(byPart[partKey(r)], said[r.SKU])
			if at.card, err = b.place(tx, p, r, problems); err != nil {
				return nil, err
			}
			if at.card == "" {
				continue
			}
		}
		p.placed = append(p.placed, at)
	}
	return p, nil
}

// suggest picks the first candidate of a card that may be suggested.
func suggest(candidates []match, said joining.Answers) int64 {
	for _, c := range candidates {
		if said.Allow(c.ProductID) {
			return c.VariantID
		}
	}
	return 0
}

func partKey(r *pricelist.Row) string {
	if r.Brand == "" || r.PartNumber == "" {
		return ""
	}
	return catalog.BrandNorm(r.Brand) + "\n" + r.PartNumber
}

// firstMatch is the variant that a barcode of the row names. The row's own card is no match: it is
// where the row goes anyway.
func firstMatch(r *pricelist.Row, byGTIN map[string][]match) int64 {
	for _, g := range r.GTINs {
		for _, m := range byGTIN[g] {
			if m.OwnKey != r.SKU {
				return m.VariantID
			}
		}
	}
	return 0
}

// place adds the row to its card, or answers "" with a problem when no category is known for it.
func (b *batcher) place(tx pgx.Tx, p *plan, r *pricelist.Row, problems *[]pricelist.Problem) (string, error) {
	categoryID, err := b.categoryOf(tx, r)
	if err != nil {
		return "", err
	}
	if categoryID == 0 {
		*problems = append(*problems, pricelist.Problem{N: r.N, Line: r.Line, SKU: r.SKU, Field: "category", Key: "feed.row.choose_category",
			Args: []any{"path", form.Cut(strings.Join(r.Category, " / "), pricelist.MaxShown)}, Fatal: true})
		return "", nil
	}
	key := r.CardKey()
	card := p.cards[key]
	if card == nil {
		attributes, rest, err := b.attributes(tx, categoryID, r)
		if err != nil {
			return "", err
		}
		card = &intake.Card{AuthorID: b.i.SellerID, Key: key, CategoryID: categoryID, Brand: r.Brand, PartNumber: r.PartNumber,
			Title: catalog.Text{RU: r.Title}, Description: catalog.Text{RU: r.Markdown(rest)},
			Attributes: attributes, Publish: b.trusted && lowRisk(r)}
		p.cards[key] = card
		p.order = append(p.order, key)
	}
	gtin := ""
	if len(r.GTINs) > 0 {
		gtin = r.GTINs[0]
	}
	card.Variants = append(card.Variants, intake.Variant{Key: r.SKU, GTIN: gtin, Options: optionsOf(r), WeightG: r.WeightG,
		LengthMM: r.SizeMM[0], WidthMM: r.SizeMM[1], HeightMM: r.SizeMM[2]})
	return key, nil
}

// lowRisk says that a trusted seller's new card needs no person: it is described and priced as
// goods are.
func lowRisk(r *pricelist.Row) bool {
	return r.Condition == "new" && len([]rune(r.Title)) >= 5 && r.Price >= 100 && r.Price <= 50_000_000
}

// categoryOf finds our category for the row's shelf: decided before, or guessed now and remembered.
func (b *batcher) categoryOf(tx pgx.Tx, r *pricelist.Row) (int64, error) {
	path := form.Cut(strings.Join(r.Category, " / "), 500)
	if path == "" {
		path = "—"
	}
	if sh, ok := b.shelves[path]; ok {
		if sh.CategoryID == nil {
			return 0, nil
		}
		return *sh.CategoryID, nil
	}
	sh := shelf{Path: path, DecidedBy: "guess"}
	names := r.Category
	if len(names) == 0 {
		names = []string{r.Title}
	}
	if id, ok := b.guess.guess(names, r.Title); ok {
		sh.CategoryID = &id
	}
	b.shelves[path] = sh
	if err := upsertShelf(b.ctx, tx, b.i.SellerID, sh); err != nil {
		return 0, err
	}
	if sh.CategoryID == nil {
		return 0, nil
	}
	return *sh.CategoryID, nil
}

// axes are the characteristics by which goods of one group differ, folded.
var axes = map[string]bool{"цвет": true, "размер": true, "вариант": true, "объем": true, "вместимость": true, "память": true,
	"вкус": true, "аромат": true, "длина": true, "ширина": true, "диаметр": true, "количество": true, "комплектация": true,
	"color": true, "colour": true, "size": true, "volume": true, "capacity": true}

// maxAxes is how many options tell the variants of a card apart.
const maxAxes = 3

// optionsOf gives the axes of a row that is one of a group.
func optionsOf(r *pricelist.Row) []catalog.Option {
	if r.Group == "" {
		return nil
	}
	var options []catalog.Option
	for _, p := range r.Params {
		if axes[fold(p.Name)] && len(options) < maxAxes && !hasOption(options, p.Name) {
			value := strings.TrimSpace(p.Value + " " + p.Unit)
			options = append(options, catalog.Option{Name: catalog.Text{RU: p.Name}, Value: catalog.Text{RU: value}})
		}
	}
	return options
}

func hasOption(options []catalog.Option, name string) bool {
	for _, o := range options {
		if o.Name.RU == name {
			return true
		}
	}
	return false
}

func fold(s string) string {
	name, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(s), "ё", "е"), ",")
	return strings.TrimSpace(name)
}

// note counts what the batch does to each offer and keeps the differences a person may read.
func (b *batcher) note(tx pgx.Tx, p *plan) error {
	var diffs []Diff
	for _, at := range p.placed {
		d := b.compare(at, p.before)
		switch {
		case d.What == "":
			b.i.Unchanged++
			continue
		case d.What == "new" || d.What == "joined":
			b.i.Created++
		default:
			b.i.Changed++
		}
		if b.kept+b.diffs+len(diffs) < maxProblems && b.diffs+len(diffs) < maxDiffs {
			diffs = append(diffs, d)
		}
	}
	b.diffs += len(diffs)
	return insertDiffs(b.ctx, tx, b.i, diffs)
}

func (b *batcher) compare(at placed, before map[string]standing) Diff {
	r := at.row
	d := Diff{N: r.N, SKU: r.SKU, Title: r.Title}
	was, ok := before[r.SKU]
	stock := b.stockOf(r)
	switch {
	case !ok && at.variant != 0:
		d.What, d.After = "joined", ruble(r.Price)
	case !ok:
		d.What, d.After = "new", ruble(r.Price)
	case was.Price != r.Price && intake.NeedsConfirmation(was.Price, r.Price):
		d.What, d.Before, d.After = "stopped", ruble(was.Price), ruble(r.Price)
	case was.Price != r.Price:
		d.What, d.Before, d.After = "price", ruble(was.Price), ruble(r.Price)
	case was.OnHand != stock:
		d.What, d.Before, d.After = "stock", i18n.Number(i18n.RU, int64(was.OnHand)), i18n.Number(i18n.RU, int64(stock))
	case was.Status != catalog.OfferActive:
		d.What, d.Before, d.After = "state", was.Status, catalog.OfferActive
	}
	return d
}

func ruble(a money.Amount) string { return money.Format(i18n.RU, a, money.RUB) }
