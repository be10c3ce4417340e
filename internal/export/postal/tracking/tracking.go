// Package tracking says what the post's tracking tells of an item: operations by their codes, and the phase of its way that
// each of the 446 codes means. What a phase does to a parcel is decided by who asks.
package tracking

import (
	_ "embed"
	"encoding/csv"
	"strconv"
	"strings"
	"time"
)

// Operation is one thing that was done to an item, as the post's tracking tells it.
type Operation struct {
	Type, Attr int       // the post's codes; Attr 0 where there is none
	At         time.Time //
	Index      string    // postcode of the office
	Country    string    // ISO 3166 alpha-2 of the office, "" where the post does not say
	Name       string    // the post's own words, raw: shown where the code is not known
	Grams      int64     // what the item weighed there; 0: not said
}

// Phases of an item's way. What a code means is the post's table; what it does to a parcel is decided by who asks.
const (
	PreAdvised       = "pre_advised"        // a number was given, electronic registration
	Accepted         = "accepted"           // handed over to the post
	Transit          = "transit"            // moves
	CustomsPre       = "customs_pre"        // declared beforehand
	Customs          = "customs"            // at the customs
	CustomsReleased  = "customs_released"   // released
	CustomsRefused   = "customs_refused"    // release, or departure, refused
	CustomsHold      = "customs_hold"       // inspected, suspended, prolonged
	Departed         = "departure_allowed"  // 14.26: the proof of export
	OfficeOfExchange = "office_of_exchange" //
	Exported         = "exported"           //
	Imported         = "imported"           // arrived in the country of destination
	DeliveryFailed   = "delivery_failed"    // an attempt, it will be tried again
	Delivered        = "delivered"          // to the addressee
	Returned         = "returned"           // on its way back
	ReturnedSender   = "returned_sender"    // back with the sender
	Lost             = "lost"               //
	Destroyed        = "destroyed"          //
	Stored           = "stored"             // kept for whoever comes for it, for good
	None             = ""                   // known, and says nothing of where the item is
)

//go:embed operations.csv
var operationsCSV string // pochta_tracking_operations.csv, from lapaygroup/RussianPost (MIT)

type operationCode struct{ op, attr int }

type operationMeaning struct {
	phase   string
	final   bool
	op, own string // Russian names of the operation and of the attribute
}

var meanings = readMeanings(operationsCSV)

func readMeanings(text string) map[operationCode]operationMeaning {
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		panic("tracking: operations.csv: " + err.Error())
	}
	table := make(map[operationCode]operationMeaning, len(rows))
	for _, row := range rows[1:] {
		op, errOp := strconv.Atoi(row[0])
		attr, errAttr := strconv.Atoi(row[2])
		if errOp != nil || errAttr != nil {
			panic("tracking: operations.csv: " + strings.Join(row, ","))
		}
		code := operationCode{op, attr}
		table[code] = operationMeaning{phase: phaseOf(code, row[5], row[3]), final: row[4] == "1", op: row[1], own: row[3]}
	}
	return table
}

// refined says more exactly than the table's own proposal what an operation of an export means. The proposal has one
// word for a whole operation, and what happened at the customs lies in the attribute.
var refined = map[operationCode]string{
	{5, 1}: Lost, {5, 2}: Destroyed, {5, 3}: Transit, {5, 8}: None, {5, 9}: None,
	{11, 0}: Customs, {15, 0}: Stored, {17, 0}: Stored, {62, 0}: ReturnedSender,

	{14, 1}: CustomsReleased, {14, 2}: CustomsRefused, {14, 4}: CustomsRefused, {14, 7}: CustomsHold,
	{14, 8}: CustomsHold, {14, 9}: CustomsRefused, {14, 11}: CustomsHold, {14, 13}: CustomsReleased,
	{14, 14}: CustomsRefused, {14, 15}: CustomsHold, {14, 16}: CustomsReleased, {14, 17}: CustomsRefused,
	{14, 18}: CustomsHold, {14, 19}: CustomsHold, {14, 20}: CustomsRefused, {14, 21}: CustomsHold,
	{14, 23}: CustomsRefused, {14, 24}: CustomsHold, {14, 25}: CustomsRefused, {14, 26}: Departed,

	{39, 3}: CustomsRefused, {39, 4}: CustomsRefused, {39, 5}: CustomsRefused, {39, 6}: CustomsRefused,
	{39, 8}: CustomsReleased, {39, 9}: CustomsRefused, {40, 2}: CustomsHold, {40, 3}: CustomsRefused,
}

// byOperation fills in operations that the proposal leaves empty; what stays empty says nothing of where an item is.
var byOperation = map[int]string{4: Transit, 13: Transit, 21: Transit, 22: DeliveryFailed, 42: DeliveryFailed,
	50: DeliveryFailed, 51: DeliveryFailed}

// phaseOf is the phase of a row of the table. What is handed over to the sender is back, not delivered.
func phaseOf(code operationCode, proposed, attr string) string {
	if own, ok := refined[code]; ok {
		return own
	}
	if code.op == 2 && strings.Contains(strings.ToLower(attr), "отправител") {
		return ReturnedSender
	}
	if proposed == "" {
		return byOperation[code.op]
	}
	return proposed
}

// Phase says where an operation leaves an item. An unknown code has no phase: it is shown by its name and moves nothing.
func Phase(op, attr int) (phase string, known, final bool) {
	m, ok := meanings[operationCode{op, attr}]
	return m.phase, ok, m.final
}

// Name is the post's Russian name of a code, "" of an unknown one.
func Name(op, attr int) string {
	m := meanings[operationCode{op, attr}]
	if m.own == "" || m.own == m.op {
		return m.op
	}
	return m.op + ". " + m.own
}
