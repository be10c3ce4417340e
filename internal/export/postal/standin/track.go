package standin

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/yarmarka/yarmarka/internal/export/postal/oksm"
	"github.com/yarmarka/yarmarka/internal/export/postal/s10"
	"github.com/yarmarka/yarmarka/internal/export/postal/tracking"
)

// ticket is a question about many items, whose answer is ready on the second look.
type ticket struct {
	barcodes []s10.Number
	asked    int
}

const ticketsKept = 500

func escape(text string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(text)) // a buffer never fails
	return b.String()
}

func soap(w http.ResponseWriter, status int, version, body string) {
	kind, space := "application/soap+xml; charset=utf-8", "http://www.w3.org/2003/05/soap-envelope"
	if version == "1.1" {
		kind, space = "text/xml; charset=utf-8", "http://schemas.xmlsoap.org/soap/envelope/"
	}
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(status)
	_, _ = io.WriteString(w, `<?xml version="1.0" encoding="UTF-8"?><S:Envelope xmlns:S="`+space+`"><S:Body>`+body+`</S:Body></S:Envelope>`) // the client may be gone
}

func soapFault(w http.ResponseWriter, name, text string) {
	soap(w, http.StatusInternalServerError, "1.2", `<S:Fault><S:Code><S:Value>S:Receiver</S:Value></S:Code><S:Reason><S:Text xml:lang="ru">`+escape(text)+
		`</S:Text></S:Reason><S:Detail><ns3:`+name+` xmlns:ns3="http://russianpost.org/operationhistory/data">`+escape(text)+`</ns3:`+name+`></S:Detail></S:Fault>`)
}

// told are an item's operations as told this time: faults leave out, repeat, mix in.
func (s *Server) told(it *item) []op {
	list := s.operations(it, s.now())
	if s.chance(s.faults.Late) && len(list) > 1 {
		list = list[:len(list)-1]
	}
	if s.chance(s.faults.Unknown) {
		list = append(list, op{Type: 777, Attr: 7, At: list[len(list)-1].At, Index: it.Office, Country: russia})
	}
	if s.chance(s.faults.Duplicates) {
		list = append(list, list[s.dice.IntN(len(list))])
	}
	return list
}

