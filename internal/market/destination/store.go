package destination

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// selectChoice reads a person's choice; the zero one when they made none.
func selectChoice(ctx context.Context, db pg.DB, personID int64) (Choice, error) {
	c, _, err := pg.Opt[Choice](ctx, db, `select country, currency from destinations where person_id = $1`, personID)
	return c, err
}

func upsertChoice(ctx context.Context, db pg.DB, personID int64, c Choice, now time.Time) error {
	_, err := pg.Exec(ctx, db, `
		insert into destinations (person_id, country, currency, chosen_at) values ($1, $2, $3, $4)
		on conflict (person_id) do update
		set country = excluded.country, currency = excluded.currency, chosen_at = excluded.chosen_at`,
		personID, c.Country, c.Currency, now)
	return err
}
