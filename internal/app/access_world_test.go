package app

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/account/accounttest"
	"github.com/yarmarka/yarmarka/internal/account/contact"
	"github.com/yarmarka/yarmarka/internal/export/contract"
	"github.com/yarmarka/yarmarka/internal/export/desk"
	"github.com/yarmarka/yarmarka/internal/market/cart"
	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/market/catalog/listing"
	"github.com/yarmarka/yarmarka/internal/market/feed"
	"github.com/yarmarka/yarmarka/internal/market/feed/pricelist"
	"github.com/yarmarka/yarmarka/internal/market/order"
	"github.com/yarmarka/yarmarka/internal/market/order/checkout"
	"github.com/yarmarka/yarmarka/internal/market/seller"
	"github.com/yarmarka/yarmarka/internal/market/shipping"
	"github.com/yarmarka/yarmarka/internal/media"
	"github.com/yarmarka/yarmarka/internal/moderation"
	"github.com/yarmarka/yarmarka/internal/notify"
	"github.com/yarmarka/yarmarka/internal/payment"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// actor is one who asks: a person, the shop they work in, and their browser's session.
type actor struct {
	person, shop int64
	session      int64
	cookie       *http.Cookie
}

func (a actor) cookies() []*http.Cookie {
	if a.cookie == nil {
		return nil
	}
	return []*http.Cookie{a.cookie}
}

// The roles of the matrix. Anna's things and shop A's things are what nobody else may touch.
const (
	anonymous, guest, anna, boris = "anonymous", "guest", "anna", "boris"
	ownerA, managerA, packerA     = "owner of A", "manager of A", "packer of A"
	ownerB, moderator, admin      = "owner of B", "moderator", "admin"
	expert, currency, customs     = "culture expert", "currency officer", "customs officer"
)

var roles = []string{anonymous, guest, anna, boris, ownerA, managerA, packerA, ownerB, moderator, admin, expert, currency, customs}

// world is a small market in which every kind of object exists once and belongs to Anna or to shop A.
type world struct {
	*site
	actors map[string]actor
	shopA  seller.Seller
	shopB  seller.Seller
	// things are the objects by the names that the table of routes uses.
	things map[string]string
}

// What only Anna, or only shop A, may see: texts no public page shows.
const (
	annaStreet  = "Потаённый переулок, 17"
	annaEmail   = "anna@private.example"
	annaPhone   = "916 555-12-34"
	draftTitle  = "Нераскрытый черновик самовара"
	importName  = "tainy-priceset.xml"
	documentTag = "dogovor-tayny.pdf"
	caseFile    = "pismo-v-delo.pdf" // which the officers of each desk may see as well
	secretNote  = "Записка курьеру: код домофона 4417"
)

// caseTitles are what only shop A and one desk's officers may see.
var caseTitles = map[desk.Kind]string{desk.Culture: "Секретная икона", desk.Currency: "Секретный контракт", desk.Customs: "Секретная посылка"}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{site: newSite(t, func(c *Config) {
		c.StripeKey, c.StripeHooks, c.StripeURL = "sk_test_matrix", "whsec_matrix", "http://127.0.0.1:1"
	}), actors: map[string]actor{anonymous: {}}, things: map[string]string{}}
	w.people()
	w.goods()
	w.workshop()
	w.purchase()
	w.desk()
	w.exportDesks()
	return w
}

func (w *world) set(name string, id int64) { w.things[name] = strconv.FormatInt(id, 10) }

