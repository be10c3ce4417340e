package payment

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// What became of a stored event.
const (
	outcomeApplied   = "applied"
	outcomeUnknown   = "unknown_type"
	outcomeElsewhere = "other_environment"
	outcomeNobody    = "no_payment"
)

// Where an event came from.
const (
	sourceWebhook   = "webhook"
	sourceReconcile = "reconcile"
)

// Receive verifies a delivery of a provider, stores it and enqueues its work: nothing else happens
// before the provider gets its answer. A delivery that is not the provider's is BadRequest and
// leaves no row; one that is stored already changes nothing.
func (s *Service) Receive(ctx context.Context, provider string, h http.Header, body []byte) (err error) {
	defer errs.Wrap(&err, "payment.Receive(%s)", provider)
	n, ok := s.byName[provider].(Notifier)
	if !ok {
		return errs.New(errs.NotFound, "error.not_found")
	}
	e, err := n.ParseEvent(h, body)
	if err != nil {
		return errs.New(errs.BadRequest, "payment.error.webhook").With(err)
	}
	return s.store(ctx, n, sourceWebhook, e)
}

// store puts an event into the inbox once, and either closes it at once or enqueues its work.
func (s *Service) store(ctx context.Context, n Notifier, source string, e Event) error {
	return pg.InTx(ctx, s.DB, func(tx pgx.Tx) error {
		now := s.Now()
		id, fresh, err := insertInbox(ctx, tx, n.Name(), source, e, now)
		if err != nil || !fresh {
			return err
		}
		switch {
		case !n.Mine(e):
			s.Log.WarnContext(ctx, "payment event of another environment ignored", "provider", n.Name(),
				"event", e.ID, "type", e.Type, "livemode", e.Livemode, "account", e.Account)
			return updateInboxDone(ctx, tx, id, outcomeElsewhere, now)
		case !n.Pinned(e) && source == sourceWebhook:
			// Only ids are read from an event, so it is worked all the same; but somebody has to
			// pin the endpoint before the meaning of a field moves under us. Listed events come in
			// the account's version, which nobody has to pin.
			if err := s.alert(ctx, tx, alert{Key: "api_version:" + n.Name() + ":" + e.APIVersion, Kind: AlertAPIVersion,
				Detail: fmt.Sprintf("%s %s: %q", n.Name(), e.ID, e.APIVersion)}); err != nil {
				return err
			}
		}
		if !e.Known {
			return updateInboxDone(ctx, tx, id, outcomeUnknown, now)
		}
		return s.Enqueue(ctx, tx, EventArgs{InboxID: id})
	})
}

// WorkEvent settles the payment a stored event is about; the job calls it. The provider is asked
// afresh, so that it does not matter in which order events come.
func (s *Service) WorkEvent(ctx context.Context, id int64) (err error) {
	defer errs.Wrap(&err, "payment.WorkEvent(%d)", id)
	row, err := selectInbox(ctx, s.DB, id)
	if err != nil || row.ProcessedAt != nil {
		return err
	}
	outcome, err := s.workEvent(ctx, row)
	if err != nil {
		if noteErr := updateInboxError(context.WithoutCancel(ctx), s.DB, id, err.Error()); noteErr != nil {
			s.Log.ErrorContext(ctx, "inbox error not kept", "inbox", id, "err", noteErr)
		}
		return err
	}
	return updateInboxDone(ctx, s.DB, id, outcome, s.Now())
}

func (s *Service) workEvent(ctx context.Context, row inboxRow) (outcome string, err error) {
	n, ok := s.byName[row.Provider].(Notifier)
	if !ok {
		return "", fmt.Errorf("provider %q is not configured", row.Provider)
	}
	e, err := n.ReadEvent([]byte(row.Payload))
	if err != nil {
		return "", err
	}
	p, ok, err := s.locate(ctx, n, e)
	if err != nil {
		return "", err
	}
	if !ok {
		return outcomeNobody, nil
	}
	if p.ProviderRef == nil && e.Ref != "" { // the answer to Start was lost: the event knows
		p.ProviderRef = &e.Ref
	}
	if p.IntentRef == nil && e.IntentRef != "" {
		p.IntentRef = &e.IntentRef
	}
	report, err := n.Fetch(ctx, p)
	if err != nil {
		return "", err
	}
	return outcomeApplied, pg.InTx(ctx, s.DB, func(tx pgx.Tx) error {
		_, err := s.settle(ctx, tx, p, report, row.Provider)
		return err
	})
}

