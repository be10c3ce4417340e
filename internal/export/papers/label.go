package papers

import (
	"strings"

	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/platform/pdf"
)

// Label is the address label with the item's number as a bar code, 105 by 148 mm (A6). A record that contradicts itself
// is refused.
func Label(r Record) ([]byte, error) {
	r, err := ready(r)
	if err != nil {
		return nil, err
	}
	f := newForm(&r, "Label", 105, 148, 5)
	whole := box{4, 4, 97, 140}
	f.Box(whole.x, whole.y, whole.w, whole.h, frame)
	f.value("operator", "Designated operator", box{6, 6, 60, 5}, pdf.Type{Bold: true, Size: 10}, r.Operator)
	carriage, _ := postal.CarriageOf(r.Object)
	f.value("service", "Service", box{6, 11, 60, 5}, pdf.Type{Size: 9}, carriage.NameEn)
	f.figure("gross", box{68, 6, 31, 6}, pdf.Type{Bold: true, Size: 14}, kilograms(r.GrossGrams)+" kg")
	f.figure("form", box{68, 12.4, 31, 4}, pdf.Type{Size: 8, Gray: 35}, r.Form)
	f.Line(4, 17.5, 101, 17.5, rule)
	if err := f.barcode(box{4, 20, 97, 30}, 18, 13, r.S10); err != nil {
		return nil, err
	}
	f.Line(4, 46.5, 101, 46.5, rule)
	f.caption(box{6, 47.5, 40, 4}, 6, "From / De", "Отправитель")
	f.value("sender", "From / De", box{26, 47.7, 73, 22}, pdf.Type{Size: 8}, r.Sender.address())
	f.value("sender.contact", "From / De: tel.", box{26, 70.2, 73, 3.4}, pdf.Type{Size: 7}, r.Sender.contact())
	f.Line(4, 74.5, 101, 74.5, rule)
	f.caption(box{6, 76, 40, 4}, 6, "To / À", "Получатель")
	to := r.Consignee
	country := strings.ToUpper(countryName(to.Country))
	f.value("consignee", "To / À", box{26, 76, 73, 42}, pdf.Type{Size: 13}, strings.TrimSuffix(to.address(), "\n"+countryName(to.Country)))
	f.value("consignee.contact", "To / À: tel.", box{26, 118.5, 73, 4}, pdf.Type{Size: 8}, to.contact())
	f.value("consignee.country", "To / À", box{26, 123, 73, 8}, pdf.Type{Bold: true, Size: 18}, country)
	f.Line(4, 132, 101, 132, rule)
	f.Text(6, 133.4, pdf.Type{Size: 6, Gray: 35}, "Our number / Номер у нас")
	f.value("number", "Our number", box{6, 136.4, 93, 5}, pdf.Type{Size: 8}, words(r.Number, r.Order))
	if err := f.notesSheet("Label", whole, 16); err != nil {
		return nil, err
	}
	return f.Bytes()
}
