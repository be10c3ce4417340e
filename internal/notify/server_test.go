package notify_test

import (
	"io"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/yarmarka/yarmarka/internal/platform/mail"
)

// mailServer is a real SMTP server of one test, which can be told to refuse.
type mailServer struct {
	addr string
	srv  *smtp.Server
	door net.Listener

	mu      sync.Mutex
	letters []*netmail.Message
	bodies  []string
	refuse  func(to string) error
	hold    chan struct{} // when set, a letter is accepted only after it closes
	holding chan struct{} // told when a letter waits
}

// startServer listens on addr, or on a free port when it is empty.
func startServer(t *testing.T, addr string) *mailServer {
	t.Helper()
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	s := &mailServer{addr: listener.Addr().String(), door: listener}
	s.srv = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{server: s}, nil }))
	s.srv.Domain, s.srv.ReadTimeout, s.srv.WriteTimeout = "localhost", 10*time.Second, 10*time.Second
	go func() {
		_ = s.srv.Serve(listener) // ends when stop closes the door
	}()
	t.Cleanup(s.stop)
	return s
}

// stop ends the server at once. It closes the listener itself too: the server may not have taken
// it over yet. A second stop finds both closed.
func (s *mailServer) stop() {
	_ = s.door.Close()
	_ = s.srv.Close()
}

// sender is a client of the server.
func (s *mailServer) sender(t *testing.T) mail.Sender {
	t.Helper()
	addr, err := net.ResolveTCPAddr("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	client, err := mail.NewSMTP(mail.Config{Host: "127.0.0.1", Port: addr.Port, TLS: mail.None,
		From: "Ярмарка <robot@yarmarka.example>", Timeout: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func (s *mailServer) received() []*netmail.Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*netmail.Message(nil), s.letters...)
}

type session struct {
	server *mailServer
	to     string
}

func (c *session) Reset()                               {}
func (c *session) Logout() error                        { return nil }
func (c *session) Mail(string, *smtp.MailOptions) error { return nil }

func (c *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	c.to = to
	if c.server.refuse != nil {
		return c.server.refuse(to)
	}
	return nil
}

func (c *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if c.server.hold != nil {
		c.server.holding <- struct{}{}
		<-c.server.hold
	}
	letter, err := netmail.ReadMessage(strings.NewReader(string(raw)))
	if err != nil {
		return err
	}
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	c.server.letters = append(c.server.letters, letter)
	c.server.bodies = append(c.server.bodies, string(raw))
	return nil
}
