package vat_test

import (
	"bytes"
	"encoding/xml"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yarmarka/yarmarka/internal/export/vat"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/sheet"
)

var update = flag.Bool("update", false, "write the golden files anew")

// someRows are an entry in euros, an entry in roubles with a text that looks like a formula, and a reversal.
func someRows() []vat.Row {
	first, second, back := aRow(1, 1), aRow(1, 2), aRow(1, 1)
	first.Kind, first.Number, first.Period = vat.Entry, 1, fourth.First()
	second.Kind, second.Number, second.Period = vat.Entry, 2, fourth.First()
	second.Currency, second.Value, second.Rate, second.OrderNumber = "RUB", second.ValueRUB, 10_000, `=HYPERLINK("x")&<b>`
	one := 1
	back.Kind, back.Number, back.Period, back.Reverses, back.Reason = vat.Reversal, 3, fourth.First(), &one, "returned"
	back.Value, back.ValueRUB = -back.Value, -back.ValueRUB
	return []vat.Row{first, second, back}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got)\n%s", name, diff)
	}
}

func TestFiles(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Langs {
		csv, err := vat.CSV(lang, someRows())
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "register."+string(lang)+".csv", csv)
	}
	doc, err := vat.XML(fourth, "7707083893", "770701001", someRows())
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "register.xml", doc)
	var read struct {
		Rows []struct {
			Order string `xml:"order"`
			Value string `xml:"value-rub"`
		} `xml:"row"`
		Sum string `xml:"total>sum-rub"`
	}
	if err := xml.Unmarshal(doc, &read); err != nil {
		t.Fatal(err)
	}
	if len(read.Rows) != 3 || read.Rows[1].Order != `=HYPERLINK("x")&<b>` || read.Rows[2].Value != "-2499.00" || read.Sum != "2499.00" {
		t.Errorf("%+v", read)
	}
}

// The workbook holds what the CSV does: the same heads and texts, and sums as numbers.
func TestXLSXHoldsWhatTheCSVDoes(t *testing.T) {
	t.Parallel()
	book, err := vat.XLSX(i18n.RU, fourth, someRows())
	if err != nil {
		t.Fatal(err)
	}
	csv, err := vat.CSV(i18n.RU, someRows())
	if err != nil {
		t.Fatal(err)
	}
	got, err := sheet.Read(book, sheet.Usual)
	if err != nil {
		t.Fatal(err)
	}
	want, err := sheet.Read(csv, sheet.Usual)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 4 || len(got[0]) != len(want[0]) {
		t.Fatalf("%d rows of %d columns", len(got), len(got[0]))
	}
	for i := range want {
		for j := range got[i] {
			a, b := got[i][j], want[i][j]
			if i > 0 && number(a) && number(b) {
				a, b = plain(a), plain(b)
			}
			if a != b {
				t.Errorf("row %d, %s: %q, the CSV has %q", i, want[0][j], got[i][j], want[i][j])
			}
		}
	}
	if !bytes.Contains(csv, []byte(`'=HYPERLINK`)) {
		t.Error("a formula in the CSV")
	}
}

func number(text string) bool {
	return text != "" && len(bytes.Trim([]byte(text), "0123456789.,-")) == 0 && len(text) < 13
}

// plain writes 2499,00 and 2499 alike.
func plain(text string) string {
	out := bytes.ReplaceAll([]byte(text), []byte(","), []byte("."))
	if bytes.ContainsRune(out, '.') {
		out = bytes.TrimRight(bytes.TrimRight(out, "0"), ".")
	}
	return string(out)
}
