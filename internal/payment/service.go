package payment

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/jobs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/paging"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/web"
)

// Hooks say what money means to those who sell. Each runs inside the transaction that moves the
// payment, with the payment's row locked, and may run again if that transaction is retried; an
// error undoes the move. A nil hook does nothing.
type Hooks struct {
	// Lock queues the lock of the purchase, which goes before the payment's in one round trip: both are
	// always locked in that order. Where money has come it may read what it needs of the purchase there, too.
	Lock func(b *pgx.Batch, reference string, money bool) Locked
	// OnCaptured: the money is here, once for each payment. It may come after the goods are no
	// longer held, or for a purchase that another attempt paid: ask for a Refund then, and say so.
	OnCaptured func(ctx context.Context, tx pgx.Tx, p Payment) (asked bool, err error)
	// OnFailed: this attempt ended without money (Failed or Expired).
	OnFailed func(ctx context.Context, tx pgx.Tx, p Payment) error
	// OnRefunded: a refund reached its end (RefundSucceeded or RefundFailed).
	OnRefunded func(ctx context.Context, tx pgx.Tx, p Payment, r Refund) error
	// OnRefundAgain: money that could not go back is on its way once more, as r.
	OnRefundAgain func(ctx context.Context, tx pgx.Tx, p Payment, r Refund) error
}

// Locked is a purchase that Hooks.Lock has locked and read.
type Locked struct {
	// Sell, when set, queues what a capture moves of the purchase, beside the payment's own move.
	Sell func(b *pgx.Batch)
	// Captured, when set, is OnCaptured for who has read the purchase already, and sold.
	Captured func(ctx context.Context, tx pgx.Tx, p Payment) (asked bool, err error)
}

// Deps is what a Service stands on.
type Deps struct {
	DB        *pgxpool.Pool
	Now       func() time.Time
	Log       *slog.Logger
	BaseURL   string // scheme and host of this site
	Providers []Provider
	// Enqueue inserts a job in the transaction that causes it: jobs.Queue.InsertTx.
	Enqueue func(ctx context.Context, tx pgx.Tx, args jobs.Args, opts ...jobs.Option) error
}

// Service is the door to payments.
type Service struct {
	Hooks Hooks // set at wiring, before the first request

	Deps
	byName map[string]Provider
}

// New makes a service. Its zero-total payments need no provider.
func New(d Deps) *Service {
	s := &Service{Deps: d, byName: map[string]Provider{}}
	for _, p := range d.Providers {
		s.byName[p.Name()] = p
	}
	return s
}

// Free is the provider of a purchase that costs nothing: no outside is asked.
const Free = "free"

// Methods lists how an amount can be paid, in the order of the configuration. A total of zero has
// none: it is captured when it is created.
func (s *Service) Methods(a money.Amount, cur money.Currency) []Method {
	var list []Method
	for _, p := range s.Providers {
		if a > 0 && p.Accepts(a, cur) {
			list = append(list, Method{Code: p.Name(),
				TitleKey: "payment.method." + p.Name(), HintKey: "payment.method." + p.Name() + ".hint"})
		}
	}
	return list
}

func (s *Service) accepts(provider string, a money.Amount, cur money.Currency) bool {
	p, ok := s.byName[provider]
	return ok && p.Accepts(a, cur)
}

// Create writes the first attempt to pay for a purchase, in the transaction that places it. A
// method that does not exist or does not take this amount is Invalid for the field "payment"; a
// second payment for the same reference is a Conflict. A total of zero is captured at once, and
// OnCaptured has run when Create returns.
func (s *Service) Create(ctx context.Context, tx pgx.Tx, n NewPayment) (p Payment, err error) {
	defer errs.Wrap(&err, "payment.Create(%s)", n.Reference)
	if n.Amount == 0 {
		n.Provider = Free
	}
	if err := s.judge(n); err != nil {
		return p, err
	}
	return s.create(ctx, tx, n, 1)
}

// QueueCreate is Create, of more than nothing, as a part of the caller's round trip. It answers the path of the page where
// the buyer pays, if that is one of ours; else it is empty, and Begin will know.
func (s *Service) QueueCreate(b *pgx.Batch, n NewPayment) (page string, err error) {
	defer errs.Wrap(&err, "payment.QueueCreate(%s)", n.Reference)
	if n.Amount == 0 {
		return "", errors.New("a payment of nothing is captured when it is created")
	}
	if err := s.judge(n); err != nil {
		return "", err
	}
	var p Payment
	return s.queueAttempt(b, n, 1, &p), nil
}

// queueAttempt writes an attempt under a new token, and answers the page of ours where it is paid.
func (s *Service) queueAttempt(b *pgx.Batch, n NewPayment, attempt int, p *Payment) (page string) {
	token := rand.Text()
	var at *Started
	if own, ok := s.byName[n.Provider].(OwnPage); ok {
		begun := own.Page(token)
		at, page = &begun, begun.URL
	}
	queuePayment(b, n, attempt, token, at, s.Now(), p)
	return page
}

