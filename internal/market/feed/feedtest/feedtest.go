// Package feedtest gives tests of imports a feed service over a fresh database, with one open shop and a few categories.
package feedtest

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/market/feed"
	"github.com/yarmarka/yarmarka/internal/market/feed/joining"
	"github.com/yarmarka/yarmarka/internal/market/feed/pricelist"
	"github.com/yarmarka/yarmarka/internal/market/seller"
	"github.com/yarmarka/yarmarka/internal/media"
	"github.com/yarmarka/yarmarka/internal/moderation"
	"github.com/yarmarka/yarmarka/internal/platform/blob"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/egress"
	"github.com/yarmarka/yarmarka/internal/platform/jobs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Head begins a document of two categories, up to its offers.
const Head = `<?xml version="1.0" encoding="UTF-8"?><yml_catalog date="2026-11-21"><shop><categories>` +
	`<category id="1">Кухня</category><category id="2" parentId="1">Кофемолки</category></categories><offers>`

// Tail ends it behind them.
const Tail = `</offers></shop></yml_catalog>`

// Bench is a feed service over a fresh database with one open shop.
type Bench struct {
	T      testing.TB
	DB     *pgxpool.Pool
	S      *feed.Service
	Join   *joining.Service
	Desk   *moderation.Service
	Shop   seller.Seller
	Source int64
	Files  blob.Store
	Folder string // of the files
}

// New makes a bench whose shop has one source, made of src.
func New(t testing.TB, trusted bool, src feed.Source) *Bench {
	t.Helper()
	b := &Bench{T: t, DB: dbtest.New(t)}
	seedCategories(t, b.DB)
	b.Folder = t.TempDir()
	files, err := blob.OpenDisk(b.Folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { files.Close() })
	b.Files = files
	b.Desk = moderation.New(b.DB, time.Now)
	b.Join = joining.New(b.DB, b.Desk)
	b.S = feed.New(b.DB, files, media.New(b.DB, files, time.Now), egress.New(time.Second), b.Desk, func(context.Context, pgx.Tx, jobs.Args) error { return nil })
	b.Shop = b.NewShop("kazan", trusted)
	src.SellerID = b.Shop.ID
	b.Source = b.SaveSource(src)
	return b
}

// NewShop opens a shop.
func (b *Bench) NewShop(slug string, trusted bool) seller.Seller {
	b.T.Helper()
	shop, err := seller.Create(b.T.Context(), b.DB, seller.Seller{Slug: slug, Name: "Казанские деликатесы", Status: seller.Open, Trusted: trusted,
		Legal: seller.Legal{LegalForm: "ip"}})
	if err != nil {
		b.T.Fatal(err)
	}
	return shop
}

// SaveSource makes a source; what src leaves out is filled in.
func (b *Bench) SaveSource(src feed.Source) int64 {
	b.T.Helper()
	if src.Kind == "" {
		src.Kind = pricelist.YML
	}
	if src.Absent == "" {
		src.Absent = feed.KeepAbsent
	}
	src.Name, src.DefaultStock = "price.xml", 7
	id, err := b.S.SaveSource(b.T.Context(), src)
	if err != nil {
		b.T.Fatal(err)
	}
	return id
}

// seedCategories makes the few shelves these tests need; the whole taxonomy would only slow them.
func seedCategories(t testing.TB, db *pgxpool.Pool) {
	t.Helper()
	_, err := db.Exec(t.Context(), `
		with root as (insert into categories (code, slug, name_ru, name_en, path) values ('k', 'kitchen', 'Кухня', 'Kitchen', '{1}') returning id)
		insert into categories (code, slug, name_ru, name_en, parent_id, path)
		select 'k-1', 'grinders', 'Кофемолки', 'Coffee grinders', id, array[id, id + 1] from root`)
	if err != nil {
		t.Fatal(err)
	}
}

// Upload sends a document, which is not worked yet.
func (b *Bench) Upload(doc string, dry bool) int64 {
	b.T.Helper()
	id, err := b.S.Upload(b.T.Context(), feed.Import{SellerID: b.Shop.ID, SourceID: b.Source, DryRun: dry, FileName: "price.xml"}, strings.NewReader(doc))
	if err != nil {
		b.T.Fatal(err)
	}
	return id
}

// Run imports a document.
func (b *Bench) Run(doc string, dry bool) feed.Import {
	b.T.Helper()
	id := b.Upload(doc, dry)
	if err := b.S.Run(b.T.Context(), id); err != nil {
		b.T.Fatal(err)
	}
	return b.Get(id)
}

// Get gives an import of the shop's.
func (b *Bench) Get(id int64) feed.Import {
	b.T.Helper()
	i, err := b.S.Get(b.T.Context(), b.Shop.ID, id)
	if err != nil {
		b.T.Fatal(err)
	}
	return i
}

// Count gives the one number that a statement selects.
func (b *Bench) Count(sql string) int {
	b.T.Helper()
	n, err := pg.Scalar[int](b.T.Context(), b.DB, sql)
	if err != nil {
		b.T.Fatal(err)
	}
	return n
}

// Person makes somebody who may judge.
func (b *Bench) Person(email string) int64 {
	b.T.Helper()
	id, err := pg.Scalar[int64](b.T.Context(), b.DB, `insert into people (email, email_key, name, passkey_handle) values ($1, $1, 'Модератор', $1::text::bytea) returning id`, email)
	if err != nil {
		b.T.Fatal(err)
	}
	return id
}
