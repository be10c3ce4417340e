package dispatch

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/papers"
	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/market/order"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/jobs"
)

// Order has the post take a cleared parcel up and give it its number. The post takes one item for one number of ours,
// however often it is asked; what is declared anew is another item and gets another number.
func (s *Service) Order(ctx context.Context, id int64) (err error) {
	defer errs.Wrap(&err, "dispatch.Order(%d)", id)
	p, err := selectParcel(ctx, s.Pool, id)
	if err != nil || p.State != Cleared {
		return err
	}
	r, err := s.written(ctx, p)
	if err != nil {
		return err
	}
	r.S10 = ""
	filed := p.filedAs()
	o := papers.PostOrder(r)
	o.Number = filed
	f, err := s.Post.Create(ctx, o)
	if _, refused := errors.AsType[*postal.Refusal](err); refused {
		return errors.Join(s.stick(ctx, id, "order", err), jobs.Cancel(err)) // asking again will not help
	}
	if err != nil {
		return err
	}
	if f.Number != filed {
		return fmt.Errorf("the post answers about %q, it was asked about %q", f.Number, filed)
	}
	_, err = s.change(ctx, id, func(tx pgx.Tx, p *Parcel) ([]Event, error) {
		if p.State != Cleared || p.filedAs() != filed {
			return nil, nil
		}
		p.Barcode, p.PostID, p.Filed = string(f.Barcode), f.ID, filed
		moved, err := p.to(Ordered, ByPost, struct {
			Barcode string `json:"barcode"`
			Number  string `json:"number"`
		}{p.Barcode, filed})
		if err != nil {
			return nil, err
		}
		return moved, s.Queue.InsertTx(ctx, tx, PapersArgs{id})
	})
	return err
}

// filedAs is our number of the item at the post: the parcel's, and from the second declaration on how many there were.
func (p *Parcel) filedAs() string {
	if p.Version == 0 {
		return p.Number
	}
	return fmt.Sprintf("%s/%d", p.Number, p.Version+1)
}

// written is the record of a parcel as it was decided about last.
func (s *Service) written(ctx context.Context, p Parcel) (papers.Record, error) {
	if p.DecisionID == nil {
		return papers.Record{}, fmt.Errorf("parcel %s was never decided about", p.Number)
	}
	x, err := order.ShipmentOf(ctx, s.Pool, p.ParcelID)
	if err != nil {
		return papers.Record{}, err
	}
	d, err := clearance.ByID(ctx, s.Pool, *p.DecisionID)
	if err != nil {
		return papers.Record{}, err
	}
	_, terms, err := s.known(ctx, x)
	if err != nil {
		return papers.Record{}, err
	}
	return record(p, x, d.Facts, terms, d.Day), nil
}
