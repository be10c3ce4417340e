package rates

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/encoding/charmap"

	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// Bounds of a file: the bank's own has about 45 currencies in 12 kilobytes.
const (
	maxFile  = 256 << 10
	maxRates = 300
	maxName  = 64 // bytes of any one text in it
)

// What can be wrong with a file. They are for operators; visitors see the last rates that were right.
var (
	ErrEmpty    = errors.New("rates: the file is empty")
	ErrTooLarge = errors.New("rates: the file is larger than any such file can be")
	ErrNotXML   = errors.New("rates: the file is cut off or is not the bank's XML")
	ErrNoXDR    = errors.New("rates: the file has no special drawing right")
)

// Read reads the bank's daily file: windows-1251 or UTF-8, a decimal comma or point, a price for Nominal units, and in
// the attribute Date the day the rates are in force. A file with anything wrong in it is refused whole: half a table
// would be taken for all of it.
func Read(data []byte) (Table, error) {
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return Table{}, ErrEmpty
	case len(data) > maxFile:
		return Table{}, ErrTooLarge
	}
	r := reader{dec: xml.NewDecoder(bytes.NewReader(data)), table: Table{Rates: map[money.Currency]Rate{}}}
	r.dec.CharsetReader = charset
	if err := r.file(); err != nil {
		return Table{}, err
	}
	if !r.table.Has(XDR) {
		return Table{}, ErrNoXDR
	}
	return r.table, nil
}

// charset decodes what the bank writes, and nothing that nobody expects.
func charset(label string, in io.Reader) (io.Reader, error) {
	switch strings.ToLower(label) {
	case "windows-1251", "cp1251":
		return charmap.Windows1251.NewDecoder().Reader(in), nil
	case "utf-8":
		return in, nil
	}
	return nil, fmt.Errorf("encoding %.20q is not expected", label)
}

type reader struct {
	dec   *xml.Decoder
	table Table
}

// file reads the one element a file consists of. Go's decoder expands no entities of a document's own, and a document
// type, which is where bombs live, is refused.
func (r *reader) file() error {
	root, done := false, false
	for {
		token, err := r.dec.Token()
		switch {
		case errors.Is(err, io.EOF) && done:
			return nil
		case err != nil:
			return fmt.Errorf("%w: %w", ErrNotXML, err)
		}
		switch e := token.(type) {
		case xml.Directive:
			return fmt.Errorf("%w: a document type is not expected", ErrNotXML)
		case xml.StartElement:
			if done {
				return fmt.Errorf("%w: something follows its end", ErrNotXML)
			}
			if !root && e.Name.Local != "ValCurs" {
				return fmt.Errorf("%w: it begins with %.20q", ErrNotXML, e.Name.Local)
			}
			if !root {
				root = true
				if r.table.Day, err = day(e); err != nil {
					return err
				}
				continue
			}
			if err := r.rate(&e); err != nil {
				return err
			}
		case xml.EndElement:
			done = true
		}
	}
}

func day(e xml.StartElement) (time.Time, error) {
	for _, a := range e.Attr {
		if a.Name.Local == "Date" {
			d, err := time.Parse("02.01.2006", a.Value)
			if err != nil {
				return d, fmt.Errorf("rates: the day %.20q cannot be read", a.Value)
			}
			return d, nil
		}
	}
	return time.Time{}, errors.New("rates: the file does not say its day")
}

// line is one currency as the file writes it.
type line struct {
	Code    string `xml:"CharCode"`
	Nominal string `xml:"Nominal"`
	Value   string `xml:"Value"`
}

func (r *reader) rate(e *xml.StartElement) error {
	var l line
	if err := r.dec.DecodeElement(&l, e); err != nil {
		return fmt.Errorf("%w: %w", ErrNotXML, err)
	}
	if e.Name.Local != "Valute" {
		return nil // an element of later years
	}
	code := strings.TrimSpace(l.Code)
	if !isCode(code) || len(r.table.Rates) >= maxRates {
		return fmt.Errorf("rates: %.20q is not a currency", code)
	}
	c := money.Currency(code)
	if _, twice := r.table.Rates[c]; twice {
		return fmt.Errorf("rates: %s stands there twice", code)
	}
	nominal, err := strconv.ParseInt(strings.TrimSpace(l.Nominal), 10, 64)
	if err != nil || nominal < 1 || nominal > 1_000_000 {
		return fmt.Errorf("rates: %s has the nominal %.20q", code, l.Nominal)
	}
	value, err := tenThousandths(strings.TrimSpace(l.Value))
	if err != nil {
		return fmt.Errorf("rates: %s costs %.20q: %w", code, l.Value, err)
	}
	r.table.Rates[c] = Rate{Value: value, Nominal: nominal}
	return nil
}

func isCode(s string) bool {
	return len(s) == 3 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// tenThousandths reads "82,9977" or "82.9977" as 829977. More digits than four are refused rather than cut: the bank
// writes four, and a rate must not change in the reading.
func tenThousandths(s string) (int64, error) {
	whole, frac, _ := strings.Cut(strings.ReplaceAll(s, ",", "."), ".")
	frac = strings.TrimRight(frac, "0")
	if whole == "" || len(s) > maxName || len(frac) > 4 || strings.Trim(whole+frac, "0123456789") != "" {
		return 0, money.ErrSyntax
	}
	n, err := strconv.ParseInt(whole+(frac + "0000")[:4], 10, 64)
	switch {
	case err != nil:
		return 0, money.ErrSyntax
	case n < 1 || n > math.MaxInt64/1_000_000:
		return 0, money.ErrOverflow
	}
	return n, nil
}
