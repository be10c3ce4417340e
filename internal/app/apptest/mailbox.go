package apptest

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/yarmarka/yarmarka/internal/app"
)

// Letter is a mail that arrived.
type Letter struct{ To, Subject, Text string }

// Mailbox is a mail server that keeps what it is given.
type Mailbox struct {
	mu      sync.Mutex
	letters []Letter
}

func serveMail(t testing.TB, c *app.Config) *Mailbox {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	box := &Mailbox{}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &delivery{box: box}, nil }))
	server.Domain = "localhost"
	go func() { _ = server.Serve(listener) }() // ends with the listener
	t.Cleanup(func() {
		_ = listener.Close() // the server may not have taken it over yet
		_ = server.Close()
	})
	c.SMTPURL = "smtp://" + listener.Addr().String() + "?tls=none"
	return box
}

// To gives the letters to an address so far.
func (b *Mailbox) To(address string) []Letter {
	b.mu.Lock()
	defer b.mu.Unlock()
	var list []Letter
	for _, l := range b.letters {
		if l.To == address {
			list = append(list, l)
		}
	}
	return list
}

var addresses = regexp.MustCompile(`https?://[^\s<>"]+`)

// Link waits for a letter to an address with a link that contains part, and gives the link.
func (b *Mailbox) Link(t testing.TB, to, part string) string {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		for _, l := range b.To(to) {
			for _, link := range addresses.FindAllString(l.Text, -1) {
				if strings.Contains(link, part) {
					return link
				}
			}
		}
	}
	t.Fatalf("apptest: no letter to %s with a link like %s; there are %v", to, part, b.To(to))
	return ""
}

// delivery is one conversation with the server.
type delivery struct {
	box *Mailbox
	to  []string
}

func (d *delivery) Mail(string, *smtp.MailOptions) error { return nil }
func (d *delivery) Rcpt(to string, _ *smtp.RcptOptions) error {
	d.to = append(d.to, to)
	return nil
}
func (d *delivery) Reset()        { d.to = nil }
func (d *delivery) Logout() error { return nil }

func (d *delivery) Data(r io.Reader) error {
	message, err := netmail.ReadMessage(r)
	if err != nil {
		return err
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(message.Header.Get("Subject"))
	if err != nil {
		return err
	}
	text, err := plainText(message.Header.Get("Content-Type"), message.Header.Get("Content-Transfer-Encoding"), message.Body)
	if err != nil {
		return err
	}
	d.box.mu.Lock()
	defer d.box.mu.Unlock()
	for _, to := range d.to {
		d.box.letters = append(d.box.letters, Letter{To: to, Subject: subject, Text: text})
	}
	return nil
}

// plainText finds the text of a letter, in its first part that is text.
func plainText(kind, encoding string, body io.Reader) (string, error) {
	media, params, err := mime.ParseMediaType(kind)
	if err != nil {
		return "", err
	}
	if strings.HasPrefix(media, "multipart/") {
		part, err := multipart.NewReader(body, params["boundary"]).NextPart()
		if err != nil {
			return "", err
		}
		return plainText(part.Header.Get("Content-Type"), part.Header.Get("Content-Transfer-Encoding"), part)
	}
	switch strings.ToLower(encoding) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	var text bytes.Buffer
	_, err = text.ReadFrom(body)
	return text.String(), err
}
