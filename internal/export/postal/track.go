package postal

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/yarmarka/yarmarka/internal/export/postal/s10"
	"github.com/yarmarka/yarmarka/internal/export/postal/tracking"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

const (
	soap12 = `application/soap+xml; charset=utf-8`
	soap11 = `text/xml; charset=utf-8`
)

// historyRequest asks for what was done to one item: SOAP 1.2, getOperationHistory.
func historyRequest(barcode s10.Number, login, password string) string {
	return `<?xml version="1.0" encoding="UTF-8"?>
<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope" xmlns:oper="http://russianpost.org/operationhistory" xmlns:data="http://russianpost.org/operationhistory/data" xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soap:Header/><soap:Body><oper:getOperationHistory><data:OperationHistoryRequest><data:Barcode>` +
		escape(string(barcode)) + `</data:Barcode><data:MessageType>0</data:MessageType><data:Language>RUS</data:Language></data:OperationHistoryRequest><data:AuthorizationHeader soapenv:mustUnderstand="1"><data:login>` +
		escape(login) + `</data:login><data:password>` + escape(password) + `</data:password></data:AuthorizationHeader></oper:getOperationHistory></soap:Body></soap:Envelope>`
}

// param is a code with its name, as tracking writes each.
type param struct {
	ID   string `xml:"Id"`
	Name string `xml:"Name"`
}

func (p param) code() int {
	n, err := strconv.Atoi(strings.TrimSpace(p.ID))
	if err != nil {
		return 0
	}
	return n
}

// historyRecord is one operation of a single answer.
type historyRecord struct {
	Index   string `xml:"AddressParameters>OperationAddress>Index"`
	Country string `xml:"AddressParameters>CountryOper>Code2A"`
	Barcode string `xml:"ItemParameters>Barcode"`
	Mass    string `xml:"ItemParameters>Mass"`
	Type    param  `xml:"OperationParameters>OperType"`
	Attr    param  `xml:"OperationParameters>OperAttr"`
	Date    string `xml:"OperationParameters>OperDate"`
}

// fault is a SOAP fault of either version.
type fault struct {
	Code    string `xml:"Code>Value"`
	Reason  string `xml:"Reason>Text"`
	Code11  string `xml:"faultcode"`
	Text11  string `xml:"faultstring"`
	Details struct {
		Inner string `xml:",innerxml"`
	} `xml:"Detail"`
}

// refusal tells a login that is not let in, and a day's requests that are used up, from a service in trouble.
func (f *fault) refusal() error {
	if f == nil {
		return nil
	}
	text := strings.TrimSpace(f.Reason + f.Text11)
	r := &Refusal{Service: "tracking", Texts: []string{text}}
	switch all := text + f.Details.Inner; {
	case strings.Contains(all, "AuthorizationFault"):
		r.Codes = []string{CodeUnauthorized}
	case strings.Contains(all, "OperationHistoryFault"):
		r.Codes = []string{CodeNotFound}
	case strings.Contains(all, "LimitExceeded"):
		return errs.New(errs.TooMany, "postal.busy").With(r)
	default:
		return fmt.Errorf("fault: %.100q", text)
	}
	return r
}

type historyAnswer struct {
	Response *struct {
		Records []historyRecord `xml:"OperationHistoryData>historyRecord"`
	} `xml:"Body>getOperationHistoryResponse"`
	Fault *fault `xml:"Body>Fault"`
}

// parseHistory reads a single answer about an item. Records about other items are left out.
func parseHistory(body []byte, barcode s10.Number) ([]tracking.Operation, error) {
	var a historyAnswer
	if err := readXML(body, &a); err != nil {
		return nil, err
	}
	if err := a.Fault.refusal(); err != nil {
		return nil, err
	}
	if a.Response == nil {
		return nil, fmt.Errorf("%w: it is about something else", errXML)
	}
	var list []tracking.Operation
	for _, r := range a.Response.Records {
		if own, err := s10.Parse(r.Barcode); r.Barcode != "" && (err != nil || own != barcode) {
			continue
		}
		o := tracking.Operation{Type: r.Type.code(), Attr: r.Attr.code(), Index: clip(r.Index, 20), Country: clip(r.Country, 2), Name: nameOf(r.Type.Name, r.Attr.Name)}
		if grams, err := strconv.ParseInt(strings.TrimSpace(r.Mass), 10, 64); err == nil {
			o.Grams = max(grams, 0)
		}
		var err error
		if o.At, err = postTime(strings.TrimSpace(r.Date)); err != nil || o.At.IsZero() {
			continue // an operation without its time cannot be put in order, and proves nothing
		}
		list = append(list, o)
	}
	return inOrder(list), nil
}

