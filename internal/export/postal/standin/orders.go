package standin

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/postal/oksm"
	"github.com/yarmarka/yarmarka/internal/export/postal/s10"
)

// dailyLimit is how many requests the order service takes a day unless the faults say otherwise.
const dailyLimit = 10_000_000

// authorized lets a request with the right keys through, as long as the day's limit lasts.
func (s *Server) authorized(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "AccessToken "+Token || r.Header.Get("X-User-Authorization") != "Basic "+Key {
			answer(w, http.StatusUnauthorized, map[string]any{"status": "ERROR", "message": "Unauthorized"})
			return
		}
		if !s.count() {
			answer(w, http.StatusTooManyRequests, map[string]any{"status": "ERROR", "message": "Превышен суточный лимит запросов"})
			return
		}
		h(w, r)
	}
}

func (s *Server) count() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	day := s.day()
	if s.requests[day] >= s.limit() {
		return false
	}
	s.requests[day]++
	return true
}

func (s *Server) day() string { return s.now().In(moscow).Format("20060102") }

func (s *Server) limit() int64 {
	if s.faults.Limit > 0 {
		return s.faults.Limit
	}
	return dailyLimit
}

func (s *Server) getLimit(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	l := postal.Limit{Allowed: s.limit(), Used: s.requests[s.day()]}
	s.mu.Unlock()
	answer(w, http.StatusOK, l)
}

// refused is the post's error about the order at a position.
func refused(position int, code, text string) map[string]any {
	return map[string]any{"position": position, "error-codes": []map[string]any{{"code": code, "description": text, "position": position}}}
}

