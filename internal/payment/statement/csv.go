package statement

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"
)

// columns maps the heads we know, Russian and English, to what they hold.
var columns = map[string]string{
	"дата": "date", "date": "date", "дата операции": "date",
	"номер": "number", "number": "number", "номер документа": "number",
	"сумма": "amount", "amount": "amount", "кредит": "amount", "credit": "amount",
	"плательщик": "payer", "payer": "payer", "контрагент": "payer",
	"инн": "inn", "инн плательщика": "inn", "inn": "inn",
	"счёт": "account", "счет": "account", "счёт плательщика": "account", "счет плательщика": "account", "account": "account",
	"назначение": "purpose", "назначение платежа": "purpose", "purpose": "purpose",
}

// readCSV reads a file whose first row names its columns; date, amount and purpose must be there.
// Rows with an empty amount are outgoing and left out.
func readCSV(text, account string) (Statement, error) {
	st := Statement{Format: "csv"}
	head, _, _ := strings.Cut(text, "\n")
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes, r.ReuseRecord = separator(head), -1, true, true
	index, err := heads(r)
	if err != nil {
		return st, err
	}
	for {
		rec, err := r.Read()
		if errors.Is(err, io.EOF) {
			return st, nil
		}
		if err != nil {
			st.Bad = append(st.Bad, RowError{Row: rowOf(err), Key: "payment.statement.bad_row"})
			return st, nil // what follows a broken quote cannot be trusted
		}
		row, _ := r.FieldPos(0)
		if len(st.Lines)+len(st.Bad) >= maxLines {
			return st, ErrTooLarge
		}
		get := func(name string) string {
			if i, ok := index[name]; ok && i < len(rec) {
				return strings.Clone(strings.TrimSpace(rec[i]))
			}
			return ""
		}
		if get("amount") == "" {
			continue
		}
		st.add(Line{Row: row, Number: get("number"), Payer: get("payer"), PayerINN: get("inn"),
			PayerAccount: get("account"), PayeeAccount: account, Purpose: get("purpose")}, get("date"), get("amount"))
	}
}

func rowOf(err error) int {
	if e, ok := errors.AsType[*csv.ParseError](err); ok {
		return e.StartLine
	}
	return 0
}

func separator(head string) rune {
	best, most := ';', 0
	for _, c := range ";\t," {
		if n := strings.Count(head, string(c)); n > most {
			best, most = c, n
		}
	}
	return best
}

func heads(r *csv.Reader) (map[string]int, error) {
	rec, err := r.Read()
	if err != nil {
		return nil, ErrFormat
	}
	index := map[string]int{}
	for i, name := range rec {
		if what, ok := columns[strings.ToLower(strings.TrimSpace(name))]; ok {
			if _, have := index[what]; !have {
				index[what] = i
			}
		}
	}
	for _, must := range []string{"date", "amount", "purpose"} {
		if _, ok := index[must]; !ok {
			return nil, ErrFormat
		}
	}
	return index, nil
}
