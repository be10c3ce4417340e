package postal

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// Ship puts backlog orders into a batch for the day they are handed in. It may be called again after any failure: an
// order that is in a batch already is found there. The batches together hold all the orders.
func (p *Post) Ship(ctx context.Context, ids []int64, day time.Time) ([]Batch, error) {
	body, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	var a struct {
		Batches []Batch    `json:"batches"`
		IDs     []int64    `json:"result-ids"`
		Errors  listErrors `json:"errors"`
	}
	err = p.ask(ctx, call{method: http.MethodPost, path: "/1.0/user/shipment", query: url.Values{"sending-date": {day.Format(sendingDay)}}, body: body}, "a batch", &a)
	if err != nil && !Down(err) && !missing(err) {
		return nil, err
	}
	if err == nil && len(a.Errors) == 0 && len(a.IDs) == len(ids) {
		return named(a.Batches, day), nil
	}
	// Some are not in the backlog, or the answer was lost: what became of them is asked one by one.
	why := a.Errors.refusal()
	if why == nil {
		why = err
	}
	return p.whereShipped(ctx, ids, a.IDs, named(a.Batches, day), why)
}

func (p *Post) whereShipped(ctx context.Context, ids, done []int64, batches []Batch, why error) ([]Batch, error) {
	for _, id := range ids {
		if slices.Contains(done, id) {
			continue
		}
		f, err := p.Get(ctx, id)
		switch {
		case err != nil:
			return batches, err
		case f.Batch == "" && why != nil:
			return batches, why
		case f.Batch == "":
			return batches, p.orders.garbled("a batch", fmt.Errorf("order %d is in none", id))
		}
		if !slices.ContainsFunc(batches, func(b Batch) bool { return b.Name == f.Batch }) {
			b, err := p.Batch(ctx, f.Batch)
			if err != nil {
				return batches, err
			}
			batches = append(batches, b)
		}
	}
	return batches, nil
}

func named(batches []Batch, day time.Time) []Batch {
	for i := range batches {
		batches[i].Day = day
	}
	return batches
}

// Batch reads a batch by its name.
func (p *Post) Batch(ctx context.Context, name string) (Batch, error) {
	var b Batch
	err := p.ask(ctx, call{method: http.MethodGet, path: "/1.0/batch/" + url.PathEscape(name), again: true}, "a batch", &b)
	if err == nil && b.Name != name {
		err = p.orders.garbled("a batch", fmt.Errorf("it is about another one"))
	}
	return b, err
}

// pageSize is how many items of a batch are asked for at once.
const pageSize = 100

// InBatch gives the items of a batch with what became of their declarations, a hundred for each request. What was read
// before a failure is given with it.
func (p *Post) InBatch(ctx context.Context, name string) (items []Filed, err error) {
	for page := 0; ; page++ {
		var list []orderInfo
		err := p.ask(ctx, call{method: http.MethodGet, path: "/1.0/batch/" + url.PathEscape(name) + "/shipment", again: true,
			query: url.Values{"size": {strconv.Itoa(pageSize)}, "page": {strconv.Itoa(page)}}}, "the items of a batch", &list)
		if err != nil {
			return items, err
		}
		for _, o := range list {
			f, err := o.filed()
			if err != nil { // one that cannot be read is asked about by itself
				continue
			}
			f.Batch = name
			items = append(items, f)
		}
		if len(list) < pageSize {
			return items, nil
		}
	}
}

// CheckIn tells the post that the batch is complete: form F103 goes to the office, and nothing of it can be changed.
// It may be called again.
func (p *Post) CheckIn(ctx context.Context, batch string) error {
	var a struct {
		Sent  bool   `json:"f103-sent"`
		Error string `json:"error-code"`
	}
	err := p.ask(ctx, call{method: http.MethodPost, path: "/1.0/batch/" + url.PathEscape(batch) + "/checkin", again: true}, "a check-in", &a)
	if err == nil && a.Sent {
		return nil
	}
	// A second check-in is refused; the batch itself says whether the first one worked.
	if b, lookErr := p.Batch(ctx, batch); lookErr == nil && slices.Contains([]string{"FROZEN", "SENT", "ACCEPTED", "ARCHIVED"}, b.Status) {
		return nil
	}
	if err != nil {
		return err
	}
	return &Refusal{Service: "orders", Codes: []string{a.Error}}
}

// Forms gives the papers of one order as the post prints them, a PDF.
func (p *Post) Forms(ctx context.Context, f Filed) ([]byte, error) {
	path := "/1.0/forms/" + strconv.FormatInt(f.ID, 10) + "/forms"
	if f.Batch == "" {
		path = "/1.0/forms/backlog/" + strconv.FormatInt(f.ID, 10) + "/forms"
	}
	return p.document(ctx, path, "%PDF-")
}

// F103 gives the list of a batch's items for the office, a PDF.
func (p *Post) F103(ctx context.Context, batch string) ([]byte, error) {
	return p.document(ctx, "/1.0/forms/"+url.PathEscape(batch)+"/f103pdf", "%PDF-")
}

// AllForms gives every paper of a batch, a ZIP.
func (p *Post) AllForms(ctx context.Context, batch string) ([]byte, error) {
	return p.document(ctx, "/1.0/forms/"+url.PathEscape(batch)+"/zip-all", "PK\x03\x04")
}

// document fetches a file and looks at its first bytes, since an error may come in the dress of a success.
func (p *Post) document(ctx context.Context, path, magic string) ([]byte, error) {
	if !p.connected() {
		return nil, errUnconfigured
	}
	a, err := p.orders.do(ctx, call{method: http.MethodGet, path: path, again: true})
	switch {
	case err != nil:
		return nil, err
	case a.status >= 400:
		return nil, p.orders.refused(ctx, refusalOf(a))
	case len(a.body) < len(magic) || string(a.body[:len(magic)]) != magic:
		return nil, p.orders.garbled("a document", fmt.Errorf("it is %.40q", a.kind))
	}
	return a.body, nil
}
