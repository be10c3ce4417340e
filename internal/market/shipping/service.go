package shipping

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Service keeps sellers' methods and quotes them.
type Service struct {
	pool *pgxpool.Pool
	now  func() time.Time

	// The tariff and the pickup points change by the year: a copy a minute old is as good.
	mu     sync.Mutex
	read   time.Time
	tariff Tariff
	points []Point
}

// New makes the service.
func New(pool *pgxpool.Pool, now func() time.Time) *Service { return &Service{pool: pool, now: now} }

// tables gives the tariff of today and the pickup points, at most a minute old.
func (s *Service) tables(ctx context.Context) (Tariff, []Point, error) {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.points != nil && now.Sub(s.read).Abs() < time.Minute {
		return s.tariff, s.points, nil
	}
	rows, err := selectTariff(ctx, s.pool, now.In(i18n.Moscow))
	if err != nil {
		return Tariff{}, nil, err
	}
	points, err := selectPoints(ctx, s.pool)
	if err != nil {
		return Tariff{}, nil, err
	}
	s.tariff, s.points, s.read = tariffOf(rows), points, now
	return s.tariff, s.points, nil
}

func tariffOf(rows []tariffRow) Tariff {
	t := Tariff{Zones: map[string]int{}}
	for _, r := range rows {
		t.ValidFrom, t.Source, t.Demonstration = r.ValidFrom, r.Source, r.Demonstration
		if len(r.Prefixes) == 0 {
			t.Zones[""] = r.Zone
		}
		for _, p := range r.Prefixes {
			t.Zones[p] = r.Zone
		}
		t.Rates = append(t.Rates, Rate{Zone: r.Zone, MaxWeightG: r.MaxWeightG, Price: r.Price, Currency: r.Currency,
			MinDays: r.MinDays, MaxDays: r.MaxDays})
	}
	return t
}

// Ways are the methods by which each seller delivers, as QueueWays reads them.
type Ways map[int64][]Method

// QueueWays reads, as a part of the caller's round trip, how sellers deliver: ways are there once the
// batch is sent.
func QueueWays(b *pgx.Batch, sellers []int64, ways *Ways) {
	QueueWaysOf(b, `select $1::bigint[]`, ways, sellers)
}

// QueueWaysOf is QueueWays for the sellers that a query finds: of is a select of one bigint[] with args.
func QueueWaysOf(b *pgx.Batch, of string, ways *Ways, args ...any) {
	b.Queue(offeredWays+of+waysInOrder, args...).Query(func(rows pgx.Rows) error {
		list, err := pgx.CollectRows(rows, pgx.RowToStructByName[offered])
		*ways = waysOf(list)
		return err
	})
}

// Quotes lists for each seller how their parcel may travel to the destination; an empty list means
// that none of the seller's ways reaches it.
func (s *Service) Quotes(ctx context.Context, ways Ways, parcels map[int64]Parcel, to Destination) (map[int64][]Option, error) {
	tariff, _, err := s.tables(ctx)
	if err != nil {
		return nil, err
	}
	quotes := make(map[int64][]Option, len(parcels))
	for id, p := range parcels {
		quotes[id] = Quote(ways[id], to, p, tariff, s.now())
	}
	return quotes, nil
}

// waysOf gives each seller their own ways, and those without any the courier they promised and the
// platform's ways.
func waysOf(rows []offered) Ways {
	own, fallback, promised := Ways{}, map[int64][]Method{}, map[int64]Method{}
	for _, r := range rows {
		if r.SellerID != nil {
			own[r.ForSeller] = append(own[r.ForSeller], r.Method)
			continue
		}
		fallback[r.ForSeller] = append(fallback[r.ForSeller], r.Method)
		promised[r.ForSeller] = Method{ID: PromiseID, Kind: Courier, Price: r.DeliveryFee, FreeFrom: r.FreeAbove, Currency: money.RUB,
			MinDays: max(r.TransitDays-1, 0), MaxDays: r.TransitDays + 1, Active: true}
	}
	for id, ways := range fallback {
		if len(own[id]) == 0 {
			own[id] = append([]Method{promised[id]}, ways...)
		}
	}
	return own
}

// Points lists the pickup points, by city.
func (s *Service) Points(ctx context.Context) ([]Point, error) {
	_, points, err := s.tables(ctx)
	return points, err
}

// Tariff gives the postal tariff of today.
func (s *Service) Tariff(ctx context.Context) (Tariff, error) {
	t, _, err := s.tables(ctx)
	return t, err
}

// Methods lists all methods of a seller, inactive ones too.
func (s *Service) Methods(ctx context.Context, sellerID int64) (list []Method, err error) {
	err = pg.AsSeller(ctx, s.pool, sellerID, func(tx pgx.Tx) error {
		list, err = selectMethods(ctx, tx, sellerID)
		return err
	})
	return list, err
}

// maxMethods bounds how many ways a seller may offer.
const maxMethods = 20

// Add gives a seller one more way of delivery.
func (s *Service) Add(ctx context.Context, sellerID int64, m Method) error {
	if err := m.check(); err != nil {
		return err
	}
	return pg.AsSeller(ctx, s.pool, sellerID, func(tx pgx.Tx) error {
		have, err := selectMethods(ctx, tx, sellerID)
		if err != nil {
			return err
		}
		if len(have) >= maxMethods {
			return errs.New(errs.Conflict, "shipping.method.too_many", "max", maxMethods)
		}
		return insertMethod(ctx, tx, sellerID, m)
	})
}

// Change replaces a method's figures; its kind stays.
func (s *Service) Change(ctx context.Context, sellerID int64, m Method) error {
	if err := m.check(); err != nil {
		return err
	}
	return pg.AsSeller(ctx, s.pool, sellerID, func(tx pgx.Tx) error { return updateMethod(ctx, tx, sellerID, m) })
}

// Remove takes a method away. Orders keep their own copy of it.
func (s *Service) Remove(ctx context.Context, sellerID, id int64) error {
	return pg.AsSeller(ctx, s.pool, sellerID, func(tx pgx.Tx) error { return deleteMethod(ctx, tx, sellerID, id) })
}

func (m Method) check() error {
	var bad []errs.Field
	if !slices.Contains(Kinds, m.Kind) {
		bad = append(bad, errs.Field{Name: "kind", Key: "form.choose"})
	}
	if m.MinDays > m.MaxDays {
		bad = append(bad, errs.Field{Name: "max_days", Key: "shipping.method.days_order"})
	}
	return errs.Fields(bad)
}

// SetTariff enters a postal tariff that applies from its day on; earlier ones stay as history.
func (s *Service) SetTariff(ctx context.Context, t Tariff, personID int64) error {
	if len(t.Rates) == 0 {
		return errs.Fields([]errs.Field{{Name: "rates", Key: "form.required"}})
	}
	err := pg.InTx(ctx, s.pool, func(tx pgx.Tx) error {
		id, err := insertTariff(ctx, tx, t, personID)
		if err != nil {
			return err
		}
		byZone := map[int][]string{}
		for prefix, zone := range t.Zones {
			byZone[zone] = append(byZone[zone], prefix)
		}
		for zone, prefixes := range byZone {
			slices.Sort(prefixes)
			if err := insertZone(ctx, tx, id, zone, prefixes); err != nil {
				return err
			}
		}
		return insertRates(ctx, tx, id, t.Rates)
	})
	if err == nil {
		s.mu.Lock()
		s.points = nil // the next reader asks again
		s.mu.Unlock()
	}
	return err
}
