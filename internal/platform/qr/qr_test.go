package qr_test

import (
	"bytes"
	"encoding/xml"
	"image/png"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	reader "github.com/makiuchi-d/gozxing/qrcode"

	"github.com/yarmarka/yarmarka/internal/platform/qr"
)

func TestPNGIsReadBack(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"cyrillic": "ST00012|Name=ООО «Ярмарка»|PersonalAcc=40702810900000000001|Sum=429050",
		"short":    "1",
		"long":     strings.Repeat("Назначение платежа ", 30),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raw, err := qr.PNG(text, 4)
			if err != nil {
				t.Fatal(err)
			}
			img, err := png.Decode(bytes.NewReader(raw))
			if err != nil {
				t.Fatal(err)
			}
			bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
			if err != nil {
				t.Fatal(err)
			}
			got, err := reader.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{
				gozxing.DecodeHintType_CHARACTER_SET: "UTF-8"})
			if err != nil {
				t.Fatal(err)
			}
			if got.GetText() != text {
				t.Errorf("read %q, want %q", got.GetText(), text)
			}
		})
	}
}

func TestSVGIsWellFormed(t *testing.T) {
	t.Parallel()
	got, err := qr.SVG("проверка")
	if err != nil {
		t.Fatal(err)
	}
	if err := xml.Unmarshal([]byte(got), new(struct{ XMLName xml.Name })); err != nil {
		t.Error(err)
	}
}

func TestTooLongIsAnError(t *testing.T) {
	t.Parallel()
	if _, err := qr.PNG(strings.Repeat("я", 3000), 2); err == nil {
		t.Error("no error")
	}
}
