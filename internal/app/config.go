package app

import (
	"cmp"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/platform/clientip"
)

// Config is everything that can be set. Each field is a flag and an environment variable; the flag wins. With
// nothing set the program runs by itself: its own PostgreSQL, files on disk, mails kept to be read in the browser.
type Config struct {
	Addr        string        `flag:"addr" env:"YARMARKA_ADDR" default:"127.0.0.1:8080" help:"address to listen on"`
	BaseURL     string        `flag:"base-url" env:"YARMARKA_BASE_URL" help:"address the site is known by, such as https://yarmarka.example; default: the listening address"`
	Env         string        `flag:"env" env:"APP_ENV" default:"development" help:"development or production; production refuses demonstration secrets"`
	Data        string        `flag:"data" env:"YARMARKA_DATA" default:"./var" help:"folder for files, and for the built-in database"`
	DatabaseURL string        `flag:"database-url" env:"DATABASE_URL" help:"PostgreSQL 15 or newer; default: a private one in the data folder"`
	DirectURL   string        `flag:"database-direct-url" env:"DATABASE_DIRECT_URL" help:"PostgreSQL without the pooler, for migrations; default: the database address"`
	Pooler      bool          `flag:"database-pooler" env:"DATABASE_POOLER" default:"false" help:"the database address is a transaction pooler such as PgBouncer"`
	DBConns     int           `flag:"database-conns" env:"DATABASE_CONNS" default:"16" help:"database connections of one program"`
	Workers     int           `flag:"workers" env:"YARMARKA_WORKERS" default:"4" help:"background jobs at work at once; 0 leaves them to 'yarmarka work'"`
	Secret      string        `flag:"secret" env:"YARMARKA_SECRET" help:"64 hex digits that sign private links (openssl rand -hex 32); default: kept in the data folder"`
	Proxies     string        `flag:"trusted-proxies" env:"YARMARKA_TRUSTED_PROXIES" help:"networks whose X-Forwarded-For is believed, such as 10.0.0.0/8,::1/128"`
	SMTPURL     string        `flag:"smtp-url" env:"SMTP_URL" help:"smtp://user:password@host:587 (or smtps://); default: mails are kept and shown at /dev/mail"`
	MailFrom    string        `flag:"mail-from" env:"MAIL_FROM" default:"Ярмарка <robot@yarmarka.example>" help:"sender of the mails"`
	S3URL       string        `flag:"s3-url" env:"S3_URL" help:"s3://key:secret@host:9000/bucket?insecure=1; default: files in the data folder"`
	StripeKey   string        `flag:"stripe-key" env:"STRIPE_SECRET_KEY" help:"Stripe's secret key; default: Stripe is not offered"`
	StripeHooks string        `flag:"stripe-webhook-secrets" env:"STRIPE_WEBHOOK_SECRETS" help:"signing secrets of Stripe's webhooks, newest first, with commas between"`
	StripeURL   string        `flag:"stripe-url" env:"STRIPE_URL" help:"another address that speaks Stripe's API, such as a stand-in; default: Stripe's own"`
	Company     string        `flag:"company" env:"YARMARKA_COMPANY" help:"TOML file with the requisites bank transfers go to, see docs/company.example.toml; default: bank transfers are offered in development only"`
	RatesURL    string        `flag:"rates-url" env:"YARMARKA_RATES_URL" default:"https://www.cbr.ru" help:"the Central Bank's service of daily rates, or a stand-in of it"`
	PostStandin string        `flag:"post-standin" env:"POST_STANDIN_URL" help:"address of 'yarmarka standin', which plays the post and the Central Bank; default: none, and one of its own in the demonstration"`
	PostTariff  string        `flag:"post-tariff-url" env:"POST_TARIFF_URL" help:"Russian Post's tariff service; default: the real one when POST_TOKEN is set"`
	PostOrders  string        `flag:"post-orders-url" env:"POST_ORDERS_URL" help:"Russian Post's order service (otpravka); default: the real one when POST_TOKEN is set"`
	PostTracks  string        `flag:"post-tracking-url" env:"POST_TRACKING_URL" help:"Russian Post's tracking; default: the real one when POST_TOKEN is set"`
	PostToken   string        `flag:"post-token" env:"POST_TOKEN" help:"token of the order service; without it nothing is sent abroad by the real post"`
	PostKey     string        `flag:"post-key" env:"POST_KEY" help:"key of the order service: base64 of login:password"`
	PostLogin   string        `flag:"post-tracking-login" env:"POST_TRACKING_LOGIN" help:"login of tracking"`
	PostSecret  string        `flag:"post-tracking-password" env:"POST_TRACKING_PASSWORD" help:"password of tracking"`
	PostPoll    time.Duration `flag:"post-poll" env:"POST_POLL" default:"10m" help:"how long the post is left alone about one parcel on its way"`
	PostSettle  time.Duration `flag:"post-settle" env:"POST_SETTLE" default:"3s" help:"how long an order may still turn up at the post after it did not answer"`
	PostFrom    string        `flag:"post-from" env:"POST_FROM" default:"101000" help:"postcode that parcels abroad are priced from while a shop has told none"`
	PictureRoom int           `flag:"shop-pictures-gb" env:"YARMARKA_SHOP_PICTURES_GB" default:"20" help:"gigabytes that the pictures of one shop may take"`
	LogLevel    string        `flag:"log-level" env:"LOG_LEVEL" default:"" help:"debug, info, warn or error; not set: info, in the demonstration warn"`
	StopWithin  time.Duration `flag:"stop-within" env:"YARMARKA_STOP_WITHIN" default:"20s" help:"time that requests and jobs have to finish at the end"`
	DrainFor    time.Duration `flag:"drain-for" env:"YARMARKA_DRAIN_FOR" default:"1s" help:"time between /readyz saying no and the closing of the door; longer than a proxy's health checks are apart"`
	MetricsAddr string        `flag:"metrics-addr" env:"YARMARKA_METRICS_ADDR" help:"a second address to listen on, for /metrics alone, such as 127.0.0.1:9100; default: none"`
	MetricsKey  string        `flag:"metrics-token" env:"YARMARKA_METRICS_TOKEN" help:"who sends it as 'Authorization: Bearer …' reads /metrics at the site's own address; default: nobody, in development whoever is on this machine"`
	Scale       string        `flag:"scale" env:"YARMARKA_DEMO_SCALE" default:"small" help:"demo: small, or large for 500,000 offers"`

	// Demo is set by the subcommand demo, not by a flag.
	Demo bool
}

