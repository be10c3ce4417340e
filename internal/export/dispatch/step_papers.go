package dispatch

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// Print writes a parcel's papers and keeps them. A paper's key is made of what is in it: printed again, it is the same.
func (s *Service) Print(ctx context.Context, id int64) (err error) {
	defer errs.Wrap(&err, "dispatch.Print(%d)", id)
	p, err := selectParcel(ctx, s.Pool, id)
	if err != nil || p.State != Ordered {
		return err
	}
	r, err := s.written(ctx, p)
	if err != nil {
		return err
	}
	list, err := render(r)
	if err != nil {
		return err
	}
	kept, err := s.keep(ctx, list)
	if err != nil {
		return err
	}
	barcode := p.Barcode
	_, err = s.change(ctx, id, func(_ pgx.Tx, p *Parcel) ([]Event, error) {
		if p.State != Ordered || p.Barcode != barcode {
			return nil, nil
		}
		p.Papers, p.Version = kept, p.Version+1
		moved, err := p.to(Ready, BySystem, nil)
		return append([]Event{{Kind: EventPapers, Actor: BySystem, Facts: fact(kept)}}, moved...), err
	})
	return err
}

// hashOf is the SHA-256 of a paper.
func hashOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// keep stores papers by what is in them.
func (s *Service) keep(ctx context.Context, list []printed) ([]Paper, error) {
	var kept []Paper
	for _, x := range list {
		hash := hashOf(x.Bytes)
		key := fmt.Sprintf("export/%s/%s.%s", hash[:2], hash, x.Ext)
		if err := s.Files.Put(ctx, key, bytes.NewReader(x.Bytes), int64(len(x.Bytes)), x.Type); err != nil {
			return nil, err
		}
		kept = append(kept, Paper{Kind: x.Kind, Key: key, Hash: hash, Bytes: int64(len(x.Bytes))})
	}
	return kept, nil
}
