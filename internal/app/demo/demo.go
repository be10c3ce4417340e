// Package demo fills an empty market with the demonstration: shops, goods, people, and what has happened among them. All
// of it goes through the verbs that visitors use, so whatever the demonstration shows, the market can do.
package demo

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/app/demodata"
	"github.com/yarmarka/yarmarka/internal/export/contract"
	"github.com/yarmarka/yarmarka/internal/export/desk"
	"github.com/yarmarka/yarmarka/internal/export/dispatch"
	"github.com/yarmarka/yarmarka/internal/export/goods"
	"github.com/yarmarka/yarmarka/internal/export/rates"
	"github.com/yarmarka/yarmarka/internal/market/cart"
	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/catalog/intake"
	"github.com/yarmarka/yarmarka/internal/market/catalog/listing"
	"github.com/yarmarka/yarmarka/internal/market/order"
	"github.com/yarmarka/yarmarka/internal/market/seller"
	"github.com/yarmarka/yarmarka/internal/market/shipping"
	"github.com/yarmarka/yarmarka/internal/media"
	"github.com/yarmarka/yarmarka/internal/payment"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Password opens every account of the demonstration. It is printed, so it is no secret, and a
// program in production refuses to start where such accounts exist.
const Password = "yarmarka-2026"

// Account is one that the demonstration prints.
type Account struct{ Role, Email string }

// Accounts are the people a visitor of the demonstration may be.
var Accounts = []Account{
	{"shopper", "anna@example.com"}, {"shopper abroad", "greta@example.com"}, {"seller", "alsu@example.com"},
	{"moderator", "moderator@example.com"}, {"admin", "admin@example.com"},
	{"culture expert", "expert@example.com"}, {"currency officer", "currency@example.com"}, {"customs officer", "customs@example.com"},
}

// Deps are the services whose verbs the demonstration uses.
type Deps struct {
	DB        *pgxpool.Pool
	Now       func() time.Time
	People    *account.Service
	Pictures  *media.Service
	Sellers   *seller.Service
	Catalog   *catalog.Service
	Listings  *listing.Service
	Carts     *cart.Service
	Shipping  *shipping.Service
	Orders    *order.Service
	Payments  *payment.Service
	Rates     *rates.Service
	Goods     *goods.Service
	Contracts *contract.Service
	Desk      *desk.Service
	Dispatch  *dispatch.Service
	Post      string // address of what plays the post; empty: nothing is sent abroad
}

// Demo fills a market with the demonstration.
type Demo struct {
	Deps
	codes codes
	shops map[string]int64
}

// New is the demonstration of one market.
func New(d Deps) *Demo { return &Demo{Deps: d, shops: map[string]int64{}} }

// Fill writes what is missing of the demonstration; each step may be run again, so a start that was
// cut short is finished by the next one. It answers false when everything was there.
func (d *Demo) Fill(ctx context.Context) (bool, error) {
	market, err := demodata.Load()
	if err != nil {
		return false, err
	}
	if d.codes, err = readCodes(ctx, d.DB); err != nil {
		return false, err
	}
	have, err := pg.Scalar[int](ctx, d.DB, `select count(*) from products where author_key like 'demo:%'`)
	if err != nil || have >= len(market.Products) {
		return false, err
	}
	if err := d.staff(ctx); err != nil {
		return false, err
	}
	for _, shop := range market.Shops {
		if err := d.shop(ctx, shop); err != nil {
			return false, fmt.Errorf("%s: %w", shop.Slug, err)
		}
	}
	products := byNewness(market.Products)
	const batch = 200
	for from := 0; from < len(products); from += batch {
		if err := d.cards(ctx, products[from:min(from+batch, len(products))]); err != nil {
			return false, err
		}
	}
	return true, nil
}

var newness = map[string]int{demodata.OFF: 0, demodata.Grocery: 1, demodata.Authored: 2}

// byNewness puts what leads among the new goods last: what was written for the fair, one card of
// each drawing before the second of any, the plain parcel at the back.
func byNewness(list []demodata.Product) []demodata.Product {
	products := slices.Clone(list)
	slices.SortFunc(products, func(a, b demodata.Product) int {
		return cmp.Compare(demodata.Derive(a.ID, "newness"), demodata.Derive(b.ID, "newness"))
	})
	seen, turn := map[string]int{"parcel": len(products)}, map[string]int{}
	for _, p := range products {
		turn[p.ID] = seen[p.Art]
		seen[p.Art]++
	}
	slices.SortStableFunc(products, func(a, b demodata.Product) int {
		return cmp.Or(cmp.Compare(newness[a.Source], newness[b.Source]), cmp.Compare(turn[b.ID], turn[a.ID]))
	})
	return products
}

