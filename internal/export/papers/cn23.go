package papers

import (
	"strings"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pdf"
)

// CN23 is the customs declaration, 210 by 148 mm, with a continuation sheet where its lines do not fit. A record that
// contradicts itself is refused.
func CN23(r Record) ([]byte, error) {
	r, err := ready(r)
	if err != nil {
		return nil, err
	}
	f := newForm(&r, "CN 23", 210, 148, 4.5)
	f.Copies = r.Copies
	whole := box{4, 4, 202, 140}
	f.Box(whole.x, whole.y, whole.w, whole.h, frame)
	f.head23()
	f.parties23()
	if err := f.number23(); err != nil {
		return nil, err
	}
	place := box{4, 61, 202, 38}
	t := roomy(place, f.table23, 7, 6.2, 5.6)
	f.Line(4, 61, 206, 61, rule)
	from := t.draw(place, 0)
	f.totals23()
	if err := f.category23(); err != nil {
		return nil, err
	}
	f.papers23()
	f.signature23()
	if err := f.rest(t, from, "CN 23", whole, 16); err != nil {
		return nil, err
	}
	return f.Bytes()
}

func (f *form) head23() {
	f.caption(box{5, 4.5, 60, 4}, 4.8, "Designated operator / Opérateur désigné", "Назначенный оператор")
	f.value("operator", "Designated operator", box{5, 8.6, 62, 4}, pdf.Type{Bold: true, Size: 8}, f.r.Operator)
	f.Text(72, 4.9, pdf.Type{Bold: true, Size: 10}, "CUSTOMS DECLARATION / DÉCLARATION EN DOUANE")
	f.Text(72, 9.1, pdf.Type{Size: 7, Gray: 35}, "ТАМОЖЕННАЯ ДЕКЛАРАЦИЯ")
	f.Text(176, 5.5, pdf.Type{Bold: true, Size: 16}, "CN 23")
	f.Line(4, 13, 206, 13, rule)
}

func (f *form) parties23() {
	f.Line(108, 13, 108, 61, rule)
	f.Line(4, 37, 206, 37, rule)
	ask := f.caption(box{5, 13.5, 18, 6}, 5, "From / De", "Отправитель")
	f.caption(box{5, 15 + ask, 17, 10}, 4.5, "Name, address / Nom, adresse", "Имя, адрес")
	f.value("sender", "From / De", box{24, 13.8, 54, 19}, pdf.Type{Size: 8}, f.r.Sender.address())
	f.value("sender.contact", "From / De: tel.", box{24, 33.3, 54, 3.2}, pdf.Type{Size: 6.5}, f.r.Sender.contact())
	f.Line(79, 13, 79, 37, hair)
	f.caption(box{80, 13.5, 27, 8}, 4.5, "Sender's customs reference (if any) / Référence en douane de l'expéditeur (si elle existe)", "Номер отправителя для таможни")
	f.value("sender.reference", "Sender's customs reference", box{80, 24, 27, 12}, pdf.Type{Size: 6.5}, f.r.Sender.reference())
	ask = f.caption(box{5, 37.5, 18, 6}, 5, "To / À", "Получатель")
	f.caption(box{5, 39 + ask, 17, 10}, 4.5, "Name, address / Nom, adresse", "Имя, адрес")
	f.value("consignee", "To / À", box{24, 37.8, 83, 19}, pdf.Type{Size: 8}, f.r.Consignee.address())
	f.value("consignee.contact", "To / À: tel.", box{24, 57.3, 83, 3.2}, pdf.Type{Size: 6.5}, f.r.Consignee.contact())
	f.caption(box{109, 37.5, 96, 6}, 4.5, "Importer's reference (tax code/VAT No./importer code) (optional) / Référence de l'importateur (facultatif)", "Номер импортёра: налоговый, НДС, код (если есть)")
	f.value("importer.reference", "Importer's reference", box{109, 43, 96, 6}, pdf.Type{Size: 7.5}, f.r.Importer.reference())
	f.Line(108, 49.5, 206, 49.5, hair)
	f.caption(box{109, 50, 96, 6}, 4.5, "Importer's telephone/fax/e-mail (if known) / Téléphone/fax/e-mail de l'importateur (si connus)", "Телефон, факс, почта импортёра")
	f.value("importer.contact", "Importer's telephone/fax/e-mail", box{109, 54.6, 96, 6}, pdf.Type{Size: 7}, words(f.r.Importer.Phone, f.r.Importer.Fax, f.r.Importer.Email))
}

