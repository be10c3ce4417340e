package dispatch

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	lawbook "github.com/yarmarka/yarmarka/internal/export/clearance/rules"
	"github.com/yarmarka/yarmarka/internal/export/contract"
	"github.com/yarmarka/yarmarka/internal/export/desk"
	"github.com/yarmarka/yarmarka/internal/export/dispatch/dispatchtest"
	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/postal/standin"
	"github.com/yarmarka/yarmarka/internal/export/rates"
	"github.com/yarmarka/yarmarka/internal/export/signature"
	"github.com/yarmarka/yarmarka/internal/market/cart"
	"github.com/yarmarka/yarmarka/internal/market/order"
	"github.com/yarmarka/yarmarka/internal/market/shipping"
	"github.com/yarmarka/yarmarka/internal/payment/paymenttest"
	"github.com/yarmarka/yarmarka/internal/platform/blob"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/jobs"
	"github.com/yarmarka/yarmarka/internal/platform/jobs/jobstest"
	"github.com/yarmarka/yarmarka/internal/platform/limit"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// world is the whole way of a foreign parcel on a database of its own, with a stand-in for the post.
type world struct {
	*Service
	t        testing.TB
	db       *pgxpool.Pool
	post     *standin.Server
	desk     *desk.Service
	reg      *jobs.Registry
	shop     dispatchtest.Shop
	shift    atomic.Int64
	instead  atomic.Pointer[func(said []byte) []byte] // what comes in place of the post's answer
	departed atomic.Int64
	returned atomic.Int64
}

func (w *world) now() time.Time { return time.Now().Add(time.Duration(w.shift.Load())) }

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, db: dbtest.New(t)}
	files, err := clearance.Load(lawbook.FS)
	w.must(err)
	w.must(clearance.Seed(t.Context(), w.db, files))
	w.post, err = standin.New(standin.Options{Now: w.now, Step: time.Hour, Hang: 10 * time.Millisecond})
	w.must(err)
	server := httptest.NewServer(http.HandlerFunc(w.answer))
	t.Cleanup(server.Close)
	config := standin.Config(server.URL)
	config.Timeout = 5 * time.Second
	book := rates.New(w.db, rates.NewClient(server.URL), w.now)
	_, err = book.Fetch(t.Context())
	w.must(err)
	law := clearance.New(w.db, w.now)
	w.desk = desk.New(desk.Deps{DB: w.db, Now: w.now, BaseURL: "https://yarmarka.test", Limiter: limit.New(w.db, w.now), Tables: law.Tables,
		Contracts: contract.New(contract.Deps{DB: w.db, Now: w.now, BaseURL: "https://yarmarka.test", Tables: law.Tables})})
	w.desk.Contracts.OnMark = w.desk.OpenContract
	store, err := blob.OpenDisk(filepath.Join(t.TempDir(), "files"))
	w.must(err)
	signer, err := signature.New(w.db, []byte("a secret that only this test knows of"), w.now)
	w.must(err)
	pay := paymenttest.New(t, w.db)
	orders := order.New(order.Deps{Pool: w.db, Now: w.now, BaseURL: "https://yarmarka.test", Carts: cart.New(w.db, w.now),
		Shipping: shipping.New(w.db, w.now), Payments: pay.Service})
	pay.Hooks = orders.Hooks()
	w.Service = New(Deps{Pool: w.db, Now: w.now, Queue: jobstest.Queue(t, w.db), Files: store, Orders: orders,
		Post: postal.New(w.db, postal.NewPost(config, w.now), w.now), Desk: w.desk, Signer: signer, Rules: law, Rates: book,
		OnDeparted: func(_ context.Context, _ pgx.Tx, list []Departure) ([]int64, error) {
			rows := make([]int64, len(list))
			for i := range rows {
				rows[i] = w.departed.Add(1)
			}
			return rows, nil
		},
		OnReturned: func(context.Context, pgx.Tx, Departure) error { w.returned.Add(1); return nil }})
	orders.OnCalledOff = w.CalledOff
	w.desk.OnDecided = w.Decided
	w.reg = jobs.NewRegistry()
	Jobs(w.reg, w.Service)
	w.shop = dispatchtest.ReadyShop(t, w.db)
	return w
}

