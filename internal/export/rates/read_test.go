package rates_test

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/yarmarka/yarmarka/internal/export/rates"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// daily is a file in the shape and the encoding of the bank's; its figures are made up.
func daily(t testing.TB) []byte {
	t.Helper()
	raw, err := os.ReadFile("testdata/daily.xml")
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func read(t testing.TB) rates.Table {
	t.Helper()
	table, err := rates.Read(daily(t))
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestReadTheBanksFile(t *testing.T) {
	t.Parallel()
	want := rates.Table{Day: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC), Rates: map[money.Currency]rates.Rate{
		"USD": {Value: 829977, Nominal: 1}, "EUR": {Value: 957793, Nominal: 1}, "KZT": {Value: 159630, Nominal: 100},
		"JPY": {Value: 560120, Nominal: 100}, "XDR": {Value: 1134056, Nominal: 1}}}
	if diff := cmp.Diff(want, read(t)); diff != "" {
		t.Errorf("the file reads (-want +got):\n%s", diff)
	}
}

// file wraps rates into a file.
func file(day, valutes string) string {
	return `<?xml version="1.0" encoding="utf-8"?><ValCurs Date="` + day + `" name="x">` + valutes + `</ValCurs>`
}

func valute(code, nominal, value string) string {
	return "<Valute ID=\"R1\"><NumCode>036</NumCode><CharCode>" + code + "</CharCode><Nominal>" + nominal + "</Nominal><Name>x</Name><Value>" + value + "</Value></Valute>"
}

func TestReadAcceptsAPointAndWhatLaterYearsAdd(t *testing.T) {
	t.Parallel()
	table, err := rates.Read([]byte(file("04.07.2026", valute("XDR", "1", "113.4")+`<Note><Deep>x</Deep></Note>`+valute("AUD", "1", "55,10000"))))
	if err != nil {
		t.Fatal(err)
	}
	want := map[money.Currency]rates.Rate{"XDR": {Value: 1134000, Nominal: 1}, "AUD": {Value: 551000, Nominal: 1}}
	if diff := cmp.Diff(want, table.Rates); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestReadRefusesWhatIsWrong(t *testing.T) {
	t.Parallel()
	xdr := valute("XDR", "1", "113,4056")
	whole := string(daily(t))
	for name, tt := range map[string]struct {
		data string
		want error // nil: any
	}{
		"empty":               {"", rates.ErrEmpty},
		"blank":               {" \n\t", rates.ErrEmpty},
		"not XML":             {"<!doctype html><html><body>503</body></html>", rates.ErrNotXML},
		"plain words":         {"try later", rates.ErrNotXML},
		"another XML":         {`<rss><channel/></rss>`, rates.ErrNotXML},
		"cut off":             {whole[:len(whole)/2], rates.ErrNotXML},
		"cut in the last tag": {whole[:len(whole)-3], rates.ErrNotXML},
		"two files in one":    {whole + strings.TrimPrefix(whole, `<?xml version="1.0" encoding="windows-1251"?>`), rates.ErrNotXML},
		"no drawing right":    {file("01.07.2026", valute("USD", "1", "80,1")), rates.ErrNoXDR},
		"no rates":            {file("01.07.2026", ""), rates.ErrNoXDR},
		"no day":              {file("", xdr), nil},
		"an American day":     {file("07/01/2026", xdr), nil},
		"a day that is none":  {file("31.02.2026", xdr), nil},
		"twice":               {file("01.07.2026", xdr+xdr), nil},
		"free":                {file("01.07.2026", valute("XDR", "1", "0,0000")), nil},
		"negative":            {file("01.07.2026", valute("XDR", "1", "-1,5")), nil},
		"words for a price":   {file("01.07.2026", valute("XDR", "1", "много")), nil},
		"too many digits":     {file("01.07.2026", valute("XDR", "1", "1,23456")), nil},
		"astronomical":        {file("01.07.2026", valute("XDR", "1", "99999999999999999999")), nil},
		"nominal of none":     {file("01.07.2026", valute("XDR", "0", "1")), nil},
		"nominal of too much": {file("01.07.2026", valute("XDR", "99999999", "1")), nil},
		"a code that is none": {file("01.07.2026", xdr+valute("us", "1", "1")), nil},
		"another encoding":    {strings.Replace(whole, "windows-1251", "utf-16", 1), rates.ErrNotXML},
		"wrongly declared":    {strings.Replace(whole, "windows-1251", "utf-8", 1), rates.ErrNotXML},
		"a bomb":              {`<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><ValCurs Date="01.07.2026">&b;</ValCurs>`, rates.ErrNotXML},
		"an unknown entity":   {file("01.07.2026", xdr+"<Valute>&boom;</Valute>"), rates.ErrNotXML},
		"endless depth":       {file("01.07.2026", strings.Repeat("<Valute>", 20000)), rates.ErrNotXML},
		"endless length":      {file("01.07.2026", xdr+strings.Repeat(" ", 300<<10)), rates.ErrTooLarge},
	} {
		table, err := rates.Read([]byte(tt.data))
		if err == nil || tt.want != nil && !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
		if len(table.Rates) > 0 {
			t.Errorf("%s: half a table came back: %v", name, table.Rates)
		}
	}
}

// Whatever is read as a file has a day, the drawing right and only sane rates.
func FuzzRead(f *testing.F) {
	whole := daily(f)
	for _, seed := range [][]byte{whole, whole[:100], bytes.ReplaceAll(whole, []byte(","), []byte(".")), []byte("<ValCurs/>"), []byte(file("01.07.2026", valute("XDR", "10", "1")))} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		table, err := rates.Read(data)
		if err != nil {
			return
		}
		if table.Day.IsZero() || !table.Has(rates.XDR) {
			t.Fatalf("%q is a file without its day or its drawing right", data)
		}
		for c, r := range table.Rates {
			if r.Value <= 0 || r.Nominal <= 0 || len(c) != 3 {
				t.Fatalf("%q: %s costs %v", data, c, r)
			}
		}
	})
}