func (w *world) people() {
	w.shopA, w.shopB = catalogtest.Shop(w.t, w.db), catalogtest.Shop(w.t, w.db)
	id, cookie := w.session(0, 0)
	w.actors[guest] = actor{session: id, cookie: cookie}
	for _, p := range []struct {
		name string
		shop int64
		role account.Role
	}{{anna, 0, ""}, {boris, 0, ""}, {ownerA, w.shopA.ID, account.Owner}, {managerA, w.shopA.ID, account.Manager},
		{packerA, w.shopA.ID, account.Packer}, {ownerB, w.shopB.ID, account.Owner}, {moderator, 0, account.Moderator}, {admin, 0, account.Admin},
		{expert, 0, account.CultureExpert}, {currency, 0, account.CurrencyOfficer}, {customs, 0, account.CustomsOfficer}} {
		id := accounttest.Person(w.t, w.db)
		if p.role != "" {
			accounttest.Grant(w.t, w.db, w.m.account, id, p.shop, p.role)
		}
		w.actors[p.name] = w.fresh(actor{person: id, shop: p.shop})
	}
	w.exec(`update people set email = $2, email_key = $2, phone = '+79165551234' where id = $1`, w.actors[anna].person, annaEmail)
	w.set("person", w.actors[anna].person)
	other, _ := w.session(w.actors[anna].person, 0)
	w.set("session", other)
	id, err := w.m.account.Book.Save(w.t.Context(), w.actors[anna].person, contact.Address{Recipient: "Соколова Анна", Phone: "+7 " + annaPhone,
		Country: "RU", Postcode: "300000", City: "Тула", Street: annaStreet})
	w.must(err)
	w.set("address", id)
	w.set("passkey", one[int64](w.site, `insert into passkeys (person_id, credential_id, credential, name, created_at)
		values ($1, $2, '{}', 'Ключ Анны', now()) returning id`, w.actors[anna].person, []byte(rand.Text())))
}

// fresh gives an actor a new session: the old one may have been ended by what was tried.
func (w *world) fresh(a actor) actor {
	if a.person == 0 && a.cookie == nil {
		return a
	}
	a.session, a.cookie = w.session(a.person, a.shop)
	return a
}

func (w *world) goods() {
	ctx := w.t.Context()
	card := catalogtest.Card(w.t, w.db, w.shopA)
	offer := catalogtest.Offer(w.t, w.db, w.shopA, card.Variants["main"], 429000, 50)
	w.set("card", card.ProductID)
	w.set("offer", offer)
	w.set("variant", card.Variants["main"])
	w.things["slug"] = one[string](w.site, `select slug from products where id = $1`, card.ProductID)
	w.things["category"] = one[string](w.site, `select c.slug from categories c join products p on p.category_id = c.id where p.id = $1`, card.ProductID)
	w.set("shelf", one[int64](w.site, `select category_id from products where id = $1`, card.ProductID))
	w.things["shop"] = w.shopA.Slug
	by := listing.Actor{PersonID: w.actors[ownerA].person, SellerID: w.shopA.ID}
	draft, err := w.m.listing.StartCard(ctx, by, draftTitle, one[int64](w.site, `select category_id from products where id = $1`, card.ProductID))
	w.must(err)
	w.set("draft", draft)
	w.must(w.m.shipping.Add(ctx, w.shopA.ID, shipping.Method{Kind: shipping.Courier, Name: "Свой курьер А", Price: 30000, Currency: money.RUB,
		MinDays: 1, MaxDays: 3, Active: true}))
	w.set("method", one[int64](w.site, `select id from shipping_methods where seller_id = $1`, w.shopA.ID))
	var picture bytes.Buffer
	w.must(png.Encode(&picture, image.NewRGBA(image.Rect(0, 0, 900, 900))))
	saved, err := w.m.media.SaveImage(ctx, &picture, media.Owner{SellerID: w.shopA.ID}, "самовар.png")
	w.must(err)
	w.things["image"] = one[string](w.site, `select key from media_files where id = $1`, saved.ID)
	doc, err := w.m.media.SaveDocument(ctx, strings.NewReader("%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"), media.Owner{SellerID: w.shopA.ID}, documentTag)
	w.must(err)
	w.set("document", doc.ID)
}

