package papers

import (
	"slices"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/pdf"
)

// CN22 is the small customs declaration, 74 by 105 mm, with a continuation sheet where its lines do not fit. A record
// that contradicts itself is refused.
func CN22(r Record) ([]byte, error) {
	r, err := ready(r)
	if err != nil {
		return nil, err
	}
	f := newForm(&r, "CN 22", 74, 105, 4)
	f.Copies = r.Copies
	whole := box{2, 2, 70, 101}
	f.Box(whole.x, whole.y, whole.w, whole.h, frame)
	f.head22()
	if err := f.barcode(box{2, 15.6, 70, 17}, 12.5, 7.5, f.r.S10); err != nil {
		return nil, err
	}
	if err := f.category22(); err != nil {
		return nil, err
	}
	f.sender22()
	place := box{2, 50.6, 70, 28.4}
	t := roomy(place, f.table22, 5.6, 5, 4.5)
	f.Line(place.x, place.y, 72, place.y, rule)
	from := t.draw(place, 0)
	f.totals22()
	f.signature22()
	if err := f.rest(t, from, "CN 22", whole, 16); err != nil {
		return nil, err
	}
	return f.Bytes()
}

func (f *form) head22() {
	f.Text(3, 2.6, pdf.Type{Bold: true, Size: 6.6, Stretch: 95}, "CUSTOMS DECLARATION")
	f.Text(3, 5.2, pdf.Type{Bold: true, Size: 5.4, Stretch: 95}, "DÉCLARATION EN DOUANE")
	f.Text(3, 7.5, pdf.Type{Size: 5, Gray: 35}, "Таможенная декларация")
	f.lines(35, 2.8, 18, pdf.Type{Size: 4.4, Stretch: 90}, "May be opened officially / Peut être ouvert d'office")
	f.Text(54, 2.6, pdf.Type{Bold: true, Size: 12}, "CN 22")
	f.Line(2, 10.2, 72, 10.2, rule)
	f.caption(box{3, 10.6, 26, 4}, 4.3, "Designated operator / Opérateur désigné", "Назначенный оператор")
	f.value("operator", "Designated operator", box{30, 11, 41, 5}, pdf.Type{Bold: true, Size: 7}, f.r.Operator)
}

// ticks22 are the categories as the form prints them.
var ticks22 = []struct{ name, foreign, russian string }{
	{"gift", "Gift / Cadeau", "Подарок"},
	{"documents", "Documents", "Документы"},
	{"sale", "Sale of goods / Vente", "Продажа"},
	{"sample", "Commercial sample", "Образец"},
	{"returned", "Returned goods", "Возврат"},
	{"other", "Other / Autre", "Прочее"},
}

func (f *form) category22() error {
	c, err := categoryOn(f.r.Contents, f.r.Date)
	if err != nil {
		return err
	}
	f.Line(2, 32.8, 72, 32.8, rule)
	for i, t := range ticks22 {
		f.tick(3+float64(i%3)*23.2, 33.6+float64(i/3)*3.9, 2.5, t.name, t.name == c.CN22, 23, t.foreign, t.russian)
	}
	explanation := f.r.Explanation
	if c.CN22 == "other" {
		explanation = c.explain(f.r)
	}
	f.value("explanation", "Explanation", box{3, 41.2, 68, 2.6}, pdf.Type{Size: 5}, explanation)
	return nil
}

func (f *form) sender22() {
	f.Line(2, 43.9, 72, 43.9, hair)
	f.caption(box{3, 44.3, 12, 6}, 4.3, "From / De", "Отправитель")
	sender := f.r.Sender.address()
	f.value("sender", "From / De", box{15, 44.2, 56, 6.2}, pdf.Type{Size: 5.2}, oneLine(sender))
}

func (f *form) table22(size float64) *table {
	look, coded := pdf.Type{Size: size, Stretch: 92}, 10.0
	if slices.ContainsFunc(f.r.Lines, func(l Line) bool { return l.HTSUS != "" }) {
		coded = 13 // two codes, and the name of one of them
	}
	return &table{f: f, head: 5.4, caption: 4, look: look, row: look.Leading() + 0.5, columns: []column{
		{width: 8, foreign: "Quantity (1)", russian: "Кол-во", mark: "quantity", text: (*Line).quantity},
		{width: 35 - coded, foreign: "Detailed description of contents (1)", russian: "Описание", own: description(look)},
		{width: 8, foreign: "Weight, kg (2)", russian: "Вес", mark: "net", text: func(l *Line) string { return kilograms(l.NetGrams) }},
		{width: 13.5, foreign: "Value, currency (3)", russian: "Стоимость", mark: "value", text: func(l *Line) string { return sum(l.Value, f.r.Currency) }},
		code(coded, "HS number (4)", "ТН ВЭД"),
		{width: 5.5, foreign: "Origin (5)", russian: "Страна", mark: "origin", text: func(l *Line) string { return l.Origin }},
	}}
}

func (f *form) totals22() {
	f.Line(2, 79, 72, 79, rule)
	f.Line(31, 79, 31, 84.8, hair)
	f.caption(box{3, 79.3, 17, 4}, 4.2, "Total weight, kg (6) / Poids total", "Общий вес")
	f.figure("gross", box{19, 80.6, 11.4, 4}, pdf.Type{Bold: true, Size: 7}, kilograms(f.r.GrossGrams))
	f.caption(box{32, 79.3, 17, 4}, 4.2, "Total value (7) / Valeur totale", "Общая стоимость")
	f.figure("total", box{48, 80.6, 23.4, 4}, pdf.Type{Bold: true, Size: 7}, sum(f.r.Value, f.r.Currency))
	f.Line(2, 84.8, 72, 84.8, rule)
}

func (f *form) signature22() {
	f.lines(3, 85.2, 68, pdf.Type{Size: 4.4, Stretch: 95}, "I, the undersigned, whose name and address are given on the item, certify that the particulars given in this declaration are correct "+
		"and that this item does not contain any dangerous article or articles prohibited by legislation or by postal or customs regulations.")
	f.lines(3, 90.6, 68, pdf.Type{Size: 4, Gray: 35}, certificationRU)
	f.Line(2, 95, 72, 95, hair)
	f.caption(box{3, 95.3, 68, 3}, 4.2, "Date and sender's signature (8) / Date et signature de l'expéditeur", "Дата и подпись отправителя")
	f.value("date", "Date", box{3, 99.2, 16, 3.4}, pdf.Type{Bold: true, Size: 7}, f.r.Date.Format(time.DateOnly))
	f.value("signed_by", "Sender's signature", box{21, 99.2, 50, 3.4}, pdf.Type{Bold: true, Size: 7}, f.r.SignedBy)
}
