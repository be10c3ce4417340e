package postal_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/postal/oksm"
	"github.com/yarmarka/yarmarka/internal/export/postal/s10"
	"github.com/yarmarka/yarmarka/internal/export/postal/standin"
	"github.com/yarmarka/yarmarka/internal/export/postal/tracking"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// What the post gets is written down, byte for byte.
func TestOrderShape(t *testing.T) {
	t.Parallel()
	w := newWorld(t, standin.Options{})
	o := anOrder("Y-1")
	o.Dimension = &postal.Dimension{Length: 20, Width: 15, Height: 8}
	o.Customs.IOSS, o.Customs.WithInvoice, o.Customs.InvoiceNumber = "IM1234567890", true, "Y-1"
	if _, err := w.Create(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	resp, err := http.Get(w.server.URL + "/control/orders/Y-1")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // read whole
	got, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("testdata/order.json")
	if os.Getenv("UPDATE_GOLDEN") != "" {
		want, err = got, os.WriteFile("testdata/order.json", got, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// An order goes its way: filed, in a batch, handed in, declared, departed, delivered.
func TestAnOrdersWay(t *testing.T) {
	t.Parallel()
	w := newWorld(t, standin.Options{Step: time.Hour})
	post, ctx := w.Post(), t.Context()
	f, err := w.Create(ctx, anOrder("Y-1"))
	if err != nil {
		t.Fatal(err)
	}
	declared := func() postal.Declaration {
		t.Helper()
		d, err := post.Declaration(ctx, f)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	if d := declared(); d.Status != postal.DeclarationNew || d.Final() || !d.Known() {
		t.Errorf("before the batch: %+v", d)
	}
	if pdf, err := post.Forms(ctx, f); err != nil || !strings.HasPrefix(string(pdf), "%PDF-") {
		t.Errorf("forms: %v", err)
	}
	batches, err := post.Ship(ctx, []int64{f.ID}, day)
	if err != nil || len(batches) != 1 || batches[0].Count != 1 || batches[0].Mass != 450 {
		t.Fatalf("%+v, %v", batches, err)
	}
	for range 2 { // once more, as after an answer that was lost
		again, err := post.Ship(ctx, []int64{f.ID}, day)
		if err != nil || len(again) != 1 || again[0].Name != batches[0].Name {
			t.Fatalf("again: %+v, %v", again, err)
		}
		if err := post.CheckIn(ctx, batches[0].Name); err != nil {
			t.Fatal(err)
		}
	}
	for _, ask := range []func() ([]byte, error){
		func() ([]byte, error) { return post.F103(ctx, batches[0].Name) },
		func() ([]byte, error) { return post.AllForms(ctx, batches[0].Name) },
	} {
		if body, err := ask(); err != nil || len(body) == 0 {
			t.Errorf("a document: %v", err)
		}
	}
	phases := phasesOf(t, w, f.Barcode)
	want := []string{tracking.PreAdvised, tracking.Accepted, tracking.Transit, tracking.CustomsPre, tracking.CustomsReleased, tracking.Customs,
		tracking.Departed, tracking.OfficeOfExchange, tracking.Exported, tracking.Imported, tracking.Delivered}
	if diff := cmp.Diff(want, phases); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	d := declared()
	if d.Status != postal.DeclarationDone || !d.Final() || d.Decision != postal.DecisionDepartureAllowed || !strings.HasSuffix(d.Registration, "/"+string(f.Barcode)) ||
		d.FactMass != 450 || d.DecidedAt.IsZero() || d.RegisteredAt.IsZero() {
		t.Errorf("at the end: %+v", d)
	}
	ticket, err := post.Ticket(ctx, []s10.Number{f.Barcode, "RA123456785RU"})
	if err != nil {
		t.Fatal(err)
	}
	if _, ready, err := post.Answer(ctx, ticket); ready || err != nil {
		t.Errorf("the first look: %v, %v", ready, err)
	}
	found, ready, err := post.Answer(ctx, ticket)
	single, singleErr := post.Operations(ctx, f.Barcode)
	if err != nil || singleErr != nil || !ready || len(found[f.Barcode]) != len(single) || len(found["RA123456785RU"]) != 0 {
		t.Errorf("%d and %d operations, %v, %v", len(found[f.Barcode]), len(single), err, singleErr)
	}
	if ops, err := post.Operations(ctx, "RA123456785RU"); err != nil || len(ops) != 0 {
		t.Errorf("an item nobody has seen: %v, %v", ops, err)
	}
}

// phasesOf looks at an item every hour until it is delivered, and gives its phases in the order they came.
func phasesOf(t *testing.T, w *world, barcode s10.Number) (phases []string) {
	t.Helper()
	for range 15 {
		ops, err := w.Post().Operations(t.Context(), barcode)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range ops {
			if phase, _, _ := tracking.Phase(o.Type, o.Attr); !slices.Contains(phases, phase) {
				phases = append(phases, phase)
			}
		}
		w.clock.move(time.Hour)
	}
	return phases
}

func TestThePostRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t, standin.Options{Faults: standin.Faults{Closed: []string{"FR"}}})
	for code, change := range map[string]func(*postal.Order){
		"ILLEGAL_MASS_EXCESS":   func(o *postal.Order) { o.Mass = 2001 },
		"EMPTY_CUSTOMS_ENTRIES": func(o *postal.Order) { o.Customs = nil },
		"ILLEGAL_CUSTOMS_VALUE": func(o *postal.Order) { o.Customs.Entries[0].Value = 0 },
		"ILLEGAL_TNVED_CODE":    func(o *postal.Order) { o.Customs.Entries[0].TNVED = "4420109" },
		"EMPTY_ADDRESSEE_NAME":  func(o *postal.Order) { o.Recipient = " " },
		"ILLEGAL_MAIL_DIRECT":   func(o *postal.Order) { o.Country = oksm.Of("FR") },
	} {
		o := anOrder("Y-" + code)
		change(&o)
		_, err := w.Create(t.Context(), o)
		if r, ok := errors.AsType[*postal.Refusal](err); !ok || !r.Has(code) || postal.Down(err) {
			t.Errorf("%s: %v", code, err)
			continue
		}
		// Mended, the same number goes through.
		if f, err := w.Create(t.Context(), anOrder(o.Number)); err != nil || f.Barcode == "" {
			t.Errorf("%s, mended: %v", code, err)
		}
	}
	if n := w.stand.State(); n.Items != 6 || n.Numbers != 6 {
		t.Errorf("the post has %+v", n)
	}
}

// asked is a post that answers everything with one handler.
func asked(t *testing.T, h http.HandlerFunc) *postal.Post {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	c := standin.Config(server.URL)
	c.Timeout = 300 * time.Millisecond
	return postal.NewPost(c, time.Now)
}

func TestWhatThePostMaySay(t *testing.T) {
	t.Parallel()
	page := func(status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}
	}
	for name, tt := range map[string]struct {
		h    http.HandlerFunc
		down bool
		kind errs.Kind
		code string
	}{
		"the keys are wrong":       {page(401, `{}`), false, errs.Internal, postal.CodeUnauthorized},
		"the day is used up":       {page(429, `{"status":"ERROR","message":"лимит"}`), false, errs.TooMany, ""},
		"an error page":            {page(502, `<html>`), true, errs.Unavailable, ""},
		"a page for data":          {page(200, `<html>`), true, errs.Unavailable, ""},
		"nothing":                  {page(200, ``), true, errs.Unavailable, ""},
		"more than can be read":    {page(200, strings.Repeat(" ", 9<<20)), true, errs.Unavailable, ""},
		"another order's answer":   {page(200, `{"id":8,"order-num":"Y-8","barcode":"RA123456785RU"}`), true, errs.Unavailable, ""},
		"another number's answer":  {page(200, `{"id":7,"order-num":"Y-8","barcode":"RA123456785RU"}`), true, errs.Unavailable, ""},
		"a mistyped item number":   {page(200, `{"id":7,"order-num":"Y-7","barcode":"RA123456784RU"}`), false, errs.Conflict, ""},
		"deep JSON":                {page(200, strings.Repeat("[", 20000)), true, errs.Unavailable, ""},
		"a time out of this world": {page(200, `{"id":7,"order-num":"Y-7","barcode":"RA123456785RU","declaration-status":"DONE","decision-date":"9999-99-99"}`), true, errs.Unavailable, ""},
	} {
		_, err := asked(t, tt.h).Declaration(t.Context(), postal.Filed{ID: 7, Number: "Y-7", Barcode: "RA123456785RU"})
		r, refused := errors.AsType[*postal.Refusal](err)
		if err == nil || postal.Down(err) != tt.down || errs.KindOf(err) != tt.kind || tt.code != "" && (!refused || !r.Has(tt.code)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// An unknown status is told as it is, and is none of ours.
func TestUnknownStatus(t *testing.T) {
	t.Parallel()
	p := asked(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"id":7,"order-num":"Y-7","barcode":"RA123456785RU","customs-declaration":{"declaration-status":"PONDERING","customs-decision":"MAYBE"}}`)
	})
	d, err := p.Declaration(t.Context(), postal.Filed{ID: 7, Number: "Y-7", Barcode: "RA123456785RU"})
	if err != nil || d.Status != "PONDERING" || d.Known() || d.Final() || d.Decision != "MAYBE" {
		t.Errorf("%+v, %v", d, err)
	}
}

// The credentials go to the configured address and nowhere else, and into no error.
func TestCredentialsStayHome(t *testing.T) {
	t.Parallel()
	var leaked atomic.Int64
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		leaked.Add(1)
	}))
	t.Cleanup(other.Close)
	p := asked(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL+r.URL.Path, http.StatusTemporaryRedirect)
	})
	_, err := p.Limit(t.Context())
	if !postal.Down(err) || leaked.Load() != 0 {
		t.Errorf("a redirect was followed %d times: %v", leaked.Load(), err)
	}
	dead := standin.Config("http://127.0.0.1:1")
	_, err = postal.NewPost(dead, time.Now).Operations(t.Context(), "RA123456785RU")
	for _, secret := range []string{standin.Key, standin.Token, "127.0.0.1:1/"} {
		if err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("the error tells %q: %v", secret, err)
		}
	}
}

// A dead service costs a few callers their time, and then nobody.
func TestADeadServiceIsLeftAlone(t *testing.T) {
	t.Parallel()
	var calls atomic.Int64
	p := asked(t, func(w http.ResponseWriter, _ *http.Request) {
		calls.Add(1)
		http.Error(w, "", http.StatusServiceUnavailable)
	})
	for range 200 {
		if _, err := p.Limit(t.Context()); !postal.Down(err) {
			t.Fatal(err)
		}
	}
	if n := calls.Load(); n > 12 {
		t.Errorf("it was asked %d times", n)
	}
}

// Whoever gives up waiting blames nobody.
func TestGivingUpIsNotAFailure(t *testing.T) {
	t.Parallel()
	var slow atomic.Bool
	slow.Store(true)
	p := asked(t, func(w http.ResponseWriter, r *http.Request) {
		if slow.Load() {
			<-r.Context().Done()
			return
		}
		_, _ = io.WriteString(w, `{"allowed-count":10,"current-count":1}`)
	})
	for range 20 {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
		if _, err := p.Limit(ctx); !postal.Down(err) {
			t.Error(err)
		}
		cancel()
	}
	slow.Store(false)
	if l, err := p.Limit(t.Context()); err != nil || l.Allowed != 10 {
		t.Errorf("%+v, %v", l, err)
	}
}

func TestControlInterface(t *testing.T) {
	t.Parallel()
	w := newWorld(t, standin.Options{Step: time.Hour})
	f, err := w.Create(t.Context(), anOrder("Y-1"))
	if err != nil {
		t.Fatal(err)
	}
	post := func(path string, status int) {
		t.Helper()
		resp, err := http.Post(w.server.URL+path, "application/json", strings.NewReader(`{}`))
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close() //nolint:errcheck // not read
		var v any
		if resp.StatusCode != status || json.NewDecoder(resp.Body).Decode(&v) != nil {
			t.Errorf("%s answers %d", path, resp.StatusCode)
		}
	}
	post("/control/items/Y-1/inspect", 200)
	post("/control/items/Y-2/inspect", 404)
	post("/control/items/Y-1/eat", 404)
	post("/control/clock?push=soon", 422)
	post("/control/faults", 200)
	batches, err := w.Post().Ship(t.Context(), []int64{f.ID}, day)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Post().CheckIn(t.Context(), batches[0].Name); err != nil {
		t.Fatal(err)
	}
	last := func() tracking.Operation {
		t.Helper()
		ops, err := w.Post().Operations(t.Context(), f.Barcode)
		if err != nil || len(ops) == 0 {
			t.Fatalf("%v, %v", ops, err)
		}
		return ops[len(ops)-1]
	}
	post("/control/clock?push=100h", 200)
	if o := last(); o.Type != 14 || o.Attr != 7 {
		t.Errorf("an inspection holds it at %+v", o)
	}
	if d, err := w.Post().Declaration(t.Context(), f); err != nil || d.Decision != postal.DecisionControl {
		t.Errorf("%+v, %v", d, err)
	}
	post("/control/items/Y-1/release", 200)
	post("/control/clock?push=2h", 200)
	if o := last(); o.Type == 14 && o.Attr == 7 || o.Type == 2 {
		t.Errorf("released, it is at %+v", o)
	}
	post("/control/items/"+string(f.Barcode)+"/weigh?grams=600", 200)
	if d, err := w.Post().Declaration(t.Context(), f); err != nil || d.FactMass != 600 {
		t.Errorf("%+v, %v", d, err)
	}
	post("/control/items/Y-1/deliver", 200)
	if o := last(); o.Type != 2 || o.Attr != 1 {
		t.Errorf("delivered, it is at %+v", o)
	}
}