// workshop makes what a shop works with: a feed's imports, one rehearsed and one held.
func (w *world) workshop() {
	ctx := w.t.Context()
	src, err := w.m.feed.SaveSource(ctx, feed.Source{SellerID: w.shopA.ID, Kind: pricelist.YML, Name: importName, Absent: feed.KeepAbsent, DefaultStock: 5})
	w.must(err)
	yml := `<?xml version="1.0"?><yml_catalog date="2026-11-01"><shop><categories><category id="1">Самовары</category></categories>
<offers><offer id="A-1"><price>-5</price><name>Самовар</name><categoryId>1</categoryId></offer></offers></shop></yml_catalog>`
	id, err := w.m.feed.Upload(ctx, feed.Import{SellerID: w.shopA.ID, SourceID: src, DryRun: true, FileName: importName}, strings.NewReader(yml))
	w.must(err)
	w.must(w.m.feed.Run(ctx, id))
	w.set("import", id)
	held, err := w.m.feed.Upload(ctx, feed.Import{SellerID: w.shopA.ID, SourceID: src, FileName: importName}, strings.NewReader(yml))
	w.must(err)
	w.exec(`update imports set state = 'held' where id = $1`, held)
	w.set("held", held)
	address, err := w.m.feed.SaveSource(ctx, feed.Source{SellerID: w.shopA.ID, Kind: pricelist.YML, Name: "Тайный склад", URL: "https://tainy.example/price.xml", Absent: feed.KeepAbsent})
	w.must(err)
	w.set("source", address)
	fetch, err := w.m.feed.AskFetch(ctx, w.shopA.ID, address, true, w.actors[ownerA].person)
	w.must(err)
	w.set("fetch", fetch)
}

// purchase lets Anna buy from shop A: one paid order, one that waits for its money, one cart, one checkout.
func (w *world) purchase() {
	ctx := w.t.Context()
	offer := one[int64](w.site, `select id from offers where seller_id = $1 limit 1`, w.shopA.ID)
	for _, name := range []string{"purchase", "unpaid"} {
		w.things[name] = w.place(offer, w.buyer())
		link, err := w.m.payment.Begin(ctx, w.things[name])
		w.must(err)
		w.things[name+" token"] = link[strings.LastIndexByte(link, '/')+1:]
		p, _, err := w.m.payment.ByReference(ctx, w.db, w.things[name])
		w.must(err)
		w.set(name+" payment", p.ID)
	}
	_, err := w.m.payment.SandboxAnswer(ctx, w.things["purchase token"], payment.SandboxPay)
	w.must(err)
	w.things["order"] = one[string](w.site, `select o.number from orders o join purchases p on p.id = o.purchase_id where p.number = $1`, w.things["purchase"])
	w.set("order id", one[int64](w.site, `select id from orders where number = $1`, w.things["order"]))
	w.set("order line", one[int64](w.site, `select l.id from order_lines l join orders o on o.id = l.order_id where o.number = $1`, w.things["order"]))
	w.exec(`insert into purchase_keys (hash, purchase_id, created_at) select '\x00', id, now() from purchases where number = $1`, w.things["purchase"])
	buyer := w.buyer()
	w.must(w.m.cart.Add(ctx, buyer.Owner, offer, 2))
	w.set("line", one[int64](w.site, `select l.id from cart_lines l join carts c on c.id = l.cart_id where c.person_id = $1`, buyer.PersonID))
	w.must(w.m.order.Start(ctx, buyer.Owner))
	w.things["attempt"] = one[string](w.site, `select key from checkouts where person_id = $1 and closed_at is null`, buyer.PersonID)
}

func (w *world) buyer() order.Buyer {
	return order.Buyer{Owner: cart.Owner{PersonID: w.actors[anna].person, SessionID: w.actors[anna].session}, Lang: i18n.RU}
}

