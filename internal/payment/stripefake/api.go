package stripefake

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// fault is an answer of Stripe's error shape.
type fault struct {
	status  int
	kind    string
	code    string
	message string
}

func (f *fault) body() []byte {
	e := map[string]any{"type": f.kind, "message": f.message}
	if f.code != "" {
		e["code"] = f.code
	}
	raw, _ := json.Marshal(map[string]any{"error": e}) // strings always marshal
	return raw
}

func invalid(code, message string) *fault {
	return &fault{status: http.StatusBadRequest, kind: "invalid_request_error", code: code, message: message}
}

func missing(id string) *fault {
	return &fault{status: http.StatusNotFound, kind: "invalid_request_error", code: "resource_missing", message: "No such object: " + id}
}

// answer is what an idempotency key got first. busy is set while it is worked.
type answer struct {
	params string
	busy   bool
	status int
	body   []byte
}

type apiFunc func(r *http.Request) (any, *fault)

// api wraps a verb with the key check, the version check, idempotency and injected faults.
func (s *Server) api(fn apiFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
		if f := s.admit(r); f != nil {
			write(w, f.status, f.body())
			return
		}
		key := r.Header.Get("Idempotency-Key")
		if r.Method != http.MethodPost || key == "" {
			key = ""
		} else if prior, f := s.claim(key, r); f != nil {
			write(w, f.status, f.body())
			return
		} else if prior != nil {
			w.Header().Set("Idempotent-Replayed", "true")
			write(w, prior.status, prior.body)
			return
		}
		s.run(w, r, key, fn)
	}
}

func (s *Server) admit(r *http.Request) *fault {
	if r.Header.Get("Authorization") != "Bearer "+s.cfg.Key {
		return &fault{status: http.StatusUnauthorized, kind: "invalid_request_error", message: "Invalid API Key provided"}
	}
	if v := r.Header.Get("Stripe-Version"); v != Version {
		return invalid("", "Invalid Stripe API version: "+v)
	}
	if err := r.ParseForm(); err != nil {
		return invalid("", "cannot read the form")
	}
	return nil
}

// claim takes a key, or gives the answer it got before.
func (s *Server) claim(key string, r *http.Request) (*answer, *fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	params := r.URL.Path + "?" + r.PostForm.Encode()
	have, ok := s.answers[key]
	switch {
	case !ok:
		s.answers[key] = &answer{params: params, busy: true}
		return nil, nil
	case have.params != params:
		return nil, &fault{status: http.StatusBadRequest, kind: "idempotency_error",
			message: "Keys for idempotent requests can only be used with the same parameters they were first used with."}
	case have.busy:
		return nil, &fault{status: http.StatusConflict, kind: "invalid_request_error", code: "idempotency_key_in_use",
			message: "There is currently another in-progress request using this key."}
	}
	return have, nil
}

