package app

import (
	"bytes"
	"encoding/csv"
	"io"
	"net/http"
	"strings"
	"testing"

	"archive/zip"
)

// formulas are texts that a spreadsheet would run if a cell began with them.
var formulas = []string{"=1+1", "+7 916 555-12-34", "-2+3", "@SUM(A1)", "=HYPERLINK(\"https://evil.example\")", "\t=1", "\r=1", "\n=1", "＝1+1", " =1+1"}

// Cells that a spreadsheet would run are words in every table that we give out; a telephone number is still one.
func TestExportedCellsAreNoFormulas(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i, cell := range formulas {
		w.exec(`insert into import_problems (import_id, seller_id, n, line, sku, field, key, args, fatal, value) values ($1::bigint, $2, $3, 1, $4, 'price', 'feed.row.bad_price', '[]', false, $4)`,
			w.things["import"], w.shopA.ID, 1000+i, cell)
	}
	w.exec(`update offers set seller_sku = '=1+1' || id where seller_id = $1`, w.shopA.ID)
	w.exec(`update products set title_ru = '@SUM(A1) чайник', title_en = '+7 916 555-12-34 teapot' where id in (select v.product_id from variants v join offers o on o.variant_id = v.id where o.seller_id = $1)`, w.shopA.ID)
	w.exec(`insert into export_vat_rows (seller_id, number, kind, parcel, period, inn, registration, barcode, released_on, departed_on, mark, tnved, country,
			order_number, currency, value, rate, rate_nominal, rate_day, value_rub, paid_on, entered_at)
		values ($1, 1, 'entry', '-2+3', '2026-10-01', '', '=1+1', '+7 916 555-12-34', now(), now(), 'x', '{}', 'DE', '@SUM(A1)', 'RUB', 1, 10000, 1, now(), 1, now(), now())`, w.shopA.ID)
	tables := 0
	for _, r := range rules() {
		path := r.path(w)
		if r.method() != http.MethodGet || !strings.HasPrefix(path, "/seller/") && !strings.HasPrefix(path, "/admin") && !strings.HasPrefix(path, "/account") && !strings.HasPrefix(path, "/export/") {
			continue
		}
		paths := []string{path}
		for _, format := range [][2]string{{"goods.csv", "goods.xlsx"}, {"/csv", "/xlsx"}} {
			if before, ok := strings.CutSuffix(path, format[0]); ok {
				paths = append(paths, before+format[1])
			}
		}
		role := ownerA
		if strings.HasPrefix(path, "/admin") {
			role = admin
		}
		for _, path := range paths {
			got := w.get(path, w.actors[role].cookies()...)
			kind := got.Header.Get("Content-Type")
			switch {
			case strings.HasPrefix(kind, "text/csv"):
				checkCSV(t, path, got)
			case strings.Contains(kind, "spreadsheetml"):
				checkXLSX(t, path, got)
			default:
				continue
			}
			tables++
			if !strings.HasPrefix(got.Header.Get("Content-Disposition"), "attachment") {
				t.Errorf("%s: Content-Disposition %q", path, got.Header.Get("Content-Disposition"))
			}
		}
	}
	if tables < 6 { // sales, problems of an import, the table of goods twice, the register of VAT twice
		t.Errorf("only %d tables were looked at", tables)
	}
	if got := w.get("/seller/imports/"+w.things["import"]+"/problems.csv", w.actors[ownerA].cookies()...); !strings.Contains(got.body, "'+7 916 555-12-34") {
		t.Error("the telephone number is not readable any more")
	}
	if got := w.get("/seller/export/table/goods.csv", w.actors[ownerA].cookies()...); !strings.Contains(got.body, "'@SUM(A1)") {
		t.Error("the table of goods holds no hostile title: nothing was proven")
	}
	if got := w.get("/seller/export/vat/2026-4/csv", w.actors[ownerA].cookies()...); !strings.Contains(got.body, "'@SUM(A1)") {
		t.Error("the register of VAT holds no hostile number of an order: nothing was proven")
	}
}

func checkCSV(t *testing.T, path string, got reply) {
	t.Helper()
	table := csv.NewReader(strings.NewReader(strings.TrimPrefix(got.body, "\ufeff")))
	table.Comma = ';'
	rows, err := table.ReadAll()
	if err != nil {
		t.Errorf("%s: %v", path, err)
	}
	for _, row := range rows {
		for _, cell := range row {
			if begin := strings.TrimLeft(cell, " "); begin != "" && strings.ContainsRune("=+-@\t\r\n＝", []rune(begin)[0]) && strings.Trim(cell, "-0123456789,.") != "" {
				t.Errorf("%s: the cell %q runs", path, cell)
			}
		}
	}
}

// checkXLSX looks for formulas: a text in a workbook is told to be one and is never run.
func checkXLSX(t *testing.T, path string, got reply) {
	t.Helper()
	book, err := zip.NewReader(bytes.NewReader([]byte(got.body)), int64(len(got.body)))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	for _, part := range book.File {
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(part.Name, "xl/worksheets/") && (bytes.Contains(text, []byte("<f>")) || bytes.Contains(text, []byte("<f "))) || strings.Contains(part.Name, "externalLink") {
			t.Errorf("%s: %s holds a formula", path, part.Name)
		}
	}
}
