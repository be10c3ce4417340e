// Package statement reads what a bank says came to an account: the 1C exchange format
// (1CClientBankExchange, versions 1.01 to 1.03, windows-1251, cp866 or UTF-8) and a plain CSV. It
// only reads: matching lines with payments is payment's business. A broken line is reported with
// its row and does not stop the rest.
package statement

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// Limits of a file.
const (
	MaxBytes = 8 << 20
	maxLines = 20_000
)

// Line is one incoming bank document. Amounts are in kopecks.
type Line struct {
	Row          int // where it begins in the file, from 1
	Number       string
	Date         time.Time
	Amount       money.Amount
	Payer        string
	PayerINN     string
	PayerAccount string
	PayeeAccount string
	Purpose      string
}

// Key is the same for the same bank document in any file: of its date, number, accounts and amount.
func (l Line) Key() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s|%s|%s|%s|%d", l.Date.Format(time.DateOnly), l.Number,
		l.PayerAccount, l.PayeeAccount, l.Amount))
	return hex.EncodeToString(sum[:])
}

// RowError says that a line could not be read. Key is a message key.
type RowError struct {
	Row int
	Key string
}

// Statement is a file that was read. Lines holds incoming documents only.
type Statement struct {
	Format string // "1c" or "csv"
	Lines  []Line
	Bad    []RowError
}

// Faults of a whole file.
var (
	ErrTooLarge = errors.New("statement: too large")
	ErrFormat   = errors.New("statement: neither 1CClientBankExchange nor CSV")
	ErrCut      = errors.New("statement: the file is cut off")
)

// Read reads a statement for account; documents of other payees, and outgoing ones, are left out.
// An empty account takes every incoming document.
func Read(r io.Reader, account string) (Statement, error) {
	raw, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return Statement{}, err
	}
	if len(raw) > MaxBytes {
		return Statement{}, ErrTooLarge
	}
	text := decode(raw)
	if strings.HasPrefix(strings.TrimSpace(text), "1CClientBankExchange") {
		return read1C(text, account)
	}
	return readCSV(text, account)
}

// decode finds the encoding: UTF-8 if it is valid, else what a 1C header names, else windows-1251.
func decode(raw []byte) string {
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	if utf8.Valid(raw) {
		return string(raw)
	}
	enc := charmap.Windows1251
	head := raw[:min(len(raw), 300)]
	if bytes.Contains(head, []byte("=DOS")) {
		enc = charmap.CodePage866
	}
	text, err := enc.NewDecoder().Bytes(raw)
	if err != nil {
		return strings.ToValidUTF8(string(raw), "?")
	}
	return string(text)
}

// read1C walks over "Key=Value" lines between СекцияДокумент and КонецДокумента.
func read1C(text, account string) (Statement, error) {
	st := Statement{Format: "1c"}
	var doc map[string]string
	row, start, ended := 0, 0, false
	scan := bufio.NewScanner(strings.NewReader(text))
	scan.Buffer(make([]byte, 0, 64<<10), 1<<20)
	for scan.Scan() {
		row++
		key, value, _ := strings.Cut(strings.TrimSpace(scan.Text()), "=")
		switch {
		case key == "СекцияДокумент":
			doc, start = map[string]string{}, row
		case key == "КонецДокумента" && doc != nil:
			if len(st.Lines)+len(st.Bad) >= maxLines {
				return st, ErrTooLarge
			}
			st.add1C(doc, start, account)
			doc = nil
		case key == "КонецФайла":
			ended = true
		case doc != nil:
			if _, have := doc[key]; !have {
				doc[key] = strings.TrimSpace(value)
			}
		}
	}
	if err := scan.Err(); err != nil {
		return st, ErrTooLarge
	}
	if !ended || doc != nil {
		return st, ErrCut
	}
	return st, nil
}

// add1C keeps an incoming document. ДатаПоступило is set on money that came in; files without it
// are read by the payee's account.
func (st *Statement) add1C(doc map[string]string, row int, account string) {
	payee := first(doc["ПолучательСчет"], doc["ПолучательРасчСчет"])
	if account != "" && payee != account || account == "" && doc["ДатаПоступило"] == "" {
		return
	}
	if account != "" && doc["ПлательщикСчет"] == account {
		return // moved within one account: nothing came
	}
	l := Line{Row: row, Number: doc["Номер"], PayeeAccount: payee,
		Payer:        first(doc["Плательщик1"], doc["Плательщик"]),
		PayerINN:     doc["ПлательщикИНН"],
		PayerAccount: first(doc["ПлательщикСчет"], doc["ПлательщикРасчСчет"]),
		Purpose:      first(doc["НазначениеПлатежа"], doc["НазначениеПлатежа1"])}
	st.add(l, first(doc["ДатаПоступило"], doc["Дата"]), doc["Сумма"])
}

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// Sizes of what is kept of a line's texts, in characters.
const (
	maxShort = 40
	maxLong  = 500
)

func (st *Statement) add(l Line, date, amount string) {
	bad := func(key string) { st.Bad = append(st.Bad, RowError{Row: l.Row, Key: key}) }
	day, err := readDate(date)
	if err != nil {
		bad("payment.statement.bad_date")
		return
	}
	sum, err := money.Parse(amount)
	if err != nil || sum <= 0 {
		bad("payment.statement.bad_amount")
		return
	}
	l.Date, l.Amount = day, sum
	for _, s := range []*string{&l.Number, &l.PayerINN, &l.PayerAccount, &l.PayeeAccount} {
		*s = cut(*s, maxShort)
	}
	l.Payer, l.Purpose = cut(l.Payer, maxLong), cut(l.Purpose, maxLong)
	st.Lines = append(st.Lines, l)
}

// cut keeps at most n characters and no controls: the texts are a stranger's.
func cut(s string, n int) string {
	s = strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f || r == utf8.RuneError {
			return ' '
		}
		return r
	}, s)
	if r := []rune(s); len(r) > n {
		s = string(r[:n])
	}
	return strings.TrimSpace(s)
}

func readDate(s string) (time.Time, error) {
	for _, layout := range []string{"02.01.2006", time.DateOnly, "02.01.06"} {
		if t, err := time.Parse(layout, strings.TrimSpace(s)); err == nil && t.Year() >= 2000 && t.Year() < 2100 {
			return t, nil
		}
	}
	return time.Time{}, errors.New("not a date")
}
