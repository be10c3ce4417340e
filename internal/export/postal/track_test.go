package postal

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/yarmarka/yarmarka/internal/export/postal/s10"
	"github.com/yarmarka/yarmarka/internal/export/postal/tracking"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

const barcode s10.Number = "RA123456785RU"

func record(number, op, attr, date, index string) string {
	return `<d:historyRecord><d:AddressParameters><d:OperationAddress><d:Index>` + index + `</d:Index></d:OperationAddress><d:CountryOper><d:Id>643</d:Id><d:Code2A>RU</d:Code2A></d:CountryOper></d:AddressParameters>` +
		`<d:ItemParameters><d:Barcode>` + number + `</d:Barcode><d:Mass>450</d:Mass></d:ItemParameters><d:OperationParameters><d:OperType><d:Id>` + op + `</d:Id><d:Name>Имя</d:Name></d:OperType>` +
		`<d:OperAttr><d:Id>` + attr + `</d:Id><d:Name>атрибут</d:Name></d:OperAttr><d:OperDate>` + date + `</d:OperDate></d:OperationParameters></d:historyRecord>`
}

func history(records ...string) []byte {
	return []byte(`<?xml version="1.0" encoding="UTF-8"?><S:Envelope xmlns:S="http://www.w3.org/2003/05/soap-envelope"><S:Body><r:getOperationHistoryResponse xmlns:r="http://russianpost.org/operationhistory"><d:OperationHistoryData xmlns:d="http://russianpost.org/operationhistory/data">` +
		strings.Join(records, "") + `</d:OperationHistoryData></r:getOperationHistoryResponse></S:Body></S:Envelope>`)
}

