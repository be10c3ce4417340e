package dispatch

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/export/papers"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// Print writes a parcel's record and what of its papers is signed, and keeps them; the other papers are written from the
// record when somebody opens them. A paper's key is made of what is in it: printed again, it is the same.
func (s *Service) Print(ctx context.Context, id int64) (err error) {
	defer errs.Wrap(&err, "dispatch.Print(%d)", id)
	p, err := selectParcel(ctx, s.Pool, id)
	if err == nil {
		err = s.print(ctx, p, nil)
	}
	return err
}

// print is Print for a parcel that was read.
func (s *Service) print(ctx context.Context, p Parcel, w *written) error {
	if p.State != Ordered {
		return nil
	}
	w, err := s.from(ctx, p, w)
	if err != nil {
		return err
	}
	kept, err := s.keep(ctx, w.record(p))
	if err != nil {
		return err
	}
	barcode := p.Barcode
	_, err = s.change(ctx, p.ID, func(_ pgx.Tx, p *Parcel) ([]Event, error) {
		if p.State != Ordered || p.Barcode != barcode {
			return nil, nil
		}
		return p.printed(kept)
	})
	return err
}

// printed notes that the papers of a parcel are there.
func (p *Parcel) printed(kept []Paper) ([]Event, error) {
	p.Papers, p.Version = kept, p.Version+1
	moved, err := p.to(Ready, BySystem, nil)
	return append([]Event{{Kind: EventPapers, Actor: BySystem, Facts: fact(stored(kept))}}, moved...), err
}

// hashOf is the SHA-256 of a paper.
func hashOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// keep stores the record of a parcel and the paper that is signed, and lists all the papers it has.
func (s *Service) keep(ctx context.Context, r papers.Record) ([]Paper, error) {
	raw, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	if r, err = readRecord(raw); err != nil { // papers are written from what is kept, now as later
		return nil, err
	}
	list := papersOf(r)
	for i := range list {
		x := &list[i]
		var data []byte
		switch {
		case x.Kind == kindRecord:
			data = raw
		case x.Kind == signedKind(r):
			if data, err = write(x.Kind, r); err != nil {
				return nil, err
			}
		default:
			continue
		}
		x.Hash, x.Bytes, x.Packed = hashOf(data), int64(len(data)), true
		packed := pack(data)
		if err := s.Files.Put(ctx, x.key(), bytes.NewReader(packed), int64(len(packed)), "application/gzip"); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// stored are the papers that are kept as they are.
func stored(list []Paper) []Paper {
	return slices.DeleteFunc(slices.Clone(list), func(x Paper) bool { return x.Hash == "" })
}