// staff makes the shopper, the moderator, the admin and the officers.
func (d *Demo) staff(ctx context.Context) error {
	for _, p := range append([]struct{ name, email, role string }{{"Анна Соколова", "anna@example.com", ""},
		{"Тимур Юсупов", "moderator@example.com", account.Moderator}, {"Вера Лунина", "admin@example.com", account.Admin}}, officers...) {
		err := pg.InTx(ctx, d.DB, func(tx pgx.Tx) error {
			id, err := d.person(ctx, tx, p.name, p.email)
			if err != nil || p.role == "" {
				return err
			}
			return d.People.GrantMembership(ctx, tx, id, 0, p.role)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (d *Demo) person(ctx context.Context, tx pgx.Tx, name, email string) (int64, error) {
	if id, ok, err := d.People.FindPersonID(ctx, tx, email); err != nil || ok {
		return id, err
	}
	return d.People.CreatePerson(ctx, tx, account.NewPerson{Name: name, Email: email, Password: Password, Lang: i18n.RU})
}

func (d *Demo) shop(ctx context.Context, s demodata.Shop) error {
	x := seller.Seller{Slug: s.Slug, Name: s.Name, Status: seller.Open, Trusted: s.Trusted, AboutRU: s.About.RU, AboutEN: s.About.EN,
		Legal:    seller.Legal{LegalForm: s.Legal.Form, LegalName: s.Legal.Name, INN: s.Legal.INN, OGRN: s.Legal.OGRN, LegalAddress: s.Legal.Address},
		Contact:  seller.Contact{Email: s.Owner.Email, Phone: s.Phone, City: s.City.RU},
		Delivery: seller.Delivery{DispatchDays: s.DispatchDays, TransitDays: s.TransitDays},
		Quality: seller.Quality{RatingHundredths: s.RatingHundredths, Ratings: s.Ratings, Sales: s.Sales,
			OnTimePermille: s.OnTimePermille, CancelPermille: s.CancelPermille}}
	if len(s.Methods) > 0 {
		x.DeliveryFee = money.Amount(s.Methods[0].Price)
		x.FreeFrom = freeFrom(s.Methods[0].FreeFrom)
	}
	err := pg.InTx(ctx, d.DB, func(tx pgx.Tx) error {
		owner, err := d.person(ctx, tx, s.Owner.Name.RU, s.Owner.Email)
		if err != nil {
			return err
		}
		x.ApplicantID = owner
		if x, err = seller.Create(ctx, tx, x); err != nil {
			return err
		}
		return d.People.GrantMembership(ctx, tx, owner, x.ID, account.Owner)
	})
	if err != nil {
		return err
	}
	d.shops[s.Slug] = x.ID
	have, err := d.Shipping.Methods(ctx, x.ID)
	if err != nil || len(have) > 0 {
		return err
	}
	for _, m := range s.Methods {
		err := d.Shipping.Add(ctx, x.ID, shipping.Method{Kind: shipping.Kind(m.Kind), Name: m.Name, City: m.City, Price: money.Amount(m.Price),
			FreeFrom: freeFrom(m.FreeFrom), Currency: money.RUB, MinDays: m.MinDays, MaxDays: m.MaxDays, Active: true})
		if err != nil {
			return err
		}
	}
	return nil
}

func freeFrom(kopecks int64) *money.Amount {
	if kopecks == 0 {
		return nil
	}
	a := money.Amount(kopecks)
	return &a
}

// cards writes one batch of cards with their offers and price history.
func (d *Demo) cards(ctx context.Context, products []demodata.Product) error {
	return pg.InTx(ctx, d.DB, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `set local statement_timeout = '2min'`); err != nil {
			return err
		}
		inputs := make([]intake.Card, len(products))
		for i, p := range products {
			input, err := d.card(p)
			if err != nil {
				return fmt.Errorf("%s: %w", p.ID, err)
			}
			inputs[i] = input
		}
		results, err := intake.UpsertCards(ctx, tx, inputs)
		if err != nil {
			return err
		}
		return d.offers(ctx, tx, products, results)
	})
}

func (d *Demo) offers(ctx context.Context, tx pgx.Tx, products []demodata.Product, results []intake.CardResult) error {
	var offers []intake.Offer
	var sources []demodata.Offer
	for i, p := range products {
		for _, o := range p.Offers {
			days := o.DispatchDays
			offers = append(offers, intake.Offer{SellerID: d.shops[o.Shop], SellerSKU: o.SKU, VariantID: results[i].Variants[variantKey(o.Variant)],
				Price: money.Amount(o.Price), OnHand: o.Stock, DispatchDays: &days, VATCode: "vat20"})
			sources = append(sources, o)
		}
	}
	placed, err := intake.UpsertOffers(ctx, tx, offers)
	if err != nil {
		return err
	}
	var past []intake.PastPrice
	for i, o := range sources {
		for _, h := range o.History {
			past = append(past, intake.PastPrice{OfferID: placed[i].OfferID, DaysAgo: h.DaysAgo, Price: money.Amount(h.Price)})
		}
	}
	return intake.WriteHistory(ctx, tx, past)
}

// Photos stores the photographs of cards that have none yet. It takes a minute of encoding, so it
// runs behind the opened market, which shows the drawn illustrations until then.
func (d *Demo) Photos(ctx context.Context) error {
	market, err := demodata.Load()
	if err != nil {
		return err
	}
	type bareCard struct {
		ID        int64
		AuthorKey string
	}
	list, err := pg.List[bareCard](ctx, d.DB, `
		select id, author_key from products p where author_key like 'demo:%'
			and not exists (select from product_images i where i.product_id = p.id)`)
	if err != nil {
		return err
	}
	bare := make(map[string]int64, len(list))
	for _, c := range list {
		bare[c.AuthorKey] = c.ID
	}
	var failed error
	for _, p := range market.Products {
		if id := bare[cardKey(p)]; p.Photo != "" && id != 0 {
			failed = errors.Join(failed, d.photo(ctx, p, id))
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return failed
}

func (d *Demo) photo(ctx context.Context, p demodata.Product, productID int64) error {
	raw, err := demodata.Photo(p.Photo)
	if err != nil {
		return err
	}
	image, err := d.Pictures.SaveImage(ctx, bytes.NewReader(raw), media.Owner{}, p.Photo)
	if err != nil {
		return fmt.Errorf("%s: %w", p.Photo, err)
	}
	return intake.AttachPhoto(ctx, d.DB, productID, 0, intake.Image{MediaID: image.ID, Alt: catalog.Text(p.Title)})
}