func nameOf(op, attr string) string {
	op, attr = strings.TrimSpace(op), strings.TrimSpace(attr)
	if attr == "" || attr == op {
		return clip(op, 200)
	}
	return clip(joinTexts(op, attr), 200)
}

// clip cuts a text of the post's to a length that a page and a row can hold.
func clip(text string, most int) string {
	runes := []rune(strings.ToValidUTF8(strings.TrimSpace(text), ""))
	return string(runes[:min(len(runes), most)])
}

// inOrder sorts operations by time and keeps one of those that are the same.
func inOrder(list []tracking.Operation) []tracking.Operation {
	slices.SortStableFunc(list, func(a, b tracking.Operation) int { return a.At.Compare(b.At) })
	type same struct {
		op, attr int
		at       int64
		index    string
	}
	seen := map[same]bool{}
	return slices.DeleteFunc(list, func(o tracking.Operation) bool {
		k := same{o.Type, o.Attr, o.At.Unix(), o.Index}
		was := seen[k]
		seen[k] = true
		return was
	})
}

// soap makes a call to tracking. A fault comes with a status of 500, so it is read before the status is judged.
func (p *Post) soap(ctx context.Context, path, kind, request string) ([]byte, error) {
	if !p.tracked() {
		return nil, errUnconfigured
	}
	a, err := p.tracking.do(ctx, call{method: http.MethodPost, path: path, kind: kind, body: []byte(request), again: true, faults: true})
	if err != nil {
		return nil, err
	}
	if a.status == http.StatusUnauthorized || a.status == http.StatusForbidden {
		return nil, &Refusal{Service: "tracking", Codes: []string{CodeUnauthorized}}
	}
	return a.body, nil
}

// Operations lists what was done to an item, in order of time, each once; what the post says of other items is left
// out. An item the post has not seen yet has none.
func (p *Post) Operations(ctx context.Context, barcode s10.Number) ([]tracking.Operation, error) {
	body, err := p.soap(ctx, "/rtm34", soap12, historyRequest(barcode, p.cfg.Login, p.cfg.Password))
	if err != nil {
		return nil, err
	}
	list, err := parseHistory(body, barcode)
	if r, refused := errors.AsType[*Refusal](err); refused && r.Has(CodeNotFound) {
		return nil, nil
	}
	return list, p.tracking.refused(ctx, p.tracking.understood("a history", err))
}

// BatchSize is how many items one ticket may ask about.
const BatchSize = 500

func ticketRequest(barcodes []s10.Number, login, password string) string {
	var items strings.Builder
	for _, b := range barcodes {
		items.WriteString(`<fcl:Item Barcode="` + escape(string(b)) + `"/>`)
	}
	return batchEnvelope(`<pos:ticketRequest><request>` + items.String() + `</request>` + batchLogin(login, password) + `<language>RUS</language></pos:ticketRequest>`)
}

func answerRequest(ticket, login, password string) string {
	return batchEnvelope(`<pos:answerByTicketRequest><ticket>` + escape(ticket) + `</ticket>` + batchLogin(login, password) + `</pos:answerByTicketRequest>`)
}

func batchLogin(login, password string) string {
	return `<login>` + escape(login) + `</login><password>` + escape(password) + `</password>`
}

// batchEnvelope is SOAP 1.1, as the batch service speaks.
func batchEnvelope(body string) string {
	return `<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:pos="http://fclient.russianpost.org/postserver" xmlns:fcl="http://fclient.russianpost.org"><soapenv:Header/><soapenv:Body>` +
		body + `</soapenv:Body></soapenv:Envelope>`
}

type ticketAnswer struct {
	Value string     `xml:"Body>ticketResponse>value"`
	Error batchError `xml:"Body>ticketResponse>error"`
	Fault *fault     `xml:"Body>Fault"`
}

