package mail

import (
	"errors"
	"strings"
	"testing"
)

func TestCheckRefusesSmuggledHeaders(t *testing.T) {
	t.Parallel()
	good := Message{ID: "1@x", To: "anna@example.ru", Subject: "Заказ Я-204118 оплачен"}
	if err := good.Check(); err != nil {
		t.Fatalf("a plain letter: %v", err)
	}
	for _, evil := range []string{"\r\nBcc: x@example.com", "\nBcc: x", "\r", "\x00", "\u2028Bcc: x", "\u0085x", "\xff"} {
		for name, break_ := range map[string]func(*Message){
			"subject":    func(m *Message) { m.Subject += evil },
			"recipient":  func(m *Message) { m.To += evil },
			"reply-to":   func(m *Message) { m.ReplyTo = "b@example.ru" + evil },
			"message id": func(m *Message) { m.ID += evil },
		} {
			m := good
			break_(&m)
			if err := m.Check(); !errors.Is(err, ErrUnsafe) || !Permanent(err) {
				t.Errorf("%s with %q: %v, want ErrUnsafe", name, evil, err)
			}
		}
	}
	for _, to := range []string{"", "anna", "a@x.ru,b@x.ru", "<a@x.ru>", "Anna a@x.ru", "a@b@c.ru"} {
		m := good
		m.To = to
		if err := m.Check(); !errors.Is(err, ErrUnsafe) {
			t.Errorf("recipient %q: %v, want ErrUnsafe", to, err)
		}
	}
}

func TestWireAddress(t *testing.T) {
	t.Parallel()
	got, err := wireAddress("anna@пример.рф")
	if err != nil || got != "anna@xn--e1afmkfd.xn--p1ai" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestNewSMTPRefusesBadSettings(t *testing.T) {
	t.Parallel()
	for name, cfg := range map[string]Config{
		"no server":     {From: "a@x.ru"},
		"no sender":     {Host: "localhost"},
		"unknown TLS":   {Host: "localhost", From: "a@x.ru", TLS: "yes"},
		"broken sender": {Host: "localhost", From: strings.Repeat("a", 9)},
	} {
		if _, err := NewSMTP(cfg); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