// judge refuses what cannot be paid, or not in that way.
func (s *Service) judge(n NewPayment) error {
	if err := n.check(); err != nil {
		return err
	}
	if n.Amount > 0 && !s.accepts(n.Provider, n.Amount, n.Currency) {
		return errs.Fields([]errs.Field{{Name: "payment", Key: "payment.error.method"}})
	}
	return nil
}

func (s *Service) create(ctx context.Context, tx pgx.Tx, n NewPayment, attempt int) (Payment, error) {
	var p Payment
	b := &pgx.Batch{}
	s.queueAttempt(b, n, attempt, &p)
	err := pg.Send(ctx, tx, b)
	if err == nil && p.Amount == 0 {
		return s.capture(ctx, tx, p, Locked{}, Report{}, "system")
	}
	return p, err
}

// Retry makes the next attempt for a purchase whose last one failed, ended, or is to be paid
// another way; the caller has made sure that the purchase still wants to be paid. An open attempt
// with the same method is returned as it is, so a double click makes one. While money may be under
// way, and after it came, Retry is a Conflict.
func (s *Service) Retry(ctx context.Context, tx pgx.Tx, reference, provider string) (p Payment, err error) {
	defer errs.Wrap(&err, "payment.Retry(%s)", reference)
	last, ok, err := lockLatest(ctx, tx, reference)
	if err != nil {
		return p, err
	}
	switch {
	case !ok:
		return p, errs.New(errs.NotFound, "error.not_found")
	case !s.accepts(provider, last.Amount, last.Currency):
		return p, errs.Fields([]errs.Field{{Name: "payment", Key: "payment.error.method"}})
	case last.State.Open() && last.Provider == provider:
		return last, nil
	case last.State == Processing || last.State == Authorized:
		return p, errs.New(errs.Conflict, "payment.error.under_way")
	case last.State.Open():
		if err := s.end(ctx, tx, last, "replaced"); err != nil {
			return p, err
		}
	case !last.State.Ended():
		return p, errs.New(errs.Conflict, "payment.error.paid")
	}
	splits, err := selectSplits(ctx, tx, last.ID)
	if err != nil {
		return p, err
	}
	n := NewPayment{Reference: reference, BuyerPersonID: last.BuyerPersonID, Email: last.Email, Lang: last.Lang,
		ReturnPath: last.ReturnPath, Provider: provider, Amount: last.Amount, Currency: last.Currency,
		ExpiresAt: last.ExpiresAt}
	for _, sp := range splits {
		n.Splits = append(n.Splits, NewSplit{SellerID: sp.SellerID, OrderID: sp.OrderID, Amount: sp.Amount})
	}
	return s.create(ctx, tx, n, last.Attempt+1)
}

// Cancel ends the open attempt of a purchase that will not be paid any more (its goods are no
// longer held, its buyer gave it up) and closes it at the provider. It reports whether there was
// one. OnFailed is not called: the caller knows.
func (s *Service) Cancel(ctx context.Context, tx pgx.Tx, reference, reason string) (ended bool, err error) {
	defer errs.Wrap(&err, "payment.Cancel(%s)", reference)
	last, ok, err := lockLatest(ctx, tx, reference)
	if err != nil || !ok || !last.State.Open() {
		return false, err
	}
	return true, s.end(ctx, tx, last, reason)
}

func (s *Service) end(ctx context.Context, tx pgx.Tx, p Payment, reason string) error {
	if err := updateState(ctx, tx, p.ID, Expired, "", s.Now()); err != nil {
		return err
	}
	if err := s.note(ctx, tx, p, "cancelled", Expired, "", reason); err != nil {
		return err
	}
	if p.StartedAt == nil {
		return nil // the provider never heard of it
	}
	return s.Enqueue(ctx, tx, CancelArgs{PaymentID: p.ID})
}

// Begin makes the latest attempt ready to be paid and says where to send the buyer: the provider's
// page, a page of ours, or the payment's return path if it is paid already. It asks the provider
// outside of any transaction and may be repeated: the answer stays the same. A failed or ended
// attempt is a Conflict (Retry makes the next one), a provider that does not answer is Unavailable
// and leaves everything as it was.
func (s *Service) Begin(ctx context.Context, reference string) (url string, err error) {
	p, ok, err := selectLatest(ctx, s.DB, reference)
	if err == nil && !ok {
		err = errs.New(errs.NotFound, "error.not_found")
	}
	if err != nil {
		return "", err
	}
	return s.BeginWith(ctx, p)
}

// QueueLatest finds the latest attempt to pay for a purchase as a part of the caller's round trip; there is none where
// list stays empty.
func QueueLatest(b *pgx.Batch, reference string, list *[]Payment) {
	b.Queue(latestPayment, reference).Query(pg.Into(list))
}

