package demo

import (
	"context"
	"fmt"
	"io"
	"iter"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/app/demodata"
	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/seller"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/internal/search"
)

// Size of the large market.
const (
	largeOffers  = 500_000
	largeSellers = 2_000
	largeBatch   = 1_000 // cards a transaction
)

// FillLarge adds the large market.
func (d *Demo) FillLarge(ctx context.Context, out io.Writer) error {
	return d.FillMeasured(ctx, largeOffers, largeSellers, out)
}

// FillMeasured adds a market made for measuring, and loads the search index anew. Its shops have no
// owners: two thousand passwords would take longer than the goods. A start that was cut short goes
// on where it stopped, because the same cards come again and change nothing.
func (d *Demo) FillMeasured(ctx context.Context, offers, sellers int, out io.Writer) error {
	large, err := demodata.NewLarge(offers, sellers)
	if err != nil {
		return err
	}
	have, err := pg.Scalar[int](ctx, d.DB, `select count(*) from offers`)
	if err != nil || have >= offers {
		return err
	}
	if err := d.largeShops(ctx, large.Shops()); err != nil {
		return err
	}
	done, batch := 0, make([]demodata.Product, 0, largeBatch)
	for p := range large.Products() {
		if batch = append(batch, p); len(batch) == largeBatch {
			if err := d.cards(ctx, batch); err != nil {
				return err
			}
			if done += len(batch); done%20_000 == 0 {
				if _, err := fmt.Fprintf(out, "%d cards written\n", done); err != nil {
					return err
				}
			}
			batch = batch[:0]
		}
	}
	if len(batch) > 0 {
		if err := d.cards(ctx, batch); err != nil {
			return err
		}
	}
	return d.reloadIndex(ctx, out)
}

func (d *Demo) largeShops(ctx context.Context, shops iter.Seq[demodata.Shop]) error {
	return pg.InTx(ctx, d.DB, func(tx pgx.Tx) error {
		for s := range shops {
			x, err := seller.Create(ctx, tx, seller.Seller{Slug: s.Slug, Name: s.Name, Status: seller.Open, Trusted: s.Trusted,
				AboutRU: s.About.RU, AboutEN: s.About.EN, Contact: seller.Contact{City: s.City.RU, Phone: s.Phone},
				Legal:    seller.Legal{LegalForm: s.Legal.Form, LegalName: s.Legal.Name, INN: s.Legal.INN, OGRN: s.Legal.OGRN, LegalAddress: s.Legal.Address},
				Delivery: seller.Delivery{DispatchDays: s.DispatchDays, TransitDays: s.TransitDays, DeliveryFee: money.Amount(s.Methods[0].Price)},
				Quality:  seller.Quality{RatingHundredths: s.RatingHundredths, Ratings: s.Ratings, Sales: s.Sales, OnTimePermille: s.OnTimePermille, CancelPermille: s.CancelPermille}})
			if err != nil {
				return err
			}
			d.shops[s.Slug] = x.ID
		}
		return nil
	})
}

// reloadIndex empties the search index and loads every card, which is many times faster than adding
// them one by one.
func (d *Demo) reloadIndex(ctx context.Context, out io.Writer) error {
	if _, err := fmt.Fprintln(out, "loading the search index"); err != nil {
		return err
	}
	if err := search.Clear(ctx, d.DB); err != nil {
		return err
	}
	if _, err := search.Load(ctx, d.DB, d.Catalog.IndexAll(ctx)); err != nil {
		return err
	}
	return catalog.ForgetChanges(ctx, d.DB)
}
