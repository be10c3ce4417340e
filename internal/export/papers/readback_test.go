package papers_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"strings"
	"testing"

	"github.com/yarmarka/yarmarka/internal/export/postal/oksm"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// object is JSON as a stranger reads it.
type object map[string]any

func (o object) text(name string) string { s, _ := o[name].(string); return s }
func (o object) int(name string) int64 {
	n, _ := o[name].(json.Number)
	v, _ := n.Int64()
	return v
}
func (o object) object(name string) object { m, _ := o[name].(map[string]any); return m }
func (o object) list(name string) []object {
	raw, _ := o[name].([]any)
	list := make([]object, len(raw))
	for i := range raw {
		list[i], _ = raw[i].(map[string]any)
	}
	return list
}

func readJSON(t testing.TB, raw []byte) object {
	t.Helper()
	var o map[string]any
	dec := json.NewDecoder(strings.NewReader(string(raw)))
	dec.UseNumber()
	if err := dec.Decode(&o); err != nil {
		t.Fatal(err)
	}
	return o
}

func decimal(minor int64) string { return money.Decimal(money.Amount(minor)) }

func ofITMATT(t testing.TB, raw []byte) said {
	m, s := readJSON(t, raw), said{}
	item := m.object("item")
	s.put("s10", item.text("item_id"))
	s.put("operator", item.text("designated_operator"))
	for name, side := range map[string]string{"sender": "sender", "consignee": "addressee"} {
		p := m.object(side)
		organization := p.text("organization")
		if organization == p.text("name") {
			organization = ""
		}
		s.put(name, p.text("name")+organization+p.text("street")+p.text("postcode")+p.text("city")+p.text("region")+oksm.Name(i18n.EN, p.text("country")))
	}
	s.put("gross", kg(item.int("gross_weight_g")))
	s.put("total", decimal(item.int("declared_value_minor"))+item.text("declared_value_currency"))
	for _, c := range item.list("postal_charges") {
		s.put("postage", decimal(c.int("amount_minor"))+c.text("currency"))
	}
	s.put("date", m.text("posting_date"))
	s.put("office", m.text("office_of_origin"))
	s.put("signed_by", m.text("certified_by"))
	s.put("comment", item.text("comments"))
	s.put("importer.reference", m.object("importer").text("reference")+prefix("VAT", m.object("importer").text("vat_number")))
	s.put("category", map[string]string{"11": "sale", "31": "gift", "32": "sample", "21": "returned", "999": "other"}[item.text("nature_of_transaction")])
	s.put("explanation", item.text("explanation"))
	for i, l := range m.list("content_pieces") {
		for name, text := range map[string]string{"text_en": l.text("description"), "text_ru": l.text("description_local"), "brand": l.text("brand"),
			"quantity": fmt.Sprint(l.int("number_of_units"), l.text("unit")), "net": kg(l.int("net_weight_g")),
			"value": decimal(l.int("declared_value_minor")) + l.text("declared_value_currency"), "hs": l.text("hs_code"), "htsus": l.text("htsus_code"), "origin": l.text("origin_country")} {
			s.put(fmt.Sprintf("line.%d.%s", i, name), text)
		}
	}
	for _, p := range m.list("documents") {
		s.paper(p.text("type"), p.text("number"))
	}
	return s
}

func (s said) paper(kind, number string) {
	s["papers."+kind] = strings.TrimPrefix(s["papers."+kind]+","+solid(number), ",")
}

// ownCode takes the destination's own code off a description that carries it.
func ownCode(description string) (text, code string) {
	if i := strings.LastIndex(description, "; HTSUS "); i >= 0 {
		return description[:i], description[i+len("; HTSUS "):]
	}
	return description, ""
}

func ofOrder(t testing.TB, raw []byte) said {
	o, s := readJSON(t, raw), said{}
	c := o.object("customs-declaration")
	s.put("consignee", o.text("recipient-name")+o.text("raw-address"))
	s.put("gross", kg(o.int("mass")))
	s.put("category", map[string]string{"SALE_OF_GOODS": "sale", "GIFT": "gift", "COMMERCIAL_SAMPLE": "sample", "OTHER": "other"}[c.text("entries-type")])
	var total int64
	for i, l := range c.list("customs-entries") {
		total += l.int("value")
		description, own := ownCode(l.text("description"))
		for name, text := range map[string]string{"text_en": description, "htsus": own, "brand": l.text("trademark"), "quantity": fmt.Sprint(l.int("amount")), "net": kg(l.int("weight")),
			"value": decimal(l.int("value")) + c.text("currency"), "hs": l.text("tnved-code"), "origin": oksm.Country(int(l.int("country-code")))} {
			s.put(fmt.Sprintf("line.%d.%s", i, name), text)
		}
	}
	s.put("total", decimal(total)+c.text("currency"))
	for kind, name := range map[string]string{"LIC": "license", "CRT": "certificate", "INV": "invoice"} {
		if with, _ := c["with-"+name].(bool); with {
			s.put("papers."+kind, c.text(name+"-number"))
		}
	}
	return s
}

