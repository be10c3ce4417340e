// Package catalogtest makes shops, cards and offers for tests, with sane defaults. Only _test.go
// files import it.
package catalogtest

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/catalog/intake"
	"github.com/yarmarka/yarmarka/internal/market/seller"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

var serial atomic.Int64

// Shop makes an open shop; change edits it before it is written.
func Shop(t testing.TB, db *pgxpool.Pool, change ...func(*seller.Seller)) seller.Seller {
	t.Helper()
	n := serial.Add(1)
	shop := seller.Seller{Slug: fmt.Sprintf("shop-%d", n), Name: fmt.Sprintf("Лавка %d", n), Status: seller.Open,
		Legal:    seller.Legal{LegalForm: "ip", LegalName: "ИП Иванова А. А.", INN: "500100732259", OGRN: "304500116000157"},
		Contact:  seller.Contact{City: "Тула"},
		Delivery: seller.Delivery{DispatchDays: 1, TransitDays: 2},
		Quality:  seller.Quality{OnTimePermille: -1, CancelPermille: -1}}
	for _, c := range change {
		c(&shop)
	}
	made, err := seller.Create(t.Context(), db, shop)
	if err != nil {
		t.Fatalf("catalogtest.Shop: %v", err)
	}
	return made
}

// Category makes a category at the top of the tree.
func Category(t testing.TB, db *pgxpool.Pool) int64 {
	t.Helper()
	n := serial.Add(1)
	var id int64
	err := db.QueryRow(t.Context(), `
		insert into categories (code, slug, name_ru, name_en, art) values ($1, $1, $2, $3, 'grinder') returning id`,
		fmt.Sprintf("test-%d", n), fmt.Sprintf("Кофемолки %d", n), fmt.Sprintf("Grinders %d", n)).Scan(&id)
	if err == nil {
		_, err = db.Exec(t.Context(), `update categories set path = array[id] where id = $1`, id)
	}
	if err != nil {
		t.Fatalf("catalogtest.Category: %v", err)
	}
	return id
}

// Card makes a published card with one variant; change edits it before it is written.
func Card(t testing.TB, db *pgxpool.Pool, shop seller.Seller, change ...func(*intake.Card)) intake.CardResult {
	t.Helper()
	n := serial.Add(1)
	in := intake.Card{AuthorID: shop.ID, Key: fmt.Sprintf("card-%d", n), Brand: "Тулажернов", PartNumber: "40-7719",
		Title:       catalog.Text{RU: fmt.Sprintf("Кофемолка ручная «Тула» %d", n), EN: fmt.Sprintf("Tula hand grinder %d", n)},
		Description: catalog.Text{RU: "Стальные жернова, 36 ступеней помола: от турки до френч-пресса."},
		Variants:    []intake.Variant{{Key: "main", WeightG: 540}}, Publish: true}
	for _, c := range change {
		c(&in)
	}
	if in.CategoryID == 0 {
		in.CategoryID = Category(t, db)
	}
	made, err := intake.UpsertCards(t.Context(), db, []intake.Card{in})
	if err != nil {
		t.Fatalf("catalogtest.Card: %v", err)
	}
	return made[0]
}

// Offer puts a variant on sale and answers the offer's id.
func Offer(t testing.TB, db *pgxpool.Pool, shop seller.Seller, variantID int64, price money.Amount, onHand int) int64 {
	t.Helper()
	made, err := intake.UpsertOffers(t.Context(), db, []intake.Offer{{SellerID: shop.ID,
		SellerSKU: fmt.Sprintf("sku-%d", serial.Add(1)), VariantID: variantID, Price: price, OnHand: onHand}})
	if err != nil {
		t.Fatalf("catalogtest.Offer: %v", err)
	}
	return made[0].OfferID
}

// Sale makes a shop with a published card and an offer on it, all in one.
func Sale(t testing.TB, db *pgxpool.Pool, price money.Amount, onHand int) (seller.Seller, intake.CardResult, int64) {
	t.Helper()
	shop := Shop(t, db)
	card := Card(t, db, shop)
	return shop, card, Offer(t, db, shop, card.Variants["main"], price, onHand)
}

// Stock reads what is on the shelf and what is held of it.
func Stock(t testing.TB, db *pgxpool.Pool, offerID int64) (onHand, reserved int) {
	t.Helper()
	err := db.QueryRow(context.WithoutCancel(t.Context()),
		`select on_hand, reserved from offer_stock where offer_id = $1`, offerID).Scan(&onHand, &reserved)
	if err != nil {
		t.Fatalf("catalogtest.Stock: %v", err)
	}
	return onHand, reserved
}
