package order

import (
	"strconv"

	"github.com/yarmarka/yarmarka/internal/platform/pdf"
)

// invoicePDF writes a purchase as a document: who, what, from whom, how much, what went back.
func invoicePDF(v voice, d Dossier) ([]byte, error) {
	p := d.Purchase
	doc := pdf.New(pdf.Info{Title: v.t("order.pdf.title", "number", p.Number), Author: v.t("site.name"), Created: p.PlacedAt})
	doc.Title(v.t("order.pdf.title", "number", p.Number))
	paid := v.t("order.pdf.unpaid")
	if p.PaidAt != nil {
		paid = v.at(*p.PaidAt)
	}
	pairs := []pdf.Pair{
		{Label: v.t("order.pdf.placed"), Value: v.at(p.PlacedAt)},
		{Label: v.t("order.pdf.paid"), Value: paid},
		{Label: v.t("order.pdf.buyer"), Value: p.Recipient.Name + ", " + p.Recipient.Tel()},
	}
	if line := p.Recipient.Line(v.Lang); line != "" {
		pairs = append(pairs, pdf.Pair{Label: v.t("order.pdf.address"), Value: line})
	}
	doc.Pairs(pairs...)
	cols := []pdf.Column{{Head: v.t("order.pdf.what"), Width: 6}, {Head: v.t("order.pdf.qty"), Width: 1, Right: true},
		{Head: v.t("order.pdf.price"), Width: 2, Right: true}, {Head: v.t("order.pdf.sum"), Width: 2, Right: true}}
	for _, o := range d.Orders {
		doc.Heading(d.Sellers[o.SellerID].Name + ", " + o.Number)
		var rows [][]string
		for _, l := range d.LinesOf(o.ID) {
			rows = append(rows, []string{v.lineText(l), strconv.Itoa(l.Qty), v.sum(l.Price, o.Currency), v.sum(l.Total, o.Currency)})
		}
		foot := [][]string{{v.t("order.delivery") + ": " + v.way(o), "", "", v.sum(o.Delivery, o.Currency)}}
		if o.Refunded > 0 {
			foot = append(foot, []string{v.t("order.refunded"), "", "", v.sum(-o.Refunded, o.Currency)})
		}
		foot = append(foot, []string{v.t("order.pdf.order_total"), "", "", v.sum(o.Total-o.Refunded, o.Currency)})
		doc.Table(cols, rows, foot)
	}
	doc.Space(4)
	doc.Pairs(pdf.Pair{Label: v.t("order.total"), Value: v.sum(p.Total, p.Currency)})
	doc.Note(v.t("order.pdf.note"))
	return doc.Bytes()
}
