package app

import (
	"context"
	"fmt"
)

// benchFill fills the database with a market to measure on: the demonstration's goods and, past
// those, made-up ones of made-up shops. The same numbers give the same market everywhere. It tells
// no story of purchases and stores no photographs, which would be worked on while others measure.
func benchFill(ctx context.Context, p *program) error {
	if p.own.offers < 0 || p.own.sellers < 1 {
		return fault("give --offers 20000 --sellers 200", "a market of %d offers and %d sellers cannot be made", p.own.offers, p.own.sellers)
	}
	if err := p.prepareData(); err != nil {
		return err
	}
	return p.withDatabase(ctx, func(db *database) error {
		a, err := New(ctx, p.Config, db.pool)
		if err != nil {
			return err
		}
		d := a.demo()
		if _, err := d.Fill(ctx); err != nil {
			return err
		}
		if p.own.offers > 0 {
			if err := d.FillMeasured(ctx, p.own.offers, p.own.sellers, p.out); err != nil {
				return err
			}
		}
		if _, err := a.m.catalog.DrainIndex(ctx); err != nil {
			return err
		}
		if err := a.m.catalog.WriteAllSheets(ctx); err != nil {
			return err
		}
		_, err = fmt.Fprintln(p.out, "filled")
		return err
	})
}