func (s *Server) history(w http.ResponseWriter, r *http.Request) {
	var q struct {
		Barcode  string `xml:"Body>getOperationHistory>OperationHistoryRequest>Barcode"`
		Login    string `xml:"Body>getOperationHistory>AuthorizationHeader>login"`
		Password string `xml:"Body>getOperationHistory>AuthorizationHeader>password"`
	}
	if err := xml.NewDecoder(r.Body).Decode(&q); err != nil {
		soapFault(w, "OperationHistoryFault", "Запрос не читается")
		return
	}
	if q.Login != Login || q.Password != Password {
		soapFault(w, "AuthorizationFault", "Ошибка авторизации")
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	it := s.items[s.barcodes[s10.Number(strings.ToUpper(q.Barcode))]]
	if it == nil {
		soapFault(w, "OperationHistoryFault", "Отправление не найдено")
		return
	}
	var b strings.Builder
	for _, o := range s.told(it) {
		s.record(&b, o, it.Barcode)
	}
	if s.chance(s.faults.Foreign) {
		s.record(&b, op{Type: 2, Attr: 1, At: s.now(), Country: it.Country}, "RA000000005RU")
	}
	soap(w, http.StatusOK, "1.2", `<ns7:getOperationHistoryResponse xmlns:ns7="http://russianpost.org/operationhistory" xmlns:ns3="http://russianpost.org/operationhistory/data"><ns3:OperationHistoryData>`+
		b.String()+`</ns3:OperationHistoryData></ns7:getOperationHistoryResponse>`)
}

// record writes one operation in the shape of the single service.
func (s *Server) record(b *strings.Builder, o op, barcode s10.Number) {
	name, attr, _ := strings.Cut(tracking.Name(o.Type, o.Attr), ". ")
	country := oksm.Country(o.Country)
	fmt.Fprintf(b, `<ns3:historyRecord><ns3:AddressParameters><ns3:OperationAddress><ns3:Index>%s</ns3:Index><ns3:Description></ns3:Description></ns3:OperationAddress>`+
		`<ns3:CountryOper><ns3:Id>%d</ns3:Id><ns3:Code2A>%s</ns3:Code2A><ns3:NameRU>%s</ns3:NameRU></ns3:CountryOper></ns3:AddressParameters>`+
		`<ns3:FinanceParameters><ns3:Payment>0</ns3:Payment><ns3:Value>0</ns3:Value><ns3:CustomDuty>0</ns3:CustomDuty></ns3:FinanceParameters>`+
		`<ns3:ItemParameters><ns3:Barcode>%s</ns3:Barcode><ns3:Mass>%d</ns3:Mass></ns3:ItemParameters>`+
		`<ns3:OperationParameters><ns3:OperType><ns3:Id>%d</ns3:Id><ns3:Name>%s</ns3:Name></ns3:OperType><ns3:OperAttr><ns3:Id>%d</ns3:Id><ns3:Name>%s</ns3:Name></ns3:OperAttr>`+
		`<ns3:OperDate>%s</ns3:OperDate></ns3:OperationParameters><ns3:UserParameters></ns3:UserParameters></ns3:historyRecord>`,
		escape(o.Index), o.Country, country, escape(oksm.Name("ru", country)), string(barcode), o.Grams, o.Type, escape(name), o.Attr, escape(attr),
		o.At.In(moscow).Format("2006-01-02T15:04:05.000-07:00"))
}

func (s *Server) batchTracking(w http.ResponseWriter, r *http.Request) {
	var q struct {
		Items []struct {
			Barcode string `xml:"Barcode,attr"`
		} `xml:"Body>ticketRequest>request>Item"`
		Login       string `xml:"Body>ticketRequest>login"`
		Ticket      string `xml:"Body>answerByTicketRequest>ticket"`
		LoginAnswer string `xml:"Body>answerByTicketRequest>login"`
	}
	if err := xml.NewDecoder(r.Body).Decode(&q); err != nil || q.Login+q.LoginAnswer != Login {
		s.batchError(w, "ticketResponse", "3", "Ошибка авторизации")
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if q.Ticket != "" {
		s.answerTicket(w, q.Ticket)
		return
	}
	t := ticket{}
	for _, it := range q.Items {
		t.barcodes = append(t.barcodes, s10.Number(it.Barcode))
	}
	if len(s.tickets) >= ticketsKept {
		clear(s.tickets) // nobody has asked for them for long
	}
	s.lastTicket++
	name := s.now().Format("20060102150405") + strconv.FormatInt(s.lastTicket, 10) + "DEMO"
	s.tickets[name] = t
	soap(w, http.StatusOK, "1.1", `<ns2:ticketResponse xmlns:ns2="http://fclient.russianpost.org/postserver"><value>`+name+`</value></ns2:ticketResponse>`)
}

func (s *Server) batchError(w http.ResponseWriter, element, code, text string) {
	soap(w, http.StatusOK, "1.1", `<ns2:`+element+` xmlns:ns2="http://fclient.russianpost.org/postserver"><error ErrorTypeID="`+code+`" ErrorName="`+escape(text)+`"/></ns2:`+element+`>`)
}

func (s *Server) answerTicket(w http.ResponseWriter, name string) {
	t, ok := s.tickets[name]
	if !ok {
		s.batchError(w, "answerByTicketResponse", "5", "Нет такого билета")
		return
	}
	t.asked++
	s.tickets[name] = t
	if t.asked == 1 {
		s.batchError(w, "answerByTicketResponse", "6", "Ответ ещё не готов")
		return
	}
	var b strings.Builder
	for _, barcode := range t.barcodes {
		fmt.Fprintf(&b, `<ns3:Item Barcode="%s">`, escape(string(barcode)))
		if it := s.items[s.barcodes[barcode]]; it != nil {
			for _, o := range s.told(it) {
				fmt.Fprintf(&b, `<ns3:Operation OperTypeID="%d" OperCtgID="%d" OperName="%s" DateOper="%s" IndexOper="%s"/>`,
					o.Type, o.Attr, escape(tracking.Name(o.Type, o.Attr)), o.At.In(moscow).Format("02.01.2006 15:04:05"), escape(o.Index))
			}
		} else {
			b.WriteString(`<ns3:Error ErrorTypeID="1" ErrorName="Не найдено"/>`)
		}
		b.WriteString(`</ns3:Item>`)
	}
	soap(w, http.StatusOK, "1.1", `<ns2:answerByTicketResponse xmlns:ns2="http://fclient.russianpost.org/postserver" xmlns:ns3="http://fclient.russianpost.org"><value>`+b.String()+`</value></ns2:answerByTicketResponse>`)
}