// BeginWith is Begin for who has read the latest attempt.
func (s *Service) BeginWith(ctx context.Context, p Payment) (url string, err error) {
	defer errs.Wrap(&err, "payment.Begin(%s)", p.Reference)
	switch {
	case p.State.Ended():
		return "", errs.New(errs.Conflict, "payment.error.ended")
	case !p.State.Open():
		return web.PathIn(p.Lang, p.ReturnPath), nil
	case p.RedirectURL != "":
		return s.address(p, p.RedirectURL), nil
	}
	provider, ok := s.byName[p.Provider]
	if !ok {
		return "", errs.New(errs.Unavailable, "payment.error.provider_down")
	}
	started, err := provider.Start(ctx, p, s.returns(p))
	if err != nil {
		return "", errs.New(errs.Unavailable, "payment.error.provider_down").With(err)
	}
	n, err := updateStarted(ctx, s.DB, p.ID, started, s.Now())
	if err != nil {
		return "", err
	}
	if n == 0 { // somebody else started it, or it ended meanwhile
		if p, err = selectPayment(ctx, s.DB, p.ID); err != nil {
			return "", err
		}
		if p.State.Ended() {
			return "", errs.New(errs.Conflict, "payment.error.ended")
		}
		if p.RedirectURL == "" {
			return web.PathIn(p.Lang, p.ReturnPath), nil
		}
		return s.address(p, p.RedirectURL), nil
	}
	return s.address(p, started.URL), nil
}

// address puts the buyer's language before a page of ours; a provider's address stays.
func (s *Service) address(p Payment, url string) string {
	if web.Local(url) {
		return web.PathIn(p.Lang, url)
	}
	return url
}

func (s *Service) returns(p Payment) Return {
	return Return{
		Done: s.BaseURL + web.PathIn(p.Lang, "/pay/return/"+p.Token),
		Back: s.BaseURL + web.PathIn(p.Lang, "/pay/return/"+p.Token+"?back=1"),
	}
}

// Get finds a payment by id.
func (s *Service) Get(ctx context.Context, db pg.DB, id int64) (Payment, error) {
	return selectPayment(ctx, db, id)
}

// ByReference finds the latest attempt to pay for a purchase; ok is false if there is none.
func (s *Service) ByReference(ctx context.Context, db pg.DB, reference string) (p Payment, ok bool, err error) {
	return selectLatest(ctx, db, reference)
}

// Attempts lists all payments of a purchase, the first attempt first: money may come to any of them.
func (s *Service) Attempts(ctx context.Context, db pg.DB, reference string) ([]Payment, error) {
	return selectAttempts(ctx, db, reference)
}

// ByToken finds the payment of a payment page.
func (s *Service) ByToken(ctx context.Context, db pg.DB, token string) (Payment, error) {
	p, ok, err := selectByToken(ctx, db, token)
	if err == nil && !ok {
		err = errs.New(errs.NotFound, "error.not_found")
	}
	return p, err
}

// List gives payments of a state ("" for all), newest first, and the cursor of the next page.
func (s *Service) List(ctx context.Context, state State, after string, size int) (paging.Page[Payment], error) {
	var before int64
	if _, err := paging.Decode(after, &before); err != nil {
		return paging.Page[Payment]{}, err
	}
	rows, err := selectPayments(ctx, s.DB, state, before, size+1)
	if err != nil {
		return paging.Page[Payment]{}, err
	}
	return paging.Cut(rows, size, func(p Payment) any { return p.ID })
}

// Splits lists the shares of a payment, by order.
func (s *Service) Splits(ctx context.Context, db pg.DB, paymentID int64) ([]Split, error) {
	return selectSplits(ctx, db, paymentID)
}

// Refunds lists the refunds of a payment, oldest first.
func (s *Service) Refunds(ctx context.Context, db pg.DB, paymentID int64) ([]Refund, error) {
	return selectRefunds(ctx, db, paymentID)
}

// RefundsOf lists the refunds of all payments of a purchase, oldest first.
func (s *Service) RefundsOf(ctx context.Context, db pg.DB, reference string) ([]Refund, error) {
	return selectRefundsOf(ctx, db, reference)
}

// HistoryEvent is one line of a payment's history.
type HistoryEvent struct {
	PaymentID int64
	At        time.Time
	Kind      string
	From      State `db:"from_state"`
	To        State `db:"to_state"`
	Actor     string
	Detail    string
}

// History lists what happened to a payment, oldest first.
func (s *Service) History(ctx context.Context, db pg.DB, paymentID int64) ([]HistoryEvent, error) {
	return selectEvents(ctx, db, paymentID)
}

// note writes a line of history: p moves (or stays) in state to.
func (s *Service) note(ctx context.Context, tx pg.DB, p Payment, kind string, to State, actor, detail string) error {
	if actor == "" {
		actor = "system"
	}
	return insertEvent(ctx, tx, HistoryEvent{PaymentID: p.ID, At: s.Now(), Kind: kind, From: p.State, To: to,
		Actor: actor, Detail: detail})
}
