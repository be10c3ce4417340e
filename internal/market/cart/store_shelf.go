package cart

import (
	"context"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Shelf is a list of cards a visitor keeps: it names the table.
type Shelf string

// The shelves.
const (
	Wishes  Shelf = "wishes"
	Compare Shelf = "compare_items"
)

// limit bounds a shelf; a comparison wider than four columns helps nobody.
func (s Shelf) limit() int {
	if s == Compare {
		return 4
	}
	return 500
}

// key names a text about the shelf.
func (s Shelf) key(what string) string {
	if s == Compare {
		return "cart.compare." + what
	}
	return "cart.wishes." + what
}

// putOnShelf adds a published card; putting it twice changes nothing. It answers whether the card is there.
func putOnShelf(ctx context.Context, db pg.DB, s Shelf, o Owner, productID int64) (bool, error) {
	person, session := o.ids()
	n, err := pg.Exec(ctx, db, `
		insert into `+string(s)+` (person_id, session_id, product_id)
		select $1, $2, p.id from products p where p.id = $3 and p.status <> 'draft'
		on conflict do nothing`, person, session, productID)
	return n == 1, errs.FromPG(err, guestGone)
}

func takeOffShelf(ctx context.Context, db pg.DB, s Shelf, o Owner, productID int64) error {
	person, session := o.ids()
	_, err := pg.Exec(ctx, db, `delete from `+string(s)+` where `+o.is()+` and product_id = $3`, person, session, productID)
	return err
}

// selectShelf lists the cards, the newest first.
func selectShelf(ctx context.Context, db pg.DB, s Shelf, o Owner) ([]int64, error) {
	person, session := o.ids()
	return pg.Scalars[int64](ctx, db, `
		select product_id from `+string(s)+` where `+o.is()+` order by id desc`, person, session)
}

func mergeShelf(ctx context.Context, db pg.DB, s Shelf, sessionID, personID int64) error {
	_, err := pg.Exec(ctx, db, `
		insert into `+string(s)+` (person_id, product_id, added_at)
		select $2, product_id, added_at from `+string(s)+` where session_id = $1 order by product_id
		on conflict do nothing`, sessionID, personID)
	if err != nil {
		return err
	}
	_, err = pg.Exec(ctx, db, `delete from `+string(s)+` where session_id = $1`, sessionID)
	return err
}

// shelved is a card as a shelf shows it: the cheapest way to buy it now, if there is one.
type shelved struct {
	ProductID int64
	Slug      string
	TitleRu   string
	TitleEn   string
	Art       string
	Photo     *catalog.Photo
	OfferID   *int64
	Price     *money.Amount
	Currency  *money.Currency
	Seller    *string
}

// selectShelved reads the cards of a shelf, the newest first; an offer that is preferred goes before a cheaper one.
func selectShelved(ctx context.Context, db pg.DB, s Shelf, o Owner, prefer []int64) ([]shelved, error) {
	person, session := o.ids()
	return pg.List[shelved](ctx, db, `
		select p.id as product_id, p.slug, p.title_ru, p.title_en, c.art,
			(select jsonb_build_object('media_id', m.id, 'key', m.key, 'width', m.width, 'height', m.height)
				from product_images i join media_files m on m.id = i.media_id
				where i.product_id = p.id order by i.position, i.id limit 1) as photo,
			b.offer_id, b.price, b.currency, b.seller
		from `+string(s)+` w
		join products p on p.id = w.product_id
		join categories c on c.id = p.category_id
		left join lateral (
			select f.offer_id, f.price, f.currency, s.name as seller
			from offer_facts f join sellers s on s.id = f.seller_id
			where f.product_id = p.id and f.blocked is null
			order by f.offer_id = any($3::bigint[]) desc, f.price, f.offer_id limit 1
		) b on true
		where `+o.is()+`
		order by w.id desc`, person, session, prefer)
}
