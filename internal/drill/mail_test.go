package drill

import (
	"io"
	"net"
	netmail "net/mail"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// mailServer takes letters, each after a pause, and remembers how often each came.
type mailServer struct {
	url, address string
	pause        time.Duration

	mu   sync.Mutex
	seen map[string]int // by Message-ID
}

func serveMail(t *testing.T, pause time.Duration) *mailServer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m := &mailServer{address: listener.Addr().String(), pause: pause, seen: map[string]int{}}
	m.url = "smtp://" + m.address + "?tls=none"
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return mailSession{m}, nil }))
	server.Domain = "localhost"
	go func() { _ = server.Serve(listener) }() // ends with the listener
	t.Cleanup(func() {
		_ = listener.Close() // the server may not have taken it over yet
		_ = server.Close()
	})
	return m
}

// distinct is the number of different letters.
func (m *mailServer) distinct() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.seen)
}

// repeats is the number of letters that came again.
func (m *mailServer) repeats() (n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, times := range m.seen {
		n += times - 1
	}
	return n
}

type mailSession struct{ m *mailServer }

func (mailSession) Mail(string, *smtp.MailOptions) error { return nil }
func (mailSession) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (mailSession) Reset()                               {}
func (mailSession) Logout() error                        { return nil }

func (s mailSession) Data(r io.Reader) error {
	letter, err := netmail.ReadMessage(r)
	if err != nil {
		return err
	}
	time.Sleep(s.m.pause)
	s.m.mu.Lock()
	defer s.m.mu.Unlock()
	s.m.seen[letter.Header.Get("Message-Id")]++
	return nil
}
