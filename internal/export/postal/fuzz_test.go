package postal

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/postal/oksm"
	"github.com/yarmarka/yarmarka/internal/export/postal/s10"
	"github.com/yarmarka/yarmarka/internal/export/postal/tracking"
)

func FuzzQuote(f *testing.F) {
	f.Add([]byte(`{"id":5011,"pay":45000,"paynds":54900,"date-first":20260101,"delivery":{"min":10,"max":16}}`))
	f.Add([]byte(`{"id":"5011","paynds":"1,5","delivery":7}`))
	f.Add([]byte(`{"errors":[{"msg":"нет","code":"1372"}]}`))
	f.Add([]byte(`{"id":5011,"paynds":1e300}`))
	f.Add([]byte(`{"id":5011,"paynds":99,"delivery":[]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		q, err := parseQuote(body, 5011)
		if err == nil && (q.Price <= 0 || q.MinDays < 0 || q.MaxDays < q.MinDays || q.MaxDays > 1000) {
			t.Errorf("%q gives %+v", body, q)
		}
	})
}

func FuzzDictionary(f *testing.F) {
	f.Add([]byte(`{"country":[{"id":276,"letter":{"block":0,"wmax":2000,"oc":1,"oc-max":4000000},"parcel":{"sizemax":{"x":105,"y":60,"z":60},"avia":{"block":1}},"item-stop":["a",1]}]}`))
	f.Add([]byte(`{"country":[{"id":"840","ems":{"wmax":-1,"linemax":1e18,"serviceoff":[4,"25"]}}]}`))
	f.Add([]byte(`{"errors":[{"code":1}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		list, err := parseDictionary(body)
		if err == nil && len(list) == 0 {
			t.Error("a dictionary of nothing")
		}
		for _, d := range list {
			if oksm.Of(d.Country) == 0 || d.WeightMax < 0 || d.LineMax < 0 || d.InsuredMax < 0 || d.SizeMax[0] < 0 || d.ServiceOff == nil {
				t.Errorf("%+v", d)
			}
			if back := d.row().terms(); back.WeightMax != d.WeightMax || back.SizeMax != d.SizeMax {
				t.Errorf("%+v is kept as %+v", d, back)
			}
		}
	})
}

func FuzzOrders(f *testing.F) {
	f.Add([]byte(`[{"id":7,"order-num":"Y-7","barcode":"RA123456785RU","mass":450,"declaration-status":"DONE","decision-date":"2026-11-18T12:00:00"}]`))
	f.Add([]byte(`[{"id":7,"barcode":"","customs-declaration":{"declaration-status":"NEW","fts-error":["a"],"mpo-fact-weight":"460"}}]`))
	f.Add([]byte(`{"errors":[{"error-codes":[{"code":"X"}]}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var list []orderInfo
		if json.Unmarshal(body, &list) == nil {
			for _, o := range list {
				filed, err := o.filed()
				if err == nil && (len(filed.Barcode) != 13 || filed.Barcode.Country() != "RU" || filed.Declaration.FactMass < 0) {
					t.Errorf("%+v", filed)
				}
			}
		}
		var a created
		if json.Unmarshal(body, &a) == nil {
			if r, ok := errors.AsType[*Refusal](a.Errors.refusal()); ok && len(r.Codes) == 0 {
				t.Error("a refusal without a code")
			}
		}
		if err := refusalOf(answer{status: 400, body: body}); err == nil {
			t.Error("status 400 is no refusal")
		}
	})
}

func FuzzHistory(f *testing.F) {
	f.Add(history(record("RA123456785RU", "14", "26", "2026-11-20T10:00:00.000+03:00", "102976"), record("RA000000005RU", "2", "1", "", "")))
	f.Add(soapFaultOf(`<n:AuthorizationFault xmlns:n="x"/>`))
	f.Add([]byte(`<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`))
	f.Fuzz(func(t *testing.T, body []byte) {
		list, err := parseHistory(body, barcode)
		checkOperations(t, list, err)
	})
}

func FuzzBatch(f *testing.F) {
	f.Add([]byte(`<E xmlns:n="n"><Body><n:answerByTicketResponse><value><Item Barcode="RA123456785RU"><Operation OperTypeID="1" OperCtgID="2" DateOper="18.11.2026 10:00:00"/></Item></value></n:answerByTicketResponse></Body></E>`))
	f.Add([]byte(`<E><Body><answerByTicketResponse><error ErrorTypeID="6"/></answerByTicketResponse></Body></E>`))
	f.Fuzz(func(t *testing.T, body []byte) {
		found, ready, err := parseBatch(body)
		if !ready && len(found) > 0 || ready && err != nil {
			t.Errorf("%v, %v, %v", found, ready, err)
		}
		for code, list := range found {
			if _, err := s10.Parse(string(code)); err != nil {
				t.Error(err)
			}
			checkOperations(t, list, nil)
		}
	})
}

func checkOperations(t *testing.T, list []tracking.Operation, err error) {
	t.Helper()
	if err != nil && list != nil {
		t.Error("operations and an error")
	}
	var last time.Time
	for _, o := range list {
		if o.At.Before(last) || o.At.IsZero() || len([]rune(o.Name)) > 200 || o.Grams < 0 {
			t.Errorf("%+v", o)
		}
		last = o.At
	}
}
