package app

// access says who may use a route at all.
type access int

const (
	byAnyone   access = iota // strangers too
	bySession                // anyone, but what is seen hangs on the visitor's session or capability cookie
	byKey                    // whoever holds the unguessable part of the address
	bySigned                 // the provider, by its signature
	byPerson                 // who signed in
	byShop                   // any role in a shop
	byManager                // a shop's owner and managers
	byStaff                  // moderators and admins
	byAdmin                  // admins
	byOfficer                // officers of any export desk, and admins
	byExpert                 // the culture expert, and admins
	byCurrency               // the currency-control officer, and admins
	byCustoms                // the customs officer, and admins
	byBearer                 // a program with a key of its own: no cookie opens it
)

// whose says to whom the object in the address belongs.
type whose int

const (
	nobodys    whose = iota // no object in the address: everybody acts on their own things
	everybodys              // the object is everybody's who may use the route
	annas                   // Anna's: a purchase, an address, a session
	shopAs                  // shop A's: an order, a card, an import
	filed                   // shop A's, and the staff may read it
	bills                   // Anna's, and the staff may read it
	admins                  // the admin's: a key
)

// rule is one line of the table of routes and roles. Texts hold {things} of the world of the test.
type rule struct {
	route string // method and pattern as the router knows them
	who   access
	whose whose
	at    string // the address with real objects, where the pattern has parameters
	form  string // what a rightful person sends
	want  int    // the answer to a rightful person; 0 is 200 to a GET and 303 to a POST
	// others is sent by people who may use the route and name an object that is not theirs in the form.
	others string
}

const (
	addressForm = "recipient=Соколова Анна&phone=8 916 555-12-34&country=RU&postcode=300000&city=Тула&street=Новая, 1"
	methodForm  = "kind=courier&name=Курьер&price=100&min_days=1&max_days=2&active=1"
	shopForm    = "name=Лавка А&city=Тула&email=a@shop.example&legal_form=ip&legal_name=ИП Иванова&inn=500100732259&ogrn=304500116000157&dispatch_days=1&transit_days=2&delivery_fee=100&version=1"
	sourceForm  = "absent=keep&stock=1&every=60&url=https://tainy.example/yml.xml"
	applyForm   = "name=Новая лавка&city=Тула&email=n@shop.example&legal_form=ip&legal_name=ИП Иванова&inn=500100732259&ogrn=304500116000157"
	checkoutIn  = "attempt={attempt}&name=Соколова Анна&phone=8 916 555-12-34&email=a@b.example&city=Тула&street=Новая, 1&postcode=300000&payment=sandbox"
)