// reference is how the sender is known to the customs: the tax number that a register of parcels is kept by.
func (p Party) reference() string {
	if p.INN == "" {
		return ""
	}
	return paragraphs("INN "+p.INN, prefixed("KPP ", p.KPP), prefixed("OGRN ", p.OGRN))
}

func (i Importer) reference() string {
	return words(i.Reference, prefixed("VAT ", i.VATNumber))
}

func prefixed(prefix, text string) string {
	if text == "" {
		return ""
	}
	return prefix + text
}

func (f *form) number23() error {
	f.caption(box{109, 13.5, 60, 5}, 4.5, "No. of item (barcode, if any) / N° de l'envoi (code à barres, s'il existe)", "Номер отправления")
	f.lines(174, 13.5, 31, pdf.Type{Bold: true, Size: 5, Stretch: 90}, "May be opened officially /\nPeut être ouvert d'office")
	return f.barcode(box{109, 18.2, 96, 18}, 13, 9, f.r.S10)
}

func (f *form) table23(size float64) *table {
	look := pdf.Type{Size: size}
	return &table{f: f, head: 7.6, caption: 4.7, look: look, row: look.Leading() + 0.8, columns: []column{
		{width: 92, foreign: "Detailed description of contents (1) / Désignation détaillée du contenu", russian: "Подробное описание вложения", own: description(look)},
		{width: 20, foreign: "Quantity (2) / Quantité", russian: "Количество", mark: "quantity", text: (*Line).quantity},
		{width: 20, foreign: "Net weight, kg (3) / Poids net, kg", russian: "Вес нетто, кг", mark: "net", text: func(l *Line) string { return kilograms(l.NetGrams) }},
		{width: 30, foreign: "Value and currency (5) / Valeur et monnaie", russian: "Стоимость и валюта", mark: "value", text: func(l *Line) string { return sum(l.Value, f.r.Currency) }},
		code(24, "HS tariff number (7) / N° tarifaire du SH", "Код ТН ВЭД"),
		{width: 16, foreign: "Origin of goods (8) / Pays d'origine", russian: "Страна", mark: "origin", text: func(l *Line) string { return l.Origin }},
	}}
}

func (f *form) totals23() {
	f.Line(4, 99, 206, 99, rule)
	f.caption(box{5, 99.4, 40, 4}, 4.5, "Declared at / Déclaré au cours du", "Пересчёт по курсу Банка России")
	f.value("rates", "Rates", box{46, 99.8, 49, 6}, pdf.Type{Size: 6}, f.r.rates())
	figures := pdf.Type{Bold: true, Size: 8}
	for _, t := range []struct {
		x, w                         float64
		foreign, russian, mark, text string
	}{
		{96, 40, "Total gross weight, kg (4) / Poids brut total", "Общий вес брутто, кг", "gross", kilograms(f.r.GrossGrams)},
		{136, 30, "Total value (6) / Valeur totale", "Общая стоимость", "total", sum(f.r.Value, f.r.Currency)},
		{166, 40, "Postal charges/Fees (9) / Frais de port/Frais", "Почтовые сборы", "postage", sum(f.r.Postage(), money.RUB)},
	} {
		f.Line(t.x, 99, t.x, 107, hair)
		f.caption(box{t.x + 0.6, 99.4, t.w - 1.2, 4}, 4.5, t.foreign, t.russian)
		f.figure(t.mark, box{t.x + 0.6, 103.2, t.w - 1.2, 4}, figures, t.text)
	}
	f.Line(4, 107, 206, 107, rule)
}

// rates say what the declared value is in roubles and in special drawing rights, and by which rates.
func (r *Record) rates() string {
	if r.RatesDay.IsZero() {
		return ""
	}
	text := sum(r.ValueRUB, money.RUB) + " = " + SDR(r.ValueSDR) + " XDR, " + r.RatesDay.Format(time.DateOnly)
	return words(text, r.RatesFrom)
}

// SDR writes ten-thousandths of a special drawing right with two decimals, half up: wherever a person reads a parcel's
// worth, it is this figure. Limits are held against the ten-thousandths themselves.
func SDR(n int64) string { return money.Decimal(money.Amount((n + 50) / 100)) }

