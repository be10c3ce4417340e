package joining

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/catalog/intake"
	"github.com/yarmarka/yarmarka/internal/market/catalog/listing"
	"github.com/yarmarka/yarmarka/internal/market/seller"
	"github.com/yarmarka/yarmarka/internal/moderation"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/internal/search/text"
)

// KindJoin is the kind of change request that moves a seller's offer to a card on sale which the
// seller says is the same thing. Its target is the offer.
const KindName = "card_join"

// joinPatch is what a moderator judges.
type joinPatch struct {
	SKU       string `json:"sku"`
	VariantID int64  `json:"variant_id"`
}

// askToJoin submits the joining: a trusted shop's is done at once where nothing speaks against it.
// It goes on as the owner of the tables.
func (s *Service) askToJoin(ctx context.Context, tx pgx.Tx, by listing.Actor, at suggested) (Outcome, error) {
	both, err := besides(ctx, tx, []suggested{at})
	if err != nil {
		return "", err
	}
	if err := pg.ResumeOwner(ctx, tx); err != nil {
		return "", err
	}
	shops, err := seller.ByIDs(ctx, tx, []int64{by.SellerID})
	if err != nil {
		return "", err
	}
	offer, err := offerID(ctx, tx, by.SellerID, at.SKU)
	if err != nil {
		return "", err
	}
	trusted := shops[by.SellerID].Trusted
	r, err := s.desk.Submit(ctx, tx, moderation.Proposal{Kind: KindName, TargetID: offer, SellerID: by.SellerID, AuthorID: by.PersonID,
		Title: both[0].Theirs.Title.RU, Patch: joinPatch{SKU: at.SKU, VariantID: at.VariantID}, Reasons: both[0].risk(trusted), Trusted: trusted})
	if err != nil {
		return "", err
	}
	if r.Status == moderation.Approved {
		return Moved, nil
	}
	return Asked, nil
}

// risk weighs what speaks against the two being one thing.
func (sg Suggestion) risk(trusted bool) []moderation.Reason {
	list := []moderation.Reason{{Key: "feed.risk.join", Points: 10}}
	add := func(points int, key, arg string) {
		list = append(list, moderation.Reason{Key: key, Arg: arg, Points: points})
	}
	if a, b := sg.OursVariant.GTIN, sg.TheirsVariant.GTIN; a != "" && b != "" && strings.TrimLeft(a, "0") != strings.TrimLeft(b, "0") {
		add(40, "feed.risk.other_gtin", b)
	}
	if !kindred(sg.Ours.Title.RU, sg.Theirs.Title.RU) {
		add(25, "feed.risk.other_title", "")
	}
	if from := sg.OursVariant.From; from > 0 && (sg.Price.Amount > 3*from || from > 3*sg.Price.Amount) {
		add(20, "feed.risk.other_price", sg.Price.In(i18n.RU))
	}
	var differ []string
	for _, l := range sg.attributes(i18n.RU) {
		if l.Differs() {
			differ = append(differ, l.Name)
		}
	}
	if len(differ) > 0 {
		add(min(8*len(differ), 24), "feed.risk.other_attributes", strings.Join(differ, ", "))
	}
	if trusted {
		add(-10, "feed.risk.trusted", "")
	}
	return list
}

// kindred says that two titles share at least a third of the words of the shorter one.
func kindred(a, b string) bool {
	first, second := text.Stems(a), text.Stems(b)
	if len(second) < len(first) {
		first, second = second, first
	}
	have := map[string]bool{}
	for _, stem := range second {
		have[stem] = true
	}
	shared := 0
	for _, stem := range first {
		if have[stem] {
			shared++
		}
	}
	return 3*shared >= len(first)
}

// kind teaches the desk what joining is. What a moderator saw may have changed by then, so Apply
// looks again; the version of the offer says nothing, for a price list changes it every hour.
func (s *Service) kind() moderation.Kind {
	return moderation.Kind{
		Name:    KindName,
		Version: func(context.Context, pg.DB, int64) (int, error) { return 0, nil },
		Codes:   moderation.Codes,
		Apply:   s.applyJoin,
		Diff:    diffJoin,
	}
}

func (s *Service) applyJoin(ctx context.Context, tx pg.DB, r moderation.Request) error {
	var p joinPatch
	if err := json.Unmarshal(r.Patch, &p); err != nil {
		return err
	}
	if _, _, err := lockRow(ctx, tx, r.SellerID, p.SKU); err != nil {
		return err
	}
	joined, err := intake.Join(ctx, tx, r.SellerID, p.SKU, p.VariantID)
	if err != nil {
		return err
	}
	if err := settleVerdict(ctx, tx, r.SellerID, p.SKU, p.VariantID); err != nil || joined.Left == 0 {
		return err
	}
	return s.forgetCard(ctx, tx, r.SellerID, joined.Left)
}

// forgetCard takes back what waits for a moderator about a card that has nothing to buy any more.
func (s *Service) forgetCard(ctx context.Context, tx pg.DB, sellerID, productID int64) error {
	open, ok, err := moderation.OpenFor(ctx, tx, listing.CardKinds, productID)
	if err != nil || !ok || open.SellerID != sellerID {
		return err
	}
	return s.desk.Cancel(ctx, tx, sellerID, open.ID)
}

// diffJoin shows the card on sale before and the row of the feed after, line by line.
func diffJoin(ctx context.Context, db pg.DB, r moderation.Request) ([]moderation.Field, error) {
	var p joinPatch
	if err := json.Unmarshal(r.Patch, &p); err != nil {
		return nil, err
	}
	at, ok, err := placeOf(ctx, db, r.SellerID, p.SKU, p.VariantID)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, errs.New(errs.NotFound, "catalog.offer.not_found")
	}
	both, err := besides(ctx, db, []suggested{at})
	if err != nil {
		return nil, err
	}
	fields := make([]moderation.Field, len(both[0].Lines))
	for k, l := range both[0].Lines {
		fields[k] = moderation.Field{Name: l.Name, Before: l.Ours, After: l.Theirs}
	}
	return fields, nil
}

func offerID(ctx context.Context, db pg.DB, sellerID int64, sku string) (int64, error) {
	return pg.Scalar[int64](ctx, db, `select id from offers where seller_id = $1 and seller_sku = $2`, sellerID, sku)
}

// placeOf is a suggestion as it stands, whatever was answered and whether the card is still on sale.
func placeOf(ctx context.Context, db pg.DB, sellerID int64, sku string, variantID int64) (suggested, bool, error) {
	return pg.Opt[suggested](ctx, db, `
		select o.seller_sku as sku, v.id as variant_id, v.product_id, w.id as own_id, w.product_id as own_card, o.price
		from offers o join variants w on w.id = o.variant_id join variants v on v.id = $3
		where o.seller_id = $1 and o.seller_sku = $2`, sellerID, sku, variantID)
}