// answer is the post answering, or what comes in place of it.
func (w *world) answer(rw http.ResponseWriter, r *http.Request) {
	instead := w.instead.Load()
	if instead == nil {
		w.post.ServeHTTP(rw, r)
		return
	}
	said := httptest.NewRecorder()
	w.post.ServeHTTP(said, r)
	rw.WriteHeader(said.Code)
	_, _ = rw.Write((*instead)(said.Body.Bytes()))
}

// misnumber has the post give every item one number.
func (w *world) misnumber(barcode string) {
	change := func(said []byte) []byte { return barcodes.ReplaceAll(said, []byte(`"barcode":"`+barcode+`"`)) }
	w.instead.Store(&change)
}

var barcodes = regexp.MustCompile(`"barcode":\s*"[^"]*"`)

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// paid makes a paid foreign order and gives its parcel.
func (w *world) paid(country string) Parcel { return w.paidBy(country, 4031) }

func (w *world) paidBy(country string, object int) Parcel {
	w.t.Helper()
	ids := dispatchtest.Orders(w.t, w.db, w.shop, dispatchtest.Sale{Country: country, Object: object, Gross: 240, At: w.now(), N: 1})
	w.must(pg.InTx(w.t.Context(), w.db, func(tx pgx.Tx) error { return w.Paid(w.t.Context(), tx, ids) }))
	list, err := pg.List[Parcel](w.t.Context(), w.db, `select `+parcelCols+` from export_parcels e where e.order_id = $1`, ids[0])
	w.must(err)
	if len(list) != 1 {
		w.t.Fatalf("%d parcels, want 1", len(list))
	}
	return list[0]
}

// work carries out every job that is due.
func (w *world) work() { w.t.Helper(); jobstest.Drain(w.t, w.db, w.reg) }

// run is work for steps that may fail.
func (w *world) run() (int, error) { return jobstest.Run(w.t.Context(), w.db, w.reg) }

func (w *world) is(p Parcel, want State) Parcel {
	w.t.Helper()
	p, err := selectParcel(w.t.Context(), w.db, p.ID)
	w.must(err)
	if p.State != want {
		events, err := selectEvents(w.t.Context(), w.db, p)
		w.must(err)
		for _, e := range events {
			w.t.Logf("%s %s %s %s", e.At.Format(time.DateTime), e.Key, e.ToState, e.Facts)
		}
		w.t.Fatalf("the parcel is %s, want %s (reason %q, stuck %q)", p.State, want, p.Reason, p.Stuck)
	}
	return p
}

// shown says where the buyer sees the parcel.
func (w *world) shown(p Parcel) order.State {
	w.t.Helper()
	state, err := pg.Scalar[order.State](w.t.Context(), w.db, `select state from parcels where id = $1`, p.ParcelID)
	w.must(err)
	return state
}

func (w *world) staff() order.Staffer {
	return order.Staffer{SellerID: w.shop.SellerID, PersonID: w.number(`insert into people (email, email_key, name, passkey_handle)
		values (gen_random_uuid()::text, gen_random_uuid()::text, 'Галина', decode(md5(random()::text), 'hex')) returning id`)}
}

func (w *world) number(sql string, args ...any) int64 {
	w.t.Helper()
	n, err := pg.Scalar[int64](w.t.Context(), w.db, sql, args...)
	w.must(err)
	return n
}

// pass lets time go by, for the program and for the post, and asks the post about every parcel.
func (w *world) pass(d time.Duration) {
	w.t.Helper()
	w.shift.Add(int64(d))
	_, err := pg.Exec(w.t.Context(), w.db, `update export_parcels set poll_at = $1 where poll_at is not null`, w.now())
	w.must(err)
	w.must(w.Follow(w.t.Context()))
}

// packed weighs a parcel as it was declared.
var packed = Packed{GrossG: 250, LengthMM: 300, WidthMM: 220, HeightMM: 50}

// signed takes parcels to the signature and the post.
func (w *world) signed(list ...Parcel) {
	w.t.Helper()
	who, numbers := w.staff(), []string(nil)
	for _, p := range list {
		w.must(w.Weigh(w.t.Context(), who, p.Number, packed))
		numbers = append(numbers, p.Number)
	}
	left, err := w.Sign(w.t.Context(), who, numbers)
	w.must(err)
	if len(left) > 0 {
		w.t.Fatalf("left out: %v", left)
	}
	w.work()
}
