package payment_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/payment"
	"github.com/yarmarka/yarmarka/internal/payment/paymenttest"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// transfer is a line of a test statement.
type transfer struct {
	number  int
	amount  money.Amount
	purpose string
}

func exchange(lines ...transfer) string {
	var s strings.Builder
	s.WriteString("1CClientBankExchange\nВерсияФормата=1.03\nКодировка=Windows\n")
	for _, l := range lines {
		fmt.Fprintf(&s, "СекцияДокумент=Платежное поручение\nНомер=%d\nДата=20.11.2026\nСумма=%s\nПлательщикСчет=40702810500000000777\n"+
			"Плательщик1=Ольга\nПолучательСчет=%s\nДатаПоступило=21.11.2026\nНазначениеПлатежа=%s\nКонецДокумента\n",
			l.number, money.Decimal(l.amount), payment.DemoCompany().Account, l.purpose)
	}
	s.WriteString("КонецФайла\n")
	return s.String()
}

func upload(t *testing.T, b *paymenttest.Bench, text string) payment.StatementResult {
	t.Helper()
	res, err := b.UploadStatement(t.Context(), "выписка.txt", strings.NewReader(text), "admin")
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func TestStatementPaysWhatItPaysInFull(t *testing.T) {
	t.Parallel()
	b := paymenttest.New(t, dbtest.New(t))
	h := watch(b)
	exact, under, over, late := b.Started("invoice", 100, 429), b.Started("invoice", 500), b.Started("invoice", 600), b.Started("invoice", 700)
	retyped, two := b.Started("invoice", 800), b.Started("invoice", 900)
	if err := pg.InTx(t.Context(), b.Pool, func(tx pgx.Tx) error {
		_, err := b.Cancel(t.Context(), tx, late.Reference, "hold expired")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	text := exchange(
		transfer{1, 529, payment.Purpose(exact) + ", НДС не облагается"},
		transfer{2, 499, payment.Purpose(under)},
		transfer{3, 601, payment.Purpose(over)},
		transfer{4, 700, "заказ " + strings.ToLower(late.Reference) + " от 20.11.2026"},
		transfer{5, 800, "за №" + strings.Replace(retyped.Reference, "T", "Т", 1)}, // a Cyrillic Т
		transfer{6, 900, two.Reference + " и " + under.Reference},
		transfer{7, 5, "Возврат займа 12/7"},
		transfer{8, 529, payment.Purpose(exact)},
	)
	got := upload(t, b, text)
	if diff := cmp.Diff(payment.StatementResult{Format: "1c", Lines: 8, Paid: 2, Look: 6}, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	for p, want := range map[*payment.Payment]payment.State{&exact: payment.Captured, &retyped: payment.Captured, &late: payment.Captured,
		&under: payment.RequiresAction, &over: payment.RequiresAction, &two: payment.RequiresAction} {
		if got := b.Read(p.ID).State; got != want {
			t.Errorf("%s is %s, want %s", p.Reference, got, want)
		}
	}
	outcomes, err := pg.Scalars[string](t.Context(), b.Pool, `select outcome from bank_statement_lines order by number::int`)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"paid", "under", "over", "late", "paid", "ambiguous", "unknown", "again"}, outcomes); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	again := upload(t, b, text)
	other := upload(t, b, strings.Replace(text, "ВерсияФормата=1.03", "ВерсияФормата=1.02", 1))
	if again.Repeats != 8 || other.Repeats != 8 || h.captured.Load() != 3 {
		t.Errorf("repeats %d and %d, captured %d", again.Repeats, other.Repeats, h.captured.Load())
	}
	if n, err := b.OpenAlerts(t.Context()); err != nil || n != 6 {
		t.Errorf("%d alerts, %v", n, err)
	}
}

func TestUploadThatBrokeOffIsRepeated(t *testing.T) {
	t.Parallel()
	b := paymenttest.New(t, dbtest.New(t))
	first, second := b.Started("invoice", 100), b.Started("invoice", 200)
	text := exchange(transfer{1, 100, payment.Purpose(first)}, transfer{2, 200, payment.Purpose(second)})
	calls := 0
	b.Hooks.OnCaptured = func(context.Context, pgx.Tx, payment.Payment) (bool, error) {
		if calls++; calls == 2 {
			return false, errors.New("the machine stopped")
		}
		return false, nil
	}
	if _, err := b.UploadStatement(t.Context(), "a.txt", strings.NewReader(text), "admin"); err == nil {
		t.Fatal("no error")
	}
	mustState(t, b, first.ID, payment.Captured)
	mustState(t, b, second.ID, payment.RequiresAction)
	if got := upload(t, b, text); got.Paid != 1 || got.Repeats != 1 {
		t.Errorf("second upload: %+v", got)
	}
	mustState(t, b, second.ID, payment.Captured)
}

func TestStatementFaultsAreSaidAtTheField(t *testing.T) {
	t.Parallel()
	b := paymenttest.New(t, dbtest.New(t))
	for text, key := range map[string]string{
		"\x89PNG": "payment.statement.format", exchange(transfer{1, 1, "x"})[:200]: "payment.statement.cut",
	} {
		_, err := b.UploadStatement(t.Context(), "a", strings.NewReader(text), "admin")
		e, ok := errors.AsType[*errs.Error](err)
		if !ok || e.Kind != errs.Invalid || len(e.Fields) != 1 || e.Fields[0].Key != key {
			t.Errorf("error %v, want %s", err, key)
		}
	}
}

func TestConfirmByHandHappensOnce(t *testing.T) {
	t.Parallel()
	b := paymenttest.New(t, dbtest.New(t))
	p := b.Started("invoice", 100)
	if _, err := b.ConfirmInvoice(t.Context(), p.ID, "admin", "ПП 5"); err != nil {
		t.Fatal(err)
	}
	_, err := b.ConfirmInvoice(t.Context(), p.ID, "admin", "ПП 5")
	mustKind(t, err, errs.Conflict)
	card := b.Started("stripe", 100)
	_, err = b.ConfirmInvoice(t.Context(), card.ID, "admin", "")
	mustKind(t, err, errs.Conflict)
}
