package postal

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// MostOrders is how many orders the post takes in one request.
const MostOrders = 100

// Outcome is what became of one order of many.
type Outcome struct {
	Filed
	Err error // as Create's
}

// CreateAll is Create for up to MostOrders orders with different numbers, by one request to the post where all goes well;
// outcomes are in the order of the orders. Whatever is in doubt is cleared up one by one, as Create does it.
func (s *Service) CreateAll(ctx context.Context, list []Order) []Outcome {
	out := make([]Outcome, len(list))
	var good []int // places of the orders that the post may be asked about
	for i, o := range list {
		if out[i].Err = o.check(); out[i].Err == nil {
			good = append(good, i)
		}
	}
	if len(good) == 0 {
		return out
	}
	rest := good
	if len(list) <= MostOrders && s.post.connected() {
		rest = s.fileAll(ctx, list, good, out)
	}
	each(rest, createAtOnce, func(i int) { out[i].Filed, out[i].Err = s.Create(ctx, list[i]) })
	return out
}

// createAtOnce is how many orders in doubt are cleared up at once.
const createAtOnce = 4

// each does something with every place, a few at a time.
func each(places []int, atOnce int, do func(i int)) {
	var wg sync.WaitGroup
	free := make(chan struct{}, atOnce)
	for _, i := range places {
		free <- struct{}{}
		wg.Go(func() {
			do(i)
			<-free
		})
	}
	wg.Wait()
}

// fileAll claims the numbers that nobody has asked about yet and files them by one request. It answers the places of those
// that have to be cleared up one by one.
func (s *Service) fileAll(ctx context.Context, list []Order, places []int, out []Outcome) (rest []int) {
	claim := rand.Text()
	numbers := make([]string, len(places))
	at := make(map[string]int, len(places))
	for k, i := range places {
		numbers[k], at[list[i].Number] = list[i].Number, i
	}
	fresh, err := insertClaims(ctx, s.db, numbers, claim, s.now().Add(claimFor))
	if err != nil {
		return places
	}
	mine := make(map[int]bool, len(fresh))
	orders := make([]Order, len(fresh))
	for k, number := range fresh {
		mine[at[number]], orders[k] = true, list[at[number]]
	}
	for _, i := range places {
		if !mine[i] {
			rest = append(rest, i)
		}
	}
	if len(orders) == 0 {
		return rest
	}
	talk, cancel := context.WithTimeout(ctx, talkWithin)
	defer cancel()
	filed, refused, err := s.post.createAll(talk, orders)
	for number, why := range refused {
		out[at[number]].Err = s.release(ctx, number, claim, false, why)
	}
	kept := s.keepAll(ctx, filed, claim)
	for _, o := range orders {
		i := at[o.Number]
		if f, ok := kept[o.Number]; ok {
			out[i].Filed = f
			continue
		}
		if _, said := refused[o.Number]; said {
			continue
		}
		if err != nil && !maybeDone(err) { // all of them were turned away, or the post was not asked
			out[i].Err = s.release(ctx, o.Number, claim, false, err)
			continue
		}
		if failed := s.release(ctx, o.Number, claim, true, nil); failed != nil {
			out[i].Err = failed
			continue
		}
		rest = append(rest, i)
	}
	return rest
}

// keepAll writes down what the post gave; a number that cannot be written with the others is left to be cleared up.
func (s *Service) keepAll(ctx context.Context, filed []Filed, claim string) map[string]Filed {
	if len(filed) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keepWithin)
	defer cancel()
	mine, err := updateAllFiled(ctx, s.db, filed, claim, s.now())
	if err != nil { // one of the post's numbers is another order's, or the database is away: Create tells which
		return nil
	}
	kept := make(map[string]Filed, len(mine))
	for _, f := range filed {
		if mine[f.Number] {
			kept[f.Number] = f
		}
	}
	return kept
}

// createAll files orders by one request. What it says of single orders counts even where there is an error, which is about
// those that are in neither answer. It is not safe to call again.
func (p *Post) createAll(ctx context.Context, orders []Order) (filed []Filed, refused map[string]error, err error) {
	body, err := json.Marshal(orders)
	if err != nil {
		return nil, nil, err
	}
	var a created
	if err := p.ask(ctx, call{method: http.MethodPut, path: "/2.0/user/backlog", body: body}, "created orders", &a); err != nil {
		return nil, nil, err
	}
	refused = map[string]error{}
	for _, e := range a.Errors {
		if e.Position < 0 || e.Position >= len(orders) {
			return nil, nil, p.orders.garbled("created orders", fmt.Errorf("an error at %d of %d", e.Position, len(orders)))
		}
		number := orders[e.Position].Number
		refused[number] = errors.Join(refused[number], listErrors{e}.refusal())
	}
	masses := make(map[string]int64, len(orders))
	for _, o := range orders {
		masses[o.Number] = o.Mass
	}
	for _, got := range a.Orders {
		mass, ours := masses[got.Number]
		barcode, bad := russian(got.Barcode)
		if !ours || bad != nil || refused[got.Number] != nil || got.ID <= 0 {
			continue // nobody's, or nothing that can be: left in doubt
		}
		filed = append(filed, Filed{ID: got.ID, Number: got.Number, Barcode: barcode, Mass: mass})
	}
	return filed, refused, nil
}

// check says why the post is not even asked about an order.
func (o Order) check() error {
	if o.Number == "" || o.Mass <= 0 {
		return errs.New(errs.Invalid, "postal.order")
	}
	return CheckPostcode(o.Office)
}
