package papers

import "slices"

// ready is a record as all papers write it, or why they refuse it.
func ready(r Record) (Record, error) {
	r = tidy(r)
	return r, r.Check()
}

// tidy makes spaces single, so that a text broken into lines on paper and the same text in a file are the same to the
// letter.
func tidy(r Record) Record {
	r.Lines, r.Charges, r.Papers = slices.Clone(r.Lines), slices.Clone(r.Charges), slices.Clone(r.Papers)
	for _, text := range r.texts() {
		*text = words(*text)
	}
	return r
}

// texts are all texts of a record that people wrote.
func (r *Record) texts() []*string {
	list := []*string{&r.Operator, &r.Explanation, &r.Comment, &r.IOSS, &r.CustomsCode, &r.Registration, &r.Office, &r.OfficeName, &r.SignedBy, &r.RatesFrom,
		&r.Importer.Reference, &r.Importer.VATNumber, &r.Importer.Phone, &r.Importer.Fax, &r.Importer.Email}
	for _, p := range []*Party{&r.Sender, &r.Consignee} {
		list = append(list, &p.Name, &p.Organization, &p.Street, &p.City, &p.Region, &p.Postcode, &p.Phone, &p.Email, &p.INN, &p.KPP, &p.OGRN)
	}
	for i := range r.Lines {
		l := &r.Lines[i]
		list = append(list, &l.TextEN, &l.TextRU, &l.Unit, &l.Brand)
	}
	for i := range r.Charges {
		list = append(list, &r.Charges[i].Name)
	}
	for i := range r.Papers {
		list = append(list, &r.Papers[i].Name, &r.Papers[i].Number)
	}
	return list
}
