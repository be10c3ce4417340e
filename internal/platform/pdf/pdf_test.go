package pdf_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/pdf"
	"github.com/yarmarka/yarmarka/internal/platform/pdf/pdftest"
	"github.com/yarmarka/yarmarka/internal/platform/qr"
)

func write(t *testing.T, rows int) []byte {
	t.Helper()
	d := pdf.New(pdf.Info{Title: "Счёт № 12-345", Author: "Ярмарка", Created: time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)})
	d.Title("Счёт № 12-345 (проверка)")
	d.Heading("Покупатель")
	d.Pairs(pdf.Pair{Label: "Имя", Value: "Ольга Ёлкина"}, pdf.Pair{Label: "Сумма", Value: "4\u00a0290,50\u00a0₽"})
	var body [][]string
	for i := range rows {
		body = append(body, []string{fmt.Sprintf("Мёд липовый, партия %d, в стеклянной банке с очень длинным названием", i), "2", "858,10 ₽"})
	}
	d.Table([]pdf.Column{{Head: "Товар", Width: 6}, {Head: "Кол-во", Width: 1, Right: true}, {Head: "Сумма", Width: 2, Right: true}},
		body, [][]string{{"Итого", "", "4 290,50 ₽"}})
	code, err := qr.PNG("ST00012|Name=Ярмарка", 4)
	if err != nil {
		t.Fatal(err)
	}
	d.Image(code, 40, "Наведите камеру приложения банка")
	d.Note("Мелкий шрифт")
	raw, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestTextIsThere(t *testing.T) {
	t.Parallel()
	got := pdftest.Text(t, write(t, 3))
	for _, want := range []string{"Счёт № 12-345 (проверка)", "Ольга Ёлкина", "4\u00a0290,50\u00a0руб.", "Итого", "Мелкий шрифт"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

func TestSameCallsSameBytes(t *testing.T) {
	t.Parallel()
	if !bytes.Equal(write(t, 5), write(t, 5)) {
		t.Error("two writings differ")
	}
}

func TestHeadsRepeatOnEachPage(t *testing.T) {
	t.Parallel()
	got := pdftest.Text(t, write(t, 60))
	if n := strings.Count(got, "Кол-во"); n < 2 {
		t.Errorf("heads printed %d times over several pages", n)
	}
	for i := range 60 {
		if !strings.Contains(got, fmt.Sprintf("партия %d,", i)) {
			t.Errorf("row %d is missing", i)
		}
	}
}

func TestPrintable(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"5 ₽": "5 руб.", "1\u202f000": "1\u00a0000", "漢字 ok": "?? ok", "a\xffb": "a?b", "😀": "?", "— « » № ё": "— « » № ё",
	} {
		if got := pdf.Printable(in); got != want {
			t.Errorf("Printable(%q) = %q, want %q", in, got, want)
		}
	}
}