// demoSecret signs private links in the demonstration. It is public, so production refuses it.
const demoSecret = "79617264656d6f79617264656d6f79617264656d6f79617264656d6f79617264"

// setting is one field of Config with its tags.
type setting struct {
	flag, env, fallback, help string
	value                     reflect.Value
}

func settings(c *Config) []setting {
	v := reflect.ValueOf(c).Elem()
	var list []setting
	for i := range v.NumField() {
		tag := v.Type().Field(i).Tag
		if name := tag.Get("flag"); name != "" {
			list = append(list, setting{name, tag.Get("env"), tag.Get("default"), tag.Get("help"), v.Field(i)})
		}
	}
	return list
}

// set reads text into the field.
func (s setting) set(text string) error {
	switch s.value.Interface().(type) {
	case string:
		s.value.SetString(text)
	case bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return errors.New("give true or false")
		}
		s.value.SetBool(b)
	case int:
		n, err := strconv.Atoi(text)
		if err != nil {
			return errors.New("give a whole number")
		}
		s.value.SetInt(int64(n))
	case time.Duration:
		d, err := time.ParseDuration(text)
		if err != nil {
			return errors.New("give a time such as 20s")
		}
		s.value.SetInt(int64(d))
	}
	return nil
}

// ReadConfig reads the flags in args and the environment, and gives the rest of args back.
// more, which may be nil, adds a subcommand's own flags.
func ReadConfig(args []string, getenv func(string) string, more func(*flag.FlagSet)) (Config, []string, error) {
	var c Config
	flags := flag.NewFlagSet("yarmarka", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	if more != nil {
		more(flags)
	}
	for _, s := range settings(&c) {
		if text := cmp.Or(getenv(s.env), s.fallback); text != "" {
			if err := s.set(text); err != nil {
				return c, nil, Fault{fmt.Sprintf("%s=%q cannot be read", s.env, text), err.Error()}
			}
		}
		if s.value.Kind() == reflect.Bool {
			flags.BoolFunc(s.flag, s.help, s.set)
		} else {
			flags.Func(s.flag, s.help, s.set)
		}
	}
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return c, nil, err
		}
		return c, nil, Fault{err.Error(), "see 'yarmarka help'"}
	}
	return c, flags.Args(), nil
}