// The customs service's declaration, by its names and spaces, as a reader of theirs would have it.
type (
	readAddress struct {
		Postcode string `xml:"urn:customs.ru:RUSCommonAggregateTypes:5.14.3 PostalCode"`
		Country  string `xml:"urn:customs.ru:RUSCommonAggregateTypes:5.14.3 CountryCode"`
		Region   string `xml:"urn:customs.ru:RUSCommonAggregateTypes:5.14.3 Region"`
		City     string `xml:"urn:customs.ru:RUSCommonAggregateTypes:5.14.3 City"`
		Street   string `xml:"urn:customs.ru:RUSCommonAggregateTypes:5.14.3 StreetHouse"`
	}
	readParty struct {
		Person       string      `xml:"Person"`
		Organization string      `xml:"urn:customs.ru:CommonAggregateTypes:5.10.0 OrganizationName"`
		Address      readAddress `xml:"urn:customs.ru:RUSCommonAggregateTypes:5.14.3 SubjectAddressDetails"`
		Issued       string      `xml:"IssueDate"`
	}
	readGoods struct {
		Russian  string `xml:"GoodDescription"`
		Foreign  string `xml:"GoodDescriptionForeign"`
		Brand    string `xml:"TradeMark"`
		Quantity struct {
			Count string `xml:"urn:customs.ru:CommonAggregateTypes:5.10.0 GoodsQuantity"`
			Unit  string `xml:"urn:customs.ru:CommonAggregateTypes:5.10.0 MeasureUnitQualifierName"`
		} `xml:"GoodsQuantity"`
		NetWeight string `xml:"NetWeight"`
		Cost      string `xml:"Cost"`
		Currency  string `xml:"CurrencyCode"`
		TNVED     string `xml:"TNVEDCode"`
		Country   string `xml:"OriginCountryCode"`
	}
	readDeclaration struct {
		XMLName   xml.Name    `xml:"urn:customs.ru:Information:CustomsDocuments:MPO_Declaration:5.14.3 MPO_Declaration"`
		Operator  string      `xml:"DesignatedOperator"`
		Number    string      `xml:"MPO_Number"`
		Procedure string      `xml:"CustomsProcedure"`
		Consignor readParty   `xml:"Consignor"`
		Consignee readParty   `xml:"Consignee"`
		Importer  string      `xml:"Importer>ImporterIndex"`
		VAT       string      `xml:"Importer>VAT_Number"`
		Goods     []readGoods `xml:"Goods"`
		Gross     string      `xml:"TotalGrossWeight"`
		Total     string      `xml:"TotalCost"`
		Currency  string      `xml:"CurrencyCode"`
		Fees      []string    `xml:"PostalFees"`
		Category  string      `xml:"ConsignmentCategory>CategoryCode"`
		Explained string      `xml:"Explication"`
		Comment   string      `xml:"Comment"`
		Documents []struct {
			Code   string `xml:"DocumentCode"`
			Number string `xml:"urn:customs.ru:CommonAggregateTypes:5.10.0 PrDocumentNumber"`
		} `xml:"DocumentInfo"`
		Office string `xml:"FeedBillAgency"`
		Posted string `xml:"FeedBillDate"`
	}
)

func (p readParty) address() string {
	organization := p.Organization
	if organization == p.Person {
		organization = ""
	}
	return p.Person + organization + p.Address.Street + p.Address.Postcode + p.Address.City + p.Address.Region + oksm.Name(i18n.EN, p.Address.Country)
}

func ofXML(t testing.TB, raw []byte) said {
	t.Helper()
	var d readDeclaration
	if err := xml.Unmarshal(raw, &d); err != nil {
		t.Fatal(err)
	}
	s := said{}
	s.put("s10", d.Number)
	s.put("operator", d.Operator)
	s.put("sender", d.Consignor.address())
	s.put("consignee", d.Consignee.address())
	s.put("gross", d.Gross)
	s.put("total", d.Total+d.Currency)
	s.put("postage", strings.Join(d.Fees, "+")+"RUB")
	s.put("date", d.Posted)
	if d.Consignor.Issued != d.Posted {
		t.Errorf("signed on %s, posted on %s", d.Consignor.Issued, d.Posted)
	}
	s.put("office", d.Office)
	s.put("comment", d.Comment)
	s.put("importer.reference", d.Importer+prefix("VAT", d.VAT))
	s.put("category", map[string]string{"999": "other", "31": "gift", "32": "sample", "21": "returned"}[d.Category])
	s.put("explanation", d.Explained)
	for i, g := range d.Goods {
		description, own := ownCode(g.Foreign)
		for name, text := range map[string]string{"text_en": description, "htsus": own, "text_ru": g.Russian, "brand": g.Brand, "quantity": g.Quantity.Count + g.Quantity.Unit,
			"net": g.NetWeight, "value": g.Cost + g.Currency, "hs": g.TNVED, "origin": g.Country} {
			s.put(fmt.Sprintf("line.%d.%s", i, name), text)
		}
	}
	for _, p := range d.Documents {
		s.paper(p.Code, p.Number)
	}
	return s
}
