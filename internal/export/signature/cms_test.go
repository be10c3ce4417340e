package signature

import (
	"bytes"
	"testing"
	"time"
)

func aKey(t testing.TB) *openKey {
	t.Helper()
	s, err := newSafe(bytes.Repeat([]byte{1}, 32))
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := s.newKey(1, "Лён", 1, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.open(2, sealed); err == nil {
		t.Error("a key opens for another seller")
	}
	open, err := s.open(1, sealed)
	if err != nil {
		t.Fatal(err)
	}
	return open
}

// No bytes that a browser may send break the program, and none but the signature of the data are believed.
func FuzzCheckCMS(f *testing.F) {
	key, data := aKey(f), []byte("<MPO_Declaration/>")
	cms, err := key.sign(data)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data, cms)
	f.Add(data, cms[:len(cms)/2])
	f.Add([]byte("else"), cms)
	f.Add(data, []byte{0x30, 0x80, 0x06, 0x09})
	f.Fuzz(func(t *testing.T, what, how []byte) {
		signer, err := checkCMS(what, how)
		if err == nil && signer.Equal(key.certificate) && !bytes.Equal(what, data) {
			t.Fatalf("%q is believed to be signed", what)
		}
	})
}

func BenchmarkSign(b *testing.B) {
	key, data := aKey(b), bytes.Repeat([]byte("<Goods/>"), 512)
	for b.Loop() {
		if _, err := key.sign(data); err != nil {
			b.Fatal(err)
		}
	}
}
