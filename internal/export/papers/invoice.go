package papers

import (
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pdf"
)

// Invoice is the commercial invoice, A4, with continuation sheets where its lines do not fit. A record that contradicts
// itself is refused.
func Invoice(r Record) ([]byte, error) {
	r, err := ready(r)
	if err != nil {
		return nil, err
	}
	f := newForm(&r, "Commercial invoice", 210, 297, 6)
	whole := box{16, 16, 178, 265}
	f.headInvoice()
	if err := f.partiesInvoice(); err != nil {
		return nil, err
	}
	place := box{16, 96, 178, 126}
	t := roomy(place, f.tableInvoice, 9, 8, 7)
	f.Box(place.x, place.y, place.w, place.h, hair)
	from := t.draw(place, 0)
	f.totalsInvoice()
	if err := f.rest(t, from, "Commercial invoice", whole, 18); err != nil {
		return nil, err
	}
	return f.Bytes()
}

// number of the invoice is that of the attached document, or of the order it is about.
func (r *Record) invoiceNumber() string {
	if number := r.papers(InvoicePage); number != "" {
		return number
	}
	return r.Order
}

func (f *form) headInvoice() {
	f.Text(16, 16, pdf.Type{Bold: true, Size: 17}, "COMMERCIAL INVOICE")
	f.Text(16, 23.6, pdf.Type{Size: 10, Gray: 35}, "Facture commerciale / Коммерческий счёт")
	f.caption(box{126, 16.2, 24, 4}, 7, "No. / N°", "Номер")
	f.value("invoice", "Invoice", box{150, 16, 34, 6}, pdf.Type{Bold: true, Size: 10}, f.r.invoiceNumber())
	f.caption(box{126, 23.2, 24, 4}, 7, "Date", "Дата")
	f.value("date", "Date", box{150, 23, 44, 5}, pdf.Type{Size: 10}, f.r.Date.Format(time.DateOnly))
	f.caption(box{126, 30.2, 24, 4}, 7, "Order / Commande", "Заказ")
	f.value("order", "Order", box{150, 30, 44, 5}, pdf.Type{Size: 10}, f.r.Order)
}

func (f *form) partiesInvoice() error {
	f.Line(16, 38, 194, 38, rule)
	f.caption(box{16, 39.5, 84, 5}, 7, "Exporter / Exportateur", "Экспортёр")
	f.value("sender", "Exporter", box{16, 46, 84, 26}, pdf.Type{Size: 10}, f.r.Sender.address())
	f.value("sender.reference", "Exporter's numbers", box{16, 72.5, 84, 4.5}, pdf.Type{Size: 8}, oneLine(f.r.Sender.reference()))
	f.value("sender.contact", "Exporter: tel.", box{16, 77, 84, 4.5}, pdf.Type{Size: 8}, f.r.Sender.contact())
	f.caption(box{106, 39.5, 88, 5}, 7, "Consignee / Destinataire", "Получатель")
	f.value("consignee", "Consignee", box{106, 46, 88, 26}, pdf.Type{Size: 10}, f.r.Consignee.address())
	f.value("importer.reference", "Importer's reference", box{106, 72.5, 88, 4.5}, pdf.Type{Size: 8}, f.r.Importer.reference())
	f.value("consignee.contact", "Consignee: tel.", box{106, 77, 88, 4.5}, pdf.Type{Size: 8}, f.r.Consignee.contact())
	f.Line(16, 82.5, 194, 82.5, rule)
	f.caption(box{16, 84, 40, 5}, 7, "Postal item / Envoi postal", "Почтовое отправление")
	c, err := categoryOn(f.r.Contents, f.r.Date)
	if err != nil {
		return err
	}
	f.Mark("s10", func() { f.Text(58, 84, pdf.Type{Bold: true, Size: 10}, f.r.S10.String()) })
	f.caption(box{106, 84, 40, 5}, 7, "Reason for export / Motif", "Цель вывоза")
	f.value("explanation", "Reason for export", box{140, 84, 54, 6}, pdf.Type{Size: 9}, c.reason(f.r))
	return nil
}

// reason is why the goods leave, in words.
func (c category) reason(r *Record) string {
	if text := c.explain(r); text != "" {
		return text
	}
	for _, t := range ticks22 {
		if t.name == c.CN22 {
			return t.foreign
		}
	}
	return c.Contents
}

func (f *form) tableInvoice(size float64) *table {
	look := pdf.Type{Size: size}
	return &table{f: f, head: 10, caption: 6.6, look: look, row: look.Leading() + 1, columns: []column{
		{width: 72, foreign: "Description of goods / Désignation", russian: "Описание", own: description(look)},
		code(22, "HS code / Code SH", "Код ТН ВЭД"),
		{width: 16, foreign: "Origin / Origine", russian: "Страна", mark: "origin", text: func(l *Line) string { return l.Origin }},
		{width: 20, foreign: "Quantity / Quantité", russian: "Количество", mark: "quantity", text: (*Line).quantity},
		{width: 18, foreign: "Net, kg", russian: "Нетто, кг", mark: "net", text: func(l *Line) string { return kilograms(l.NetGrams) }},
		{width: 30, foreign: "Value / Valeur", russian: "Стоимость", mark: "value", text: func(l *Line) string { return sum(l.Value, f.r.Currency) }},
	}}
}

func (f *form) totalsInvoice() {
	y := 225.0
	for _, t := range []struct {
		foreign, russian, mark, text string
		bold                         bool
	}{
		{"Total value, paid in full / Valeur totale, payée", "Всего, оплачено полностью", "total", sum(f.r.Value, f.r.Currency), true},
		{"Postage / Frais de port", "Почтовые сборы", "postage", sum(f.r.Postage(), money.RUB), false},
		{"Net weight / Poids net, kg", "Вес нетто, кг", "net", kilograms(f.r.NetGrams()), false},
		{"Gross weight / Poids brut, kg", "Вес брутто, кг", "gross", kilograms(f.r.GrossGrams), false},
	} {
		f.caption(box{96, y, 50, 6}, 7, t.foreign, t.russian)
		f.figure(t.mark, box{146, y, 48, 6}, pdf.Type{Bold: t.bold, Size: 10}, t.text)
		y += 7
	}
	f.caption(box{16, 225, 40, 5}, 7, "Exchange rate / Cours", "Курс Банка России")
	f.value("rates", "Exchange rate", box{16, 231.5, 76, 8}, pdf.Type{Size: 8}, f.r.rates())
	f.caption(box{16, 241, 40, 5}, 7, "Remarks / Observations", "Примечания")
	f.value("comment", "Remarks", box{16, 247.5, 76, 8}, pdf.Type{Size: 8}, f.r.remarks())
	f.Line(16, 257, 194, 257, rule)
	f.lines(16, 258.5, 178, pdf.Type{Size: 8}, "I declare that the information in this invoice is true and correct and that the value is the price paid for the goods.")
	f.lines(16, 262.5, 178, pdf.Type{Size: 7, Gray: 35}, "Сведения в счёте верны, стоимость — цена, уплаченная за товары.")
	f.caption(box{16, 268, 60, 5}, 7, "Signature", "Подпись")
	f.value("signed_by", "Signature", box{76, 268, 118, 6}, pdf.Type{Bold: true, Size: 10}, f.r.SignedBy)
}
