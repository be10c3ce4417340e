package clearance

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// stored is the part of a row that rules and tables share, as it lies in the database.
type stored struct {
	RowID     int64 `db:"row_id"`
	Version   int
	Area      string
	Authority string
	Source    string
	Quote     string

	AuthorityEN string `db:"authority_en"`
	SourceEN    string `db:"source_en"`
	QuoteEN     string `db:"quote_en"`

	ValidFrom time.Time  `db:"valid_from"`
	ValidTo   *time.Time `db:"valid_to"`
	CheckedOn *time.Time `db:"checked_on"`
	CheckedBy string     `db:"checked_by"`
	Status    Status
	Origin    string
	Waiting   bool
	CreatedAt time.Time `db:"created_at"`
}

const storedColumns = `row_id, version, area, authority, source, quote, authority_en, source_en, quote_en, valid_from, valid_to, checked_on, checked_by, status, origin, waiting, created_at`

func (r *stored) provenance() Provenance {
	p := Provenance{Version: r.Version, Area: r.Area, Authority: r.Authority, Source: r.Source, Quote: r.Quote, English: English{r.AuthorityEN, r.SourceEN, r.QuoteEN}, From: r.ValidFrom,
		CheckedBy: r.CheckedBy, Status: r.Status, Origin: r.Origin, Waiting: r.Waiting, Created: r.CreatedAt, RowID: r.RowID}
	if r.ValidTo != nil {
		p.To = *r.ValidTo
	}
	if r.CheckedOn != nil {
		p.Checked = *r.CheckedOn
	}
	return p
}

// dated is null for the zero day.
func dated(day time.Time) *time.Time {
	if day.IsZero() {
		return nil
	}
	return &day
}

func selectEdition(ctx context.Context, db pg.DB) (int64, error) {
	return pg.Scalar[int64](ctx, db, `select edition from export_edition`)
}

// lockEdition makes publishers wait for each other to the end of the transaction.
func lockEdition(ctx context.Context, tx pg.DB) error {
	_, err := pg.Scalar[int64](ctx, tx, `select edition from export_edition for update`)
	return err
}

// bumpEdition tells every copy of the program that its book is old.
func bumpEdition(ctx context.Context, tx pg.DB) error {
	_, err := pg.Exec(ctx, tx, `update export_edition set edition = edition + 1`)
	return err
}

func selectLibrary(ctx context.Context, db pg.DB) (*Library, error) {
	type ruleRow struct {
		stored
		ID         string
		Step       int
		Rank       int
		Predicate  string
		Outcome    Outcome
		Consequent string
	}
	type tableRow struct {
		stored
		ID     string
		Figure bool
		Items  []string
	}
	rules, err := pg.List[ruleRow](ctx, db, `
		select id, step, rank, predicate, outcome, consequent, `+storedColumns+` from export_rules order by id, version`)
	if err != nil {
		return nil, err
	}
	tables, err := pg.List[tableRow](ctx, db, `
		select id, figure, items, `+storedColumns+` from export_tables order by id, version`)
	if err != nil {
		return nil, err
	}
	lib := &Library{}
	for _, r := range rules {
		lib.Rules = append(lib.Rules, Rule{ID: r.ID, Step: r.Step, Rank: r.Rank, When: r.Predicate, Outcome: r.Outcome, Then: r.Consequent,
			Provenance: r.provenance()})
	}
	for _, t := range tables {
		lib.Tables = append(lib.Tables, Dated{Name: t.ID, Values: t.Items, Figure: t.Figure, Provenance: t.provenance()})
	}
	return lib, nil
}

// queueRow adds a version of a rule or a table to a batch. A file's row that is there already is left alone.
func queueRow(b *pgx.Batch, r Row, author int64) *pgx.QueuedQuery {
	p := r.Its()
	shared := []any{p.Authority, p.Source, p.Quote, p.English.Authority, p.English.Source, p.English.Quote, p.From, dated(p.To), dated(p.Checked), p.CheckedBy, p.Status, p.Origin, p.Waiting, r.mark(), author}
	switch r := r.(type) {
	case *Rule:
		return b.Queue(`
			insert into export_rules (id, version, area, step, rank, predicate, outcome, consequent, authority, source, quote, authority_en, source_en, quote_en, valid_from,
			  valid_to, checked_on, checked_by, status, origin, waiting, mark, author_id)
			select $1, coalesce(max(version), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, nullif($22, 0)::bigint
			from export_rules where id = $1
			on conflict (id, mark) where origin = 'file' do nothing
			returning row_id, version`,
			append([]any{r.ID, r.Area, r.Step, r.Rank, r.When, r.Outcome, r.Then}, shared...)...)
	case *Dated:
		items := r.Values
		if items == nil {
			items = []string{}
		}
		return b.Queue(`
			insert into export_tables (id, version, area, figure, items, authority, source, quote, authority_en, source_en, quote_en, valid_from,
			  valid_to, checked_on, checked_by, status, origin, waiting, mark, author_id)
			select $1, coalesce(max(version), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, nullif($19, 0)::bigint
			from export_tables where id = $1
			on conflict (id, mark) where origin = 'file' do nothing
			returning row_id, version`,
			append([]any{r.Name, r.Area, r.Figure, items}, shared...)...)
	}
	panic("a row is a rule or a table")
}