type batchError struct {
	Type string `xml:"ErrorTypeID,attr"`
	Name string `xml:"ErrorName,attr"`
}

// Errors of the batch service.
const (
	batchNotReady = "6"
	batchLimit    = "12"
)

func (e batchError) refusal() error {
	r := &Refusal{Service: "tracking", Codes: []string{"BATCH_" + e.Type}, Texts: []string{e.Name}}
	switch e.Type {
	case "":
		return nil
	case batchLimit:
		return errs.New(errs.TooMany, "postal.busy").With(r)
	}
	return r
}

// Ticket asks for the operations of at most BatchSize items at once; the answer is ready minutes later, see Answer.
func (p *Post) Ticket(ctx context.Context, barcodes []s10.Number) (string, error) {
	if len(barcodes) == 0 || len(barcodes) > BatchSize {
		return "", fmt.Errorf("postal: a ticket is for 1 to %d items, not %d", BatchSize, len(barcodes))
	}
	body, err := p.soap(ctx, "/fc", soap11, ticketRequest(barcodes, p.cfg.Login, p.cfg.Password))
	if err != nil {
		return "", err
	}
	var a ticketAnswer
	if err := readXML(body, &a); err != nil {
		return "", p.tracking.garbled("a ticket", err)
	}
	if err := errors.Join(a.Fault.refusal(), a.Error.refusal()); err != nil {
		return "", p.tracking.refused(ctx, p.tracking.understood("a ticket", err))
	}
	if a.Value == "" || len(a.Value) > 100 {
		return "", p.tracking.garbled("a ticket", errXML)
	}
	return a.Value, nil
}

type batchAnswer struct {
	Response *struct {
		Items []batchItem `xml:"value>Item"`
		Error batchError  `xml:"error"`
	} `xml:"Body>answerByTicketResponse"`
	Fault *fault `xml:"Body>Fault"`
}

// batchItem is one item of a batch answer. One that the post does not know has an Error, and no operations.
type batchItem struct {
	Barcode    string `xml:"Barcode,attr"`
	Operations []struct {
		Type  string `xml:"OperTypeID,attr"`
		Attr  string `xml:"OperCtgID,attr"`
		Name  string `xml:"OperName,attr"`
		Date  string `xml:"DateOper,attr"`
		Index string `xml:"IndexOper,attr"`
	} `xml:"Operation"`
}

func (i batchItem) operations() []tracking.Operation {
	var list []tracking.Operation
	for _, o := range i.Operations {
		if at, err := postTime(strings.TrimSpace(o.Date)); err == nil && !at.IsZero() {
			list = append(list, tracking.Operation{Type: param{ID: o.Type}.code(), Attr: param{ID: o.Attr}.code(), At: at, Index: clip(o.Index, 20), Name: clip(o.Name, 200)})
		}
	}
	return list
}

// parseBatch reads a batch answer.
func parseBatch(body []byte) (found map[s10.Number][]tracking.Operation, ready bool, err error) {
	var a batchAnswer
	if err := readXML(body, &a); err != nil {
		return nil, false, err
	}
	if err := a.Fault.refusal(); err != nil {
		return nil, false, err
	}
	switch {
	case a.Response == nil:
		return nil, false, fmt.Errorf("%w: it is about something else", errXML)
	case a.Response.Error.Type == batchNotReady:
		return nil, false, nil
	}
	if err := a.Response.Error.refusal(); err != nil {
		return nil, false, err
	}
	found = map[s10.Number][]tracking.Operation{}
	for _, item := range a.Response.Items {
		if barcode, err := s10.Parse(item.Barcode); err == nil {
			found[barcode] = inOrder(append(found[barcode], item.operations()...))
		}
	}
	return found, true, nil
}

// Answer gives the operations of the items of a ticket, or ready = false while the post still works at it. It may
// hold items nobody asked about: who asks looks for its own.
func (p *Post) Answer(ctx context.Context, ticket string) (found map[s10.Number][]tracking.Operation, ready bool, err error) {
	body, err := p.soap(ctx, "/fc", soap11, answerRequest(ticket, p.cfg.Login, p.cfg.Password))
	if err != nil {
		return nil, false, err
	}
	found, ready, err = parseBatch(body)
	return found, ready, p.tracking.refused(ctx, p.tracking.understood("a batch of histories", err))
}