// routeTable is who may do what. A route that is not here fails TestEveryRouteHasAnAccess.
var routeTable = []rule{
	// Pages for everybody.
	{route: "GET /static/*", at: "/static/robots-none.txt", want: 404},
	{route: "GET /media/art/*", at: "/media/art/parcel.svg", want: -1},
	{route: "GET /media/{key}/{file}", at: "/media/{image}/400.jpg", want: -1},
	{route: "GET /", who: byAnyone}, {route: "GET /c"}, {route: "GET /shops"}, {route: "GET /search"}, {route: "GET /suggest"},
	{route: "GET /c/{category}", whose: everybodys, at: "/c/{category}"},
	{route: "GET /p/{product}", whose: everybodys, at: "/p/{slug}"},
	{route: "GET /shops/{shop}", whose: everybodys, at: "/shops/{shop}"},
	{route: "GET /feeds/new.xml"}, {route: "GET /feeds/c/{category}.xml", whose: everybodys, at: "/feeds/c/{category}.xml"},
	{route: "GET /feeds/shops/{shop}.xml", whose: everybodys, at: "/feeds/shops/{shop}.xml"},
	{route: "GET /opensearch.xml"}, {route: "GET /robots.txt"}, {route: "GET /sitemap.xml"}, {route: "GET /sitemaps/pages.xml"},
	{route: "GET /sitemaps/goods-{part}.xml", at: "/sitemaps/goods-0.xml"},
	{route: "GET /destination"}, {route: "POST /destination", form: "country=DE&currency=&next=/c"},
	{route: "GET /about/data"}, {route: "GET /dev/mail", want: 200}, {route: "GET /dev/mail/{id}", at: "/dev/mail/{mail}"}, {route: "GET /dev/mail/{id}/html", at: "/dev/mail/{mail}/html"},

	// Signing in and up: forms that answer strangers and people alike.
	{route: "GET /sign-in", want: -1}, {route: "GET /sign-up", want: -1}, {route: "GET /sign-up/sent"}, {route: "GET /sign-up/confirm", want: -1},
	{route: "GET /account/reset"}, {route: "GET /account/reset/sent"}, {route: "GET /account/reset/new", want: -1}, {route: "GET /account/email/confirm", want: -1},
	{route: "POST /sign-in", form: "email=nobody@example.ru&password=wrong wrong wrong", want: 422},
	{route: "POST /sign-in/passkey/options", want: 200}, {route: "POST /sign-in/passkey", want: -1},
	{route: "POST /sign-up", form: "name=Новая&email=new@example.ru&password=correct horse battery"},
	{route: "POST /sign-up/confirm", form: "token=guess", want: -1},
	{route: "POST /account/reset", form: "email=nobody@example.ru"},
	{route: "POST /account/reset/new", form: "token=guess&password=correct horse battery", want: -1},
	{route: "POST /account/email/confirm", form: "token=guess", want: -1},

	// What hangs on the visitor's session: a guest's as well as a person's.
	{route: "GET /cart", who: bySession}, {route: "GET /wishes", who: bySession}, {route: "GET /compare", who: bySession}, {route: "GET /recent", who: bySession},
	{route: "GET /orders", who: bySession}, {route: "GET /checkout", who: bySession, want: -1},
	{route: "POST /recent", who: bySession, form: "ids={card}", want: 204},
	{route: "POST /cart/lines", who: bySession, form: "offer={offer}&qty=1"},
	{route: "POST /cart/lines/{line}", who: bySession, whose: annas, at: "/cart/lines/{line}", form: "act=set&qty=1"},
	{route: "POST /cart/select", who: bySession, form: "line={line}", others: "line={line}"},
	{route: "POST /wishes", who: bySession, form: "product={card}"}, {route: "POST /compare", who: bySession, form: "product={card}"},
	{route: "POST /checkout/quote", who: bySession, form: checkoutIn, others: checkoutIn + "&address={address}"},
	{route: "POST /checkout/extend", who: bySession, form: checkoutIn, others: checkoutIn},
	{route: "POST /checkout/leave", who: bySession, form: checkoutIn + "&leave=1", others: checkoutIn + "&leave=1", want: -1},
	{route: "POST /checkout/place", who: bySession, form: checkoutIn + "&expected=1", others: checkoutIn + "&expected=888000&address={address}", want: -1},
	{route: "POST /checkout/drop", who: bySession, form: checkoutIn, others: checkoutIn},
	{route: "POST /checkout", who: bySession, form: "line={line}", others: "line={line}"},
	{route: "GET /orders/{number}", who: bySession, whose: annas, at: "/orders/{purchase}"},
	{route: "GET /orders/{number}/invoice.pdf", who: bySession, whose: bills, at: "/orders/{purchase}/invoice.pdf"},
	{route: "POST /orders/{number}/again", who: bySession, whose: annas, at: "/orders/{purchase}/again"},
	{route: "GET /orders/{number}/pay", who: bySession, whose: annas, at: "/orders/{unpaid}/pay", want: 303},
	{route: "POST /orders/{number}/pay", who: bySession, whose: annas, at: "/orders/{unpaid}/pay", form: "payment=sandbox"},
	{route: "GET /media/documents/{id}", who: bySession, whose: filed, at: "/media/documents/{document}"},

	// Whoever holds the unguessable token: a payment's page, and a provider's signed message.
	{route: "GET /pay/return/{token}", who: byKey, at: "/pay/return/{unpaid token}", want: 303},
	{route: "GET /pay/sandbox/{token}", who: byKey, at: "/pay/sandbox/{unpaid token}"},
	{route: "POST /pay/sandbox/{token}", who: byKey, at: "/pay/sandbox/{unpaid token}", form: "outcome=confirm", want: -1},
	{route: "GET /pay/invoice/{token}", who: byKey, at: "/pay/invoice/{unpaid token}", want: 404},
	{route: "GET /pay/invoice/{token}/qr.png", who: byKey, at: "/pay/invoice/{unpaid token}/qr.png", want: 404},
	{route: "GET /pay/invoice/{token}/invoice.pdf", who: byKey, at: "/pay/invoice/{unpaid token}/invoice.pdf", want: 404},
	{route: "POST /webhooks/{provider}", who: bySigned, at: "/webhooks/stripe", want: 400},

	// A person's own pages.
	{route: "GET /account", who: byPerson}, {route: "GET /account/sessions", who: byPerson}, {route: "GET /account/security", who: byPerson},
	{route: "GET /account/orders", who: byPerson}, {route: "GET /account/wishes", who: byPerson}, {route: "GET /account/addresses", who: byPerson},
	{route: "GET /account/addresses/new", who: byPerson}, {route: "GET /seller/apply", who: byPerson},
	{route: "GET /account/addresses/{id}", who: byPerson, whose: annas, at: "/account/addresses/{address}"},
	{route: "POST /account/addresses/{id}", who: byPerson, whose: annas, at: "/account/addresses/{address}", form: addressForm},
	{route: "POST /account/addresses/{id}/remove", who: byPerson, whose: annas, at: "/account/addresses/{address}/remove"},
	{route: "POST /account/addresses", who: byPerson, form: addressForm, others: addressForm + "&id={address}"},
	{route: "POST /account/profile", who: byPerson, form: "name=Анна Новая&lang=ru"},
	{route: "POST /account/sessions/{id}/end", who: byPerson, whose: annas, at: "/account/sessions/{session}/end"},
	{route: "POST /account/sessions/end-others", who: byPerson},
	{route: "GET /account/prove", who: byPerson}, {route: "POST /account/prove", who: byPerson, form: "password=guess", want: 422},
	{route: "POST /account/security/password", who: byPerson, form: "old_password=guess&password=correct horse battery", want: 422},
	{route: "POST /account/security/email", who: byPerson, form: "email=other@example.ru&email_password=guess", want: 422},
	{route: "POST /account/security/passkeys/options", who: byPerson, want: -1}, {route: "POST /account/security/passkeys", who: byPerson, want: -1},
	{route: "POST /account/security/passkeys/{id}/remove", who: byPerson, whose: annas, at: "/account/security/passkeys/{passkey}/remove"},
	{route: "POST /seller/apply", who: byPerson, form: applyForm},

	// The seller's hub.
	{route: "GET /seller", who: byShop}, {route: "GET /seller/sales.csv", who: byShop}, {route: "GET /seller/orders", who: byShop},
	{route: "GET /seller/orders/{number}", who: byShop, whose: shopAs, at: "/seller/orders/{order}"},
	{route: "GET /seller/orders/{number}/slip", who: byShop, whose: shopAs, at: "/seller/orders/{order}/slip"},
	{route: "POST /seller/orders/{number}/parcels/{seq}/split", who: byShop, whose: shopAs, at: "/seller/orders/{order}/parcels/1/split", form: "units.{order line}=1"},
	{route: "POST /seller/orders/{number}/parcels/{seq}/move", who: byShop, whose: shopAs, at: "/seller/orders/{order}/parcels/1/move", form: "to=assembling"},
	{route: "GET /seller/shop", who: byManager}, {route: "POST /seller/shop", who: byManager, form: shopForm, others: shopForm + "&id={seller}&seller_id={seller}&status=open&trusted=1"},
	{route: "GET /seller/listings", who: byManager}, {route: "GET /seller/listings/new", who: byManager},
	{route: "POST /seller/listings/new", who: byManager, form: "title_ru=Новая карточка&category={shelf}"},
	{route: "POST /seller/listings/join", who: byManager, form: "variant={variant}&price=100&stock=1", others: "variant={variant}&price=1&stock=1&seller_id={seller}"},
	{route: "POST /seller/listings/bulk", who: byManager, form: "do=pause&offers={offer}", others: "do=price&percent=-90&offers={offer}"},
	{route: "GET /seller/listings/{product}", who: byManager, whose: shopAs, at: "/seller/listings/{draft}"},
	{route: "POST /seller/listings/{product}", who: byManager, whose: shopAs, at: "/seller/listings/{draft}", form: "title_ru=Самовар&category={shelf}&version=1", want: -1},
	{route: "POST /seller/listings/{product}/variants", who: byManager, whose: shopAs, at: "/seller/listings/{draft}/variants", form: "name=Цвет&value=Красный", want: -1},
	{route: "POST /seller/listings/{product}/photos", who: byManager, whose: shopAs, at: "/seller/listings/{draft}/photos", want: -1},
	{route: "POST /seller/offers/{offer}/price", who: byManager, whose: shopAs, at: "/seller/offers/{offer}/price", form: "yes=1&do=confirm", want: -1},
	{route: "GET /seller/imports", who: byManager}, {route: "POST /seller/imports", who: byManager, form: "origin=file&stock=1&absent=keep", want: 422},
	{route: "GET /seller/imports/shelves", who: byManager},
	{route: "POST /seller/imports/shelves", who: byManager, form: "path=Самовары&category={shelf}", others: "path=Самовары&category={shelf}"},
	{route: "GET /seller/imports/suggestions", who: byManager},
	{route: "POST /seller/imports/suggestions", who: byManager, form: "other={variant}:A-2", others: "same={variant}:A-2", want: -1},
	{route: "GET /seller/imports/sources", who: byManager}, {route: "POST /seller/imports/sources", who: byManager, form: sourceForm, others: sourceForm + "&id={source}&seller_id={seller}"},
	{route: "GET /seller/imports/sources/{source}", who: byManager, whose: shopAs, at: "/seller/imports/sources/{source}"},
	{route: "POST /seller/imports/sources/{source}", who: byManager, whose: shopAs, at: "/seller/imports/sources/{source}", form: sourceForm + "2"},
	{route: "POST /seller/imports/sources/{source}/fetch", who: byManager, whose: shopAs, at: "/seller/imports/sources/{source}/fetch"},
	{route: "POST /seller/imports/sources/{source}/pause", who: byManager, whose: shopAs, at: "/seller/imports/sources/{source}/pause"},
	{route: "POST /seller/imports/sources/{source}/resume", who: byManager, whose: shopAs, at: "/seller/imports/sources/{source}/resume"},
	{route: "GET /seller/imports/fetches/{fetch}", who: byManager, whose: shopAs, at: "/seller/imports/fetches/{fetch}"},
	{route: "GET /seller/imports/{import}", who: byManager, whose: shopAs, at: "/seller/imports/{import}"},
	{route: "GET /seller/imports/{import}/columns", who: byManager, whose: shopAs, at: "/seller/imports/{import}/columns", want: 404},  // a YML file has no columns
	{route: "POST /seller/imports/{import}/columns", who: byManager, whose: shopAs, at: "/seller/imports/{import}/columns", want: 404}, // a YML file has no columns
	{route: "GET /seller/imports/{import}/problems.csv", who: byManager, whose: shopAs, at: "/seller/imports/{import}/problems.csv"},
	{route: "POST /seller/imports/{import}/confirm", who: byManager, whose: shopAs, at: "/seller/imports/{held}/confirm"},
	{route: "POST /seller/imports/{import}/cancel", who: byManager, whose: shopAs, at: "/seller/imports/{held}/cancel"},
	{route: "POST /seller/imports/{import}/apply", who: byManager, whose: shopAs, at: "/seller/imports/{import}/apply"},
	{route: "GET /seller/shipping", who: byManager}, {route: "POST /seller/shipping", who: byManager, form: methodForm, others: methodForm + "&seller_id={seller}"},
	{route: "POST /seller/shipping/{method}", who: byManager, whose: shopAs, at: "/seller/shipping/{method}", form: methodForm},

	// The operator's desk.
	{route: "GET /admin", who: byStaff}, {route: "GET /admin/moderation", who: byStaff},
	{route: "GET /admin/moderation/{request}", who: byStaff, whose: everybodys, at: "/admin/moderation/{request}"},
	{route: "POST /admin/moderation/next", who: byStaff, form: "kind=card_new"},
	{route: "POST /admin/moderation/{request}", who: byStaff, whose: everybodys, at: "/admin/moderation/{request}", form: "do=skip"},
	{route: "GET /admin/orders", who: byStaff}, {route: "GET /admin/orders/{number}", who: byStaff, whose: everybodys, at: "/admin/orders/{purchase}"},
	{route: "POST /admin/orders/{number}/cancel", who: byAdmin, whose: everybodys, at: "/admin/orders/{unpaid}/cancel", form: "reason=fraud", want: -1},
	{route: "GET /admin/sellers", who: byStaff}, {route: "GET /admin/sellers/{seller}", who: byStaff, whose: everybodys, at: "/admin/sellers/{shop}"},
	{route: "POST /admin/sellers/{seller}/approve", who: byStaff, whose: everybodys, at: "/admin/sellers/{applicant}/approve"},
	{route: "POST /admin/sellers/{seller}/refuse", who: byStaff, whose: everybodys, at: "/admin/sellers/{second applicant}/refuse", form: "note=проба"},
	{route: "POST /admin/sellers/{seller}/suspend", who: byStaff, whose: everybodys, at: "/admin/sellers/{shop}/suspend", form: "note=проба"},
	{route: "POST /admin/sellers/{seller}/reopen", who: byStaff, whose: everybodys, at: "/admin/sellers/{shop}/reopen"},
	{route: "POST /admin/sellers/{seller}/trust", who: byAdmin, whose: everybodys, at: "/admin/sellers/{shop}/trust", form: "trusted=1"},
	{route: "GET /admin/categories", who: byStaff}, {route: "GET /admin/categories/{category}", who: byStaff, whose: everybodys, at: "/admin/categories/{category}"},
	{route: "POST /admin/categories/{category}", who: byAdmin, whose: everybodys, at: "/admin/categories/{category}", form: "name_ru=Кофемолки&name_en=Grinders&position=1&version=1"},
	{route: "GET /admin/goods", who: byStaff}, {route: "GET /admin/goods/{product}", who: byStaff, whose: everybodys, at: "/admin/goods/{slug}"},
	{route: "POST /admin/goods/{product}/block", who: byStaff, whose: everybodys, at: "/admin/goods/{slug}/block", form: "note=проба"},
	{route: "POST /admin/goods/{product}/unblock", who: byStaff, whose: everybodys, at: "/admin/goods/{slug}/unblock"},
	{route: "GET /admin/people", who: byAdmin}, {route: "GET /admin/people/{person}", who: byAdmin, whose: everybodys, at: "/admin/people/{person}"},
	{route: "POST /admin/people/{person}/block", who: byAdmin, whose: everybodys, at: "/admin/people/{person}/block", form: "reason=проба"},
	{route: "POST /admin/people/{person}/unblock", who: byAdmin, whose: everybodys, at: "/admin/people/{person}/unblock"},
	{route: "POST /admin/people/{person}/sign-out", who: byAdmin, whose: everybodys, at: "/admin/people/{person}/sign-out"},
	{route: "POST /admin/people/{person}/role", who: byAdmin, whose: everybodys, at: "/admin/people/{person}/role", form: "role=moderator"},
	{route: "GET /admin/audit", who: byAdmin},
	{route: "GET /export"}, {route: "GET /export/rules"}, {route: "GET /export/rules/{rule}", whose: everybodys, at: "/export/rules/culture.art"},
	{route: "GET /admin/export/rules", who: byAdmin}, {route: "GET /admin/export/rules/{kind}/{name}", who: byAdmin, whose: everybodys, at: "/admin/export/rules/rule/culture.art"},
	{route: "GET /admin/export/rules/edit", who: byAdmin, at: "/admin/export/rules/edit?kind=rule"},
	{route: "POST /admin/export/rules/edit", who: byAdmin, form: "kind=rule&name=import.probe&area=import&step=10&when=country%20%3D%20ZZ&outcome=needs&then=origin&source=probe&from=2027-01-01&status=hypothesis&do=publish"},
	{route: "GET /admin/payments", who: byAdmin}, {route: "GET /admin/payments/{id}", who: byAdmin, whose: everybodys, at: "/admin/payments/{purchase payment}"},
	{route: "POST /admin/payments/{id}/confirm", who: byAdmin, whose: everybodys, at: "/admin/payments/{unpaid payment}/confirm", want: -1},
	{route: "POST /admin/payments/{id}/decide", who: byAdmin, whose: everybodys, at: "/admin/payments/{unpaid payment}/decide", form: "decision=refuse", want: -1},
	{route: "POST /admin/payments/statements", who: byAdmin, want: 422},
	{route: "POST /admin/payment-alerts/{id}/dismiss", who: byAdmin, whose: everybodys, at: "/admin/payment-alerts/{alert}/dismiss"},
	{route: "POST /admin/refunds/{id}/resolve", who: byAdmin, whose: everybodys, at: "/admin/refunds/1/resolve", form: "verdict=done", want: -1},
	{route: "POST /admin/refunds/{id}/again", who: byAdmin, whose: everybodys, at: "/admin/refunds/1/again", want: -1},
	{route: "GET /admin/shipping", who: byAdmin},
	{route: "POST /admin/shipping", who: byAdmin, form: "source=Проба&valid_from=2027-01-01&rows=", want: -1},

	// The export desks: each for its own officers. A program comes with a key, and a cookie is nothing to it.
	{route: "GET /export/desks", who: byOfficer, want: -1},
	{route: "GET /export/desks/keys", who: byOfficer}, {route: "POST /export/desks/keys", who: byOfficer, form: "desk=customs&label=Проба", want: 200},
	{route: "POST /export/desks/keys/{key}/revoke", who: byOfficer, whose: admins, at: "/export/desks/keys/{key}/revoke"},
	{route: "GET /export/desks/culture", who: byExpert}, {route: "POST /export/desks/culture/next", who: byExpert},
	{route: "GET /export/desks/culture/cases/{id}", who: byExpert, whose: everybodys, at: "/export/desks/culture/cases/{culture case}"},
	{route: "POST /export/desks/culture/cases/{id}", who: byExpert, whose: everybodys, at: "/export/desks/culture/cases/{culture case}", form: "do=take"},
	{route: "GET /export/desks/culture/cases/{id}/files/{file}", who: byExpert, whose: everybodys, at: "/export/desks/culture/cases/{culture case}/files/{culture file}"},
	{route: "GET /export/desks/currency", who: byCurrency}, {route: "POST /export/desks/currency/next", who: byCurrency},
	{route: "GET /export/desks/currency/cases/{id}", who: byCurrency, whose: everybodys, at: "/export/desks/currency/cases/{currency case}"},
	{route: "POST /export/desks/currency/cases/{id}", who: byCurrency, whose: everybodys, at: "/export/desks/currency/cases/{currency case}", form: "do=take"},
	{route: "GET /export/desks/currency/cases/{id}/files/{file}", who: byCurrency, whose: everybodys, at: "/export/desks/currency/cases/{currency case}/files/{currency file}"},
	{route: "GET /export/desks/customs", who: byCustoms}, {route: "POST /export/desks/customs/next", who: byCustoms},
	{route: "GET /export/desks/customs/cases/{id}", who: byCustoms, whose: everybodys, at: "/export/desks/customs/cases/{customs case}"},
	{route: "POST /export/desks/customs/cases/{id}", who: byCustoms, whose: everybodys, at: "/export/desks/customs/cases/{customs case}", form: "do=take"},
	{route: "GET /export/desks/customs/cases/{id}/files/{file}", who: byCustoms, whose: everybodys, at: "/export/desks/customs/cases/{customs case}/files/{customs file}"},
	{route: "GET /export/desks/currency/contracts", who: byCurrency},
	{route: "GET /export/desks/currency/contracts/{contract}", who: byCurrency, whose: everybodys, at: "/export/desks/currency/contracts/{contract}"},
	{route: "GET /export/desks/currency/contracts/{contract}/file", who: byCurrency, whose: everybodys, at: "/export/desks/currency/contracts/{contract}/file"},
	{route: "GET /admin/export", who: byAdmin},
	{route: "POST /admin/export/parcels/{number}/resume", who: byAdmin, whose: everybodys, at: "/admin/export/parcels/{export parcel}/resume"},
	{route: "GET /seller/export/parcels", who: byShop},
	{route: "GET /seller/export/parcels/{number}", who: byShop, whose: shopAs, at: "/seller/export/parcels/{export parcel}"},
	{route: "GET /seller/export/parcels/{number}/papers/{kind}", who: byShop, whose: shopAs, at: "/seller/export/parcels/{export parcel}/papers/label"},
	{route: "POST /seller/export/parcels/{number}/weigh", who: byShop, whose: shopAs, at: "/seller/export/parcels/{export parcel}/weigh", form: "gross_g=0", want: 422},
	{route: "POST /seller/export/parcels/hand-over", who: byShop, form: "x=1", want: 303, others: "parcel={export parcel}"},
	{route: "POST /seller/export/parcels/sign", who: byManager, form: "x=1", want: 422, others: "parcel={export parcel}"},
	{route: "POST /seller/export/parcels/{number}/again", who: byManager, whose: shopAs, at: "/seller/export/parcels/{export parcel}/again", want: 409},
	{route: "POST /seller/export/parcels/{number}/call-off", who: byManager, whose: shopAs, at: "/seller/export/parcels/{export parcel}/call-off", want: 409},
	{route: "POST /seller/export/parcels/{number}/resume", who: byManager, whose: shopAs, at: "/seller/export/parcels/{export parcel}/resume"},
	{route: "GET /seller/export/vat", who: byManager}, {route: "GET /seller/export/vat/{quarter}/{format}", who: byManager, at: "/seller/export/vat/2026-4/csv"},
	{route: "POST /seller/export/vat/{quarter}/filed", who: byManager, at: "/seller/export/vat/2026-3/filed", form: "filed=no"},
	// Export passports: what a shop tells of its listings and of itself.
	{route: "GET /seller/export", who: byManager}, {route: "GET /seller/export/goods", who: byManager},
	{route: "POST /seller/export/goods", who: byManager, form: "do=on&offers={offer}", others: "do=off&offers={offer}"},
	{route: "GET /seller/export/goods/{offer}", who: byManager, whose: shopAs, at: "/seller/export/goods/{offer}"},
	{route: "POST /seller/export/goods/{offer}", who: byManager, whose: shopAs, at: "/seller/export/goods/{offer}", form: "version=0&origin=RU", want: -1},
	{route: "POST /seller/export/goods/{offer}/ask", who: byManager, whose: shopAs, at: "/seller/export/goods/{offer}/ask", want: 409},
	{route: "GET /seller/export/codes", who: byManager}, {route: "GET /seller/export/table", who: byManager},
	{route: "GET /seller/export/table/{file}", who: byManager, at: "/seller/export/table/goods.csv"},
	{route: "POST /seller/export/table", who: byManager, form: "act=apply&plan=x", want: 422},
	{route: "GET /seller/export/terms", who: byManager},
	{route: "POST /seller/export/terms", who: byManager, form: "version=0&kind=entrepreneur&inn=500100732259&ogrn=304500116000157&name_latin=Ivanova", want: -1},
	{route: "GET /seller/export/contracts", who: byManager}, {route: "POST /seller/export/contracts", who: byManager, want: 422},
	{route: "GET /seller/export/contracts/{contract}", who: byManager, whose: shopAs, at: "/seller/export/contracts/{contract}"},
	{route: "POST /seller/export/contracts/{contract}/end", who: byManager, whose: shopAs, at: "/seller/export/contracts/{contract}/end", want: -1},
	{route: "GET /seller/export/cases", who: byManager},
	{route: "GET /seller/export/cases/{id}", who: byManager, whose: shopAs, at: "/seller/export/cases/{customs case}"},
	{route: "POST /seller/export/cases/{id}", who: byManager, whose: shopAs, at: "/seller/export/cases/{customs case}", form: "note=Ответ"},
	{route: "GET /api/openapi.json"},
	{route: "GET /api/v1/export/desks/{desk}/cases", who: byBearer, at: "/api/v1/export/desks/customs/cases"},
	{route: "GET /api/v1/export/desks/{desk}/cases/{id}", who: byBearer, at: "/api/v1/export/desks/customs/cases/{customs case}"},
	{route: "GET /api/v1/export/desks/{desk}/cases/{id}/files/{file}", who: byBearer, at: "/api/v1/export/desks/customs/cases/{customs case}/files/{customs file}"},
	{route: "POST /api/v1/export/desks/{desk}/cases/next", who: byBearer, at: "/api/v1/export/desks/customs/cases/next"},
	{route: "POST /api/v1/export/desks/{desk}/cases/{id}/take", who: byBearer, at: "/api/v1/export/desks/customs/cases/{customs case}/take"},
	{route: "POST /api/v1/export/desks/{desk}/cases/{id}/return", who: byBearer, at: "/api/v1/export/desks/customs/cases/{customs case}/return"},
	{route: "POST /api/v1/export/desks/{desk}/cases/{id}/answers", who: byBearer, at: "/api/v1/export/desks/customs/cases/{customs case}/answers"},
	{route: "POST /api/v1/export/desks/{desk}/cases/{id}/decide", who: byBearer, at: "/api/v1/export/desks/customs/cases/{customs case}/decide"},
	{route: "POST /api/v1/export/desks/{desk}/cases/{id}/note", who: byBearer, at: "/api/v1/export/desks/customs/cases/{customs case}/note"},

	// What ends things comes last.
	{route: "POST /orders/{number}/cancel", who: bySession, whose: annas, at: "/orders/{purchase}/cancel", form: "reason=mistake&order={order id}"},
	{route: "POST /seller/orders/{number}/cancel", who: byManager, whose: shopAs, at: "/seller/orders/{order}/cancel", form: "reason=out_of_stock", want: -1},
	{route: "POST /sign-out", who: bySession},
}
