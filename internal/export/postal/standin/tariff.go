package standin

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/postal/oksm"
)

const (
	vat      = 22 // per cent, of the made-up prices
	demoName = "демонстрация, цены вымышлены"
)

// tariffRefusal is the tariff service's no: with status 200.
func tariffRefusal(w http.ResponseWriter, code int, msg string) {
	answer(w, http.StatusOK, map[string]any{"version_api": 2, "caption": "Стенд: " + demoName,
		"errors": []map[string]any{{"msg": msg, "code": code, "type": 1}}})
}

func (s *Server) calculate(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	object, errObject := strconv.Atoi(q.Get("object"))
	grams, errGrams := strconv.ParseInt(q.Get("weight"), 10, 64)
	number, errCountry := strconv.Atoi(q.Get("country-to"))
	insured, errInsured := strconv.ParseInt("0"+q.Get("sumoc"), 10, 64)
	day, errDay := time.Parse("20060102", q.Get("date"))
	c, known := postal.CarriageOf(object)
	if errObject != nil || !known {
		tariffRefusal(w, 1001, "Неизвестный объект расчёта")
		return
	}
	if errGrams != nil || grams <= 0 || errCountry != nil || errInsured != nil || errDay != nil {
		tariffRefusal(w, 1002, "Не задан обязательный параметр")
		return
	}
	country := oksm.Country(number)
	s.mu.Lock()
	terms, served := s.terms(country)
	s.mu.Unlock()
	k := terms.kind(c.MailType)
	switch {
	case !served || k.block != 0:
		tariffRefusal(w, 1372, "Пересылка в эту страну запрещена")
		return
	case grams > k.wmax:
		tariffRefusal(w, 1103, fmt.Sprintf("Вес больше %d г", k.wmax))
		return
	case c.Insured && insured == 0:
		tariffRefusal(w, 1204, "Не задана сумма объявленной ценности")
		return
	}
	pay, minDays, maxDays := fares[object].price(zoneOf(country), grams, insured)
	nds := (pay*vat + 50) / 100
	answer(w, http.StatusOK, map[string]any{
		"version_api": 2, "version": "stand-in", "caption": "Стенд: " + demoName, "id": object, "name": c.NameRu + " (" + demoName + ")",
		"mailtype": object / 1000, "mailctg": object / 10 % 100, "directctg": object % 10, "weight": grams, "country-to": number,
		"date": day.Format("20060102"), "date-first": 20260101, "date-last": 20261231, "isavia": 1,
		"ground": map[string]any{"val": pay, "valnds": pay + nds}, "pay": pay, "paynds": pay + nds, "nds": nds, "ndsrate": vat,
		"delivery": map[string]any{"min": minDays, "max": maxDays, "deadline": day.AddDate(0, 0, maxDays).Format("20060102T150405")},
		"items":    []map[string]any{{"id": 4001, "name": "Плата за пересылку", "tariff": map[string]any{"val": pay, "valnds": pay + nds}}},
	})
}

func (k kind) shown() map[string]any {
	m := map[string]any{"block": k.block, "wmax": k.wmax, "oc": 0, "np": 0, "declaration": k.declaration, "serviceoff": []int{}}
	if k.size[0] > 0 {
		m["sizemax"] = map[string]any{"x": k.size[0], "y": k.size[1], "z": k.size[2]}
		m["linemax"] = k.line
	}
	if k.insured > 0 {
		m["oc"], m["oc-max"] = 1, k.insured
	}
	return m
}

func (s *Server) dictionaryCountry(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []map[string]any{}
	for _, code := range oksm.Countries() {
		terms, ok := s.terms(code)
		if !ok {
			continue
		}
		list = append(list, map[string]any{"id": oksm.Of(code), "name": oksm.Name("ru", code), "date": r.URL.Query().Get("date"),
			"letter": terms.letter.shown(), "parcel": terms.parcel.shown(), "ems": terms.ems.shown(),
			"note": "", "item-warning": "", "item-stop": ""})
	}
	answer(w, http.StatusOK, map[string]any{"version_api": 2, "caption": "Стенд: " + demoName, "country": list})
}

func (s *Server) dictionaryObject(w http.ResponseWriter, _ *http.Request) {
	list := []map[string]any{}
	for object := range fares {
		c, _ := postal.CarriageOf(object)
		list = append(list, map[string]any{"id": object, "name": c.NameRu})
	}
	answer(w, http.StatusOK, map[string]any{"version_api": 2, "caption": "Стенд: " + demoName, "object": list})
}
