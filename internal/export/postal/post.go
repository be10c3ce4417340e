package postal

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

var errNotConnected = errs.New(errs.Unavailable, "postal.away")

// Config says where the post's services are and who asks. The zero value means the real addresses and no credentials:
// prices work, orders and tracking do not.
type Config struct {
	TariffURL   string // base of the tariff service; "": https://tariff.pochta.ru
	OrdersURL   string // base of the order service; "": https://otpravka-api.pochta.ru
	TrackingURL string // base of tracking; "": https://tracking.pochta.ru
	Token, Key  string // of the order service: AccessToken, and the base64 of login:password
	Login       string // of tracking
	Password    string
	From        string        // postcode items are sent from, unless an Ask says another
	Timeout     time.Duration // of one request; 0: 5 s
	Settle      time.Duration // how long an order may still turn up after a time-out; 0: 3 s
}

// Post is a client of Russian Post's tariff, order and tracking services, or of what stands in for them.
type Post struct {
	cfg Config
	now func() time.Time
}

// NewPost makes a client.
func NewPost(c Config, now func() time.Time) *Post { return &Post{cfg: c, now: now} }

// Find looks an order up by our number, in the backlog and among the handed-over.
func (p *Post) Find(ctx context.Context, number string) (Filed, bool, error) {
	return Filed{}, false, errNotConnected
}

// Ship puts backlog orders into a batch for the day they are handed in.
func (p *Post) Ship(ctx context.Context, ids []int64, day time.Time) ([]Batch, error) {
	return nil, errNotConnected
}

// CheckIn tells the post that the batch is complete (form F103 goes to the office).
func (p *Post) CheckIn(ctx context.Context, batch string) error { return errNotConnected }

// Forms gives the papers of one order as the post prints them, a PDF.
func (p *Post) Forms(ctx context.Context, id int64) ([]byte, error) { return nil, errNotConnected }

// Declaration says what has become of an order's electronic declaration.
func (p *Post) Declaration(ctx context.Context, f Filed) (Declaration, error) {
	return Declaration{}, errNotConnected
}

// Limit says how much of the day's requests is used.
func (p *Post) Limit(ctx context.Context) (Limit, error) { return Limit{}, errNotConnected }

// Operations lists what was done to an item, in order of time, each once; what the post says of other items is left out.
func (p *Post) Operations(ctx context.Context, barcode S10) ([]Operation, error) {
	return nil, errNotConnected
}

// Ticket asks for the operations of many items at once; the answer is ready minutes later, see Answer.
func (p *Post) Ticket(ctx context.Context, barcodes []S10) (string, error) {
	return "", errNotConnected
}

// Answer gives the operations of the items of a ticket, or ready = false while the post still works at it.
func (p *Post) Answer(ctx context.Context, ticket string) (found map[S10][]Operation, ready bool, err error) {
	return nil, false, errNotConnected
}
