// Package signature signs a seller's customs declarations and keeps what was signed: one act of the seller for a whole
// day's batch. A signature is a detached CMS (PKCS #7) message over the document's bytes, so that a qualified signature
// made in the seller's browser can take the place of the stand-in of this package, whose key the program makes itself
// and which no authority has attested. It owns the batches, the signatures and the stand-in's keys; it does not know
// what the documents say.
package signature

import (
	"context"
	"crypto/sha256"
	"time"
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

// Document is something to be signed. Name is unique in its batch: the parcel's number and what it is, RA…RU.xml.
type Document struct {
	Subject string // number of the parcel
	Name    string
	Data    []byte
}
