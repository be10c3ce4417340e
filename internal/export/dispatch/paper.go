package dispatch

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/klauspost/compress/gzip"

	"github.com/yarmarka/yarmarka/internal/export/papers"
)

// Kinds of papers. The record is what all others are written from.
const (
	kindRecord      = "record"
	kindDeclaration = "declaration"
	kindInvoice     = "invoice"
)

// kinds are how papers are written, and what they are.
var kinds = map[string]struct {
	ext, mime string
	write     func(papers.Record) ([]byte, error)
}{
	"cn22":          {"pdf", "application/pdf", papers.CN22},
	"cn23":          {"pdf", "application/pdf", papers.CN23},
	"label":         {"pdf", "application/pdf", papers.Label},
	kindInvoice:     {"pdf", "application/pdf", papers.Invoice},
	kindDeclaration: {"xml", "application/xml", papers.CustomsXML},
	"itmatt":        {"json", "application/json", papers.ITMATT},
	kindRecord:      {"json", "application/json", func(r papers.Record) ([]byte, error) { return json.Marshal(r) }},
}

// papersOf lists the papers that a parcel needs. Within the customs union there is no declaration.
func papersOf(r papers.Record) []Paper {
	list := []string{"label", kindInvoice, "itmatt", kindRecord}
	switch r.Form {
	case papers.FormCN22:
		list = append([]string{"cn22", kindDeclaration}, list...)
	case papers.FormCN23:
		list = append([]string{"cn23", kindDeclaration}, list...)
	}
	all := make([]Paper, len(list))
	for i, kind := range list {
		all[i].Kind = kind
	}
	return all
}

// signedKind is the paper that a signature stands for: the declaration, or the invoice where none is asked.
func signedKind(r papers.Record) string {
	if r.Declared() {
		return kindDeclaration
	}
	return kindInvoice
}

func write(kind string, r papers.Record) ([]byte, error) {
	data, err := kinds[kind].write(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", kind, err)
	}
	return data, nil
}

func readRecord(raw []byte) (r papers.Record, err error) {
	if err = json.Unmarshal(raw, &r); err != nil {
		err = fmt.Errorf("the record of a parcel: %w", err)
	}
	return r, err
}

// key is where a paper that is kept as it is lies in the blob store.
func (x Paper) key() string {
	if x.Packed {
		return fmt.Sprintf("export/%s/%s-%s.gz", x.Hash[:min(2, len(x.Hash))], x.Hash, x.ext())
	}
	return cmp.Or(x.Key, fmt.Sprintf("export/%s/%s.%s", x.Hash[:min(2, len(x.Hash))], x.Hash, x.ext()))
}

// packers are used again: each has a table of its own that is larger than all papers of a parcel.
var packers = sync.Pool{New: func() any { return gzip.NewWriter(io.Discard) }}

// pack makes a paper a fourth of its size. The same paper gives the same bytes.
func pack(data []byte) []byte {
	var out bytes.Buffer
	z := packers.Get().(*gzip.Writer)
	defer packers.Put(z)
	z.Reset(&out)
	if _, err := z.Write(data); err != nil { // a buffer takes everything
		panic(err)
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return out.Bytes()
}

// mostPaper bounds what is read of a paper: none is as large by far.
const mostPaper = 16 << 20

func unpack(packed []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(z, mostPaper))
}

func (x Paper) ext() string  { return kinds[x.Kind].ext }
func (x Paper) mime() string { return kinds[x.Kind].mime }

// paper finds a parcel's paper by its kind.
func (p Parcel) paper(kind string) (Paper, bool) {
	at := slices.IndexFunc(p.Papers, func(x Paper) bool { return x.Kind == kind })
	if at < 0 {
		return Paper{}, false
	}
	return p.Papers[at], true
}

// declared is the paper that a signature stands for.
func (p Parcel) declared() (Paper, bool) {
	if x, ok := p.paper(kindDeclaration); ok {
		return x, true
	}
	return p.paper(kindInvoice)
}

// open gives a parcel's paper: as it is kept, or written from the record.
func (s *Service) openPaper(ctx context.Context, p Parcel, x Paper) ([]byte, error) {
	if x.Hash != "" || x.Key != "" {
		return s.read(ctx, x)
	}
	kept, ok := p.paper(kindRecord)
	if !ok {
		return nil, fmt.Errorf("parcel %s has papers and no record", p.Number)
	}
	raw, err := s.read(ctx, kept)
	if err != nil {
		return nil, err
	}
	r, err := readRecord(raw)
	if err != nil {
		return nil, err
	}
	return write(x.Kind, r)
}

// read fetches a paper that is kept and holds it against its hash.
func (s *Service) read(ctx context.Context, x Paper) (data []byte, err error) {
	body, _, err := s.Files.Get(ctx, x.key())
	if err != nil {
		return nil, err
	}
	data, err = io.ReadAll(body)
	if err = errors.Join(err, body.Close()); err != nil {
		return nil, err
	}
	if x.Packed {
		if data, err = unpack(data); err != nil {
			return nil, fmt.Errorf("the paper %s: %w", x.key(), err)
		}
	}
	if hashOf(data) != x.Hash {
		return nil, fmt.Errorf("the paper %s is not what was printed", x.key())
	}
	return data, nil
}
