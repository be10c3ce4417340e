package signature

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"fmt"
	"math/big"
	"time"
)

// sealedKey is the stand-in's key of a seller as the database keeps it.
type sealedKey struct {
	Generation  int
	Serial      string
	Certificate []byte
	Sealed      []byte
	CreatedAt   time.Time
	ExpiresAt   time.Time
}

// openKey is a key that can sign.
type openKey struct {
	private     *ecdsa.PrivateKey
	certificate *x509.Certificate
	expires     time.Time
}

// safe seals private keys under a key of the configuration.
type safe struct{ gcm cipher.AEAD }

// newSafe derives the sealing key from the program's secret: another use of the secret gives another key.
func newSafe(secret []byte) (safe, error) {
	key, err := hkdf.Key(sha256.New, secret, nil, "yarmarka export signing keys 1", 32)
	if err != nil {
		return safe{}, fmt.Errorf("signature: sealing key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return safe{}, fmt.Errorf("signature: sealing key: %w", err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return safe{}, fmt.Errorf("signature: sealing key: %w", err)
	}
	return safe{gcm}, nil
}

// bound ties a sealed key to its seller: moved to another row it does not open.
func bound(sellerID int64, serial string) []byte { return fmt.Appendf(nil, "%d/%s", sellerID, serial) }

// The stand-in's certificate is valid for five years, and begins a year back: the clock of a demonstration may be behind
// the clock that the signing library reads.
const (
	yearsBack  = 1
	yearsAhead = 5
)

// newKey makes a key and its certificate, which says of itself that it is a stand-in.
func (s safe) newKey(sellerID int64, name string, generation int, now time.Time) (sealedKey, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return sealedKey{}, fmt.Errorf("signature: new key: %w", err)
	}
	number, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return sealedKey{}, fmt.Errorf("signature: new serial: %w", err)
	}
	template := x509.Certificate{
		SerialNumber: number, NotBefore: now.AddDate(-yearsBack, 0, 0), NotAfter: now.AddDate(yearsAhead, 0, 0), KeyUsage: x509.KeyUsageDigitalSignature,
		Subject: pkix.Name{CommonName: name, Organization: []string{"Yarmarka"}, OrganizationalUnit: []string{"Stand-in, not a qualified signature"},
			SerialNumber: fmt.Sprintf("seller %d", sellerID)},
	}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, private.Public(), private)
	if err != nil {
		return sealedKey{}, fmt.Errorf("signature: new certificate: %w", err)
	}
	plain, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return sealedKey{}, fmt.Errorf("signature: new key: %w", err)
	}
	nonce := make([]byte, s.gcm.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return sealedKey{}, fmt.Errorf("signature: sealing: %w", err)
	}
	serial := hex.EncodeToString(number.Bytes())
	return sealedKey{Generation: generation, Serial: serial, Certificate: der, Sealed: s.gcm.Seal(nonce, nonce, plain, bound(sellerID, serial)),
		CreatedAt: now, ExpiresAt: template.NotAfter}, nil
}

// open unseals a key. It fails when the program's secret is another than the key was sealed under.
func (s safe) open(sellerID int64, k sealedKey) (*openKey, error) {
	size := s.gcm.NonceSize()
	if len(k.Sealed) < size {
		return nil, fmt.Errorf("signature: key %s is cut off", k.Serial)
	}
	plain, err := s.gcm.Open(nil, k.Sealed[:size], k.Sealed[size:], bound(sellerID, k.Serial))
	if err != nil {
		return nil, fmt.Errorf("signature: key %s does not open: %w", k.Serial, err)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(plain)
	if err != nil {
		return nil, fmt.Errorf("signature: key %s: %w", k.Serial, err)
	}
	private, ok := parsed.(*ecdsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("signature: key %s is a %T", k.Serial, parsed)
	}
	certificate, err := x509.ParseCertificate(k.Certificate)
	if err != nil {
		return nil, fmt.Errorf("signature: certificate %s: %w", k.Serial, err)
	}
	return &openKey{private, certificate, k.ExpiresAt}, nil
}
