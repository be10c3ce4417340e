package dispatch

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river/rivertype"

	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/jobs"
)

func idOf(row *rivertype.JobRow) (int64, error) {
	var args struct {
		ID int64 `json:"id"`
	}
	err := json.Unmarshal(row.EncodedArgs, &args)
	return args.ID, err
}

// stick marks a parcel that no step takes further by itself: somebody has to look. cause is kept as it was said, and for
// readers in their languages where it has words.
func (s *Service) stick(ctx context.Context, id int64, step string, cause error) (err error) {
	defer errs.Wrap(&err, "dispatch.stick(%d, %s)", id, step)
	_, err = s.change(ctx, id, func(_ pgx.Tx, p *Parcel) ([]Event, error) {
		if p.State.Final() || p.StuckAt != nil {
			return nil, nil
		}
		now := s.Now()
		p.Stuck, p.StuckAt = step, &now
		return []Event{{Kind: EventStuck, Actor: BySystem, Facts: fact(whyStuck(step, cause))}}, nil
	})
	return err
}

// stuckFacts are what an event keeps of a step that stopped.
type stuckFacts struct {
	Step  string               `json:"step"`
	Cause string               `json:"cause"`          // as programs say it
	Says  map[i18n.Lang]string `json:"says,omitempty"` // as people do; none has no words
}

func whyStuck(step string, cause error) stuckFacts {
	f := stuckFacts{Step: step, Says: map[i18n.Lang]string{}}
	if cause == nil {
		return f
	}
	f.Cause = cause.Error()
	for _, lang := range i18n.Langs {
		if text := said(lang, cause); text != "" {
			f.Says[lang] = text
		}
	}
	return f
}

// said is what an error tells people: the words of the post, where it was the post that refused; "" is nothing.
func said(lang i18n.Lang, err error) string {
	if refusal, ok := errors.AsType[*postal.Refusal](err); ok {
		return i18n.In(lang, "dispatch.cause.post", "words", refusal.Words())
	}
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || e.Kind == errs.Internal {
		return ""
	}
	if len(e.Fields) == 0 {
		return i18n.In(lang, e.Key, e.Args...)
	}
	lines := make([]string, len(e.Fields))
	for i, f := range e.Fields {
		lines[i] = i18n.In(lang, f.Key, f.Args...)
		switch of, rest, _ := strings.Cut(f.Name, "."); of {
		case "sender", "consignee":
			lines[i] = i18n.In(lang, "dispatch.cause."+of) + ": " + lines[i]
		case "lines":
			n, _, _ := strings.Cut(rest, ".")
			if place, err := strconv.Atoi(n); err == nil {
				lines[i] = i18n.In(lang, "dispatch.cause.line", "n", place+1) + ": " + lines[i]
			}
		}
	}
	return strings.Join(lines, "; ")
}

// Resume gives a stuck parcel's step another round of tries.
func (s *Service) Resume(ctx context.Context, number string, sellerID int64, by *int64) (err error) {
	defer errs.Wrap(&err, "dispatch.Resume(%s)", number)
	p, err := s.own(ctx, number, sellerID)
	if err != nil {
		return err
	}
	_, err = s.change(ctx, p.ID, func(tx pgx.Tx, p *Parcel) ([]Event, error) {
		if p.StuckAt == nil {
			return nil, nil
		}
		p.Stuck, p.StuckAt = "", nil
		e := Event{Kind: EventStuck, Actor: BySeller, PersonID: by}
		if sellerID == 0 {
			e.Actor = ByAdmin
		}
		step := p.step()
		if step == nil {
			return []Event{e}, nil
		}
		return []Event{e}, s.Queue.InsertTx(ctx, tx, step)
	})
	return err
}

// step is the job that takes a parcel on from where it is; nil waits for people or for the post.
func (p *Parcel) step() jobs.Args {
	switch p.State {
	case Deciding, Cleared, Ordered:
		return DecideArgs{p.ID}
	case Signed:
		if p.BatchID != nil {
			return SendArgs{*p.BatchID}
		}
	}
	return nil
}

// own finds a parcel by its number, a seller's only where one asks; another's is NotFound.
func (s *Service) own(ctx context.Context, number string, sellerID int64) (Parcel, error) {
	p, ok, err := selectByNumber(ctx, s.Pool, number)
	if err == nil && (!ok || sellerID != 0 && p.SellerID != sellerID) {
		err = errs.New(errs.NotFound, "error.not_found")
	}
	return p, err
}
