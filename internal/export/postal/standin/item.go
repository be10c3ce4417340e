package standin

import (
	"fmt"
	"hash/fnv"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/postal/s10"
)

// item is an order and what has become of it. Everything else about it is worked out from these fields and the clock.
type item struct {
	ID       int64      `json:"id"`
	Number   string     `json:"number"`
	Barcode  s10.Number `json:"barcode"`
	Country  int        `json:"country"`
	Mass     int64      `json:"mass"`
	Fact     int64      `json:"fact,omitempty"` // on the post's scale
	MailType string     `json:"type"`
	Office   string     `json:"office"`
	Customs  bool       `json:"customs,omitempty"`
	Batch    string     `json:"batch,omitempty"`
	Created  time.Time  `json:"created"`
	Shipped  time.Time  `json:"shipped,omitzero"`  // put into a batch
	Accepted time.Time  `json:"accepted,omitzero"` // the batch was checked in
	Inspect  bool       `json:"inspect,omitempty"`
	Released time.Time  `json:"released,omitzero"`  // from the inspection
	Ended    string     `json:"ended,omitempty"`    // refuse, deny, deliver, return, lose
	EndedAt  time.Time  `json:"ended_at,omitzero"`  //
	Status   string     `json:"status,omitempty"`   // of the declaration, set by hand
	StatusAt time.Time  `json:"status_at,omitzero"` //
	Removed  bool       `json:"removed,omitempty"`
}

// batch is what is handed in together.
type batch struct {
	Name    string    `json:"name"`
	Day     string    `json:"day"`
	Office  string    `json:"office"`
	Status  string    `json:"status"`
	IDs     []int64   `json:"ids"`
	Created time.Time `json:"created"`
}

// op is one operation.
type op struct {
	Type, Attr int
	At         time.Time
	Index      string
	Country    int
	Grams      int64
}

// stop is one place on the way: an operation so many steps after acceptance.
type stop struct {
	op, attr int
	abroad   bool
	customs  bool // only where there is a customs border
	exchange bool // at the office of exchange
}

// way is what happens to an item that nothing happens to.
var way = []stop{
	{op: 1, attr: 2}, {op: 8, attr: 0}, {op: 39, attr: 1, customs: true}, {op: 39, attr: 8, customs: true},
	{op: 8, attr: 2, exchange: true}, {op: 11, attr: 0, customs: true, exchange: true}, {op: 14, attr: 1, customs: true, exchange: true},
	{op: 14, attr: 26, customs: true, exchange: true}, {op: 29, attr: 0, exchange: true}, {op: 10, attr: 0, exchange: true},
	{op: 9, attr: 1, abroad: true}, {op: 14, attr: 1, abroad: true, customs: true}, {op: 8, attr: 0, abroad: true}, {op: 2, attr: 1, abroad: true},
}

const (
	customsStop = 5 // where an inspection holds an item
	releaseStop = 6
	departStop  = 7
	exchange    = "102976" // the office of exchange in Moscow
	russia      = 643
)

// union has no customs border with Russia.
var union = map[int]bool{51: true, 112: true, 398: true, 417: true}

func (it *item) border() bool { return it.Customs && !union[it.Country] }

// pace is the time between two stops.
func (s *Server) pace() time.Duration { return max(s.o.Step, 0) }

// at is when an item reaches a stop, unless something ends its way before.
func (it *item) at(n int, step time.Duration) time.Time {
	t := it.Accepted.Add(time.Duration(n) * step)
	if n >= releaseStop && it.Inspect {
		t = it.Released.Add(time.Duration(n-releaseStop) * step)
	}
	// With no time between them operations still have an order.
	if step == 0 {
		t = t.Add(time.Duration(n) * time.Second)
	}
	return t
}

// operations are what has been done to an item by now.
func (s *Server) operations(it *item, now time.Time) []op {
	here := op{Index: it.Office, Country: russia, Grams: it.Mass}
	list := []op{here.as(28, 0, it.Created)}
	if !it.Shipped.IsZero() {
		list = append(list, here.as(27, 0, it.Shipped))
	}
	if it.Accepted.IsZero() {
		return list
	}
	here.Grams = max(it.Fact, it.Mass)
	if it.Fact > 0 {
		here.Grams = it.Fact
	}
	for n, stop := range way {
		if it.Inspect && n >= releaseStop && it.Released.IsZero() {
			if due := it.at(customsStop, s.pace()); !due.After(now) {
				list = append(list, here.as(14, 7, due.Add(time.Minute)))
			}
			break
		}
		if stop.customs && !it.border() {
			continue
		}
		due := it.at(n, s.pace())
		if it.Ended == "deliver" && due.After(it.EndedAt) {
			due = it.EndedAt
		}
		if due.After(now) && s.pace() > 0 || !it.EndedAt.IsZero() && it.Ended != "deliver" && due.After(it.EndedAt) {
			break
		}
		list = append(list, here.stop(stop, it, due))
	}
	return append(list, it.ending(here)...)
}

