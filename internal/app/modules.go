package app

import (
	"context"
	"encoding/hex"
	"log/slog"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/market/cart"
	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/catalog/curation"
	"github.com/yarmarka/yarmarka/internal/market/catalog/hold"
	"github.com/yarmarka/yarmarka/internal/market/catalog/listing"
	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/market/feed"
	"github.com/yarmarka/yarmarka/internal/market/feed/joining"
	"github.com/yarmarka/yarmarka/internal/market/order"
	"github.com/yarmarka/yarmarka/internal/market/order/figures"
	"github.com/yarmarka/yarmarka/internal/market/seller"
	"github.com/yarmarka/yarmarka/internal/market/shipping"
	"github.com/yarmarka/yarmarka/internal/media"
	"github.com/yarmarka/yarmarka/internal/moderation"
	"github.com/yarmarka/yarmarka/internal/notify"
	"github.com/yarmarka/yarmarka/internal/payment"
	"github.com/yarmarka/yarmarka/internal/payment/stripepay"
	"github.com/yarmarka/yarmarka/internal/platform/blob"
	"github.com/yarmarka/yarmarka/internal/platform/egress"
	"github.com/yarmarka/yarmarka/internal/platform/jobs"
	"github.com/yarmarka/yarmarka/internal/platform/limit"
	"github.com/yarmarka/yarmarka/internal/platform/mail"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/internal/search"
	"github.com/yarmarka/yarmarka/web"
)

// modules are the services of the house, wired.
type modules struct {
	now      func() time.Time
	queue    *jobs.Queue
	files    blob.Store
	limiter  *limit.Limiter
	account  *account.Service
	notify   *notify.Service
	media    *media.Service
	search   *search.Service
	payment  *payment.Service
	desk     *moderation.Service
	seller   *seller.Service
	catalog  *catalog.Service
	listing  *listing.Service
	curation *curation.Service
	feed     *feed.Service
	joining  *joining.Service
	cart     *cart.Service
	shipping *shipping.Service
	order    *order.Service
	export   exportWing
	standin  string // address of what plays the post; empty for the real one, or none

	destination *destination.Service
}

// wire builds every service in the order of who may know whom; what would point the other way is a
// function handed over here.
func wire(ctx context.Context, c Config, db *pgxpool.Pool) (*modules, error) {
	m := &modules{now: time.Now}
	var err error
	if m.queue, err = jobs.NewQueue(db); err != nil {
		return nil, err
	}
	if m.files, err = c.openFiles(ctx); err != nil {
		return nil, err
	}
	sender, err := c.sender()
	if err != nil {
		return nil, err
	}
	m.limiter = limit.New(db, m.now)
	m.account, err = account.New(db, account.Options{BaseURL: c.BaseURL, Limiter: m.limiter, Now: m.now, DevMail: sender == nil})
	if err != nil {
		return nil, err
	}
	m.notify = notify.New(db, sender, m.now)
	m.media = media.New(db, m.files, m.now)
	if c.PictureRoom > 0 {
		m.media.PictureRoom = int64(c.PictureRoom) << 30
	}
	m.search = search.New(db, search.Options{Labels: catalog.Labels(db), Pictures: catalog.Pictures, KeepFor: 30 * time.Second, Now: m.now,
		Ways: func(ctx context.Context, country string) (*search.Way, error) {
			return m.export.abroad.Way(ctx, country)
		}})
	providers, err := c.providers(db, m.now)
	if err != nil {
		return nil, err
	}
	m.payment = payment.New(payment.Deps{DB: db, Now: m.now, Log: slog.Default(), BaseURL: c.BaseURL, Providers: providers, Enqueue: m.queue.InsertTx})
	m.desk = moderation.New(db, m.now)
	m.destination = destination.New(m.account, strings.HasPrefix(c.BaseURL, "https://"))
	m.seller = seller.New(db, m.now)
	m.seller.BaseURL = c.BaseURL
	m.seller.Grant = func(ctx context.Context, tx pg.DB, personID, sellerID int64) error {
		return m.account.GrantMembership(ctx, tx, personID, sellerID, account.Owner)
	}
	m.seller.Changed = catalog.SellerChanged
	m.catalog = catalog.New(db, m.now)
	m.catalog.Stranger = func(ctx context.Context, site, path string) context.Context {
		return web.WithShell(ctx, shellOf(ctx, site, path, c.Demo))
	}
	m.curation = curation.New(db, m.now, m.catalog)
	m.curation.BaseURL = c.BaseURL
	m.listing = listing.New(db, m.now, m.catalog, m.media, m.desk)
	m.feed = feed.New(db, m.files, m.media, egress.New(2*time.Minute), m.desk, feed.Enqueue(m.queue))
	m.joining = joining.New(db, m.desk)
	m.cart = cart.New(db, m.now)
	m.shipping = shipping.New(db, m.now)
	m.order = order.New(order.Deps{Pool: db, Now: m.now, BaseURL: c.BaseURL, Carts: m.cart, Shipping: m.shipping, Payments: m.payment})
	m.payment.Hooks = m.order.Hooks()
	m.account.OnSignIn(adoptGuest)
	m.account.OnSignIn(destination.Adopt)
	return m, m.wireExport(ctx, c, db)
}

