package demo

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/export/dispatch"
	"github.com/yarmarka/yarmarka/internal/market/cart"
	"github.com/yarmarka/yarmarka/internal/market/order"
	"github.com/yarmarka/yarmarka/internal/market/order/checkout"
	"github.com/yarmarka/yarmarka/internal/market/shipping"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// shopperGreta buys from abroad.
var shopperGreta = shopper{"greta@example.com", checkout.Recipient{Name: "Greta Hoffmann", Phone: "+49301234567", Country: "DE", Postcode: "10115",
	City: "Berlin", Street: "Invalidenstrasse 12"}}

// sent is one foreign order of the demonstration and how far its parcel came.
type sent struct {
	country, postcode, city, street string
	card, shop                      string
	until                           dispatch.State // Ready, or Declared: from there it travels by itself
	weighed                         bool
	hand                            string // what a hand on the stand-in does to it: inspect, deliver
	late                            bool   // its contract is told of only when it is paid for
}

// sentAbroad are a few parcels at different stages. What is declared is carried by the stand-in while one looks; the first
// is delivered by the time one does, so that its seller's register of VAT has a row. Those to Serbia come under agency
// contracts: one takes its contract to the mark before a band, the other waits for currency control.
var sentAbroad = []sent{
	{"DE", "10115", "Berlin", "Invalidenstrasse 12", "cezve-copper", turka, dispatch.Declared, true, "deliver", false},
	{"FR", "75004", "Paris", "8 rue des Rosiers", "grinder-berkut-38", turka, dispatch.Declared, true, "inspect", false},
	{"KZ", "050000", "Almaty", "Abay 10", "mug-enamel", turka, dispatch.Declared, true, "", false},
	{"DE", "10115", "Berlin", "Invalidenstrasse 12", "mug-sosna", turka, dispatch.Ready, true, "", false},
	{"RS", "11000", "Beograd", "Knez Mihailova 7", "cezve-ceramic", turka, dispatch.Ready, false, "", false},
	{"RS", "21000", "Novi Sad", "Dunavska 22", "sweater-pomor", "@severnaya-nit", dispatch.Ready, false, "", true},
	{"GB", "EC1A 1BB", "London", "14 Little Britain", "towel-waffle", "@lnyanoy-dvor", dispatch.Declared, true, "", false},
}

// abroad tells of foreign orders, through the verbs of shop, post and seller. Without a post there is nothing to tell.
func (d *Demo) abroad(ctx context.Context) error {
	id, err := d.foreigner(ctx)
	if err != nil || d.Post == "" {
		return err
	}
	if _, err := d.Rates.Fetch(ctx); err != nil {
		slog.WarnContext(ctx, "the demonstration sends nothing abroad", "error", err)
		return nil
	}
	t := d.teller()
	for i, x := range sentAbroad {
		t.at = d.Now().Add(-time.Duration(len(sentAbroad)-i) * 7 * time.Minute)
		if err := t.send(ctx, id, x); err != nil {
			return fmt.Errorf("%s to %s: %w", x.card, x.country, err)
		}
	}
	return nil
}

// foreigner is the person who buys from abroad, reading English.
func (d *Demo) foreigner(ctx context.Context) (id int64, err error) {
	err = pg.InTx(ctx, d.DB, func(tx pgx.Tx) error {
		found, ok, err := d.People.FindPersonID(ctx, tx, shopperGreta.email)
		if err != nil || ok {
			id = found
			return err
		}
		id, err = d.People.CreatePerson(ctx, tx, account.NewPerson{Name: shopperGreta.to.Name, Email: shopperGreta.email, Password: Password, Lang: i18n.EN})
		return err
	})
	return id, err
}

// send buys one thing from abroad and takes its parcel as far as the story goes.
func (t *teller) send(ctx context.Context, person int64, x sent) error {
	by := shopperGreta
	by.to.Country, by.to.Postcode, by.to.City, by.to.Street = x.country, x.postcode, x.city, x.street
	buyer := order.Buyer{Owner: cart.Owner{PersonID: person}, Lang: i18n.EN}
	number, err := t.buy(ctx, buyer, bought{by: by, kind: shipping.Abroad, goods: []string{x.card + x.shop}})
	if err != nil || number == "" {
		return err
	}
	if x.late {
		if err := t.contracts(ctx, true); err != nil {
			return err
		}
	}
	type parcel struct {
		ID, SellerID, PersonID int64
		Number                 string
		GrossG                 int64
	}
	list, err := pg.List[parcel](ctx, t.DB, `
		select e.id, e.seller_id, e.number, e.gross_g, (select min(w.person_id) from memberships w where w.seller_id = e.seller_id) as person_id
		from export_parcels e join orders o on o.id = e.order_id join purchases p on p.id = o.purchase_id where p.number = $1`, number)
	if err != nil {
		return err
	}
	way := t.Dispatch
	for _, p := range list {
		for _, step := range []func(context.Context, int64) error{way.Decide, way.Order, way.Print} {
			if err := step(ctx, p.ID); err != nil {
				return err
			}
		}
		who := order.Staffer{SellerID: p.SellerID, PersonID: p.PersonID}
		state, err := pg.Scalar[dispatch.State](ctx, t.DB, `select state from export_parcels where id = $1`, p.ID)
		if err != nil {
			return err
		}
		if state != dispatch.Ready { // an officer looks at it
			continue
		}
		if x.weighed {
			if err := way.Weigh(ctx, who, p.Number, dispatch.Packed{GrossG: p.GrossG + 10, LengthMM: 250, WidthMM: 180, HeightMM: 150}); err != nil {
				return err
			}
		}
		if x.until != dispatch.Declared {
			continue
		}
		if _, err := way.Sign(ctx, who, []string{p.Number}); err != nil {
			return err
		}
		if err := t.hand(ctx, p.ID, x.hand, p.Number); err != nil {
			return err
		}
	}
	return nil
}

// hand sends a signed parcel's batch to the post, where a hand on the stand-in may stop or hurry it.
func (t *teller) hand(ctx context.Context, id int64, act, number string) error {
	batch, err := pg.Scalar[int64](ctx, t.DB, `select coalesce(batch_id, 0) from export_parcels where id = $1`, id)
	if err != nil || batch == 0 {
		return err
	}
	if err := t.Dispatch.Send(ctx, batch); err != nil || act == "" {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, t.Post+"/control/items/"+url.PathEscape(number)+"/"+act, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}