// release keeps the answer of a key, or frees it when nothing was begun.
func (s *Server) release(key string, status int, body []byte) {
	if key == "" {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if status == 0 {
		delete(s.answers, key)
		return
	}
	s.answers[key].busy, s.answers[key].status, s.answers[key].body = false, status, body
}

// run works a request as far as the injected fault, if any, lets it come.
func (s *Server) run(w http.ResponseWriter, r *http.Request, key string, fn apiFunc) {
	broken := &fault{status: http.StatusInternalServerError, kind: "api_error", message: "injected"}
	mode := s.fault(r)
	switch mode {
	case Refuse500:
		s.release(key, 0, nil)
		write(w, broken.status, broken.body())
		return
	case Stored500:
		s.release(key, broken.status, broken.body())
		write(w, broken.status, broken.body())
		return
	case Hang:
		s.release(key, 0, nil)
		select {
		case <-r.Context().Done():
		case <-time.After(time.Minute):
		}
		return
	}
	s.mu.Lock()
	got, f := fn(r)
	s.mu.Unlock()
	status, body := http.StatusOK, []byte(nil)
	if f != nil {
		status, body = f.status, f.body()
	} else {
		var err error
		if body, err = json.Marshal(got); err != nil {
			status, body = broken.status, broken.body()
		}
	}
	if mode == Done500 {
		status, body = broken.status, broken.body()
	}
	s.release(key, status, body)
	if mode == Cut {
		panic(http.ErrAbortHandler) // the work is done, the answer never arrives
	}
	write(w, status, body)
}

func write(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client may be gone, as it may with Stripe
}

func (s *Server) createSession(r *http.Request) (any, *fault) {
	amount, err := strconv.ParseInt(r.PostForm.Get("line_items[0][price_data][unit_amount]"), 10, 64)
	currency := r.PostForm.Get("line_items[0][price_data][currency]")
	name := r.PostForm.Get("line_items[0][price_data][product_data][name]")
	switch {
	case r.PostForm.Get("mode") != "payment":
		return nil, invalid("parameter_missing", "Missing required param: mode.")
	case err != nil || amount <= 0 || amount > 99_999_999:
		return nil, invalid("parameter_invalid_integer", "Invalid line_items[0][price_data][unit_amount]")
	case len(currency) != 3 || currency != strings.ToLower(currency):
		return nil, invalid("", "Invalid currency: "+currency)
	case name == "" || r.PostForm.Get("line_items[0][quantity]") != "1":
		return nil, invalid("parameter_missing", "Missing required param: line_items[0].")
	case !absolute(r.PostForm.Get("success_url")) || !absolute(r.PostForm.Get("cancel_url")):
		return nil, invalid("url_invalid", "Not a valid URL")
	}
	x := &session{ID: s.id("cs"), Object: "checkout.session", Mode: "payment", Status: "open", PaymentStatus: "unpaid",
		AmountTotal: amount, Currency: currency, ClientReferenceID: r.PostForm.Get("client_reference_id"),
		Metadata: group(r.PostForm, "metadata"), SuccessURL: r.PostForm.Get("success_url"),
		CancelURL: r.PostForm.Get("cancel_url"), Created: s.now(), ExpiresAt: s.now() + 24*60*60, name: name,
		transferGroup: r.PostForm.Get("payment_intent_data[transfer_group]"),
		intentMeta:    group(r.PostForm, "payment_intent_data[metadata]")}
	if email := r.PostForm.Get("customer_email"); email != "" {
		x.CustomerEmail = &email
	}
	x.url = s.cfg.URL + "/pay/" + x.ID
	s.sessions[x.ID] = x
	return x.show(false, false), nil
}

func absolute(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https")
}

// group reads name[key]=value parameters.
func group(form url.Values, name string) map[string]string {
	out := map[string]string{}
	for k, v := range form {
		if rest, ok := strings.CutPrefix(k, name+"["); ok && strings.HasSuffix(rest, "]") {
			out[strings.TrimSuffix(rest, "]")] = v[0]
		}
	}
	return out
}

func expands(r *http.Request, what string) bool {
	for k, v := range r.Form {
		if strings.HasPrefix(k, "expand[") && slices.Contains(v, what) {
			return true
		}
	}
	return false
}

func (s *Server) getSession(r *http.Request) (any, *fault) {
	x, ok := s.sessions[r.PathValue("id")]
	if !ok {
		return nil, missing(r.PathValue("id"))
	}
	return x.show(expands(r, "payment_intent"), expands(r, "payment_intent.latest_charge")), nil
}

func (s *Server) expireSession(r *http.Request) (any, *fault) {
	x, ok := s.sessions[r.PathValue("id")]
	if !ok {
		return nil, missing(r.PathValue("id"))
	}
	if x.Status != "open" {
		return nil, invalid("", "Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout Session has a status of "+x.Status)
	}
	s.expire(x)
	return x.show(false, false), nil
}

func (s *Server) getIntent(r *http.Request) (any, *fault) {
	p, ok := s.intents[r.PathValue("id")]
	if !ok {
		return nil, missing(r.PathValue("id"))
	}
	return p.show(expands(r, "latest_charge")), nil
}

func (s *Server) createRefund(r *http.Request) (any, *fault) {
	p, ok := s.intents[r.PostForm.Get("payment_intent")]
	if !ok || p.charge == nil {
		return nil, missing(r.PostForm.Get("payment_intent"))
	}
	amount := p.charge.Amount - p.charge.AmountRefunded
	if text := r.PostForm.Get("amount"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n <= 0 {
			return nil, invalid("parameter_invalid_integer", "Invalid integer: "+text)
		}
		amount = n
	}
	return s.makeRefund(p.charge, amount, group(r.PostForm, "metadata"))
}

func (s *Server) makeRefund(c *charge, amount int64, meta map[string]string) (any, *fault) {
	switch left := c.Amount - c.AmountRefunded; {
	case c.Disputed:
		return nil, invalid("charge_disputed", "Charge "+c.ID+" has been charged back; cannot issue a refund.")
	case left == 0:
		return nil, invalid("charge_already_refunded", "Charge "+c.ID+" has already been refunded.")
	case amount > left:
		return nil, invalid("", "Refund amount ("+strconv.FormatInt(amount, 10)+") is greater than unrefunded amount on charge ("+strconv.FormatInt(left, 10)+")")
	}
	c.AmountRefunded += amount
	c.Refunded = c.AmountRefunded == c.Amount
	x := &refund{ID: s.id("re"), Object: "refund", Amount: amount, Currency: c.Currency, Charge: c.ID,
		PaymentIntent: c.PaymentIntent, Metadata: meta, Status: "succeeded", Created: s.now()}
	s.refunds = append(s.refunds, x)
	s.emit("charge.refunded", *c)
	s.emit("refund.created", x.show())
	return x.show(), nil
}

func (x *refund) show() refund {
	c := *x
	c.Metadata = maps.Clone(x.Metadata)
	return c
}

func (s *Server) getRefund(r *http.Request) (any, *fault) {
	for _, x := range s.refunds {
		if x.ID == r.PathValue("id") {
			return x.show(), nil
		}
	}
	return nil, missing(r.PathValue("id"))
}

func (s *Server) listRefunds(r *http.Request) (any, *fault) {
	var all []any
	var ids []string
	for _, x := range slices.Backward(s.refunds) {
		if pi := r.Form.Get("payment_intent"); pi == "" || pi == x.PaymentIntent {
			all, ids = append(all, x.show()), append(ids, x.ID)
		}
	}
	return page(r, all, ids), nil
}

func (s *Server) listDisputes(r *http.Request) (any, *fault) {
	var all []any
	var ids []string
	for _, x := range slices.Backward(s.disputes) {
		if pi := r.Form.Get("payment_intent"); pi == "" || pi == x.PaymentIntent {
			all, ids = append(all, *x), append(ids, x.ID)
		}
	}
	return page(r, all, ids), nil
}

func (s *Server) listEvents(r *http.Request) (any, *fault) {
	since, _ := strconv.ParseInt(r.Form.Get("created[gte]"), 10, 64) // absent: from the beginning
	var types []string
	for k, v := range r.Form {
		if strings.HasPrefix(k, "types[") {
			types = append(types, v...)
		}
	}
	if len(types) > 20 {
		return nil, invalid("", "Too many types")
	}
	var all []any
	var ids []string
	for _, e := range slices.Backward(s.events) {
		if e.Created >= since && (len(types) == 0 || slices.Contains(types, e.Type)) {
			all, ids = append(all, e), append(ids, e.ID)
		}
	}
	return page(r, all, ids), nil
}

// page cuts a list by limit and starting_after.
func page(r *http.Request, all []any, ids []string) any {
	from := 0
	if after := r.Form.Get("starting_after"); after != "" {
		from = slices.Index(ids, after) + 1
	}
	limit, err := strconv.Atoi(r.Form.Get("limit"))
	if err != nil || limit < 1 || limit > 100 {
		limit = 10
	}
	to := min(len(all), from+limit)
	data := all[from:to]
	if data == nil {
		data = []any{}
	}
	return map[string]any{"object": "list", "url": r.URL.Path, "has_more": to < len(all), "data": data}
}
