package signature_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/export/signature"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

var (
	clock  = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	secret = bytes.Repeat([]byte{7}, 32)
)

func now() time.Time { return clock }

func newService(t *testing.T, db *pgxpool.Pool, secret []byte) *signature.Service {
	t.Helper()
	s, err := signature.New(db, secret, now)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// world is a database with two sellers.
func world(t *testing.T) (*pgxpool.Pool, *signature.Service) {
	t.Helper()
	db := dbtest.New(t)
	for id := range 2 {
		if _, err := db.Exec(t.Context(), `insert into sellers (id, slug, name, status) overriding system value values ($1, $2, $3, 'open')`,
			id+1, fmt.Sprintf("shop-%d", id+1), "Мастерская «Лён»"); err != nil {
			t.Fatal(err)
		}
	}
	return db, newService(t, db, secret)
}

func docs(n int) []signature.Document {
	list := make([]signature.Document, n)
	for i := range list {
		list[i] = signature.Document{Subject: fmt.Sprintf("P-%d", i), Name: fmt.Sprintf("P-%d.xml", i), Data: fmt.Appendf(nil, "<declaration>%d</declaration>", i)}
	}
	return list
}

func TestASignatureIsGoodForItsBytesAndSellerOnly(t *testing.T) {
	t.Parallel()
	db, s := world(t)
	data := []byte("декларация")
	signed, err := s.Sign(t.Context(), 1, data)
	if err != nil {
		t.Fatal(err)
	}
	if signed.Kind != signature.StandIn || signed.Signer != "Мастерская «Лён»" || signed.Hash != sha256.Sum256(data) || !signed.At.Equal(clock) {
		t.Errorf("%+v", signed)
	}
	// Another copy of the program, with the same secret, finds the same key.
	other := newService(t, db, secret)
	if found, err := other.Verify(t.Context(), 1, data, signed.CMS); err != nil || found.Serial != signed.Serial {
		t.Errorf("%+v, %v", found, err)
	}
	if again, err := other.Sign(t.Context(), 1, data); err != nil || again.Serial != signed.Serial {
		t.Errorf("a second key: %s, %v", again.Serial, err)
	}
	broken := bytes.Clone(signed.CMS)
	broken[len(broken)-3] ^= 1
	for name, c := range map[string]struct {
		seller    int64
		data, cms []byte
	}{
		"other bytes": {1, []byte("Декларация"), signed.CMS}, "another seller": {2, data, signed.CMS}, "broken": {1, data, broken},
		"empty": {1, data, nil}, "noise": {1, data, []byte("0\x82\xff\xff")}, "huge": {1, data, make([]byte, 1<<20)},
	} {
		if _, err := s.Verify(t.Context(), c.seller, c.data, c.cms); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOneActSignsTheDay(t *testing.T) {
	t.Parallel()
	db, s := world(t)
	list := docs(40)
	a, err := s.SignAll(t.Context(), 1, 0, list)
	if err != nil {
		t.Fatal(err)
	}
	if a.Kind != signature.StandIn || !a.Signed() || len(a.Items) != 41 {
		t.Fatalf("%+v", a)
	}
	lines := strings.Split(strings.TrimSpace(string(a.Manifest())), "\n")[1:]
	for i, d := range list {
		hash := sha256.Sum256(d.Data)
		if want := hex.EncodeToString(hash[:]) + "  " + d.Name; lines[i] != want {
			t.Errorf("the manifest has %q, want %q", lines[i], want)
		}
		if _, err := s.Verify(t.Context(), 1, d.Data, a.Items[i+1].CMS); err != nil {
			t.Errorf("%s: %v", d.Name, err)
		}
	}
	if _, err := s.Verify(t.Context(), 1, a.Manifest(), a.Items[0].CMS); err != nil {
		t.Errorf("manifest: %v", err)
	}
	kept, err := s.Get(t.Context(), 1, a.ID)
	if err != nil || !bytes.Equal(kept.Manifest(), a.Manifest()) || !bytes.Equal(kept.Items[40].CMS, a.Items[40].CMS) || kept.Items[40].Data != nil {
		t.Errorf("kept %+v, %v", kept, err)
	}
	of, err := signature.Of(t.Context(), db, 1, "P-7")
	if err != nil || len(of) != 1 || of[0].Name != "P-7.xml" || of[0].Serial != a.Serial || !of[0].At.Equal(clock) {
		t.Errorf("%+v, %v", of, err)
	}
	if _, err := s.Get(t.Context(), 2, a.ID); !errs.Is(err, errs.NotFound) {
		t.Errorf("another seller sees it: %v", err)
	}
}

// The browser's way: bytes to sign go out, detached signatures come back, and are looked at before they are believed.
func TestASignatureMadeElsewhere(t *testing.T) {
	t.Parallel()
	_, s := world(t)
	a, err := s.Prepare(t.Context(), 1, 0, docs(3))
	if err != nil {
		t.Fatal(err)
	}
	made := make([][]byte, len(a.Items))
	for i, item := range a.Items {
		hash := sha256.Sum256(item.Data)
		made[i] = []byte("gost:" + hex.EncodeToString(hash[:]))
	}
	if _, err := s.Attach(t.Context(), 1, a.ID, made); !errs.Is(err, errs.Invalid) {
		t.Fatalf("a signature nobody can check is taken: %v", err)
	}
	s.Qualified = func(_ context.Context, _ int64, data, cms []byte) (string, string, error) {
		hash := sha256.Sum256(data)
		if string(cms) != "gost:"+hex.EncodeToString(hash[:]) {
			return "", "", errors.New("does not fit")
		}
		return "ИП Иванова Анна Сергеевна", "01d9", nil
	}
	swapped := [][]byte{made[0], made[2], made[1], made[3]}
	for name, wrong := range map[string][][]byte{"too few": made[:3], "swapped": swapped} {
		if _, err := s.Attach(t.Context(), 1, a.ID, wrong); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.Attach(t.Context(), 2, a.ID, made); !errs.Is(err, errs.NotFound) {
		t.Errorf("another seller signs it: %v", err)
	}
	mine, err := s.Sign(t.Context(), 1, a.Items[3].Data)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Attach(t.Context(), 1, a.ID, [][]byte{made[0], made[1], made[2], mine.CMS}); !errs.Is(err, errs.Invalid) {
		t.Errorf("two signers: %v", err)
	}
	done, err := s.Attach(t.Context(), 1, a.ID, made)
	if err != nil || done.Kind != signature.Qualified || done.Signer != "ИП Иванова Анна Сергеевна" {
		t.Errorf("%+v, %v", done, err)
	}
	if _, err := s.Attach(t.Context(), 1, a.ID, made); !errs.Is(err, errs.Conflict) {
		t.Errorf("signed twice: %v", err)
	}
}

func TestWhatCannotBeSigned(t *testing.T) {
	t.Parallel()
	_, s := world(t)
	twice := docs(2)
	twice[1].Name = twice[0].Name
	for name, list := range map[string][]signature.Document{
		"nothing": nil, "empty": {{Name: "a"}}, "nameless": {{Data: []byte("x")}}, "twice": twice, "a line in its name": {{Name: "a\nb", Data: []byte("x")}},
		"the manifest's name": {{Name: "manifest.sha256", Data: []byte("x")}},
	} {
		if _, err := s.SignAll(t.Context(), 1, 0, list); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A key sealed under a lost secret is followed by another, and what it signed stays good.
func TestAnotherSecret(t *testing.T) {
	t.Parallel()
	db, s := world(t)
	first, err := s.Sign(t.Context(), 1, []byte("a"))
	if err != nil {
		t.Fatal(err)
	}
	s = newService(t, db, bytes.Repeat([]byte{8}, 32))
	second, err := s.Sign(t.Context(), 1, []byte("a"))
	if err != nil || second.Serial == first.Serial {
		t.Fatalf("%+v, %v", second, err)
	}
	for _, signed := range []signature.Signature{first, second} {
		if _, err := s.Verify(t.Context(), 1, []byte("a"), signed.CMS); err != nil {
			t.Error(err)
		}
	}
	if n, err := pg.Scalar[int64](t.Context(), db, `select count(*) from export_signing_keys where position('PRIVATE'::bytea in sealed) > 0`); err != nil || n != 0 {
		t.Errorf("%d keys lie open, %v", n, err)
	}
}

func TestAKeyThatExpires(t *testing.T) {
	t.Parallel()
	db, s := world(t)
	first, err := s.Sign(t.Context(), 1, []byte("a"))
	if err != nil {
		t.Fatal(err)
	}
	later, err := signature.New(db, secret, func() time.Time { return clock.AddDate(5, 0, 1) })
	if err != nil {
		t.Fatal(err)
	}
	if second, err := later.Sign(t.Context(), 1, []byte("a")); err != nil || second.Serial == first.Serial {
		t.Errorf("signed with %s, %v", second.Serial, err)
	}
}

// Sixteen copies of the program that sign for a new seller at once make one key.
func TestOneKeyForOneSeller(t *testing.T) {
	t.Parallel()
	db, _ := world(t)
	var wait sync.WaitGroup
	serials := make([]string, 16)
	for i := range serials {
		wait.Go(func() {
			s, err := signature.New(db, secret, now)
			if err != nil {
				t.Error(err)
				return
			}
			signed, err := s.Sign(t.Context(), 1, []byte("a"))
			if err != nil {
				t.Error(err)
			}
			serials[i] = signed.Serial
		})
	}
	wait.Wait()
	for _, serial := range serials {
		if serial != serials[0] {
			t.Fatalf("several keys: %v", serials)
		}
	}
}

// Of many that end an act at once, one does.
func TestAnActIsSignedOnce(t *testing.T) {
	t.Parallel()
	_, s := world(t)
	a, err := s.Prepare(t.Context(), 1, 0, docs(2))
	if err != nil {
		t.Fatal(err)
	}
	made := make([][]byte, len(a.Items))
	for i, item := range a.Items {
		signed, err := s.Sign(t.Context(), 1, item.Data)
		if err != nil {
			t.Fatal(err)
		}
		made[i] = signed.CMS
	}
	var wait sync.WaitGroup
	var mu sync.Mutex
	done := 0
	for range 16 {
		wait.Go(func() {
			_, err := s.Attach(t.Context(), 1, a.ID, made)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				done++
			case !errs.Is(err, errs.Conflict):
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if done != 1 {
		t.Errorf("signed %d times", done)
	}
}