func (o op) as(kind, attr int, at time.Time) op {
	o.Type, o.Attr, o.At = kind, attr, at
	return o
}

func (o op) stop(p stop, it *item, at time.Time) op {
	if p.exchange {
		o.Index = exchange
	}
	if p.abroad {
		o.Index, o.Country = "", it.Country
	}
	return o.as(p.op, p.attr, at)
}

// ending is what a hand of the control interface did.
func (it *item) ending(here op) []op {
	here.Index = exchange
	switch it.Ended {
	case "refuse":
		return []op{here.as(14, 4, it.EndedAt)}
	case "deny":
		return []op{here.as(14, 25, it.EndedAt)}
	case "return":
		return []op{here.as(3, 1, it.EndedAt), here.as(2, 2, it.EndedAt.Add(time.Hour))}
	case "lose":
		return []op{here.as(18, 0, it.EndedAt)}
	}
	return nil
}

// declared is what the post says of an item's declaration.
type declared struct {
	Status       string `json:"declaration-status,omitempty"`
	Registration string `json:"registration-number,omitempty"`
	RegisteredAt string `json:"registration-date,omitempty"`
	Decision     string `json:"customs-decision,omitempty"`
	DecidedAt    string `json:"decision-date,omitempty"`
	FTSError     string `json:"fts-error,omitempty"`
	Advice       string `json:"recom-description,omitempty"`
	FactMass     int64  `json:"mpo-fact-weight,omitempty"`
}

// postForm is how the order service writes moments: without a zone, by Moscow's clock.
const postForm = "2006-01-02T15:04:05"

var moscow = time.FixedZone("MSK", 3*60*60)

func moment(t time.Time) string { return t.In(moscow).Format(postForm) }

// declaration works out how far the declaration has come: sent with the batch, at the customs a step later, released
// another step later, departed when the item has.
func (s *Server) declaration(it *item, now time.Time) declared {
	if !it.border() {
		return declared{}
	}
	d := declared{Status: postal.DeclarationNew}
	if !it.Accepted.IsZero() {
		d.FactMass = it.Mass
		if it.Fact > 0 {
			d.FactMass = it.Fact
		}
	}
	switch {
	case it.Status != "":
		return d.byHand(it)
	case it.Shipped.IsZero():
		return d
	}
	sent, released := it.Shipped.Add(s.pace()), it.Shipped.Add(2*s.pace())
	d.Status = postal.DeclarationTransit
	if sent.After(now) {
		return d
	}
	d.Status, d.RegisteredAt = postal.DeclarationInProgress, moment(sent)
	d.Registration = fmt.Sprintf("10129000/%s/%s", sent.In(moscow).Format("020106"), string(it.Barcode))
	if it.Inspect && it.Released.IsZero() {
		d.Decision, d.DecidedAt = postal.DecisionControl, moment(sent)
		return d
	}
	if it.Inspect {
		released = it.Released
	}
	if released.After(now) {
		return d
	}
	d.Status, d.Decision, d.DecidedAt = postal.DeclarationDone, postal.DecisionReleased, moment(released)
	if it.Accepted.IsZero() {
		return d
	}
	switch gone := it.at(departStop, s.pace()); {
	case it.Ended == "refuse":
		d.Status, d.Decision, d.DecidedAt = postal.DeclarationRejected, postal.DecisionRejected, moment(it.EndedAt)
	case it.Ended == "deny":
		d.Decision, d.DecidedAt = postal.DecisionDepartureDenied, moment(it.EndedAt)
	case !gone.After(now) || s.pace() == 0:
		d.Decision, d.DecidedAt = postal.DecisionDepartureAllowed, moment(gone)
	}
	return d
}

func (d declared) byHand(it *item) declared {
	d.Status, d.RegisteredAt = it.Status, ""
	switch it.Status {
	case postal.DeclarationRejected:
		d.Decision, d.DecidedAt = postal.DecisionRejected, moment(it.StatusAt)
	case postal.DeclarationIllegalData:
		d.FTSError, d.Advice = "Ошибка форматно-логического контроля (стенд)", "Проверьте код ТН ВЭД и вес нетто"
	case postal.DeclarationFTSError:
		d.FTSError = "Сервис ФТС не отвечает (стенд)"
	}
	return d
}

// share picks an item for a fault by its number, so that it is the same item each time.
func share(number, what string, perMille int) bool {
	if perMille <= 0 {
		return false
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(what + number)) // a hash never fails
	return int(h.Sum32()%1000) < perMille
}