func (w *world) place(offer int64, u order.Buyer) string {
	ctx := w.t.Context()
	w.must(w.m.cart.Add(ctx, u.Owner, offer, 2))
	w.must(w.m.order.Start(ctx, u.Owner))
	v, _, err := w.m.order.Current(ctx, u.Owner)
	w.must(err)
	d := checkout.Draft{Ship: map[int64]string{w.shopA.ID: "courier:" + w.things["method"]}, Email: annaEmail, Payment: payment.SandboxName, Comment: secretNote,
		Recipient: checkout.Recipient{Name: "Соколова Анна", Phone: "+7 " + annaPhone, Country: "RU", City: "Тула", Street: annaStreet, Postcode: "300000"}}
	w.must(w.m.order.Keep(ctx, u.Owner, v.Checkout.Key, d))
	v, _, err = w.m.order.Current(ctx, u.Owner)
	w.must(err)
	number, err := w.m.order.Place(ctx, u, v.Checkout.Key, d, v.Quote.Sums.Total)
	w.must(err)
	return number
}

// desk makes what the operator works with: a change request, an applicant, an alert, a refund, a mail.
func (w *world) desk() {
	ctx := context.WithoutCancel(w.t.Context())
	card, err := strconv.ParseInt(w.things["draft"], 10, 64)
	w.must(err)
	r, err := w.m.desk.Submit(ctx, w.db, moderation.Proposal{Kind: listing.KindNew, TargetID: card, SellerID: w.shopA.ID, AuthorID: w.actors[ownerA].person,
		Title: draftTitle, BaseVersion: 1, Patch: map[string]any{}})
	w.must(err)
	w.set("request", r.ID)
	w.set("alert", one[int64](w.site, `insert into payment_alerts (key, kind, payment_id, detail, created_at)
		values ('probe', 'unknown_payment', $1::bigint, 'проба', now()) returning id`, w.things["purchase payment"]))
	w.set("seller", w.shopA.ID)
	for _, name := range []string{"applicant", "second applicant"} {
		applied := catalogtest.Shop(w.t, w.db, func(s *seller.Seller) { s.Status = seller.Applied; s.ApplicantID = w.actors[boris].person })
		w.things[name] = applied.Slug
	}
	w.must(pg.InTx(ctx, w.db, func(tx pgx.Tx) error {
		return notify.Enqueue(ctx, tx, notify.Mail{Event: "probe", To: annaEmail, Subject: "Проба", Text: "Проба", HTML: "<p>Проба</p>", Template: "probe", Lang: i18n.RU})
	}))
	w.set("mail", one[int64](w.site, `select max(id) from mails`))
}

// exportDesks puts a case of shop A on every desk, with a file in each, and gives the admin a key.
func (w *world) exportDesks() {
	ctx, desks := w.t.Context(), w.m.export.desk
	for k, title := range caseTitles {
		id, err := desks.Open(ctx, w.db, desk.Case{Kind: k, Subject: desk.Parcel, SubjectNumber: "A-" + string(k), SellerID: w.shopA.ID, Title: title, Risk: 50})
		w.must(err)
		w.set(string(k)+" case", id)
		c, err := desks.Get(ctx, k, id)
		w.must(err)
		file, err := desks.Attach(ctx, c, caseFile, []byte("%PDF-1.4\n2 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"))
		w.must(err)
		w.set(string(k)+" file", file)
		w.must(desks.Answer(ctx, w.shopA.ID, w.actors[ownerA].person, id, "", file))
	}
	w.exportParcel()
	told, err := w.m.export.contracts.Register(ctx, contract.Contract{SellerID: w.shopA.ID, Counterparty: "Balkan Market", Country: "RS", Number: "BM-1",
		SignedOn: time.Date(2026, 1, 12, 0, 0, 0, 0, time.UTC)}, documentTag, []byte("%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"))
	w.must(err)
	w.set("contract", told.ID)
	_, err = w.m.export.programs.MakeKey(ctx, w.actors[admin].person, desk.Customs, "Ключ админа")
	w.must(err)
	w.set("key", one[int64](w.site, `select id from export_desk_keys`))
}

