package payment

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/payment/statement"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Outcomes of a line of a bank statement.
const (
	LinePaid      = "paid"      // it paid a purchase in full
	LineUnder     = "under"     // less than asked
	LineOver      = "over"      // more than asked
	LineAgain     = "again"     // the purchase is paid already
	LineLate      = "late"      // in full, but after the attempt ended
	LineUnknown   = "unknown"   // names no purchase we know
	LineAmbiguous = "ambiguous" // names several
)

// StatementResult says what an uploaded statement did.
type StatementResult struct {
	Format  string
	Lines   int // incoming documents read
	Repeats int // of them known from an earlier upload
	Paid    int
	Look    int // a person has to look at: see Alerts
	Bad     []statement.RowError
}

var statementFaults = map[error]*errs.Error{
	statement.ErrFormat:   errs.Fields([]errs.Field{{Name: "file", Key: "payment.statement.format"}}).(*errs.Error),
	statement.ErrCut:      errs.Fields([]errs.Field{{Name: "file", Key: "payment.statement.cut"}}).(*errs.Error),
	statement.ErrTooLarge: errs.Fields([]errs.Field{{Name: "file", Key: "payment.statement.too_large"}}).(*errs.Error),
}

// UploadStatement reads a bank statement and settles the payments its lines pay in full. Each line
// has its own transaction and is worked once, however often it is uploaded and in whatever file, so
// an upload that broke off is simply repeated.
func (s *Service) UploadStatement(ctx context.Context, name string, file io.Reader, actor string) (res StatementResult, err error) {
	defer errs.Wrap(&err, "payment.UploadStatement")
	inv, ok := s.byName[InvoiceName].(*Invoice)
	if !ok {
		return res, errs.New(errs.NotFound, "error.not_found")
	}
	raw, err := io.ReadAll(io.LimitReader(file, statement.MaxBytes+1))
	if err != nil {
		return res, err
	}
	st, err := statement.Read(bytes.NewReader(raw), inv.Company.Account)
	for fault, answer := range statementFaults {
		if errors.Is(err, fault) {
			return res, answer.With(err)
		}
	}
	if err != nil {
		return res, err
	}
	sum := sha256.Sum256(raw)
	id, err := upsertStatement(ctx, s.DB, hex.EncodeToString(sum[:]), name, st.Format, actor, s.Now())
	if err != nil {
		return res, err
	}
	res = StatementResult{Format: st.Format, Lines: len(st.Lines), Bad: st.Bad}
	for _, line := range st.Lines {
		outcome, err := s.settleLine(ctx, id, line, actor)
		switch {
		case err != nil:
			return res, err
		case outcome == "":
			res.Repeats++
		case outcome == LinePaid:
			res.Paid++
		default:
			res.Look++
		}
	}
	return res, nil
}

// settleLine works one line; outcome is "" for one that was worked before.
func (s *Service) settleLine(ctx context.Context, statementID int64, line statement.Line, actor string) (outcome string, err error) {
	err = pg.InTx(ctx, s.DB, func(tx pgx.Tx) error {
		outcome = ""
		lineID, fresh, err := insertLine(ctx, tx, statementID, line)
		if err != nil || !fresh {
			return err
		}
		var p Payment
		p, outcome, err = s.match(ctx, tx, line)
		if err != nil {
			return err
		}
		if outcome == LinePaid || outcome == LineLate {
			if err := s.note(ctx, tx, p, "transfer", p.State, actor, fmt.Sprintf("№ %s, %s", line.Number, line.Date.Format("02.01.2006"))); err != nil {
				return err
			}
			if p, err = s.capture(ctx, tx, p, Locked{}, Report{}, actor); err != nil {
				return err
			}
		}
		var paymentID *int64
		if p.ID != 0 {
			paymentID = &p.ID
		}
		if err := updateLine(ctx, tx, lineID, paymentID, outcome); err != nil {
			return err
		}
		if outcome == LinePaid {
			return nil
		}
		return s.alert(ctx, tx, alert{Key: "statement:" + line.Key(), Kind: AlertStatement + "_" + outcome,
			PaymentID: paymentID, Detail: fmt.Sprintf("№ %s, %s, %s RUB, %s, %s", line.Number, line.Date.Format("02.01.2006"),
				money.Decimal(line.Amount), line.Payer, line.Purpose)})
	})
	return outcome, err
}

// match finds the payment a line is for and locks it.
func (s *Service) match(ctx context.Context, tx pgx.Tx, line statement.Line) (Payment, string, error) {
	found, err := selectInvoices(ctx, tx, tokens(line.Purpose))
	if err != nil {
		return Payment{}, "", err
	}
	if len(found) == 0 {
		return Payment{}, LineUnknown, nil
	}
	if slices.ContainsFunc(found, func(p Payment) bool { return p.Reference != found[0].Reference }) {
		return Payment{}, LineAmbiguous, nil
	}
	p, err := s.lock(ctx, tx, found[0])
	switch {
	case err != nil:
		return p, "", err
	case p.State.Paid() || p.State == Held:
		return p, LineAgain, nil
	case line.Amount < p.Amount:
		return p, LineUnder, nil
	case line.Amount > p.Amount:
		return p, LineOver, nil
	case p.State.Ended():
		return p, LineLate, nil
	}
	return p, LinePaid, nil
}

// lookalikes turns Cyrillic capitals into the Latin ones a purchase's number is written with.
var lookalikes = strings.NewReplacer("А", "A", "В", "B", "Е", "E", "К", "K", "М", "M", "Н", "H", "О", "O", "Р", "P", "С", "C",
	"Т", "T", "У", "Y", "Х", "X")

// tokens are the words of a purpose that may be a purchase's number: upper case, with a digit, as
// typed and with look-alike letters turned into Latin.
func tokens(purpose string) []string {
	words := strings.FieldsFunc(strings.ToUpper(purpose), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-'
	})
	var out []string
	for _, w := range words {
		w = strings.Trim(w, "-")
		if !strings.ContainsAny(w, "0123456789") || len(w) > 64 || len(out) > 100 {
			continue
		}
		out = append(out, w)
		if latin := lookalikes.Replace(w); latin != w {
			out = append(out, latin)
		}
	}
	return out
}
