package dispatch

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// Why a parcel is held, refused or called off, beside the reasons of rules.
const (
	ReasonInspection = "inspection"
	ReasonRejected   = "rejected"
	ReasonIllegal    = "illegal_data"
	ReasonFTS        = "fts_error"
	ReasonWeight     = "weight"
	ReasonDesk       = "desk"
	ReasonSeller     = "seller"
)

// Declared takes in what the customs service says of a declaration. An answer that came before, that is about another
// parcel, or that is older than what is known changes nothing.
func (s *Service) Declared(ctx context.Context, id int64, d postal.Declaration) (err error) {
	defer errs.Wrap(&err, "dispatch.Declared(%d, %s)", id, d.Status)
	p, err := selectParcel(ctx, s.Pool, id)
	if err != nil {
		return err
	}
	return s.hear(ctx, heard{p, &d, nil})
}

// answer keeps an answer of the customs service and does what it means, if it is about this parcel and news.
func (s *Service) answer(ctx context.Context, tx pgx.Tx, p *Parcel, d postal.Declaration) ([]Event, error) {
	e := Event{Key: declarationKey(d), Kind: EventDeclaration, Actor: ByCustoms, At: d.DecidedAt, Facts: fact(d)}
	if d.OrderNumber != p.Filed || string(d.Barcode) != p.Barcode || p.answered(d) {
		e.Kind = EventStray
		return []Event{e}, nil
	}
	moved, err := s.declaration(ctx, tx, p, d)
	return append([]Event{e}, moved...), err
}

// declarationKey is the same for the same answer. One that brings the number it lacked before is another.
func declarationKey(d postal.Declaration) string {
	key := fmt.Sprintf("decl:%s:%s:%s:%s", d.OrderNumber, d.Status, d.Decision, d.DecidedAt.UTC().Format(time.RFC3339))
	if d.Registration != "" {
		key += ":" + d.Registration
	}
	return key
}

// answered reports whether the answer is older than what is known: the service has decided, or has gone further.
func (p *Parcel) answered(d postal.Declaration) bool {
	if !d.Known() || p.State.BeforeSignature() || p.State.Final() && !p.owesRow() {
		return true
	}
	rank := map[string]int{"": 0, postal.DeclarationNew: 1, postal.DeclarationTransit: 2, postal.DeclarationInProgress: 3,
		postal.DeclarationFTSError: 4, postal.DeclarationIllegalData: 4, postal.DeclarationCanceled: 5, postal.DeclarationRejected: 5,
		postal.DeclarationDone: 5}
	was, is := rank[p.Declaration], rank[d.Status]
	return is < was || was == 5 && d.Status != p.Declaration
}

func (s *Service) declaration(ctx context.Context, tx pgx.Tx, p *Parcel, d postal.Declaration) ([]Event, error) {
	p.Declaration, p.Customs = d.Status, d.Decision
	if d.Registration != "" {
		p.Registration = d.Registration
	}
	weighed, err := s.weighedByPost(ctx, p, d.FactMass)
	if err != nil {
		return nil, err
	}
	moved, err := s.status(ctx, tx, p, d)
	return append(weighed, moved...), err
}

// status does what the service's answer means to the parcel.
func (s *Service) status(ctx context.Context, tx pgx.Tx, p *Parcel, d postal.Declaration) ([]Event, error) {
	words := d.FTSError
	if d.Advice != "" {
		words += " " + d.Advice
	}
	switch {
	case d.Status == postal.DeclarationIllegalData:
		return s.hold(p, ByCustoms, ReasonIllegal, words)
	case d.Status == postal.DeclarationFTSError:
		return s.refile(ctx, tx, p, words)
	case d.Status == postal.DeclarationRejected || d.Decision == postal.DecisionRejected || d.Decision == postal.DecisionRejectedAuto ||
		d.Decision == postal.DecisionDepartureDenied:
		return s.hold(p, ByCustoms, ReasonRejected, words)
	case d.Decision == postal.DecisionControl || d.Decision == postal.DecisionSuspended || d.Decision == postal.DecisionProlonged:
		return s.inspected(ctx, tx, p, ByCustoms, ReasonInspection)
	case d.Decision == postal.DecisionDepartureAllowed:
		return p.depart(ByCustoms, d.DecidedAt)
	case d.Status == postal.DeclarationDone:
		return s.letGo(p, d)
	}
	return nil, nil
}

// mostFiled is how often a parcel is declared by itself before a person looks at why the customs service does not take it.
const mostFiled = 3

// refile declares a parcel anew, under another number, that the customs service's system did not take. Once the post has
// it under its number, or after so many times, it is held for a person.
func (s *Service) refile(ctx context.Context, tx pgx.Tx, p *Parcel, words string) ([]Event, error) {
	if p.State != Declared || p.Accepted != nil || p.Version >= mostFiled {
		return s.hold(p, ByCustoms, ReasonFTS, words)
	}
	moved, err := s.anew(ctx, tx, p, ByCustoms)
	p.Answered = words
	return moved, err
}

// letGo notes that the service lets the goods go; a parcel held for a mistake that is mended goes on.
func (s *Service) letGo(p *Parcel, d postal.Declaration) ([]Event, error) {
	if p.ReleasedAt == nil {
		at := d.DecidedAt
		if at.IsZero() {
			at = s.Now()
		}
		p.ReleasedAt = &at
	}
	if p.State != Held || p.Reason != ReasonIllegal && p.Reason != ReasonFTS {
		return nil, nil
	}
	p.Reason, p.Answered = "", ""
	return p.to(p.beforeHold(), ByCustoms, nil)
}

// stray keeps an answer that could not be understood, or was about something else, for people to see.
func (s *Service) stray(ctx context.Context, p Parcel, cause error) error {
	_, err := s.change(ctx, p.ID, func(tx pgx.Tx, p *Parcel) ([]Event, error) {
		key := "stray:" + cause.Error()
		known, err := knownKeys(ctx, tx, []*Parcel{p}, []string{key})
		if err != nil || known[p.ID][key] {
			return nil, err
		}
		return []Event{{Key: key, Kind: EventStray, Actor: ByPost, Facts: fact(cause.Error())}}, nil
	})
	return err
}
