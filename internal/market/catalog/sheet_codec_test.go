package catalog

import (
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/s2"
	"pgregory.net/rapid"
)

var drawnMoment = rapid.Custom(func(t *rapid.T) time.Time {
	return time.UnixMicro(rapid.Int64Range(1, 1<<52).Draw(t, "µs")).UTC()
})

// drawSheet fills every field of a sheet, also those that are added later.
func drawSheet(t *rapid.T, v reflect.Value) {
	if v.Type() == reflect.TypeFor[time.Time]() {
		v.Set(reflect.ValueOf(drawnMoment.Draw(t, "time")))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			drawSheet(t, v.Field(i))
		}
	case reflect.Slice:
		if n := rapid.IntRange(0, 3).Draw(t, "n"); n > 0 {
			v.Set(reflect.MakeSlice(v.Type(), n, n))
		}
		for i := range v.Len() {
			drawSheet(t, v.Index(i))
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range rapid.IntRange(0, 3).Draw(t, "n") {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			drawSheet(t, key)
			drawSheet(t, value)
			v.SetMapIndex(key, value)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		drawSheet(t, v.Elem())
	case reflect.String:
		v.SetString(rapid.StringN(1, 20, -1).Draw(t, "text"))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(rapid.Int64().Filter(func(n int64) bool { return n != 0 }).Draw(t, "number"))
	default:
		t.Fatalf("the codec has never met a %s", v.Type())
	}
}

func TestASheetIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var x sheet
		drawSheet(t, reflect.ValueOf(&x).Elem())
		y, err := decodeSheet(x.encode())
		if diff := cmp.Diff(x, y, cmp.AllowUnexported(cardOfferRow{})); diff != "" || err != nil {
			t.Fatalf("(-want +got) %v\n%s", err, diff)
		}
	})
}

func TestADamagedSheetIsNoSheet(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var x sheet
		drawSheet(t, reflect.ValueOf(&x).Elem())
		raw, err := s2.Decode(nil, x.encode())
		if err != nil {
			t.Fatal(err)
		}
		cut := rapid.IntRange(0, len(raw)-1).Draw(t, "cut")
		if _, err := decodeSheet(s2.Encode(nil, raw[:cut])); err == nil {
			t.Fatalf("a sheet cut at %d of %d was read", cut, len(raw))
		}
		if _, err := decodeSheet(s2.Encode(nil, append(raw, 0))); err == nil {
			t.Fatal("a sheet with something after it was read")
		}
		at, to := rapid.IntRange(0, len(raw)-1).Draw(t, "at"), rapid.Byte().Draw(t, "to")
		raw[at] = to
		_, _ = decodeSheet(s2.Encode(nil, raw)) // may be another sheet, but ends
	})
}
