package order

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/notify"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// FollowCarriers moves many parcels, by their ids, to where what was heard of each leads, in the order in which it
// happened, with as many questions as one parcel would take. News that came before, or too late for where the parcel is,
// changes nothing. Of the letters that a parcel's steps are worth only the last is written: who has the parcel already
// does not want to read that it was shipped. It answers how many steps were made.
func (s *Service) FollowCarriers(ctx context.Context, tx pgx.Tx, news map[int64][]CarrierNews) (count int, err error) {
	defer errs.Wrap(&err, "order.FollowCarriers(%d parcels)", len(news))
	list, err := lockCarried(ctx, tx, slices.Sorted(maps.Keys(news)))
	if err != nil {
		return 0, err
	}
	if len(list) < len(news) {
		return 0, errs.New(errs.NotFound, "error.not_found")
	}
	var moved []carried
	var letters []notify.Mail
	keys := &pgx.Batch{}
	for _, c := range list {
		told := c.follow(news[c.parcel.ID])
		if len(c.steps) == 0 {
			continue
		}
		moved, count = append(moved, c), count+len(c.steps)
		if told >= 0 {
			letters = append(letters, s.movedMail(keys, c.Dossier, c.Orders[0], c.before(told), c.steps[told].To))
		}
	}
	if len(moved) == 0 {
		return 0, nil
	}
	if err := writeCarried(ctx, tx, moved); err != nil {
		return 0, err
	}
	if err := pg.Send(ctx, tx, keys); err != nil {
		return 0, err
	}
	return count, notify.Enqueue(ctx, tx, letters...)
}

// carried is a parcel that a carrier tells of, with what its letter needs: its order is the only one in the dossier.
type carried struct {
	Dossier
	parcel Parcel
	steps  []carriedStep
}

// carriedStep is one move of a carried parcel.
type carriedStep struct {
	CarrierNews
	from State
	due  *time.Time
}

// follow makes the steps that the parcel's machine has, in memory; it answers which of them is worth a letter, -1 is none.
func (c *carried) follow(news []CarrierNews) (told int) {
	told = -1
	state := c.parcel.State
	for _, n := range news {
		if n.To == Cancelled || !May(state, n.To, n.By.Actor) {
			continue
		}
		if n.To == HandedOver && n.Carrier != "" {
			c.parcel.Carrier, c.parcel.Tracking = n.Carrier, n.Tracking
		}
		if lettered[n.To] != "" {
			told = len(c.steps)
		}
		c.steps = append(c.steps, carriedStep{n, state, c.Orders[0].due(n.To, n.At)})
		state = n.To
	}
	return told
}

// before is the parcel as it was before a step.
func (c *carried) before(step int) Parcel {
	p := c.parcel
	p.State, p.LastEvent = c.steps[step].from, p.LastEvent+step
	return p
}
