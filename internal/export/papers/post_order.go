package papers

import (
	"strconv"
	"strings"

	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/postal/oksm"
)

// PostOrder is the order for the post, in which the customs declaration travels. It is made before the post has given
// the item a number, so ask CheckOrder first.
func PostOrder(r Record) postal.Order {
	r = tidy(r)
	carriage, _ := postal.CarriageOf(r.Object)
	o := postal.Order{
		Number: r.Number, MailType: carriage.MailType, MailCategory: carriage.MailCategory, Country: oksm.Of(r.Consignee.Country), Mass: r.GrossGrams,
		TransportType: carriage.Transport, Office: r.Office, SenderName: r.Sender.title(), SenderPhone: digits(r.Sender.Phone), SenderComment: r.Order,
		Recipient: r.Consignee.recipient(), Phone: digits(r.Consignee.Phone), Email: r.Consignee.Email, AddressType: "DEFAULT",
		Postcode: r.Consignee.Postcode, Region: r.Consignee.Region, Place: r.Consignee.City, Street: r.Consignee.Street, RawAddress: oneLine(r.Consignee.place()),
	}
	if carriage.Insured {
		o.Insured = r.Insured
	}
	if carriage.Service == postal.EMS {
		o.WithDocuments = r.Contents == Documents
		o.WithGoods = !o.WithDocuments
	}
	if s := r.Size; s.LengthMM > 0 && s.WidthMM > 0 && s.HeightMM > 0 {
		o.Dimension = &postal.Dimension{Length: centimetres(s.LengthMM), Width: centimetres(s.WidthMM), Height: centimetres(s.HeightMM)}
	}
	if r.Declared() {
		o.Customs = r.postCustoms()
	}
	return o
}

func (r *Record) postCustoms() *postal.Customs {
	c, err := categoryOn(r.Contents, r.Date)
	if err != nil {
		c.Post = postal.Other // CheckOrder refuses such contents; the post would too
	}
	d := &postal.Customs{
		EntriesType: c.Post, Currency: string(r.Currency), CustomsCode: r.CustomsCode, IOSS: r.IOSS,
		InvoiceNumber: r.papers(InvoicePage), LicenseNumber: r.papers(Licence), CertificateNumber: r.papers(Certificate),
	}
	d.WithInvoice, d.WithLicense, d.WithCertificate = d.InvoiceNumber != "", d.LicenseNumber != "", d.CertificateNumber != ""
	for i := range r.Lines {
		l := &r.Lines[i]
		d.Entries = append(d.Entries, postal.CustomsEntry{Amount: int(l.Quantity), Country: oksm.Of(l.Origin), Description: l.foreign(), TNVED: l.HS,
			Trademark: l.Brand, Value: l.Value, Weight: l.NetGrams})
	}
	return d
}

// recipient is whom the post delivers to: the person, and the organization they are found at.
func (p Party) recipient() string {
	if p.Name == "" || p.Organization == "" || p.Name == p.Organization {
		return p.Name + strings.TrimPrefix(p.Organization, p.Name)
	}
	return p.Name + ", " + p.Organization
}

// digits reads a telephone number as the post takes it: its digits as one number, 0 for none.
func digits(phone string) int64 {
	only := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, phone)
	n, err := strconv.ParseInt(only, 10, 64)
	if err != nil {
		return 0 // longer than any telephone number is
	}
	return n
}

// centimetres rounds a side up: what is measured at the counter must not be longer than what was said.
func centimetres(mm int64) int64 { return (mm + 9) / 10 }
