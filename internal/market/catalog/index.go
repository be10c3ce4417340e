package catalog

import (
	"context"
	"iter"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/seller"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/internal/search"
)

// drainBatch is how many changed cards one transaction brings into the index.
const drainBatch = 300

// Reindex brings the cards, as they are now, into the search index within the caller's transaction.
// Cards that are not published, or that nobody who is open sells, leave it. The router may be nil.
func Reindex(ctx context.Context, tx pg.DB, tree *Tree, router Router, now time.Time, productIDs []int64) (err error) {
	defer errs.Wrap(&err, "catalog.Reindex(%d)", len(productIDs))
	rows, err := selectIndexRows(ctx, tx, productIDs)
	if err != nil {
		return err
	}
	routes, err := route(ctx, tx, router, rows)
	if err != nil {
		return err
	}
	found := make(map[int64]bool, len(rows))
	docs := make([]search.Doc, 0, len(rows))
	for _, r := range rows {
		if doc, ok := r.doc(tree, routes, now); ok {
			docs, found[r.ID] = append(docs, doc), true
		}
	}
	var gone []int64
	for _, id := range productIDs {
		if !found[id] {
			gone = append(gone, id)
		}
	}
	if err := search.Put(ctx, tx, docs); err != nil || len(gone) == 0 {
		return err
	}
	return search.Delete(ctx, tx, search.Goods, gone)
}

// DrainIndex brings every card that waits in product_changes into the index and says how many. Only
// one copy of the program drains at a time, so that an older state never overwrites a newer one.
func (s *Service) DrainIndex(ctx context.Context) (n int, err error) {
	n, _, err = s.drainUntil(ctx, func() bool { return false })
	return n, err
}

// drainUntil is DrainIndex that begins nothing more once it is over; left says that cards may wait.
func (s *Service) drainUntil(ctx context.Context, over func() bool) (n int, left bool, err error) {
	defer errs.Wrap(&err, "catalog.DrainIndex")
	for {
		took, router := 0, s.router(ctx)
		err := pg.InTx(ctx, s.db, func(tx pgx.Tx) error {
			ids, err := takeChanges(ctx, tx, drainBatch)
			if took = len(ids); err != nil || took == 0 {
				return err
			}
			tree, err := s.tree.get(ctx, tx, s.now())
			if err != nil {
				return err
			}
			return Reindex(ctx, tx, tree, router, s.now(), ids)
		})
		n += took
		switch {
		case err != nil || took == 0:
			return n, false, err
		case over():
			return n, true, nil
		}
	}
}

// IndexAll yields every card that belongs into the index, in order of id: for search.Load after an
// import of everything. What changed meanwhile waits in product_changes and is drained later.
func (s *Service) IndexAll(ctx context.Context) iter.Seq2[search.Doc, error] {
	return func(yield func(search.Doc, error) bool) {
		tree, err := s.tree.get(ctx, s.db, s.now())
		if err != nil {
			yield(search.Doc{}, err)
			return
		}
		for last, router := int64(0), s.router(ctx); ; {
			ids, err := pageOfProducts(ctx, s.db, last, drainBatch)
			if err != nil {
				yield(search.Doc{}, err)
				return
			}
			if len(ids) == 0 {
				return
			}
			last = ids[len(ids)-1]
			rows, err := selectIndexRows(ctx, s.db, ids)
			if err != nil {
				yield(search.Doc{}, err)
				return
			}
			routes, err := route(ctx, s.db, router, rows)
			if err != nil {
				yield(search.Doc{}, err)
				return
			}
			for _, r := range rows {
				if doc, ok := r.doc(tree, routes, s.now()); ok && !yield(doc, nil) {
					return
				}
			}
		}
	}
}

// ForgetChanges drops what waits for the index up to now: after search.Load has taken everything in.
func ForgetChanges(ctx context.Context, db pg.DB) error { return deleteChanges(ctx, db) }

// SellerChanged re-indexes a shop and queues all its goods, within the caller's transaction. Wiring
// gives it to seller.Service.Changed.
func SellerChanged(ctx context.Context, tx pg.DB, sellerID int64) (err error) {
	defer errs.Wrap(&err, "catalog.SellerChanged(%d)", sellerID)
	if err := touchSeller(ctx, tx, sellerID); err != nil {
		return err
	}
	return indexShop(ctx, tx, sellerID)
}

// OffersChanged queues the cards of offers, within the caller's transaction: what the index says of them is other than it
// was, although nothing of the catalogue's own has changed.
func OffersChanged(ctx context.Context, tx pg.DB, offers []int64) (err error) {
	defer errs.Wrap(&err, "catalog.OffersChanged(%d)", len(offers))
	return TouchOffers(ctx, tx, offers)
}

func indexShop(ctx context.Context, tx pg.DB, sellerID int64) error {
	shops, err := seller.ByIDs(ctx, tx, []int64{sellerID})
	if err != nil {
		return err
	}
	shop, ok := shops[sellerID]
	if !ok || shop.Status != seller.Open {
		return search.Delete(ctx, tx, search.Shops, []int64{sellerID})
	}
	doc := search.Doc{Kind: search.Shops, RefID: shop.ID, Slug: shop.Slug, Title: search.Both{RU: shop.Name, EN: shop.Name},
		Keywords: search.Both{RU: shop.City + " " + shop.LegalName}, Body: search.Both{RU: shop.AboutRU, EN: shop.AboutEN},
		Image: ArtPath("parcel", shop.ID), Rating: shop.RatingHundredths / 10, Reviews: shop.Ratings, InStock: true,
		Popularity: popularity(shop.Sales), Days: -1}
	if shop.OpenedAt != nil {
		doc.Published = *shop.OpenedAt
	}
	return search.Put(ctx, tx, []search.Doc{doc})
}

