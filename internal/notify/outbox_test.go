package notify_test

import (
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/notify"
	"github.com/yarmarka/yarmarka/internal/notify/notifytest"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// row writes a mail as a program of another age does.
func row(t *testing.T, db *pgxpool.Pool, event, lang string, letter *string, html, body string) {
	t.Helper()
	_, err := pg.Exec(t.Context(), db, `
		insert into mails (event, recipient, template, lang, subject, letter, html, body, message_id, created_at)
		values ($1, 'anna@example.ru', 'test.row', $2, 'Письмо', $3, nullif($4, ''), nullif($5, ''), $1 || '@mail.yarmarka', now())`, event, lang, letter, html, body)
	if err != nil {
		t.Fatal(err)
	}
}

// parts are the forms of a letter as its reader's mailbox finds them.
func parts(t *testing.T, raw string) (text, html string) {
	t.Helper()
	m, err := netmail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	var forms [2]string
	r := multipart.NewReader(m.Body, params["boundary"])
	for i := range forms {
		part, err := r.NextRawPart()
		if err != nil {
			t.Fatal(err)
		}
		all, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			t.Fatal(err)
		}
		forms[i] = strings.ReplaceAll(string(all), "\r\n", "\n")
	}
	return forms[0], forms[1]
}

// During an upgrade two programs write to one outbox: a mail with both forms ready leaves as it stands, one that tells
// what it says is composed in its own language.
func TestRowsOfBothAgesLeave(t *testing.T) {
	t.Parallel()
	db, server := dbtest.New(t), startServer(t, "")
	s := notify.New(db, server.sender(t), time.Now)
	says := `{"t":"Paid","b":[{"k":"para","t":"Thank you."}]}`
	row(t, db, "old", "ru", nil, "<p>Готово</p>", "Готово")
	row(t, db, "new", "en", &says, "", "")
	if n := deliver(t, s); n != 2 {
		t.Fatalf("%d mails were taken", n)
	}
	wantHTML, wantText, err := notify.Compose(t.Context(), i18n.EN, notify.Letter{Title: "Paid", Blocks: []notify.Block{notify.Para("Thank you.")}})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][2]string{"<old@mail.yarmarka>": {"Готово", "<p>Готово</p>"}, "<new@mail.yarmarka>": {wantText, wantHTML}}
	got := map[string][2]string{}
	for i, m := range server.received() {
		text, html := parts(t, server.bodies[i])
		got[m.Header.Get("Message-ID")] = [2]string{text, html}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("text and HTML (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"Готово", wantText}, notifytest.Texts(t, db, "test.row", "anna@example.ru")); diff != "" {
		t.Errorf("read from the outbox (-want +got):\n%s", diff)
	}
}

// A mail of which nothing can be made is for an operator to see; the others leave.
func TestAMailThatCannotBeComposed(t *testing.T) {
	t.Parallel()
	db, server := dbtest.New(t), startServer(t, "")
	s := notify.New(db, server.sender(t), time.Now)
	bad := map[string]string{"cut": `{"t":"Paid","b":[{"k":`, "unknown": `{"t":"Paid","b":[{"k":"song","t":"La"}]}`,
		"large": `{"t":"Paid","b":[{"k":"para","t":"` + strings.Repeat("а", 200<<10) + `"}]}`}
	problems := map[string]string{"cut": "cannot be read", "unknown": `"song"`, "large": "bytes"}
	for event, says := range bad {
		row(t, db, event, "ru", &says, "", "")
	}
	enqueue(t, db, letter("purchase:1:paid", "anna@example.ru"))
	if n := deliver(t, s); n != 4 {
		t.Fatalf("%d mails were taken", n)
	}
	for _, e := range entries(t, s) {
		want, problem := notify.Sent, problems[e.Event]
		if problem != "" {
			want = notify.Failed
		}
		if e.State != want || !strings.Contains(e.LastError, problem) {
			t.Errorf("%s: %s, %q", e.Event, e.State, e.LastError)
		}
	}
	if n := len(server.received()); n != 1 {
		t.Errorf("%d letters left", n)
	}
}

// What could never leave is not written.
func TestEnqueueRefusesWhatCannotLeave(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	of := func(change func(*notify.Mail)) notify.Mail {
		m := letter("purchase:1:paid", "anna@example.ru")
		change(&m)
		return m
	}
	blocks := func(list ...notify.Block) notify.Mail {
		return of(func(m *notify.Mail) { m.Letter.Blocks = list })
	}
	long := strings.Repeat("ж", 600<<10)
	for name, m := range map[string]notify.Mail{
		"no event":                of(func(m *notify.Mail) { m.Event = "" }),
		"no template":             of(func(m *notify.Mail) { m.Template = "" }),
		"no title":                of(func(m *notify.Mail) { m.Letter.Title = "" }),
		"nothing to say":          of(func(m *notify.Mail) { m.Letter = nil }),
		"one form only":           of(func(m *notify.Mail) { m.Letter, m.Subject, m.Text = nil, "Заказ", "Спасибо" }),
		"forms too large":         of(func(m *notify.Mail) { m.Letter, m.Subject, m.Text, m.HTML = nil, "Заказ", long, long }),
		"a block of nobody":       blocks(notify.Block{}),
		"too much":                blocks(notify.Para(long)),
		"too much, when composed": blocks(notify.Para(strings.Repeat("'", 100<<10))),
		"too many rows":           blocks(notify.Lines(make([]notify.Row, 4000), nil)),
	} {
		err := pg.InTx(t.Context(), db, func(tx pgx.Tx) error { return notify.Enqueue(t.Context(), tx, m) })
		if err == nil {
			t.Errorf("%s: it is in the outbox", name)
		}
	}
	enqueue(t, db, blocks(notify.Para(strings.Repeat("ж", 100<<10)))) // 400 KB in all
}
