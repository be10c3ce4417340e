package dispatch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/papers"
	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/jobs"
)

// Order has the post take a cleared parcel up and give it its number. The post takes one item for one number of ours,
// however often it is asked; what is declared anew is another item and gets another number.
func (s *Service) Order(ctx context.Context, id int64) (err error) {
	defer errs.Wrap(&err, "dispatch.Order(%d)", id)
	p, err := selectParcel(ctx, s.Pool, id)
	if err == nil {
		_, _, err = s.order(ctx, p, nil)
	}
	return err
}

// order is Order for a parcel that was read, and what its record is written from if that is at hand.
func (s *Service) order(ctx context.Context, p Parcel, w *written) (Parcel, *written, error) {
	if p.State != Cleared {
		return p, w, nil
	}
	w, err := s.from(ctx, p, w)
	if err != nil {
		return p, w, err
	}
	r := w.record(p)
	r.S10 = ""
	if err := papers.CheckOrder(r); err != nil {
		return p, w, errors.Join(s.stick(ctx, p.ID, "papers", err), jobs.Cancel(err)) // no form can say it: a person has to mend it
	}
	filed := p.filedAs()
	o := papers.PostOrder(r)
	o.Number = filed
	f, err := s.Post.Create(ctx, o)
	if _, refused := errors.AsType[*postal.Refusal](err); refused {
		return p, w, errors.Join(s.stick(ctx, p.ID, "order", err), jobs.Cancel(err)) // asking again will not help
	}
	if err != nil {
		return p, w, err
	}
	if f.Number != filed {
		return p, w, fmt.Errorf("the post answers about %q, it was asked about %q", f.Number, filed)
	}
	p, err = s.change(ctx, p.ID, func(_ pgx.Tx, p *Parcel) ([]Event, error) {
		if p.State != Cleared || p.filedAs() != filed {
			return nil, nil
		}
		return p.ordered(string(f.Barcode), f.ID, filed)
	})
	return p, w, err
}

// ordered notes that the post took a parcel up, under our number of it.
func (p *Parcel) ordered(barcode string, postID int64, filed string) ([]Event, error) {
	p.Barcode, p.PostID, p.Filed = barcode, postID, filed
	return p.to(Ordered, ByPost, struct {
		Barcode string `json:"barcode"`
		Number  string `json:"number"`
	}{p.Barcode, filed})
}

// filedAs is our number of the item at the post: the parcel's, and from the second declaration on how many there were.
func (p *Parcel) filedAs() string {
	if p.Version == 0 {
		return p.Number
	}
	return fmt.Sprintf("%s/%d", p.Number, p.Version+1)
}

// written is what the record of a parcel is written from: what was decided about, and on which day.
type written struct {
	grounds
	facts    clearance.Parcel
	day      time.Time
	htsus    bool // the destination asks for the USA's own code of each thing
	decision *int64
}

// record is the one record of a parcel as it was decided about.
func (w *written) record(p Parcel) papers.Record {
	r := record(p, w.Shipment, w.facts, w.terms, w.day)
	if !w.htsus {
		for i := range r.Lines {
			r.Lines[i].HTSUS = ""
		}
	}
	return r
}

// from gives what a parcel's record is written from: what was read before, if it is of the decision in force.
func (s *Service) from(ctx context.Context, p Parcel, w *written) (*written, error) {
	if p.DecisionID == nil {
		return nil, fmt.Errorf("parcel %s was never decided about", p.Number)
	}
	if w != nil && w.decision != nil && *w.decision == *p.DecisionID {
		return w, nil
	}
	g, err := s.ground(ctx, p)
	if err != nil {
		return nil, err
	}
	d, err := clearance.ByID(ctx, s.Pool, *p.DecisionID)
	if err != nil {
		return nil, err
	}
	tables, err := s.Rules.Tables(ctx, d.Day)
	return &written{g, d.Facts, d.Day, asksHTSUS(tables, p.Country), p.DecisionID}, err
}

// asksHTSUS says that a country's customs reads the USA's own code on every line of a parcel.
func asksHTSUS(t clearance.Tables, country string) bool {
	return slices.Contains(t.Lists["htsus_countries"], country)
}
