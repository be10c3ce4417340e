package papers

import (
	"encoding/xml"
	"fmt"
	"strings"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// Namespaces of the customs service's electronic declaration, version 5.14.3 of its album of formats.
const (
	nsDeclaration = "urn:customs.ru:Information:CustomsDocuments:MPO_Declaration:5.14.3"
	nsCommon      = "urn:customs.ru:CommonAggregateTypes:5.10.0"
	nsRussian     = "urn:customs.ru:RUSCommonAggregateTypes:5.14.3"
)

// xmlDeclaration is MPO_Declaration. The names of its elements and their spaces are those of the customs service; their
// order is that of the printed form, for the scheme itself is not published. Weights are kilograms, as the scheme says.
type xmlDeclaration struct {
	XMLName   xml.Name         `xml:"MPO_Declaration"`
	NS        string           `xml:"xmlns,attr"`
	NSCommon  string           `xml:"xmlns:cat_ru,attr"`
	NSRussian string           `xml:"xmlns:RUScat_ru,attr"`
	DocSign   int              `xml:"DocSign"`
	Operator  string           `xml:"DesignatedOperator"`
	Number    string           `xml:"MPO_Number"`
	Original  *xmlRegistration `xml:"MPO_Registration"`
	Private   int              `xml:"individual_flag"`
	Procedure string           `xml:"CustomsProcedure"`
	Customs   string           `xml:"CustomsCode,omitempty"`
	Consignor xmlParty         `xml:"Consignor"`
	Consignee xmlParty         `xml:"Consignee"`
	Importer  *xmlImporter     `xml:"Importer"`
	Goods     []xmlGoods       `xml:"Goods"`
	Gross     string           `xml:"TotalGrossWeight"`
	Total     string           `xml:"TotalCost"`
	Currency  string           `xml:"CurrencyCode"`
	Fees      []string         `xml:"PostalFees"`
	Category  string           `xml:"ConsignmentCategory>CategoryCode"`
	Explained string           `xml:"Explication,omitempty"`
	Comment   string           `xml:"Comment,omitempty"`
	Documents []xmlDocument    `xml:"DocumentInfo"`
	Office    string           `xml:"FeedBillAgency,omitempty"`
	Posted    string           `xml:"FeedBillDate"`
}

// xmlRegistration is the number of a declaration: customs code, day, number of the item.
type xmlRegistration struct {
	Customs string `xml:"CustomsCode"`
	Day     string `xml:"RegistrationDate"`
	Number  string `xml:"MPO_Number"`
}

type xmlParty struct {
	Person       string       `xml:"Person,omitempty"`
	Organization string       `xml:"cat_ru:OrganizationName,omitempty"`
	Features     *xmlFeatures `xml:"cat_ru:RFOrganizationFeatures"`
	Contact      *xmlContact  `xml:"cat_ru:Contact"`
	Address      xmlAddress   `xml:"RUScat_ru:SubjectAddressDetails"`
	Issued       string       `xml:"IssueDate,omitempty"`
}

type xmlFeatures struct {
	OGRN string `xml:"cat_ru:OGRN,omitempty"`
	INN  string `xml:"cat_ru:INN,omitempty"`
	KPP  string `xml:"cat_ru:KPP,omitempty"`
}

type xmlContact struct {
	Phone string `xml:"cat_ru:Phone,omitempty"`
	Fax   string `xml:"cat_ru:Fax,omitempty"`
	Email string `xml:"cat_ru:E_mail,omitempty"`
}

type xmlAddress struct {
	Postcode string `xml:"RUScat_ru:PostalCode,omitempty"`
	Country  string `xml:"RUScat_ru:CountryCode"`
	Name     string `xml:"RUScat_ru:CounryName"` // spelled so in the scheme
	Region   string `xml:"RUScat_ru:Region,omitempty"`
	City     string `xml:"RUScat_ru:City,omitempty"`
	Street   string `xml:"RUScat_ru:StreetHouse,omitempty"`
}

type xmlImporter struct {
	Index   string      `xml:"ImporterIndex,omitempty"`
	VAT     string      `xml:"VAT_Number,omitempty"`
	Contact *xmlContact `xml:"cat_ru:Contact"`
}

type xmlGoods struct {
	Russian  string      `xml:"GoodDescription,omitempty"`
	Foreign  string      `xml:"GoodDescriptionForeign"`
	Brand    string      `xml:"TradeMark,omitempty"`
	Quantity xmlQuantity `xml:"GoodsQuantity"`
	Net      string      `xml:"NetWeight"`
	Cost     string      `xml:"Cost"`
	Currency string      `xml:"CurrencyCode"`
	HS       string      `xml:"TNVEDCode,omitempty"`
	Origin   string      `xml:"OriginCountryCode,omitempty"`
}

type xmlQuantity struct {
	Count int64  `xml:"cat_ru:GoodsQuantity"`
	Unit  string `xml:"cat_ru:MeasureUnitQualifierName"`
}

type xmlDocument struct {
	Code   PaperKind `xml:"DocumentCode"`
	Name   string    `xml:"cat_ru:PrDocumentName,omitempty"`
	Number string    `xml:"cat_ru:PrDocumentNumber"`
	Date   string    `xml:"cat_ru:PrDocumentDate,omitempty"`
}

// CustomsXML is the declaration in the shape of the customs service's MPO_Declaration. A record that contradicts itself
// is refused.
func CustomsXML(r Record) ([]byte, error) {
	r, err := ready(r)
	if err != nil {
		return nil, err
	}
	c, err := categoryOn(r.Contents, r.Date)
	if err != nil {
		return nil, err
	}
	d := xmlDeclaration{
		NS: nsDeclaration, NSCommon: nsCommon, NSRussian: nsRussian, DocSign: r.DocSign, Operator: r.Operator, Number: string(r.S10),
		Procedure: "ЭК", Customs: r.CustomsCode, Consignor: xmlPartyOf(r.Sender), Consignee: xmlPartyOf(r.Consignee), Importer: xmlImporterOf(r.Importer),
		Gross: kilograms(r.GrossGrams), Total: money.Decimal(r.Value), Currency: string(r.Currency), Category: c.Code, Explained: c.explain(&r),
		Comment: r.remarks(), Office: words(r.Office, r.OfficeName), Posted: r.Date.Format(time.DateOnly),
	}
	d.Consignor.Issued = r.Date.Format(time.DateOnly)
	if r.Sender.Kind == "individual" {
		d.Private = 1
	}
	if r.DocSign == ReturnDeclaration {
		d.Procedure = "ИМ"
		if d.Original, err = xmlRegistrationOf(r.Registration); err != nil {
			return nil, err
		}
	}
	for _, charge := range r.Charges {
		d.Fees = append(d.Fees, money.Decimal(charge.Amount))
	}
	for i := range r.Lines {
		d.Goods = append(d.Goods, xmlGoodsOf(&r.Lines[i], r.Currency))
	}
	for _, p := range r.Papers {
		d.Documents = append(d.Documents, xmlDocument{p.Kind, p.Name, p.Number, dayOrNone(p.Date)})
	}
	out, err := xml.MarshalIndent(d, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("papers: customs declaration: %w", err)
	}
	return append([]byte(xml.Header), append(out, '\n')...), nil
}

// remarks are the comments as all forms carry them.
func (r *Record) remarks() string { return words(r.Comment, prefixed("IOSS ", r.IOSS)) }

func xmlPartyOf(p Party) xmlParty {
	x := xmlParty{Person: p.Name, Organization: p.Organization, Contact: xmlContactOf(p.Phone, "", p.Email),
		Address: xmlAddress{p.Postcode, p.Country, countryName(p.Country), p.Region, p.City, p.Street}}
	if p.INN != "" {
		x.Features = &xmlFeatures{p.OGRN, p.INN, p.KPP}
	}
	return x
}

func xmlContactOf(phone, fax, email string) *xmlContact {
	if phone+fax+email == "" {
		return nil
	}
	return &xmlContact{phone, fax, email}
}

func xmlImporterOf(i Importer) *xmlImporter {
	if i == (Importer{}) {
		return nil
	}
	return &xmlImporter{i.Reference, i.VATNumber, xmlContactOf(i.Phone, i.Fax, i.Email)}
}

func xmlGoodsOf(l *Line, c money.Currency) xmlGoods {
	return xmlGoods{Russian: l.TextRU, Foreign: l.foreign(), Brand: l.Brand, Quantity: xmlQuantity{l.Quantity, l.unit()}, Net: kilograms(l.NetGrams),
		Cost: money.Decimal(l.Value), Currency: string(c), HS: l.HS, Origin: l.Origin}
}

// xmlRegistrationOf takes customs code/DDMMYY/item number apart.
func xmlRegistrationOf(text string) (*xmlRegistration, error) {
	parts := strings.Split(text, "/")
	if len(parts) != 3 {
		return nil, fmt.Errorf("papers: %q is no number of a declaration", text)
	}
	day, err := time.Parse("020106", parts[1])
	if err != nil {
		return nil, fmt.Errorf("papers: %q is no number of a declaration: %w", text, err)
	}
	return &xmlRegistration{parts[0], day.Format(time.DateOnly), parts[2]}, nil
}

func dayOrNone(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}
