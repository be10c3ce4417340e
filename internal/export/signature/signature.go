// Package signature signs a seller's customs declarations and keeps what was signed: one act of the seller for a whole
// day's batch. A signature is a detached CMS (PKCS #7) message over the document's bytes, so that a qualified signature
// made in the seller's browser can take the place of the stand-in of this package, whose key the program makes itself
// and which no authority has attested. It owns the acts, the signatures and the stand-in's keys; it does not know what
// the documents say, and keeps them no longer than until they are signed.
package signature

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// Kind says what a signature is worth.
type Kind string

// A stand-in proves only that this program signed for the seller; a qualified signature is the seller's by law.
const (
	StandIn   Kind = "stand_in"
	Qualified Kind = "qualified"
)

// Signature is a detached CMS signature of some bytes.
type Signature struct {
	SellerID int64
	Kind     Kind
	Hash     [sha256.Size]byte // of the bytes that were signed
	CMS      []byte            // DER
	Signer   string            // name in the signer's certificate
	Serial   string            // number of the certificate, hexadecimal
	At       time.Time
}

// Signer signs bytes for a seller at once, without the seller's browser.
type Signer interface {
	Sign(ctx context.Context, sellerID int64, data []byte) (Signature, error)
}

// Document is something to be signed.
type Document struct {
	Subject string // number of the parcel
	Name    string // of the file, one of its kind in its act: RA…RU.xml
	Data    []byte
}

// Act is one act of a seller: a manifest of what is signed, and a signature of it and of each document it names.
type Act struct {
	ID         int64
	SellerID   int64
	PersonID   int64 // who pressed the button; 0 is the program
	Kind       Kind  // empty until it is signed
	Signer     string
	Serial     string
	PreparedAt time.Time
	SignedAt   time.Time // zero until it is signed
	Items      []Item    // the manifest is the first
}

// Item is one thing that is signed in an act.
type Item struct {
	Seq     int // 0 is the manifest
	Subject string
	Name    string
	Hash    [sha256.Size]byte
	Data    []byte // the bytes to sign; of a signed act the manifest's alone
	CMS     []byte // the detached signature; nil until signed
}

// Manifest is the bytes that name everything the act covers.
func (a *Act) Manifest() []byte { return a.Items[0].Data }

// Signed reports whether the act is done.
func (a *Act) Signed() bool { return !a.SignedAt.IsZero() }

// manifestName is the file of the manifest.
const manifestName = "manifest.sha256"

// Most documents of one act, and most bytes of one document and of one signature.
const (
	mostDocuments = 5000
	mostBytes     = 1 << 20
	mostCMS       = 64 << 10
)

// itemsOf puts the manifest before the documents. Its lines are those of sha256sum, so that anybody can check an archive
// with what every system has.
func itemsOf(sellerID int64, docs []Document, at time.Time) ([]Item, error) {
	if len(docs) == 0 || len(docs) > mostDocuments {
		return nil, errs.New(errs.Invalid, "signature.count", "most", mostDocuments)
	}
	var manifest strings.Builder
	fmt.Fprintf(&manifest, "# yarmarka seller %d, %d documents, %s\n", sellerID, len(docs), at.UTC().Format(time.RFC3339))
	items, names := make([]Item, 1, len(docs)+1), map[string]bool{manifestName: true}
	for i, d := range docs {
		if d.Name == "" || names[d.Name] || strings.ContainsAny(d.Name, "\n\r\\") || len(d.Data) == 0 || len(d.Data) > mostBytes {
			return nil, errs.New(errs.Invalid, "signature.document", "name", d.Name)
		}
		names[d.Name] = true
		hash := sha256.Sum256(d.Data)
		fmt.Fprintf(&manifest, "%s  %s\n", hex.EncodeToString(hash[:]), d.Name)
		items = append(items, Item{Seq: i + 1, Subject: d.Subject, Name: d.Name, Hash: hash, Data: d.Data})
	}
	items[0] = Item{Name: manifestName, Data: []byte(manifest.String()), Hash: sha256.Sum256([]byte(manifest.String()))}
	return items, nil
}
