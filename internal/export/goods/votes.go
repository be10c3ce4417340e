package goods

import (
	"context"
	"strings"

	"github.com/yarmarka/yarmarka/internal/export/hs"
)

// A seller may have a thousand cards of one kind; their voice counts as a few.
const voicesOfOne = 3

// votes are the codes that other sellers have confirmed for the same card, or for cards of its category that are things
// like it.
func (s *Service) votes(ctx context.Context, t hs.Thing) ([]hs.Vote, error) {
	if t.CategoryID == 0 {
		return nil, nil
	}
	rows, err := selectConfirmed(ctx, s.Pool, t.SellerID, t.ProductID, t.CategoryID)
	if err != nil {
		return nil, err
	}
	var list []hs.Vote
	voices := map[int64]int{}
	for _, r := range rows {
		same := r.ProductID == t.ProductID
		if voices[r.SellerID] >= voicesOfOne || !same && !hs.Alike(t, r.TitleRU, r.TitleEN, r.Material) {
			continue
		}
		voices[r.SellerID]++
		list = append(list, hs.Vote{Code: hs.Code(r.HS), SellerID: r.SellerID, Same: same})
	}
	return list, nil
}

func joined(list []string) string { return strings.Join(list, ", ") }
