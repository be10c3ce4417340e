package vat

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/goods"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Deps is what a Service stands on.
type Deps struct {
	Pool   *pgxpool.Pool
	Now    func() time.Time
	Tables func(ctx context.Context, day time.Time) (clearance.Tables, error)
}

// Service is the door to the sellers' registers.
type Service struct{ Deps }

// New makes the service.
func New(d Deps) *Service { return &Service{d} }

// moscowDay is the day a moment falls on in Moscow, as midnight UTC.
func moscowDay(t time.Time) time.Time {
	y, m, d := t.In(i18n.Moscow).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// term reads how long there is to prove an export, from the figures in force on a day.
func (s *Service) term(ctx context.Context, day time.Time) (Term, error) {
	tables, err := s.Tables(ctx, day)
	if err != nil {
		return Term{}, err
	}
	days, known := tables.Scaled("vat0_proof_days", 0)
	warning, warned := tables.Scaled("vat0_warning_day", 0)
	if !warned {
		warning = days
	}
	return Term{Known: known, Days: int(days), Warning: int(warning)}, nil
}

// union are the countries without a customs border.
func (s *Service) union(ctx context.Context, day time.Time) ([]string, error) {
	tables, err := s.Tables(ctx, day)
	return append([]string{}, tables.Lists["eaeu"]...), err
}

// QuarterTotal is the totals of one quarter and whether it was filed.
type QuarterTotal struct {
	Quarter Quarter
	Total
	FiledAt time.Time // zero: not yet
}

// Counted is a row with its days.
type Counted struct {
	Row
	Countdown
}

// Due is a parcel without a row, and why.
type Due struct {
	Parcel, Country, OrderNumber string
	ValueRUB                     money.Amount
	PaidAt                       time.Time
	ReleasedAt                   *time.Time
	DepartedAt                   *time.Time
	Countdown                    Countdown
}

// Register is one quarter of a seller's register, with what is still missing from it.
type Register struct {
	Quarter  Quarter
	Total    QuarterTotal
	Quarters []QuarterTotal // all that have rows, and the present one, the latest first
	Rows     []Counted
	Next     int    // number of the last row shown when there are more; 0 is the end
	Waiting  []Due  // released, and no proof of departure yet: the oldest first
	Union    []Due  // to the customs union in this quarter
	Domestic string // the rate that is due when an export is not proved, per cent; empty is unknown
	Terms    goods.SellerTerms
	Known    bool // the seller has told their terms
	Term     Term
}

// Limits of what one page shows.
const (
	pageRows  = 50
	dueParcel = 100
)

// Read gives a page of a seller's register, after the row of a number.
func (s *Service) Read(ctx context.Context, sellerID int64, q Quarter, after int) (r Register, err error) {
	defer errs.Wrap(&err, "vat.Read(%d, %s)", sellerID, q)
	today := moscowDay(s.Now())
	union, err := s.union(ctx, today)
	if err != nil {
		return r, err
	}
	tables, err := s.Tables(ctx, today)
	if err != nil {
		return r, err
	}
	r.Quarter, r.Domestic = q, figure(tables, "vat_domestic_percent")
	var rows []Row
	var waiting, inUnion []dueRow
	err = pg.AsSeller(ctx, s.Pool, sellerID, func(tx pgx.Tx) error {
		if r.Quarters, err = s.quarters(ctx, tx, sellerID, q, today); err != nil {
			return err
		}
		if rows, err = listRows(ctx, tx, sellerID, q.First(), after, pageRows+1); err != nil {
			return err
		}
		if waiting, err = listWaiting(ctx, tx, sellerID, union, dueParcel); err != nil {
			return err
		}
		if inUnion, err = listUnion(ctx, tx, sellerID, union, midnight(q.First()), midnight(q.End()), dueParcel); err != nil {
			return err
		}
		terms, err := goods.TermsOf(ctx, tx, []int64{sellerID})
		r.Terms, r.Known = terms[sellerID], terms[sellerID].Kind != ""
		return err
	})
	if err != nil {
		return r, err
	}
	for _, t := range r.Quarters {
		if t.Quarter == q {
			r.Total = t
		}
	}
	return r, s.count(ctx, &r, rows, waiting, inUnion, today)
}

// midnight is when a day begins in Moscow.
func midnight(day time.Time) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, i18n.Moscow)
}

func figure(t clearance.Tables, name string) string {
	d, found := t.Figure(name)
	if !found {
		return ""
	}
	return d.Values[0]
}

