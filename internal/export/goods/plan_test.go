package goods

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// forged packs a text as a plan is.
func forged(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(b.Bytes())
}

// A plan of a few kilobytes that blows up is refused before it takes memory.
func TestForgedPlansThatBlowUp(t *testing.T) {
	var facts strings.Builder
	for i := range 150_000 {
		fmt.Fprintf(&facts, `"%x":"",`, i)
	}
	for name, text := range map[string]string{
		"millions of changes":    "[" + strings.Repeat("{},", 2_000_000) + "{}]",
		"millions of problems":   `[{"Problems":[` + strings.Repeat("{},", 2_000_000) + `{}]}]`,
		"a change of many facts": `[{"Edit":{` + facts.String() + `"a":""}}]`,
		"one long title":         `[{"Title":"` + strings.Repeat("x", 4<<20) + `"}]`,
		"problems in each":       "[" + strings.Repeat(`{"Problems":[`+strings.Repeat("{},", 300_000)+`{}]},`, 20) + "{}]",
		"deep":                   strings.Repeat("[", 2_000_000),
		"cut off":                `[{"OfferID":1},`, "no list": `{"OfferID":1}`, "a number": "1e999",
	} {
		plan := forged(t, text)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := unpacked(plan)
		runtime.ReadMemStats(&after)
		if !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
		if took := after.TotalAlloc - before.TotalAlloc; took > 256<<20 {
			t.Errorf("%s: %d bytes took %d MB in all", name, len(plan), took>>20)
		}
	}
}

// Whatever a form brings back as a plan is a plan or is refused; one that is read is written as it was.
func FuzzPlan(f *testing.F) {
	f.Add(`[{"OfferID":1,"Edit":{"hs":"630260"}}]`)
	f.Add(`[]`)
	f.Add(`null`)
	f.Add(`[{"Edit":null},{"Problems":[{}]}]`)
	f.Fuzz(func(t *testing.T, text string) {
		list, err := unpacked(forged(t, text))
		if err != nil {
			if !errs.Is(err, errs.Invalid) {
				t.Fatal(err)
			}
			return
		}
		again, err := packed(list)
		if err != nil {
			return // texts within may be no text
		}
		back, err := unpacked(again)
		if err != nil || len(list) != len(back) {
			t.Fatalf("%d changes came back as %d, %v", len(list), len(back), err)
		}
	})
}
