package rates

import (
	"context"
	"errors"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Trouble is what came last instead of a file of rates. The last rates that were right hold on meanwhile.
type Trouble struct {
	Trouble string // the end of a message key
	Since   time.Time
	LastAt  time.Time
}

// Words say what came.
func (t Trouble) Words(lang i18n.Lang) string { return i18n.In(lang, "rates.trouble."+t.Trouble) }

// TroubleNow gives what is wrong with the bank's file; ok is false while nothing is.
func TroubleNow(ctx context.Context, db pg.DB) (t Trouble, ok bool, err error) {
	defer errs.Wrap(&err, "rates.TroubleNow")
	return selectTrouble(ctx, db)
}

// troubleOf names what is wrong with an answer.
func troubleOf(err error) string {
	for _, known := range []struct {
		err  error
		name string
	}{{ErrEmpty, "empty"}, {ErrTooLarge, "large"}, {ErrNotXML, "not_xml"}, {ErrNoXDR, "no_xdr"}, {errAnswer, "away"}, {errAhead, "ahead"}} {
		if errors.Is(err, known.err) {
			return known.name
		}
	}
	return "unreadable"
}
