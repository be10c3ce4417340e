package pricelist

import (
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// Bounds of a first look: a file within them is read to its end.
const (
	glanceBytes    = 8 << 20
	glanceRows     = 5_000
	glanceUnpacked = 256 << 20
)

// errSeen ends a first look that has seen enough.
var errSeen = errors.New("pricelist: seen enough")

// telling are fields by which a table of goods is known whose columns are still to be named.
var telling = []string{"title", "price", "category", "gtin", "stock", "brand", "part_number", "description"}

// Glance looks at the beginning of a feed, a small one to its end, and answers what would make its import fail anyway, so
// that a file which is no feed is refused at the door and leaves nothing behind. m is the mapping of columns in force, nil
// for none; a table without one passes when a person could name its columns. The file stands at its beginning afterwards.
func Glance(file io.ReadSeeker, m Mapping) (kind string, err error) {
	if kind, err = KindOf(file); err != nil {
		return kind, err
	}
	if err := unpackable(file); err != nil {
		return kind, err
	}
	in := &counter{r: io.LimitReader(file, glanceBytes)}
	if kind == YML {
		err = ReadYML(in, &looker{})
	} else {
		err = ReadCSV(in, m, &looker{})
	}
	if errors.Is(err, errSeen) || err != nil && in.n >= glanceBytes {
		err = nil // well as far as it was read
	}
	if errs.KeyOf(err) == "feed.columns_missing" && m == nil {
		err = nameable(file, err)
	}
	if err != nil {
		return kind, err
	}
	_, err = file.Seek(0, io.SeekStart)
	return kind, err
}

// unpackable unpacks a gzip file, to its end if it is not very large, and refuses one that is a bomb or broken.
func unpackable(file io.ReadSeeker) error {
	var head [2]byte
	if _, err := io.ReadFull(file, head[:]); err == nil && head == gzipped {
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			return err
		}
		br, err := open(file)
		if err != nil {
			return err
		}
		if _, err := io.CopyN(io.Discard, br, glanceUnpacked); err != nil && err != io.EOF {
			return wrapRead(err)
		}
	}
	_, err := file.Seek(0, io.SeekStart)
	return err
}

// KindOf tells YML from a table by the first character that is not white space.
func KindOf(file io.ReadSeeker) (string, error) {
	br, err := open(file)
	if err != nil {
		return "", err
	}
	head, err := br.Peek(1024)
	if err != nil && err != io.EOF {
		return "", wrapRead(err)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	if strings.HasPrefix(strings.TrimSpace(strings.ReplaceAll(string(head), "\x00", "")), "<") {
		return YML, nil
	}
	return CSV, nil
}

// nameable is nil for a table of goods some of whose columns we do not know, refusal for any other.
func nameable(file io.ReadSeeker, refusal error) error {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	t, err := newTable(io.LimitReader(file, glanceBytes))
	if err != nil {
		return err
	}
	known := Guess(t.header).Fields()
	if _, err := t.next(); err != nil || !slices.ContainsFunc(telling, func(field string) bool { return slices.Contains(known, field) }) {
		return refusal
	}
	return nil
}

// looker is a sink that looks and keeps nothing.
type looker struct{ rows int }

func (l *looker) Categories([]Category) error { return nil }

func (l *looker) Row(*Row, []Problem) error {
	if l.rows++; l.rows >= glanceRows {
		return errSeen
	}
	return nil
}
