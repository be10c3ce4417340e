package app

import (
	"context"
	"encoding/json"
	"strconv"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/export/desk"
	"github.com/yarmarka/yarmarka/internal/export/goods"
	"github.com/yarmarka/yarmarka/internal/export/hs"
	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// wireGoods builds the export passports; what only a desk can say of a thing is laid on that desk.
func (m *modules) wireGoods(db *pgxpool.Pool) {
	m.export.codes = hs.New(db, m.now)
	m.export.goods = goods.New(goods.Deps{Pool: db, Now: m.now, Codes: m.export.codes, Decide: m.export.clearance.Decide,
		Tables: m.export.clearance.Tables, AskDesk: m.askDesk})
}

// askDesk opens a case about goods.
func (m *modules) askDesk(ctx context.Context, tx pg.DB, c goods.Case) error {
	p := c.Passport
	cards, err := catalog.CardsByID(ctx, tx, []int64{c.Product})
	if err != nil {
		return err
	}
	known := desk.Facts{Path: catalog.ProductPath(c.Slug), Documents: p.Documents, Lines: []desk.Line{{HS: p.HS, Text: p.TextEN, TextRU: p.TextRU,
		Quantity: 1, NetGrams: p.NetGrams, Origin: p.Origin, YearMade: p.YearMade, Author: p.Author, ByAuthor: p.ByAuthor, Mass: p.Mass,
		Material: p.Material, Technique: p.Technique, Collection: p.Collection}}}
	for _, photo := range cards[c.Product].Photos {
		known.Photos = append(known.Photos, photo.Src())
	}
	facts, err := json.Marshal(known)
	if err != nil {
		return err
	}
	kind := desk.Culture
	if c.Desk == "customs" {
		kind = desk.Customs
	}
	_, err = m.export.desk.Open(ctx, tx, desk.Case{Kind: kind, Subject: desk.Goods, SubjectNumber: strconv.FormatInt(p.OfferID, 10),
		SellerID: p.SellerID, OfferID: p.OfferID, Title: c.Title, Findings: c.Findings, Facts: facts})
	return err
}

// decidedGoods puts a desk's verdict about goods into their passport.
func (m *modules) decidedGoods(ctx context.Context, tx pgx.Tx, d desk.Decided) error {
	if d.Subject != desk.Goods {
		return nil
	}
	switch {
	case d.Verdict == desk.More:
		return m.export.goods.More(ctx, tx, d.SellerID, d.OfferID, d.Note)
	case d.Verdict == desk.Refuse:
		return m.export.goods.Refuse(ctx, tx, d.SellerID, d.OfferID, d.Note)
	case d.Document != nil:
		return m.export.goods.AddDocument(ctx, tx, d.SellerID, d.OfferID, d.Document.Kind)
	}
	return m.export.goods.AddDocument(ctx, tx, d.SellerID, d.OfferID, "accepted")
}

func (a *App) goodsRoutes(r chi.Router) { (&goods.Handlers{Goods: a.m.export.goods}).Routes(r) }
