package papers

import "errors"

// errUnwritten is what a writer says until it is there.
var errUnwritten = errors.New("papers: this paper cannot be written yet")

// Invoice is the commercial invoice, A4.
func Invoice(r Record) ([]byte, error) { return nil, errUnwritten }

// Label is the address label with the item's number as a bar code.
func Label(r Record) ([]byte, error) { return nil, errUnwritten }

// ITMATT is the electronic advance data that posts exchange, as JSON.
func ITMATT(r Record) ([]byte, error) { return nil, errUnwritten }

// CustomsXML is the declaration in the shape of the customs service's MPO_Declaration.
func CustomsXML(r Record) ([]byte, error) { return nil, errUnwritten }
