package payment

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pdf"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/internal/platform/qr"
)

// InvoiceName is the code of payment by bank transfer.
const InvoiceName = "invoice"

// Invoice is payment by bank transfer: the buyer gets a payment order as PDF and as a QR code, and
// the money is confirmed by a bank statement or by hand. There is nobody to ask: the books are ours.
type Invoice struct {
	Company Company
	Now     func() time.Time
}

var _ OwnPage = (*Invoice)(nil)

// Name is "invoice".
func (*Invoice) Name() string { return InvoiceName }

// Accepts takes roubles: the QR code and the statement know no other currency.
func (*Invoice) Accepts(a money.Amount, cur money.Currency) bool { return a > 0 && cur == money.RUB }

// Page is the one with the requisites.
func (*Invoice) Page(token string) Started { return Started{Ref: token, URL: "/pay/invoice/" + token} }

// Start has nothing to make ready.
func (x *Invoice) Start(_ context.Context, p Payment, _ Return) (Started, error) {
	return x.Page(p.Token), nil
}

// Fetch says what we know: a transfer is reported by ConfirmInvoice and UploadStatement.
func (x *Invoice) Fetch(_ context.Context, p Payment) (Report, error) {
	return Report{AsOf: x.Now(), State: p.State, Amount: p.Amount, Currency: p.Currency, Ref: p.Token}, nil
}

// Refund asks a person to send a transfer; ResolveRefund ends it.
func (*Invoice) Refund(_ context.Context, _ Payment, r Refund) (RefundReport, error) {
	return RefundReport{RefundID: r.ID, Amount: r.Amount, State: RefundManual}, nil
}

// Cancel has nothing to close: a transfer that comes later is late money.
func (*Invoice) Cancel(context.Context, Payment) error { return nil }

// Purpose is what the buyer's bank writes into the transfer, and what a statement is matched by.
func Purpose(p Payment) string { return i18n.In(i18n.RU, "payment.purpose", "number", p.Reference) }

// QR draws the payment order's code as PNG.
func (x *Invoice) QR(p Payment) ([]byte, error) {
	return qr.PNG(bankCode(x.Company, p.Amount, Purpose(p)), 6)
}

// PDF writes the payment order in the payment's language.
func (x *Invoice) PDF(p Payment) ([]byte, error) {
	t := func(key string, args ...any) string { return i18n.In(p.Lang, key, args...) }
	code, err := x.QR(p)
	if err != nil {
		return nil, err
	}
	sum := money.Format(p.Lang, p.Amount, p.Currency)
	d := pdf.New(pdf.Info{Title: t("payment.invoice.title", "number", p.Reference), Author: x.Company.Name, Created: p.CreatedAt})
	d.Title(t("payment.invoice.title", "number", p.Reference))
	d.Para(t("payment.invoice.issued", "date", i18n.Date(p.Lang, p.CreatedAt, time.Time{})))
	d.Heading(t("payment.invoice.payee"))
	for _, r := range x.requisites(p.Lang) {
		d.Pairs(pdf.Pair{Label: r.Key, Value: r.Value})
	}
	d.Heading(t("payment.invoice.what"))
	d.Table([]pdf.Column{{Head: t("payment.invoice.purpose"), Width: 5}, {Head: t("payment.invoice.sum"), Width: 2, Right: true}},
		[][]string{{Purpose(p), sum}}, [][]string{{t("payment.invoice.total"), sum}})
	d.Heading(t("payment.invoice.by_code"))
	d.Image(code, 52, t("payment.invoice.code_hint"))
	d.Note(t("payment.invoice.exact"))
	return d.Bytes()
}

// requisite is a labelled value of the payee.
type requisite struct{ Key, Value string }

func (x *Invoice) requisites(lang i18n.Lang) []requisite {
	c := x.Company
	list := []requisite{{"payment.invoice.name", c.Name}, {"payment.invoice.inn", c.INN}}
	if c.KPP != "" {
		list = append(list, requisite{"payment.invoice.kpp", c.KPP})
	}
	list = append(list, requisite{"payment.invoice.account", c.Account}, requisite{"payment.invoice.bank", c.Bank},
		requisite{"payment.invoice.bic", c.BIC}, requisite{"payment.invoice.corr", c.CorrAccount})
	for i := range list {
		list[i].Key = i18n.In(lang, list[i].Key)
	}
	return list
}

// ConfirmInvoice says that a transfer came in full; a person saw it. note says where.
func (s *Service) ConfirmInvoice(ctx context.Context, id int64, actor, note string) (p Payment, err error) {
	defer errs.Wrap(&err, "payment.ConfirmInvoice(%d)", id)
	err = pg.InTx(ctx, s.DB, func(tx pgx.Tx) error {
		if p, err = selectPayment(ctx, tx, id); err != nil {
			return err
		}
		if p, err = s.lock(ctx, tx, p); err != nil {
			return err
		}
		if p.Provider != InvoiceName || !p.State.Open() && !p.State.Ended() {
			return errs.New(errs.Conflict, "payment.error.decided")
		}
		if err := s.note(ctx, tx, p, "confirmed", p.State, actor, note); err != nil {
			return err
		}
		p, err = s.capture(ctx, tx, p, Locked{}, Report{}, actor)
		return err
	})
	return p, err
}