// ticks23 are the categories as the form prints them.
var ticks23 = []struct{ name, foreign, russian string }{
	{"gift", "Gift / Cadeau", "Подарок"},
	{"documents", "Documents", "Документы"},
	{"returned", "Returned goods / Retour de marchandise", "Возврат товара"},
	{"sample", "Commercial sample / Échantillon commercial", "Коммерческий образец"},
	{"other", "Other / Autre", "Прочее"},
}

func (f *form) category23() error {
	c, err := categoryOn(f.r.Contents, f.r.Date)
	if err != nil {
		return err
	}
	f.Line(108, 107, 108, 144, rule)
	f.caption(box{5, 107.4, 50, 3}, 4.7, "Category of item (10) / Catégorie de l'envoi", "Вид вложения")
	for i, t := range ticks23 {
		x, y := 5+float64(i%3)*34.5, 111.6+float64(i/3)*4.6
		f.tick(x, y, 2.9, t.name, t.name == c.CN23, 34, t.foreign, t.russian)
	}
	f.caption(box{5, 120.6, 18, 4}, 4.5, "Explanation / Explication", "Пояснение")
	f.value("explanation", "Explanation (10)", box{24, 120.6, 83, 3.8}, pdf.Type{Size: 7}, c.explain(f.r))
	f.Line(4, 124.8, 108, 124.8, hair)
	f.caption(box{5, 125.1, 34, 6}, 4.5, "Comments (11): quarantine, sanitary/phytosanitary inspection / Observations", "Карантин, санитарный контроль")
	f.value("comment", "Comments (11)", box{40, 125.3, 67, 6.2}, pdf.Type{Size: 7}, f.r.remarks())
	return nil
}

func (f *form) papers23() {
	f.Line(4, 131.8, 108, 131.8, hair)
	for i, p := range []struct {
		kind             PaperKind
		foreign, russian string
	}{
		{Licence, "Licence (12)", "Лицензия"},
		{Certificate, "Certificate (13) / Certificat", "Сертификат"},
		{InvoicePage, "Invoice (14) / Facture", "Счёт"},
	} {
		x := 4 + float64(i)*104/3
		if i > 0 {
			f.Line(x, 131.8, x, 144, hair)
		}
		numbers := f.r.papers(p.kind)
		f.tick(x+1, 132.5, 2.9, "paper."+string(p.kind), numbers != "", 33, p.foreign, p.russian)
		f.value("papers."+string(p.kind), p.foreign, box{x + 1, 137, 104/3 - 2, 6.6}, pdf.Type{Size: 7}, numbers)
	}
}

// papers are the numbers of all attached documents of a kind.
func (r *Record) papers(kind PaperKind) string {
	var numbers []string
	for _, p := range r.Papers {
		if p.Kind == kind {
			numbers = append(numbers, p.Number)
		}
	}
	return strings.Join(numbers, ", ")
}

// certification is what the sender answers for, in the words of the forms.
const (
	certification = "I certify that the particulars given in this customs declaration are correct and that this item does not contain " +
		"any dangerous article or articles prohibited by legislation or by postal or customs regulations."
	certificationRU = "Я подтверждаю, что сведения верны и что в отправлении нет опасных вещей и вещей, запрещённых законом, почтовыми или таможенными правилами."
)

func (f *form) signature23() {
	f.lines(109, 107.6, 96, pdf.Type{Size: 6}, certification)
	f.lines(109, 115.6, 96, pdf.Type{Size: 5.4, Gray: 35}, certificationRU)
	f.Line(108, 121, 206, 121, hair)
	f.caption(box{109, 121.4, 96, 4}, 4.5, "Date and sender's signature (15) / Date et signature de l'expéditeur", "Дата и подпись отправителя")
	f.value("date", "Date", box{109, 126.4, 24, 4}, pdf.Type{Bold: true, Size: 8}, f.r.Date.Format(time.DateOnly))
	f.value("signed_by", "Sender's signature (15)", box{134, 126.4, 71, 5}, pdf.Type{Bold: true, Size: 8}, f.r.SignedBy)
	f.Line(108, 132.4, 206, 132.4, hair)
	f.caption(box{109, 132.8, 96, 4}, 4.5, "Office of origin/Date of posting / Bureau d'origine/Date de dépôt", "Место и дата подачи")
	f.value("office", "Office of origin", box{109, 137.2, 66, 6}, pdf.Type{Size: 7.5}, words(f.r.Office, f.r.OfficeName))
	f.value("posted", "Date of posting", box{176, 137.2, 29, 6}, pdf.Type{Size: 7.5}, f.r.Date.Format(time.DateOnly))
}