// locate finds the payment of an event: by our token, by the provider's ids, or by asking it.
func (s *Service) locate(ctx context.Context, n Notifier, e Event) (p Payment, ok bool, err error) {
	if e.Token != "" {
		return selectByToken(ctx, s.DB, e.Token)
	}
	if p, ok, err = selectByProviderRef(ctx, s.DB, n.Name(), e.Ref, e.IntentRef); err != nil || ok {
		return p, ok, err
	}
	token, err := n.Locate(ctx, e)
	if err != nil || token == "" {
		return p, false, err
	}
	return selectByToken(ctx, s.DB, token)
}

// Waiting times of the reconcile job.
const (
	eventsOverlap = time.Hour          // events may be listed late
	eventsFirst   = 3 * 24 * time.Hour // how far back the first look goes
	staleAfter    = 5 * time.Minute    // an open payment nobody reported on
	stuckAfter    = 10 * time.Minute   // a stored event nobody worked
	refundStuck   = 36 * time.Hour     // a refund whose job is gone
	reconcileStep = 200                // rows a run
	payloadKept   = 30 * 24 * time.Hour
)

// Reconcile heals what got lost between a provider and us: it lists the events of each provider
// since the last look, works stored events whose job is gone, asks about payments that stay open
// and refunds that stay on their way, and hands refunds whose job is gone to a person. It also
// empties old events, which carry buyers' names and addresses. A fault of one thing does not stop
// the others; all are reported together.
func (s *Service) Reconcile(ctx context.Context) error {
	var faults faultList
	for _, p := range s.Providers {
		if n, ok := p.(Notifier); ok {
			faults.add(s.listEvents(ctx, n))
		}
	}
	now := s.Now()
	stuck, err := selectInboxStuck(ctx, s.DB, now.Add(-stuckAfter), reconcileStep)
	faults.add(err)
	for _, id := range stuck {
		faults.add(s.WorkEvent(ctx, id))
	}
	stale, err := selectStale(ctx, s.DB, now.Add(-staleAfter), reconcileStep)
	faults.add(err)
	unsettled, err := selectUnsettled(ctx, s.DB, now.Add(-staleAfter), reconcileStep)
	faults.add(err)
	for _, id := range append(stale, unsettled...) {
		_, err := s.Refresh(ctx, id)
		faults.add(err)
	}
	refunds, err := selectStuckRefunds(ctx, s.DB, now.Add(-refundStuck), reconcileStep)
	faults.add(err)
	for _, id := range refunds {
		faults.add(s.unclear(ctx, Refund{ID: id}, "its job is gone"))
	}
	faults.add(purgeInbox(ctx, s.DB, now.Add(-payloadKept)))
	return faults.join()
}

func (s *Service) listEvents(ctx context.Context, n Notifier) (err error) {
	defer errs.Wrap(&err, "events of %s", n.Name())
	from, err := selectCursor(ctx, s.DB, n.Name())
	if err != nil {
		return err
	}
	now := s.Now()
	if from.IsZero() {
		from = now.Add(-eventsFirst)
	}
	err = n.Events(ctx, from.Add(-eventsOverlap), func(e Event) error {
		return s.store(ctx, n, sourceReconcile, e)
	})
	if err != nil {
		return err
	}
	return upsertCursor(ctx, s.DB, n.Name(), now, now)
}

// CloseAtProvider closes a cancelled payment at its provider; the job calls it. Money that came in
// the meantime is settled as late money.
func (s *Service) CloseAtProvider(ctx context.Context, id int64) (err error) {
	defer errs.Wrap(&err, "payment.CloseAtProvider(%d)", id)
	p, err := selectPayment(ctx, s.DB, id)
	if err != nil {
		return err
	}
	provider, ok := s.byName[p.Provider]
	if !ok {
		return nil
	}
	if err := provider.Cancel(ctx, p); err != nil {
		return err
	}
	_, err = s.Refresh(ctx, id)
	return err
}