// exportParcel lets shop A's order go abroad: a parcel with a paper.
func (w *world) exportParcel() {
	w.things["export parcel"] = w.things["order"] + "-1"
	key, sheet := "export/aa/secret.pdf", "%PDF-1.4 "+secretNote
	w.must(w.m.files.Put(w.t.Context(), key, strings.NewReader(sheet), int64(len(sheet)), "application/pdf"))
	w.exec(`insert into export_parcels (seller_id, order_id, parcel_id, number, country, service, object, state, since, paid_at, gross_g, value_rub, currency,
			value, contract, contract_rub, papers, last_event)
		select c.seller_id, c.order_id, c.id, $2, 'DE', 'parcel', 4031, 'ready', now(), now(), 500, 100, 'RUB', 100, o.number, 100, $3, 1
		from parcels c join orders o on o.id = c.order_id where o.number = $1`, w.things["order"], w.things["export parcel"],
		fmt.Sprintf(`[{"kind": "label", "key": %q, "hash": "%x", "bytes": %d}]`, key, sha256.Sum256([]byte(sheet)), len(sheet)))
	w.exec(`insert into export_parcel_events (seller_id, parcel_id, seq, key, kind, to_state, at, actor) select seller_id, id, 1, 'move:1', 'move', 'ready', now(), 'system'
		from export_parcels`)
	w.exec(`insert into export_batches (seller_id, number, state, act_id, signed_at) values ($1, 'B1', 'sent', 1, now())`, w.shopA.ID)
}

// fill puts the objects' ids and numbers into the {placeholders} of a text.
func (w *world) fill(text string) string {
	for name, value := range w.things {
		text = strings.ReplaceAll(text, "{"+name+"}", value)
	}
	if strings.Contains(text, "{") {
		w.t.Fatalf("the world lacks something of %s", text)
	}
	return text
}

// snapshot is every row of the market as a hash, by table.
type snapshot map[string]map[string]bool

// restless are tables and columns that any request may touch without changing what somebody owns.
var restless = map[string]string{"rate_limits": "*", "river_job": "*", "river_leader": "*", "river_queue": "*", "river_client": "*",
	"river_client_queue": "*", "sessions": "seen_at,idle_until,user_agent,address", "passkey_ceremonies": "*", "schema_migrations": "*", "river_migration": "*",
	"payments": "checked_at"} // a look at a payment asks its provider anew

// snap reads every row but those that belong to one of the people or shops named: they may change their own things.
func (s *site) snap(people, shops []int64) snapshot {
	s.t.Helper()
	rows, err := s.db.Query(s.t.Context(), `select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
		where c.relkind = 'r' and n.nspname = 'public' order by 1`)
	s.must(err)
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	s.must(err)
	all := snapshot{}
	for _, table := range tables {
		skip := restless[table]
		if skip == "*" {
			continue
		}
		all[table] = map[string]bool{}
		rows, err := s.db.Query(s.t.Context(), fmt.Sprintf(`
			select md5((to_jsonb(t) - string_to_array($1, ','))::text) || ':' || coalesce(to_jsonb(t)->>'id', '')
			from %s t
			where not coalesce((to_jsonb(t)->>'person_id')::bigint = any($2), false) and not coalesce((to_jsonb(t)->>'seller_id')::bigint = any($3), false)
				and not (%[2]s = 'sellers' and coalesce((to_jsonb(t)->>'id')::bigint = any($3), false))
				and not (%[2]s = 'people' and coalesce((to_jsonb(t)->>'id')::bigint = any($2), false))`,
			pgx.Identifier{table}.Sanitize(), "'"+table+"'"), skip, people, shops)
		s.must(err)
		sums, err := pgx.CollectRows(rows, pgx.RowTo[string])
		s.must(err)
		for _, sum := range sums {
			all[table][sum] = true
		}
	}
	return all
}

// lost lists rows of before that are no more in after: changed or deleted.
func (before snapshot) lost(after snapshot) []string {
	var list []string
	for table, rows := range before {
		for row := range rows {
			if !after[table][row] {
				list = append(list, table+" "+row[strings.IndexByte(row, ':')+1:])
			}
		}
	}
	return list
}
