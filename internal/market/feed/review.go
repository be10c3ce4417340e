package feed

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/catalog/intake"
	"github.com/yarmarka/yarmarka/internal/market/seller"
	"github.com/yarmarka/yarmarka/internal/moderation"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// KindName is the kind of change request that puts the new cards of one import on sale.
const KindName = "import"

// cardsPatch is what a moderator judges: cards that an import drafted.
type cardsPatch struct {
	ImportID int64   `json:"import_id"`
	Cards    []int64 `json:"cards"`
}

// maxReviewed bounds the cards one request asks about, so that a person can look through them.
const maxReviewed = 500

// submitDrafts asks a moderator about the cards that wait as drafts, in portions, and says how many
// they are. An earlier request about the same import is replaced.
func (s *Service) submitDrafts(ctx context.Context, tx pgx.Tx, i Import) (int, error) {
	ids, err := draftCards(ctx, tx, i.SellerID, i.ID)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	shop, err := seller.ByIDs(ctx, tx, []int64{i.SellerID})
	if err != nil {
		return 0, err
	}
	for part := range slices.Chunk(ids, maxReviewed) {
		risks, risky, err := catalog.WordRisks(ctx, tx, part)
		if err != nil {
			return 0, err
		}
		p := moderation.Proposal{Kind: KindName, TargetID: part[0], SellerID: i.SellerID, Title: shop[i.SellerID].Name,
			Patch:   cardsPatch{ImportID: i.ID, Cards: first(risky, part)},
			Reasons: append([]moderation.Reason{{Key: "feed.risk.new_cards", Arg: strconv.Itoa(len(part)), Points: 25}}, risks...)}
		if i.AuthorID != nil {
			p.AuthorID = *i.AuthorID
		}
		if _, err := s.desk.Submit(ctx, tx, p); err != nil {
			return 0, err
		}
	}
	return len(ids), nil
}

// first puts some of the ids before the others.
func first(some, ids []int64) []int64 {
	list := slices.Clone(some)
	for _, id := range ids {
		if !slices.Contains(some, id) {
			list = append(list, id)
		}
	}
	return list
}

// kind teaches the desk what a request about imported cards is. Cards never change under the
// moderator's eyes in a way that matters: an import that runs meanwhile only improves drafts, so
// the version is constant.
func (s *Service) kind() moderation.Kind {
	return moderation.Kind{
		Name:    KindName,
		Version: func(context.Context, pg.DB, int64) (int, error) { return 0, nil },
		Codes:   moderation.Codes,
		Apply: func(ctx context.Context, tx pg.DB, r moderation.Request) error {
			var p cardsPatch
			if err := json.Unmarshal(r.Patch, &p); err != nil {
				return err
			}
			_, err := intake.PublishDrafts(ctx, tx, r.SellerID, p.Cards)
			return err
		},
		Show: s.shown,
		Pics: catalog.Thumbs,
	}
}

// shown gives a page of the cards, those with words that need an eye first: nobody approves what they have not seen.
func (s *Service) shown(ctx context.Context, db pg.DB, r moderation.Request, from, n int) (moderation.Shown, error) {
	var p cardsPatch
	if err := json.Unmarshal(r.Patch, &p); err != nil {
		return moderation.Shown{}, err
	}
	shown := moderation.Shown{Total: len(p.Cards)}
	if from >= len(p.Cards) {
		return shown, nil
	}
	cards, err := catalog.Glimpses(ctx, db, p.Cards[from:min(from+n, len(p.Cards))])
	for _, c := range cards {
		shown.Cards = append(shown.Cards, c.Card(ctx))
	}
	return shown, err
}

// pauseAbsent pauses what the source no longer names, batch by batch.
func (s *Service) pauseAbsent(ctx context.Context, i *Import) error {
	for {
		var n int
		err := pg.InTx(ctx, s.db, func(tx pgx.Tx) error {
			ids, err := absentOffers(ctx, tx, *i, 1000)
			if err != nil || len(ids) == 0 {
				n = 0
				return err
			}
			n, err = intake.PauseOffers(ctx, tx, i.SellerID, ids)
			return err
		})
		if err != nil || n == 0 {
			return err
		}
		i.Paused += n
	}
}
