package errs_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

func TestUnclassifiedIsInternal(t *testing.T) {
	t.Parallel()
	if got := errs.KindOf(errors.New("dial tcp: refused")); got != errs.Internal {
		t.Errorf("KindOf = %s", got)
	}
}

func TestWrapKeepsKindAndKey(t *testing.T) {
	t.Parallel()
	err := func() (err error) {
		defer errs.Wrap(&err, "cart.Add(%d)", 7)
		return errs.New(errs.Conflict, "cart.sold_out")
	}()
	if errs.KindOf(err) != errs.Conflict || errs.KeyOf(err) != "cart.sold_out" {
		t.Errorf("lost: %v", err)
	}
	if want := "cart.Add(7): conflict cart.sold_out"; err.Error() != want {
		t.Errorf("reads %q, want %q", err, want)
	}
}

func TestFromPG(t *testing.T) {
	t.Parallel()
	taken := errs.New(errs.Conflict, "account.email_taken")
	byName := map[string]*errs.Error{"people_email_key": taken}
	err := errs.FromPG(fmt.Errorf("insert: %w", &pgconn.PgError{Code: "23505", ConstraintName: "people_email_key"}), byName)
	if errs.KeyOf(err) != "account.email_taken" {
		t.Errorf("got %v", err)
	}
	if err := errs.FromPG(&pgconn.PgError{Code: "22003"}, nil); errs.KindOf(err) != errs.BadRequest {
		t.Errorf("out of range is %s", errs.KindOf(err))
	}
	if err := errs.FromPG(&pgconn.PgError{Code: "23505", ConstraintName: "other"}, byName); errs.KindOf(err) != errs.Internal {
		t.Errorf("unknown constraint is %s", errs.KindOf(err))
	}
	if errs.FromPG(nil, nil) != nil {
		t.Error("nil became an error")
	}
}

// A database that is away is nobody's mistake: the visitor is asked to come again. A mistake of ours stays one.
func TestDown(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		err  error
		want bool
	}{
		{"starting", &pgconn.PgError{Code: "57P03"}, true},
		{"ended by an administrator", fmt.Errorf("order.Place: %w", &pgconn.PgError{Code: "57P01"}), true},
		{"statement time-out", &pgconn.PgError{Code: "57014"}, true},
		{"connection cut", fmt.Errorf("reading: %w", io.ErrUnexpectedEOF), true},
		{"refused", &net.OpError{Op: "dial", Err: errors.New("connection refused")}, true},
		{"a constraint", &pgconn.PgError{Code: "23505"}, false},
		{"a column that is not there", &pgconn.PgError{Code: "42703"}, false},
		{"anything else", errors.New("oops"), false},
	} {
		if got := errs.Down(tt.err); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}