func (s *Server) createOrders(w http.ResponseWriter, r *http.Request) {
	var raw []json.RawMessage
	if err := json.NewDecoder(r.Body).Decode(&raw); err != nil || len(raw) > 100 {
		answer(w, http.StatusBadRequest, map[string]any{"error": "Bad Request", "status": 400})
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	orders, bad := []map[string]any{}, []map[string]any{}
	for i, body := range raw {
		var o postal.Order
		if err := json.Unmarshal(body, &o); err != nil {
			bad = append(bad, refused(i, "UNDEFINED", "Заказ не читается"))
			continue
		}
		if code, text := s.objection(o); code != "" {
			bad = append(bad, refused(i, code, text))
			continue
		}
		it, err := s.take(o, body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		orders = append(orders, map[string]any{"result-id": it.ID, "order-num": it.Number, "barcode": it.Barcode})
	}
	a := map[string]any{"orders": orders}
	if len(bad) > 0 {
		a["errors"] = bad
	}
	answer(w, http.StatusOK, a)
}

// objection is why the post would not take an order. That another one has its number is no reason.
func (s *Server) objection(o postal.Order) (code, text string) {
	country := oksm.Country(o.Country)
	terms, known := s.terms(country)
	kind := terms.kind(o.MailType)
	switch {
	case o.Number == "":
		return "EMPTY_NUM_ADDRESS_TYPE", "Не указан номер заказа"
	case !known || kind.block != 0:
		return "ILLEGAL_MAIL_DIRECT", "В эту страну такие отправления не принимаются"
	case o.Mass <= 0:
		return "EMPTY_MASS", "Не указана масса"
	case o.Mass > kind.wmax:
		return "ILLEGAL_MASS_EXCESS", fmt.Sprintf("Масса больше %d г", kind.wmax)
	case strings.TrimSpace(o.Recipient) == "":
		return "EMPTY_ADDRESSEE_NAME", "Не указан получатель"
	case o.Postcode == "":
		return "EMPTY_INDEX_TO", "Не указан индекс"
	case len(o.Office) != 6:
		return "ILLEGAL_POSTCODE", "Нет такого места приёма"
	case union[o.Country] || o.MailType == "LETTER":
		return "", ""
	case o.Customs == nil || len(o.Customs.Entries) == 0:
		return "EMPTY_CUSTOMS_ENTRIES", "Нет вложений таможенной декларации"
	}
	return entriesObjection(o)
}

func entriesObjection(o postal.Order) (code, text string) {
	var net int64
	for _, e := range o.Customs.Entries {
		net += e.Weight
		switch {
		case e.Value <= 0:
			return "ILLEGAL_CUSTOMS_VALUE", "Стоимость вложения должна быть больше нуля"
		case e.Amount <= 0:
			return "ILLEGAL_CUSTOMS_AMOUNT", "Количество должно быть больше нуля"
		case len(e.TNVED) != 6 && len(e.TNVED) != 10:
			return "ILLEGAL_TNVED_CODE", "Код ТН ВЭД — 6 или 10 цифр"
		}
	}
	if net > o.Mass {
		return "ILLEGAL_MASS_EXCESS", "Вложения тяжелее отправления"
	}
	return "", ""
}

// take makes an item of an order.
func (s *Server) take(o postal.Order, raw []byte) (*item, error) {
	s.lastID++
	it := &item{ID: s.lastID, Number: o.Number, Barcode: s.mint(o), Country: o.Country, Mass: o.Mass, MailType: o.MailType,
		Office: o.Office, Customs: o.Customs != nil, Created: s.now()}
	it.Inspect = it.border() && share(o.Number, "inspect", s.faults.Inspected)
	if share(o.Number, "scale", s.faults.Scale) {
		it.Fact = o.Mass * 4 / 3
	}
	switch {
	case share(o.Number, "illegal", s.faults.IllegalData):
		it.Status, it.StatusAt = postal.DeclarationIllegalData, s.now()
	case share(o.Number, "fts", s.faults.FTSErrors):
		it.Status, it.StatusAt = postal.DeclarationFTSError, s.now()
	}
	s.put(it)
	s.raw.keep(o.Number, raw)
	return it, s.kept.write(record{Item: it})
}

// put files an item under everything it is looked up by.
func (s *Server) put(it *item) {
	if _, known := s.items[it.ID]; !known {
		s.numbers[it.Number] = append(s.numbers[it.Number], it.ID)
	}
	s.items[it.ID] = it
	s.barcodes[it.Barcode] = it.ID
	s.lastID = max(s.lastID, it.ID)
	if n, err := strconv.ParseInt(string(it.Barcode[2:10]), 10, 64); err == nil {
		prefix := string(it.Barcode[:2])
		s.serials[prefix] = max(s.serials[prefix], n)
	}
}

// mint gives out the next number of a service: registered packets R, simple ones U, parcels C, insured ones V, EMS E.
func (s *Server) mint(o postal.Order) s10.Number {
	prefix := map[string]string{"SMALL_PACKET": "RA", "LETTER": "RL", "POSTAL_PARCEL": "CC", "EMS": "EA"}[o.MailType]
	switch {
	case prefix == "":
		prefix = "RB"
	case o.MailCategory == "SIMPLE":
		prefix = "UA"
	case o.MailCategory == "WITH_DECLARED_VALUE":
		prefix = map[bool]string{true: "EE", false: "CV"}[o.MailType == "EMS"]
	}
	if s.serials[prefix] == 0 && s.o.Keep == "" {
		// Nothing remembers the numbers given before: begin somewhere else each time.
		s.serials[prefix] = s.dice.Int64N(90_000_000)
	}
	s.serials[prefix]++
	serial := fmt.Sprintf("%08d", s.serials[prefix]%100_000_000)
	return s10.Number(prefix + serial + string(s10.CheckDigit(serial)) + "RU")
}

// shown is an order as look-ups give it, with its declaration as it was at a moment.
func (s *Server) shown(it *item, at time.Time) any {
	return struct {
		ID      int64      `json:"id"`
		Number  string     `json:"order-num"`
		Barcode s10.Number `json:"barcode"`
		Mass    int64      `json:"mass"`
		Direct  int        `json:"mail-direct"`
		Type    string     `json:"mail-type"`
		Batch   string     `json:"batch-name,omitempty"`
		declared
	}{it.ID, it.Number, it.Barcode, it.Mass, it.Country, it.MailType, it.Batch, s.declaration(it, at)}
}

func (s *Server) searchBacklog(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []any{}
	for _, id := range s.numbers[r.URL.Query().Get("query")] {
		if it := s.items[id]; !it.Removed {
			list = append(list, s.shown(it, s.now()))
		}
	}
	answer(w, http.StatusOK, list)
}

func (s *Server) searchShipment(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []any{}
	if it := s.items[s.barcodes[s10.Number(r.URL.Query().Get("query"))]]; it != nil && it.Batch != "" {
		list = append(list, s.shown(it, s.now()))
	}
	answer(w, http.StatusOK, list)
}

func (s *Server) getBacklog(w http.ResponseWriter, r *http.Request)  { s.get(w, r, false) }
func (s *Server) getShipment(w http.ResponseWriter, r *http.Request) { s.get(w, r, true) }

func (s *Server) get(w http.ResponseWriter, r *http.Request, shipped bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	it := s.items[id]
	if err != nil || it == nil || it.Removed || (it.Batch != "") != shipped {
		notFound(w)
		return
	}
	if s.chance(s.faults.Foreign) {
		if other := s.items[id%s.lastID+1]; other != nil && other != it {
			it = other
		}
	}
	at := s.now()
	if s.chance(s.faults.Late) {
		at = at.Add(-s.pace()) // what was true a step ago
	}
	answer(w, http.StatusOK, s.shown(it, at))
}

func notFound(w http.ResponseWriter) {
	answer(w, http.StatusNotFound, map[string]any{"code": "1001", "sub-code": "RESTRICTED_NOT_FOUND", "desc": "Не найдено"})
}

func (s *Server) removeOrders(w http.ResponseWriter, r *http.Request) {
	var ids []int64
	if err := json.NewDecoder(r.Body).Decode(&ids); err != nil {
		answer(w, http.StatusBadRequest, map[string]any{"error": "Bad Request", "status": 400})
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	done := []int64{}
	for _, id := range ids {
		it := s.items[id]
		if it == nil || it.Batch != "" {
			continue
		}
		it.Removed = true
		s.numbers[it.Number] = slices.DeleteFunc(s.numbers[it.Number], func(other int64) bool { return other == id })
		if err := s.kept.write(record{Item: it}); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		done = append(done, id)
	}
	answer(w, http.StatusOK, map[string]any{"result-ids": done})
}

// rawOrders are the last orders as they came, for whoever wants to see what was sent.
type rawOrders struct {
	bodies map[string][]byte
	order  []string
}

const rawKept = 2000

func (k *rawOrders) keep(number string, body []byte) {
	if k.bodies == nil {
		k.bodies = map[string][]byte{}
	}
	if _, known := k.bodies[number]; !known {
		k.order = append(k.order, number)
	}
	k.bodies[number] = slices.Clone(body)
	if len(k.order) > rawKept {
		delete(k.bodies, k.order[0])
		k.order = k.order[1:]
	}
}