// Told twice, out of order, of another item, with a code from nowhere, without its time: what is right is taken.
func TestParseHistory(t *testing.T) {
	t.Parallel()
	list, err := parseHistory(history(
		record("RA123456785RU", "14", "26", "2026-11-20T10:00:00.000+03:00", "102976"),
		record("RA123456785RU", "1", "2", "2026-11-18T10:00:00.000+03:00", "101000"),
		record("RA123456785RU", "1", "2", "2026-11-18T10:00:00.000+03:00", "101000"),
		record("RA000000005RU", "2", "1", "2026-11-19T10:00:00.000+03:00", ""),
		record("RA123456785RU", "777", "7", "2026-11-21T10:00:00.000+03:00", "102976"),
		record("RA123456785RU", "2", "1", "", "102976"),
		record("RA123456785RU", "2", "1", "never", "102976"),
	), barcode)
	if err != nil {
		t.Fatal(err)
	}
	at := func(day int) time.Time { return time.Date(2026, 11, day, 7, 0, 0, 0, time.UTC) }
	want := []tracking.Operation{
		{Type: 1, Attr: 2, At: at(18), Index: "101000", Country: "RU", Name: "Имя: атрибут", Grams: 450},
		{Type: 14, Attr: 26, At: at(20), Index: "102976", Country: "RU", Name: "Имя: атрибут", Grams: 450},
		{Type: 777, Attr: 7, At: at(21), Index: "102976", Country: "RU", Name: "Имя: атрибут", Grams: 450},
	}
	if diff := cmp.Diff(want, list, cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if phase, known, final := tracking.Phase(777, 7); phase != "" || known || final {
		t.Errorf("a code in no list has the phase %q", phase)
	}
}

func TestHostileXML(t *testing.T) {
	t.Parallel()
	bomb := `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">]><lolz>&lol2;</lolz>`
	for name, body := range map[string]string{
		"entities that grow": bomb,
		"a file of ours":     `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>`,
		"too deep":           strings.Repeat("<a>", 100) + strings.Repeat("</a>", 100),
		"too many elements":  "<a>" + strings.Repeat("<b/>", xmlElements+1) + "</a>",
		"cut off":            string(history(record("RA123456785RU", "1", "2", "2026-11-18T10:00:00", "")))[:300],
		"a page":             `<html><body><p>Технические работы</body></html>`,
		"empty":              ``,
		"no XML":             `{"a":1}`,
		"other XML":          `<html><body/></html>`,
		"a strange charset":  `<?xml version="1.0" encoding="utf-7"?><a/>`,
	} {
		began := time.Now()
		_, err := parseHistory([]byte(body), barcode)
		if !errors.Is(err, errXML) {
			t.Errorf("%s: %v", name, err)
		}
		if _, _, err := parseBatch([]byte(body)); !errors.Is(err, errXML) {
			t.Errorf("%s, of a batch: %v", name, err)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%s took %s", name, took)
		}
	}
}

func soapFaultOf(detail string) []byte {
	return []byte(`<S:Envelope xmlns:S="http://www.w3.org/2003/05/soap-envelope"><S:Body><S:Fault><S:Code><S:Value>S:Receiver</S:Value></S:Code><S:Reason><S:Text>нет</S:Text></S:Reason><S:Detail>` + detail + `</S:Detail></S:Fault></S:Body></S:Envelope>`)
}

func TestFaults(t *testing.T) {
	t.Parallel()
	for detail, want := range map[string]string{
		`<n:AuthorizationFault xmlns:n="x">нет</n:AuthorizationFault>`:       CodeUnauthorized,
		`<n:OperationHistoryFault xmlns:n="x">нет</n:OperationHistoryFault>`: CodeNotFound,
	} {
		_, err := parseHistory(soapFaultOf(detail), barcode)
		if r, ok := errors.AsType[*Refusal](err); !ok || !r.Has(want) {
			t.Errorf("%s: %v", detail, err)
		}
	}
	if _, err := parseHistory(soapFaultOf(`LimitExceeded`), barcode); !errs.Is(err, errs.TooMany) {
		t.Errorf("a used-up day: %v", err)
	}
	_, err := parseHistory(soapFaultOf(`java.lang.NullPointerException`), barcode)
	if _, refused := errors.AsType[*Refusal](err); err == nil || refused {
		t.Errorf("a service in trouble is taken for a refusal: %v", err)
	}
}

func TestParseBatch(t *testing.T) {
	t.Parallel()
	envelope := func(inner string) []byte {
		return []byte(`<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body><n:answerByTicketResponse xmlns:n="http://fclient.russianpost.org/postserver">` + inner + `</n:answerByTicketResponse></S:Body></S:Envelope>`)
	}
	found, ready, err := parseBatch(envelope(`<value xmlns:f="http://fclient.russianpost.org"><f:Item Barcode="RA123456785RU"><f:Operation OperTypeID="1" OperCtgID="2" OperName="Прием" DateOper="18.11.2026 10:00:00" IndexOper="101000"/><f:Operation OperTypeID="x" OperCtgID="" DateOper="19.11.2026 10:00:00"/></f:Item><f:Item Barcode="nonsense"><f:Operation OperTypeID="2" OperCtgID="1" DateOper="18.11.2026 10:00:00"/></f:Item><f:Item Barcode="EB000717595HK"><f:Error ErrorTypeID="1" ErrorName="нет"/></f:Item></value>`))
	if err != nil || !ready || len(found) != 2 || len(found[barcode]) != 2 || found[barcode][0].Type != 1 || found[barcode][0].Index != "101000" {
		t.Errorf("%+v, %v, %v", found, ready, err)
	}
	if _, ready, err := parseBatch(envelope(`<error ErrorTypeID="6" ErrorName="Ответ не готов"/>`)); ready || err != nil {
		t.Errorf("not ready: %v, %v", ready, err)
	}
	if _, _, err := parseBatch(envelope(`<error ErrorTypeID="12" ErrorName="Лимит"/>`)); !errs.Is(err, errs.TooMany) {
		t.Errorf("limit: %v", err)
	}
	if _, _, err := parseBatch(envelope(`<error ErrorTypeID="3" ErrorName="Ошибка авторизации"/>`)); err == nil {
		t.Error("an error is no error")
	}
}

// golden compares with a file of testdata; UPDATE_GOLDEN=1 writes it anew.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s: -want +got\n%s", name, diff)
	}
}

// What is asked has the shape of the post's own clients, and nobody's name can break out of it.
func TestTrackingRequestShapes(t *testing.T) {
	t.Parallel()
	golden(t, "history.xml", historyRequest(barcode, `log<in>`, `pass"&word`))
	golden(t, "ticket.xml", ticketRequest([]s10.Number{barcode, "EB000717595HK"}, "login", "password"))
	golden(t, "answer.xml", answerRequest("20261118100000DEMO", "login", "password"))
}