// adoptGuest gives a person who signs in what they gathered as a guest.
func adoptGuest(ctx context.Context, tx pgx.Tx, guestSessionID, personID int64) error {
	if guestSessionID == 0 {
		return nil
	}
	if err := cart.Merge(ctx, tx, guestSessionID, personID); err != nil {
		return err
	}
	return order.AdoptGuest(ctx, tx, guestSessionID, personID)
}

// openFiles opens where pictures and documents are kept.
func (c Config) openFiles(ctx context.Context) (blob.Store, error) {
	if c.S3URL == "" {
		return blob.OpenDisk(filepath.Join(c.Data, "files"))
	}
	u, err := url.Parse(c.S3URL)
	if err != nil {
		return nil, fault("S3_URL is not an address", "write s3://key:secret@host:9000/bucket")
	}
	secret, _ := u.User.Password()
	return blob.OpenS3(ctx, blob.S3Config{Endpoint: u.Host, Bucket: strings.Trim(u.Path, "/"), Region: u.Query().Get("region"),
		AccessKey: u.User.Username(), SecretKey: secret, Insecure: u.Query().Get("insecure") == "1"})
}

// sender is the mail server's client, nil when mails are only kept.
func (c Config) sender() (mail.Sender, error) {
	if c.SMTPURL == "" {
		return nil, nil
	}
	u, err := url.Parse(c.SMTPURL)
	if err != nil {
		return nil, fault("SMTP_URL is not an address", "write smtp://user:password@host:587")
	}
	cfg := mail.Config{Host: u.Hostname(), From: c.MailFrom, User: u.User.Username(), TLS: u.Query().Get("tls")}
	cfg.Password, _ = u.User.Password()
	if cfg.Port, err = strconv.Atoi(u.Port()); u.Port() != "" && err != nil {
		return nil, fault("SMTP_URL has no proper port", "write smtp://user:password@host:587")
	}
	if u.Scheme == "smtps" {
		cfg.TLS = mail.Implicit
	}
	return mail.NewSMTP(cfg)
}

// providers are the ways to pay, the usual one first. The sandbox takes no real money, so
// production has it not.
func (c Config) providers(db *pgxpool.Pool, now func() time.Time) ([]payment.Provider, error) {
	var list []payment.Provider
	if c.Env != "production" {
		list = append(list, &payment.Sandbox{DB: db, Now: now})
	}
	if c.StripeKey != "" {
		list = append(list, stripepay.New(stripepay.Config{Key: c.StripeKey, Secrets: strings.Split(c.StripeHooks, ","), URL: c.StripeURL, Now: now}))
	}
	company, ok, err := c.company()
	if err != nil {
		return nil, err
	}
	if ok {
		list = append(list, &payment.Invoice{Company: company, Now: now})
	}
	if len(list) == 0 {
		return nil, fault("there is no way to pay", "set STRIPE_SECRET_KEY, or YARMARKA_COMPANY for bank transfers")
	}
	return list, nil
}

// company reads the requisites that bank transfers go to; outside production the demonstration's
// stand in.
func (c Config) company() (payment.Company, bool, error) {
	if c.Company == "" {
		return payment.DemoCompany(), c.Env != "production", nil
	}
	var company payment.Company
	if _, err := toml.DecodeFile(c.Company, &company); err != nil {
		return company, false, Fault{"the requisites in " + c.Company + " cannot be read", "see docs/company.example.toml"}
	}
	if err := company.Check(); err != nil {
		return company, false, Fault{"the requisites in " + c.Company + " are mistyped", oneLine(err)}
	}
	return company, true, nil
}

// formHosts are the origins a form of ours may lead to by redirect.
func (c Config) formHosts() []string {
	if c.StripeKey == "" {
		return nil
	}
	if c.StripeURL == "" {
		return []string{"https://checkout.stripe.com"}
	}
	if u, err := url.Parse(c.StripeURL); err == nil {
		return []string{u.Scheme + "://" + u.Host}
	}
	return nil
}

// secret is the key that signs private links.
func (c Config) secret() []byte {
	key, err := hex.DecodeString(c.Secret)
	if err != nil {
		return nil // checkSecrets has refused it already
	}
	return key
}

// addJobs registers the background work of every module.
func (m *modules) addJobs(r *jobs.Registry) {
	account.Register(r, m.account)
	notify.Register(r, m.notify)
	payment.Jobs(r, m.payment)
	m.catalog.AddJobs(r, m.queue)
	hold.Jobs(r, m.order.Pool)
	m.search.AddJobs(r)
	m.feed.Jobs(r)
	cart.Jobs(r, m.cart)
	order.Jobs(r, m.order)
	figures.Jobs(r, m.order.Pool, m.now)
	m.exportJobs(r)
}

// count says how many lines lie in a visitor's cart.
func (m *modules) count(db *pgxpool.Pool) cartCount {
	return func(ctx context.Context, s *account.Session) (int, error) {
		return cart.Count(ctx, db, cart.Owner{PersonID: s.PersonID, SessionID: s.ID})
	}
}