// check refuses what could only fail later or, worse, work.
func (c Config) check() error {
	if _, port, err := net.SplitHostPort(c.Addr); err != nil || !isPort(port) {
		return fault("give host:port, such as 127.0.0.1:8080", "--addr %q is not an address", c.Addr)
	}
	if _, port, err := net.SplitHostPort(c.MetricsAddr); c.MetricsAddr != "" && (err != nil || !isPort(port)) {
		return fault("give host:port, such as 127.0.0.1:9100", "--metrics-addr %q is not an address", c.MetricsAddr)
	}
	if c.DrainFor < 0 || c.DrainFor > 5*time.Minute {
		return fault("give 0s to 5m", "--drain-for %s cannot work", c.DrainFor)
	}
	if u, err := url.Parse(c.BaseURL); c.BaseURL != "" && (err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https")) {
		return fault("give it with its scheme, such as https://yarmarka.example", "--base-url %q is not an address", c.BaseURL)
	}
	if c.Env != "development" && c.Env != "production" {
		return fault("set development or production", "APP_ENV=%q is not known", c.Env)
	}
	for name, address := range map[string]string{"DATABASE_URL": c.DatabaseURL, "DATABASE_DIRECT_URL": c.DirectURL} {
		if _, err := pgxpool.ParseConfig(address); address != "" && err != nil {
			return fault("write postgres://user:password@host:5432/database", "%s is not a PostgreSQL address", name)
		}
	}
	if c.DBConns < 2 || c.DBConns > 1000 {
		return fault("give 2 to 1000", "--database-conns %d cannot work", c.DBConns)
	}
	if c.PictureRoom < 1 || c.PictureRoom > 1<<20 {
		return fault("give 1 to 1048576", "--shop-pictures-gb %d cannot work", c.PictureRoom)
	}
	if _, err := clientip.ParseTrusted(c.Proxies); err != nil {
		return fault("write networks such as 10.0.0.0/8,::1/128", "--trusted-proxies %q cannot be read", c.Proxies)
	}
	if _, err := c.level(); err != nil {
		return fault("set debug, info, warn or error", "LOG_LEVEL=%q is not known", c.LogLevel)
	}
	if c.Scale != "small" && c.Scale != "large" {
		return fault("give small or large", "--scale %q is not known", c.Scale)
	}
	return errors.Join(c.checkURL("SMTP_URL", c.SMTPURL, "smtp", "smtps"), c.checkURL("S3_URL", c.S3URL, "s3"),
		c.checkURL("YARMARKA_RATES_URL", c.RatesURL, "https", "http"), c.checkPost(), c.checkSecrets())
}

// level is from which level on things are logged. Whoever looks at the demonstration wants to see its accounts, not a line
// for each of its pages.
func (c Config) level() (level slog.Level, err error) {
	switch {
	case c.LogLevel != "":
		err = level.UnmarshalText([]byte(c.LogLevel))
	case c.Demo:
		level = slog.LevelWarn
	}
	return level, err
}

func (c Config) checkURL(name, text string, schemes ...string) error {
	if text == "" {
		return nil
	}
	u, err := url.Parse(text)
	if err == nil && u.Host != "" {
		for _, scheme := range schemes {
			if u.Scheme == scheme {
				return nil
			}
		}
	}
	// The text may hold a password, so it is not repeated.
	return Fault{name + " is not an address", "begin it with " + schemes[0] + "://"}
}

// checkSecrets refuses keys of the wrong shape, and in production those that anybody knows.
func (c Config) checkSecrets() error {
	if key, err := hex.DecodeString(c.Secret); c.Secret != "" && (err != nil || len(key) < 32) {
		return Fault{"YARMARKA_SECRET is not a key", "set 64 hex digits: openssl rand -hex 32"}
	}
	if c.StripeKey != "" && !strings.HasPrefix(c.StripeKey, "sk_test_") && !strings.HasPrefix(c.StripeKey, "sk_live_") {
		return Fault{"STRIPE_SECRET_KEY is not a secret key", "it begins with sk_test_ or sk_live_; the one beginning with pk_ is the public one"}
	}
	if c.StripeKey != "" && c.StripeHooks == "" {
		return Fault{"STRIPE_WEBHOOK_SECRETS is missing", "set the webhook's signing secret, or no payment would ever be confirmed"}
	}
	if c.Env != "production" {
		return nil
	}
	switch {
	case c.Demo:
		return Fault{"the demonstration does not run with APP_ENV=production", "its accounts are public: use 'yarmarka serve'"}
	case c.Secret == demoSecret:
		return Fault{"YARMARKA_SECRET is the demonstration's", "set your own: openssl rand -hex 32"}
	case c.Secret == "":
		return Fault{"YARMARKA_SECRET is missing", "production needs its own key: openssl rand -hex 32"}
	case strings.HasPrefix(c.StripeKey, "sk_test_"):
		return Fault{"STRIPE_SECRET_KEY is a test key", "production needs the one beginning with sk_live_"}
	case !strings.HasPrefix(c.BaseURL, "https://"):
		return Fault{"YARMARKA_BASE_URL is missing or not https", "set the public address, such as https://yarmarka.example"}
	}
	return nil
}

func isPort(text string) bool {
	n, err := strconv.Atoi(text)
	return err == nil && n >= 0 && n <= 65535
}

// WriteConfigTable prints every setting as a Markdown table, for the README.
func WriteConfigTable(out io.Writer) {
	fmt.Fprintln(out, "| flag | environment | default | what |\n|---|---|---|---|")
	for _, s := range settings(&Config{}) {
		fmt.Fprintf(out, "| `--%s` | `%s` | %s | %s |\n", s.flag, s.env, code(s.fallback), s.help)
	}
}

func code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + text + "`"
}
