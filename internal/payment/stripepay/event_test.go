package stripepay_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/yarmarka/yarmarka/internal/payment"
	"github.com/yarmarka/yarmarka/internal/payment/stripepay"
)

func TestReadEventFindsThePayment(t *testing.T) {
	t.Parallel()
	p := stripepay.New(stripepay.Config{Key: "sk_test_1", Now: time.Now})
	for name, tc := range map[string]struct {
		kind, object string
		want         payment.Event
	}{
		"session": {"checkout.session.completed", `{"object":"checkout.session","id":"cs_1","payment_intent":"pi_1","metadata":{"payment":"TOK"}}`,
			payment.Event{Ref: "cs_1", IntentRef: "pi_1", Token: "TOK"}},
		"session unpaid": {"checkout.session.expired", `{"object":"checkout.session","id":"cs_1","payment_intent":null,"metadata":{"payment":"TOK"}}`,
			payment.Event{Ref: "cs_1", Token: "TOK"}},
		"intent":   {"payment_intent.succeeded", `{"object":"payment_intent","id":"pi_1","metadata":{}}`, payment.Event{IntentRef: "pi_1"}},
		"charge":   {"charge.refunded", `{"object":"charge","id":"ch_1","payment_intent":"pi_1"}`, payment.Event{IntentRef: "pi_1"}},
		"expanded": {"charge.dispute.created", `{"object":"dispute","id":"du_1","payment_intent":{"id":"pi_1","object":"payment_intent"}}`, payment.Event{IntentRef: "pi_1"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := p.ReadEvent([]byte(`{"id":"evt_1","type":"` + tc.kind + `","api_version":"2023-10-16","created":7,"data":{"object":` + tc.object + `}}`))
			if err != nil {
				t.Fatal(err)
			}
			tc.want.ID, tc.want.Type, tc.want.APIVersion, tc.want.At, tc.want.Known = "evt_1", tc.kind, "2023-10-16", time.Unix(7, 0), true
			got.Payload = nil
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
			if !p.Mine(got) || !p.Pinned(got) {
				t.Error("not ours")
			}
		})
	}
}

func FuzzReadEvent(f *testing.F) {
	f.Add([]byte(`{"id":"evt_1","type":"charge.refunded","data":{"object":{"payment_intent":"pi_1","metadata":{"payment":"x"}}}}`))
	f.Add([]byte(`{"id":"evt_1","type":"payment_intent.succeeded","data":{"object":{"payment_intent":{"id":7}}}}`))
	f.Add([]byte(`{"id":"evt_1","data":null}`))
	p := stripepay.New(stripepay.Config{Key: "sk_test_1", Now: time.Now})
	f.Fuzz(func(t *testing.T, raw []byte) {
		if e, err := p.ReadEvent(raw); err == nil && e.ID == "" {
			t.Error("an event without id was accepted")
		}
	})
}
