package postal

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
	PhasePreAdvised       = "pre_advised"        // a number was given, electronic registration
	PhaseAccepted         = "accepted"           // handed over to the post
	PhaseTransit          = "transit"            // moves
	PhaseCustomsPre       = "customs_pre"        // declared beforehand
	PhaseCustoms          = "customs"            // at the customs
	PhaseCustomsReleased  = "customs_released"   // released
	PhaseCustomsRefused   = "customs_refused"    // release, or departure, refused
	PhaseCustomsHold      = "customs_hold"       // inspected, suspended, prolonged
	PhaseDeparted         = "departure_allowed"  // 14.26: the proof of export
	PhaseOfficeOfExchange = "office_of_exchange" //
	PhaseExported         = "exported"           //
	PhaseImported         = "imported"           // arrived in the country of destination
	PhaseDeliveryFailed   = "delivery_failed"    // an attempt, it will be tried again
	PhaseDelivered        = "delivered"          // to the addressee
	PhaseReturned         = "returned"           // on its way back
	PhaseReturnedSender   = "returned_sender"    // back with the sender
	PhaseLost             = "lost"               //
	PhaseDestroyed        = "destroyed"          //
	PhaseStored           = "stored"             // kept for whoever comes for it, for good
	PhaseNone             = ""                   // known, and says nothing of where the item is
)

//go:embed data/operations.csv
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
		panic("postal: operations.csv: " + err.Error())
	}
	table := make(map[operationCode]operationMeaning, len(rows))
	for _, row := range rows[1:] {
		op, errOp := strconv.Atoi(row[0])
		attr, errAttr := strconv.Atoi(row[2])
		if errOp != nil || errAttr != nil {
			panic("postal: operations.csv: " + strings.Join(row, ","))
		}
		code := operationCode{op, attr}
		table[code] = operationMeaning{phase: phaseOf(code, row[5], row[3]), final: row[4] == "1", op: row[1], own: row[3]}
	}
	return table
}

// refined says more exactly than the table's own proposal what an operation of an export means. The proposal has one
// word for a whole operation, and what happened at the customs lies in the attribute.
var refined = map[operationCode]string{
	{5, 1}: PhaseLost, {5, 2}: PhaseDestroyed, {5, 3}: PhaseTransit, {5, 8}: PhaseNone, {5, 9}: PhaseNone,
	{11, 0}: PhaseCustoms, {15, 0}: PhaseStored, {17, 0}: PhaseStored, {62, 0}: PhaseReturnedSender,

	{14, 1}: PhaseCustomsReleased, {14, 2}: PhaseCustomsRefused, {14, 4}: PhaseCustomsRefused, {14, 7}: PhaseCustomsHold,
	{14, 8}: PhaseCustomsHold, {14, 9}: PhaseCustomsRefused, {14, 11}: PhaseCustomsHold, {14, 13}: PhaseCustomsReleased,
	{14, 14}: PhaseCustomsRefused, {14, 15}: PhaseCustomsHold, {14, 16}: PhaseCustomsReleased, {14, 17}: PhaseCustomsRefused,
	{14, 18}: PhaseCustomsHold, {14, 19}: PhaseCustomsHold, {14, 20}: PhaseCustomsRefused, {14, 21}: PhaseCustomsHold,
	{14, 23}: PhaseCustomsRefused, {14, 24}: PhaseCustomsHold, {14, 25}: PhaseCustomsRefused, {14, 26}: PhaseDeparted,

	{39, 3}: PhaseCustomsRefused, {39, 4}: PhaseCustomsRefused, {39, 5}: PhaseCustomsRefused, {39, 6}: PhaseCustomsRefused,
	{39, 8}: PhaseCustomsReleased, {39, 9}: PhaseCustomsRefused, {40, 2}: PhaseCustomsHold, {40, 3}: PhaseCustomsRefused,
}

// byOperation fills in operations that the proposal leaves empty; what stays empty says nothing of where an item is.
var byOperation = map[int]string{4: PhaseTransit, 13: PhaseTransit, 21: PhaseTransit, 22: PhaseDeliveryFailed, 42: PhaseDeliveryFailed,
	50: PhaseDeliveryFailed, 51: PhaseDeliveryFailed}

// phaseOf is the phase of a row of the table. What is handed over to the sender is back, not delivered.
func phaseOf(code operationCode, proposed, attr string) string {
	if own, ok := refined[code]; ok {
		return own
	}
	if code.op == 2 && strings.Contains(strings.ToLower(attr), "отправител") {
		return PhaseReturnedSender
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

// OperationName is the post's Russian name of a code, "" of an unknown one.
func OperationName(op, attr int) string {
	m := meanings[operationCode{op, attr}]
	if m.own == "" || m.own == m.op {
		return m.op
	}
	return m.op + ". " + m.own
}