// popularity maps sales onto 0..1: ten sales a third, a thousand nearly one.
func popularity(sales int) float64 { return min(1, math.Log10(1+float64(sales))/3.5) }

// doc makes the card's document; false when it does not belong into the index.
func (r indexRow) doc(tree *Tree, routes map[int64]Route, now time.Time) (search.Doc, bool) {
	if !r.SoldOut && !r.sells() {
		return search.Doc{}, false
	}
	title, about := Text{RU: r.TitleRU, EN: r.TitleEN}, Text{RU: r.DescriptionRU, EN: r.DescriptionEN}
	d := search.Doc{Kind: search.Goods, RefID: r.ID, Slug: r.Slug, Title: search.Both(title), Body: search.Both(about),
		Image: ArtPath(r.Art, r.ID), Currency: money.RUB, Brand: r.BrandID, Days: -1}
	if r.Photo != nil && r.Photo.Key != "" {
		d.Image = r.Photo.Src()
	}
	if r.PublishedAt != nil {
		d.Published = *r.PublishedAt
	}
	r.words(tree, &d)
	r.sale(&d, routes, now)
	return d, true
}

func (r indexRow) sells() bool {
	for _, v := range r.Variants {
		if len(v.Offers) > 0 {
			return true
		}
	}
	return false
}

// words fills what the card is found by.
func (r indexRow) words(tree *Tree, d *search.Doc) {
	keys := []string{r.Brand, r.PartNumber}
	for _, v := range r.Variants {
		keys = append(keys, v.GTIN)
	}
	ru, en := keys, keys
	for _, c := range tree.Ancestors(r.CategoryID) {
		d.Categories = append(d.Categories, c.ID)
		ru, en = append(ru[:len(ru):len(ru)], c.Name.RU), append(en[:len(en):len(en)], c.Name.EN)
	}
	d.Keywords = search.Both{RU: strings.Join(ru, " "), EN: strings.Join(en, " ")}
	card := Card{Specs: r.Specs}
	d.Attrs = search.Both{RU: specText(card, i18n.RU), EN: specText(card, i18n.EN)}
	for _, v := range r.Variants {
		d.Attrs.RU += " " + OptionsText(v.Options, i18n.RU)
		d.Attrs.EN += " " + OptionsText(v.Options, i18n.EN)
	}
}

func specText(c Card, lang i18n.Lang) string {
	var b strings.Builder
	for _, s := range c.SpecLines(lang) {
		b.WriteString(s.Name + " " + s.Value + ", ")
	}
	return b.String()
}

// sale fills what the card costs and who sells it: the cheapest variant as its buy box shows it.
func (r indexRow) sale(d *search.Doc, routes map[int64]Route, now time.Time) {
	shops, sellable := map[int64]bool{}, 0
	for _, v := range r.Variants {
		rivals := make([]Rival, len(v.Offers))
		for i, o := range v.Offers {
			rivals[i], shops[o.SellerID] = o.rival(), true
		}
		box, ok := ChooseSeller(rivals)
		if !ok {
			continue
		}
		sellable++
		w := box.Winner
		found := search.Variant{Price: int64(w.Price.Amount), Pairs: r.pairs(v)}
		v.send(&found, routes)
		d.Variants = append(d.Variants, found)
		if d.Price != 0 && w.Price.Amount >= d.Price {
			continue
		}
		d.Price, d.Currency, d.OfferID, d.Seller = w.Price.Amount, w.Price.Currency, w.OfferID, w.SellerName
		d.Days, d.Fee, d.Popularity = w.Days, w.DeliveryFee, popularity(w.Sales)
		proof := Prove(w.Price.Amount, v.history(w.OfferID), now)
		d.Was, d.Low30 = proof.Was, proof.IsLow
	}
	d.Sellers, d.InStock = len(shops), sellable > 0
	if sellable > 1 || len(r.Variants) > 1 {
		d.OfferID = 0
	}
}

func (v indexVariant) history(offerID int64) []Charged {
	for _, o := range v.Offers {
		if o.OfferID == offerID {
			return o.History
		}
	}
	return nil
}

// pairs are the characteristics that filters work on: the card's own and the variant's options,
// which win over the card's where both speak of one attribute.
func (r indexRow) pairs(v indexVariant) []search.Pair {
	var pairs []search.Pair
	chosen := map[int64]bool{}
	for _, o := range v.Options {
		if o.ValueID != 0 && !slices.Contains(r.Quiet, o.AttributeID) {
			pairs, chosen[o.AttributeID] = append(pairs, search.Pair{Attr: o.AttributeID, Value: o.ValueID}), true
		}
	}
	for _, s := range r.Specs {
		if s.ValueID != 0 && !chosen[s.AttributeID] && !slices.Contains(r.Quiet, s.AttributeID) {
			pairs = append(pairs, search.Pair{Attr: s.AttributeID, Value: s.ValueID})
		}
	}
	if len(r.Abroad) == 2 && slices.ContainsFunc(v.Offers, func(o rivalRow) bool { return o.Abroad }) {
		pairs = append(pairs, search.Pair{Attr: r.Abroad[0], Value: r.Abroad[1]})
	}
	return pairs
}
