package app

import (
	"cmp"
	"context"
	"maps"
	"slices"
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
func (m *modules) wireGoods(c Config, db *pgxpool.Pool) {
	m.export.codes = hs.New(db, m.now)
	m.export.goods = goods.New(goods.Deps{Pool: db, Now: m.now, BaseURL: c.BaseURL, Media: m.media, Codes: m.export.codes, Decide: m.export.clearance.Decide,
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
	if c.Permit {
		known.Asks = desk.AsksPermit
	}
	kind := desk.Culture
	if c.Desk == "customs" {
		kind = desk.Customs
	}
	id, err := m.export.desk.Open(ctx, tx, desk.Case{Kind: kind, Subject: desk.Goods, SubjectNumber: strconv.FormatInt(p.OfferID, 10),
		SellerID: p.SellerID, OfferID: p.OfferID, Title: c.Title, TitleEN: cmp.Or(cards[c.Product].Title.EN, p.TextEN), Findings: c.Findings, Facts: known.JSON()})
	if err != nil || c.Note == "" && c.FileID == 0 {
		return err
	}
	return m.export.desk.Enclose(ctx, tx, p.SellerID, c.By, id, c.Note, c.FileID)
}

// decidedGoods puts a desk's verdict about goods into their passport.
func (m *modules) decidedGoods(ctx context.Context, tx pgx.Tx, d desk.Decided) error {
	if d.Subject != desk.Goods {
		return m.decidedCodes(ctx, tx, d)
	}
	switch {
	case d.Verdict == desk.More:
		return m.export.goods.More(ctx, tx, d.SellerID, d.OfferID, d.Note)
	case d.Verdict == desk.Refuse && d.Document != nil && d.Document.Outcome == desk.PermitNeeded:
		return m.export.goods.NeedPermit(ctx, tx, d.SellerID, d.OfferID, d.Note)
	case d.Verdict == desk.Refuse:
		return m.export.goods.Refuse(ctx, tx, d.SellerID, d.OfferID, d.Note)
	}
	paper := goods.Paper{SellerID: d.SellerID, OfferID: d.OfferID, Kind: "accepted"}
	if x := d.Document; x != nil {
		paper = goods.Paper{SellerID: d.SellerID, OfferID: d.OfferID, Kind: x.Kind, Number: x.Number, IssuedOn: x.Date, Authority: x.Authority,
			ValidUntil: x.ValidUntil, FileID: cmp.Or(x.FileID, x.AttachedID)}
	}
	return m.export.goods.AddDocument(ctx, tx, paper)
}

// decidedCodes puts the American codes that a customs officer gave for a parcel's things into their passports, so that
// the parcel is decided anew with them.
func (m *modules) decidedCodes(ctx context.Context, tx pgx.Tx, d desk.Decided) error {
	codes, err := d.HTSUS()
	if err != nil {
		return err
	}
	for _, offer := range slices.Sorted(maps.Keys(codes)) {
		if err := m.export.goods.SetHTSUS(ctx, tx, d.SellerID, offer, codes[offer]); err != nil {
			return err
		}
	}
	return nil
}

func (a *App) goodsRoutes(r chi.Router) {
	(&goods.Handlers{Goods: a.m.export.goods, Meters: a.m.export.contracts.Strip}).Routes(r)
}
