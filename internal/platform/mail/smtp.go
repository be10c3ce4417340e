package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	netmail "net/mail"
	"time"

	"github.com/wneessen/go-mail"
)

// How the connection is protected.
const (
	STARTTLS = "starttls" // upgraded, and refused when the server cannot
	Implicit = "implicit" // TLS from the first byte
	None     = "none"     // a mail catcher on the same machine
)

// Config names the server letters leave through.
type Config struct {
	Host     string
	Port     int    // 0: 587, 465 for Implicit, 25 for None
	TLS      string // STARTTLS unless given
	User     string // empty: no authentication
	Password string
	From     string // "Ярмарка <robot@example.ru>"
	Timeout  time.Duration
	// RootCAs and other TLS settings; nil uses the system's.
	TLSConfig *tls.Config
}

// SMTP is a Sender over one server. It opens a connection for each letter: letters are rare, and a
// connection kept for long is one more thing that breaks.
type SMTP struct {
	cfg  Config
	from *netmail.Address
}

var policies = map[string]mail.TLSPolicy{STARTTLS: mail.TLSMandatory, None: mail.NoTLS}

var ports = map[string]int{STARTTLS: 587, Implicit: 465, None: 25}

// NewSMTP checks the settings; it does not connect.
func NewSMTP(cfg Config) (*SMTP, error) {
	if cfg.TLS == "" {
		cfg.TLS = STARTTLS
	}
	if _, known := ports[cfg.TLS]; !known {
		return nil, fmt.Errorf("mail: TLS must be starttls, implicit or none, not %q", cfg.TLS)
	}
	if cfg.Host == "" {
		return nil, errors.New("mail: no server given")
	}
	if cfg.Port == 0 {
		cfg.Port = ports[cfg.TLS]
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = 20 * time.Second
	}
	from, err := netmail.ParseAddress(cfg.From)
	if err != nil {
		return nil, fmt.Errorf("mail: the sender's address %q: %w", cfg.From, err)
	}
	return &SMTP{cfg: cfg, from: from}, nil
}

// Send delivers m to the server, or says why not. Ask Permanent about the error.
func (s *SMTP) Send(ctx context.Context, m Message) error {
	if err := m.Check(); err != nil {
		return err
	}
	letter, err := s.letter(m)
	if err != nil {
		return err
	}
	client, err := mail.NewClient(s.cfg.Host, s.options()...)
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Timeout)
	defer cancel()
	// The conversation does not look at ctx once it has begun. A program that ends must not wait for a server that
	// hangs; the conversation ends by its own time-out, or with the program.
	sent := make(chan error, 1)
	go func() { sent <- client.DialAndSendWithContext(ctx, letter) }()
	select {
	case err = <-sent:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	return nil
}

// Check speaks with the server up to the point where a letter would begin: name, TLS, and the password.
func (s *SMTP) Check(ctx context.Context) error {
	client, err := mail.NewClient(s.cfg.Host, s.options()...)
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Timeout)
	defer cancel()
	if err := client.DialWithContext(ctx); err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	return client.Close()
}

func (s *SMTP) letter(m Message) (*mail.Msg, error) {
	to, err := wireAddress(m.To)
	if err != nil {
		return nil, err
	}
	letter := mail.NewMsg(mail.WithNoDefaultUserAgent())
	letter.FromMailAddress(s.from)
	letter.ToMailAddress(&netmail.Address{Address: to})
	if m.ReplyTo != "" {
		letter.ReplyToMailAddress(&netmail.Address{Address: m.ReplyTo})
	}
	letter.SetMessageIDWithValue(m.ID)
	letter.SetDateWithValue(m.Date)
	letter.Subject(m.Subject)
	letter.SetGenHeader(mail.HeaderContentLang, m.Lang)
	// Out-of-office robots must not answer a robot (RFC 3834).
	letter.SetGenHeader("Auto-Submitted", "auto-generated")
	letter.SetBodyString(mail.TypeTextPlain, m.Text)
	letter.AddAlternativeString(mail.TypeTextHTML, m.HTML)
	return letter, nil
}

func (s *SMTP) options() []mail.Option {
	opts := []mail.Option{mail.WithPort(s.cfg.Port), mail.WithTimeout(s.cfg.Timeout)}
	if s.cfg.TLS == Implicit {
		opts = append(opts, mail.WithSSL())
	} else {
		opts = append(opts, mail.WithTLSPolicy(policies[s.cfg.TLS]))
	}
	if s.cfg.TLSConfig != nil {
		opts = append(opts, mail.WithTLSConfig(s.cfg.TLSConfig))
	}
	if s.cfg.User != "" {
		opts = append(opts, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover),
			mail.WithUsername(s.cfg.User), mail.WithPassword(s.cfg.Password))
	}
	return opts
}

// Permanent reports whether trying again cannot help: the server refused the letter itself for
// good (a 5xx answer), or we did.
func Permanent(err error) bool {
	if errors.Is(err, ErrUnsafe) {
		return true
	}
	sendErr, ok := errors.AsType[*mail.SendError](err)
	if !ok {
		return false
	}
	switch sendErr.Reason {
	case mail.ErrSMTPRcptTo, mail.ErrSMTPMailFrom, mail.ErrSMTPData, mail.ErrSMTPDataClose:
		return sendErr.ErrorCode() >= 500
	}
	return false
}
