package feed

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/seller"
	"github.com/yarmarka/yarmarka/internal/moderation"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
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
	for from := 0; from < len(ids); from += maxReviewed {
		part := ids[from:min(from+maxReviewed, len(ids))]
		p := moderation.Proposal{Kind: KindName, TargetID: part[0], SellerID: i.SellerID, Title: shop[i.SellerID].Name,
			Patch:   cardsPatch{ImportID: i.ID, Cards: part},
			Reasons: []moderation.Reason{{Key: "feed.risk.new_cards", Arg: strconv.Itoa(len(part)), Points: 25}}}
		if i.AuthorID != nil {
			p.AuthorID = *i.AuthorID
		}
		if _, err := s.desk.Submit(ctx, tx, p); err != nil {
			return 0, err
		}
	}
	return len(ids), nil
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
			_, err := catalog.PublishDrafts(ctx, tx, r.SellerID, p.Cards)
			return err
		},
		Diff: s.diff,
	}
}

// diff shows each card as a line: its title, category and lowest price.
func (s *Service) diff(ctx context.Context, db pg.DB, r moderation.Request) ([]moderation.Field, error) {
	var p cardsPatch
	if err := json.Unmarshal(r.Patch, &p); err != nil {
		return nil, err
	}
	cards, err := listCards(ctx, db, p.Cards)
	lang := i18n.LangOf(ctx)
	fields := make([]moderation.Field, len(cards))
	for k, c := range cards {
		category := c.CategoryRU
		if lang == i18n.EN {
			category = c.CategoryEN
		}
		fields[k] = moderation.Field{Name: category, After: c.Title, Note: strings.Join(c.notes(lang), " · ")}
	}
	return fields, err
}

func (c reviewed) notes(lang i18n.Lang) []string {
	var notes []string
	if c.Price != nil {
		notes = append(notes, catalog.Price{Amount: *c.Price, Currency: "RUB"}.In(lang))
	}
	if c.Brand != "" {
		notes = append(notes, c.Brand)
	}
	return notes
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
			n, err = catalog.PauseOffers(ctx, tx, i.SellerID, ids)
			return err
		})
		if err != nil || n == 0 {
			return err
		}
		i.Paused += n
	}
}
