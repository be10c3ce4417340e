// Package abroad tells a foreign buyer what can be sent to them, by which service, for how much and with what duty and
// tax on top, or why not and what could be sent instead. It composes what others know (the goods' passports, the rates,
// the post's services, the rules) into one question that is put before anybody pays, and owns nothing but the words of
// the answer. It never decides law itself, never asks the network inside a transaction, and never offers to split a
// parcel so that a limit of value is no longer reached.
package abroad

import (
	"slices"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/goods"
	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/export/rates"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// Item is one kind of thing in a seller's parcel. Value is kopecks, what is paid for all its pieces.
type Item struct {
	OfferID int64
	SKU     string
	Qty     int
	Value   money.Amount
}

// Ask is one seller's things for one country.
type Ask struct {
	SellerID int64
	Items    []Item
	Country  string   // ISO 3166 alpha-2
	Missing  []string // what the buyer has not told yet, as clearance.Parcel.Missing names it
	Persons  []string // names that lists of denied parties are asked about
	Number   string   // of the order, "" before there is one
	Object   int      // the post's service that the buyer picked; 0 is the cheapest that may be used
}

// Answer is what becomes of an Ask.
type Answer struct {
	Facts      clearance.Parcel
	Decision   clearance.Decision
	Candidates []postal.Candidate // the one decided about first
	Blocked    []Block            // what no rule was asked about: a listing that is not offered abroad
	Landed
	Rates        rates.Table
	Alternatives []Alternative // when it may not go; the cheapest first
}

// Block is why a thing cannot be asked about at all.
type Block struct {
	OfferID int64    // 0: the seller as a whole
	Why     string   // not_offered, lacks, seller
	Lacks   []string // keys of the facts that are missing
}

// LostRule is why a service was not chosen that the post would carry the item by: the rules do not let it.
const LostRule = "rule"

// May says whether it can be sent: everything passed, and some service carries it.
func (a Answer) May() bool { return a.Outcome() == clearance.Pass }

// Unsure says that no service was found because the post did not name a price: nobody knows yet.
func (a Answer) Unsure() bool {
	_, fits := a.Chosen()
	return !fits && slices.ContainsFunc(a.Candidates, func(c postal.Candidate) bool { return c.Lost == postal.LostUnknown })
}

// Outcome is what it all comes to. Where no service of the post fits, the rules are not the reason.
func (a Answer) Outcome() clearance.Outcome {
	switch {
	case len(a.Blocked) > 0:
		return clearance.Needs
	case len(a.Candidates) == 0:
		return clearance.Refused
	case !a.Candidates[0].Fits():
		return clearance.Refused
	}
	return a.Decision.Outcome
}

// Chosen is the service decided about; ok is false when none would carry it.
func (a Answer) Chosen() (c postal.Candidate, ok bool) {
	if len(a.Candidates) == 0 || !a.Candidates[0].Fits() {
		return c, false
	}
	return a.Candidates[0], true
}

// Ways an alternative goes.
const (
	OtherService = "service" // the same things by another service of the post
	Split        = "split"   // the same things in several parcels, because one is too heavy or too large
	Remove       = "remove"  // all but one kind of thing
)

// Alternative is a lawful way to send what cannot be sent as asked.
type Alternative struct {
	Way     string
	Service postal.Candidate // of the first part
	Postage money.Amount     // kopecks, of all parts
	Landed                   // of all parts: they are one consignment
	Cost    money.Amount     // postage with duty and tax
	Parts   [][]Item         // the parcels it makes; one unless Way is Split
	Answers []Answer         // about each of them
	Removed []Item           // what stays here
}

// box is the least room that packed pieces take when they are laid upon each other: the footprint of the largest, the
// heights added up. It is in millimetres, longest side first.
type box struct{ length, width, height, grams int64 }

func pack(items []Item, passports map[int64]goods.Passport) box {
	var b box
	for _, it := range items {
		p, n := passports[it.OfferID], int64(it.Qty)
		side := []int64{p.LengthMM, p.WidthMM, p.HeightMM}
		slices.Sort(side)
		b.length, b.width = max(b.length, side[2]), max(b.width, side[1])
		b.height += side[0] * n
		b.grams += p.GrossGrams * n
	}
	side := []int64{b.length, b.width, b.height}
	slices.Sort(side)
	b.length, b.width, b.height = side[2], side[1], side[0]
	return b
}

// blocked says which things, or which seller, no rule needs to be asked about.
func blocked(items []Item, passports map[int64]goods.Passport, terms goods.SellerTerms) []Block {
	var list []Block
	if lacks := terms.Lacks(); len(lacks) > 0 {
		list = append(list, Block{Why: "seller", Lacks: lacks})
	}
	for _, it := range items {
		p, ok := passports[it.OfferID]
		switch {
		case !ok || !p.Abroad:
			list = append(list, Block{OfferID: it.OfferID, Why: "not_offered"})
		case len(p.Lacks()) > 0:
			list = append(list, Block{OfferID: it.OfferID, Why: "lacks", Lacks: p.Lacks()})
		}
	}
	return list
}
