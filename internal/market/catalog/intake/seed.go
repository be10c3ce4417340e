package intake

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"strconv"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/catalog/taxonomy"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Seed copies the taxonomy into the tables: at the first start all of it, later only when a newer
// release is embedded. Categories that a release dropped stay, hidden, because cards may stand in
// them. Names, order and visibility that an admin set stay as the admin set them.
func Seed(ctx context.Context, db pg.DB) (err error) {
	defer errs.Wrap(&err, "intake.Seed")
	t, err := taxonomy.Load()
	if err != nil {
		return err
	}
	hash, err := taxonomyHash(t)
	if err != nil {
		return err
	}
	return pg.InTx(ctx, db, func(tx pgx.Tx) error {
		fresh, err := claimRelease(ctx, tx, hash)
		if err != nil || !fresh {
			return err
		}
		if err := unhurried(ctx, tx); err != nil {
			return err
		}
		return seedTables(ctx, tx, t)
	})
}

func taxonomyHash(t *taxonomy.Taxonomy) (string, error) {
	h := fnv.New64a()
	if err := json.NewEncoder(h).Encode([]any{t.Categories, t.Attributes}); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s %s", taxonomy.Version, strconv.FormatUint(h.Sum64(), 36)), nil
}

func seedTables(ctx context.Context, db pg.DB, t *taxonomy.Taxonomy) error {
	if err := seedCategories(ctx, db, t.Categories); err != nil {
		return err
	}
	if err := seedAttributes(ctx, db, t.Attributes); err != nil {
		return err
	}
	return seedCategoryAttributes(ctx, db, t.Categories)
}