// quarters lists the quarters of a seller, and puts the present one and the one asked for among them.
func (s *Service) quarters(ctx context.Context, db pg.DB, sellerID int64, asked Quarter, today time.Time) ([]QuarterTotal, error) {
	sums, err := sumRows(ctx, db, sellerID)
	if err != nil {
		return nil, err
	}
	filings, err := listFilings(ctx, db, sellerID)
	if err != nil {
		return nil, err
	}
	var list []QuarterTotal
	for _, t := range sums {
		list = append(list, QuarterTotal{Quarter: QuarterOf(t.Period), Total: Total{t.Rows, money.Amount(t.Entered), money.Amount(t.Reversed)}})
	}
	for _, q := range []Quarter{QuarterOf(today), asked} {
		if !slices.ContainsFunc(list, func(t QuarterTotal) bool { return t.Quarter == q }) {
			list = append(list, QuarterTotal{Quarter: q})
		}
	}
	slices.SortFunc(list, func(a, b QuarterTotal) int { return b.Quarter.First().Compare(a.Quarter.First()) })
	for i := range list {
		for _, f := range filings {
			if list[i].Quarter == QuarterOf(f.Period) {
				list[i].FiledAt = f.FiledAt
			}
		}
	}
	return list, nil
}

// count fills in the days of everything shown. The figures are those in force on the day of each release.
func (s *Service) count(ctx context.Context, r *Register, rows []Row, waiting, union []dueRow, today time.Time) (err error) {
	terms := map[time.Time]Term{}
	of := func(released time.Time) (Term, error) {
		if t, known := terms[released]; known {
			return t, nil
		}
		t, err := s.term(ctx, released)
		terms[released] = t
		return t, err
	}
	if r.Term, err = of(today); err != nil {
		return err
	}
	if len(rows) > pageRows {
		rows = rows[:pageRows]
		r.Next = rows[pageRows-1].Number
	}
	filed := !r.Total.FiledAt.IsZero()
	for i := range rows {
		t, err := of(rows[i].ReleasedOn)
		if err != nil {
			return err
		}
		r.Rows = append(r.Rows, Counted{rows[i], t.Count(rows[i].ReleasedOn, today, filed)})
	}
	for i := range waiting {
		released := moscowDay(*waiting[i].ReleasedAt)
		t, err := of(released)
		if err != nil {
			return err
		}
		d := waiting[i].due()
		d.Countdown = t.Count(released, today, false)
		r.Waiting = append(r.Waiting, d)
	}
	for i := range union {
		r.Union = append(r.Union, union[i].due())
	}
	return nil
}

func (d dueRow) due() Due {
	return Due{Parcel: d.Number, Country: d.Country, OrderNumber: d.OrderNumber, ValueRUB: money.Amount(d.ValueRUB), PaidAt: d.PaidAt,
		ReleasedAt: d.ReleasedAt, DepartedAt: d.DepartedAt}
}

// File says that a quarter's register went to the tax service, or takes that back. Only a quarter that is over and has
// rows can be filed.
func (s *Service) File(ctx context.Context, sellerID, personID int64, q Quarter, filed bool) (err error) {
	defer errs.Wrap(&err, "vat.File(%d, %s)", sellerID, q)
	now := s.Now()
	if filed && moscowDay(now).Before(q.End()) {
		return errs.New(errs.Conflict, "vat.file.early", "quarter", q.String())
	}
	return pg.AsSeller(ctx, s.Pool, sellerID, func(tx pgx.Tx) error {
		if !filed {
			return deleteFiling(ctx, tx, sellerID, q.First())
		}
		rows, err := listRows(ctx, tx, sellerID, q.First(), 0, 1)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return errs.New(errs.Conflict, "vat.file.empty", "quarter", q.String())
		}
		return insertFiling(ctx, tx, sellerID, personID, q.First(), now)
	})
}

// Whole gives all rows of a quarter, for a file.
func (s *Service) Whole(ctx context.Context, sellerID int64, q Quarter) (rows []Row, err error) {
	defer errs.Wrap(&err, "vat.Whole(%d, %s)", sellerID, q)
	err = pg.AsSeller(ctx, s.Pool, sellerID, func(tx pgx.Tx) error {
		rows, err = listRows(ctx, tx, sellerID, q.First(), 0, 0)
		return err
	})
	return rows, err
}

// Write gives a quarter's register as a file: xlsx, csv or xml.
func (s *Service) Write(ctx context.Context, sellerID int64, q Quarter, format string) ([]byte, error) {
	rows, err := s.Whole(ctx, sellerID, q)
	if err != nil {
		return nil, err
	}
	switch format {
	case "xlsx":
		return XLSX(i18n.LangOf(ctx), q, rows)
	case "csv":
		return CSV(i18n.LangOf(ctx), rows)
	}
	var terms map[int64]goods.SellerTerms
	err = pg.AsSeller(ctx, s.Pool, sellerID, func(tx pgx.Tx) error {
		terms, err = goods.TermsOf(ctx, tx, []int64{sellerID})
		return err
	})
	if err != nil {
		return nil, err
	}
	return XML(q, terms[sellerID].INN, terms[sellerID].KPP, rows)
}

// rateText writes ten-thousandths: 89.1234.
func rateText(v int64) string {
	whole, part := v/10_000, strconv.FormatInt(10_000+v%10_000, 10)
	return strconv.FormatInt(whole, 10) + "." + part[1:]
}
