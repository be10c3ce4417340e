package postal

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/yarmarka/yarmarka/internal/export/postal/oksm"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// terms are what the post's dictionary says of a country for one kind of carriage. 0 is "it does not say".
type terms struct {
	Country string // ISO 3166 alpha-2
	Service string // letter, parcel, ems: the dictionary has one entry for all of letter post

	Block       int
	WeightMax   int64 // grams
	SizeMax     [3]int64
	LineMax     int64 // length and greatest girth together, millimetres
	Insurable   bool
	InsuredMax  money.Amount // kopecks
	Declaration int          // copies of the long form
	ServiceOff  []int32
	ItemStop    string
	ItemWarning string
	Note        string
}

// facts are what clearance's rules look at.
func (t terms) facts() []string {
	var list []string
	if t.Block != 0 {
		list = append(list, FactClosed)
	}
	if t.Declaration > 0 {
		list = append(list, FactForcesCN23)
	}
	if !t.Insurable {
		list = append(list, FactNoInsured)
	}
	if t.ItemStop != "" {
		list = append(list, FactItemStop)
	}
	return list
}

// dictionaryCountry is a country as dictionary/country writes it.
type dictionaryCountry struct {
	ID          number           `json:"id"`
	Letter      *dictionaryTerms `json:"letter"`
	Parcel      *dictionaryTerms `json:"parcel"`
	EMS         *dictionaryTerms `json:"ems"`
	Note        words            `json:"note"`
	ItemWarning words            `json:"item-warning"`
	ItemStop    words            `json:"item-stop"`
}

type dictionaryTerms struct {
	Block       number         `json:"block"`
	WeightMax   number         `json:"wmax"`
	SizeMax     dictionarySize `json:"sizemax"`
	LineMax     number         `json:"linemax"`
	OC          number         `json:"oc"`
	OCMax       number         `json:"oc-max"`
	Declaration number         `json:"declaration"`
	ServiceOff  []number       `json:"serviceoff"`
	Avia        *struct {
		Block *number `json:"block"`
	} `json:"avia"`
}

type dictionarySize struct{ X, Y, Z number }

// UnmarshalJSON reads {"x":105,"y":60,"z":60}; anything else is "not said".
func (s *dictionarySize) UnmarshalJSON(raw []byte) error {
	var v struct {
		X number `json:"x"`
		Y number `json:"y"`
		Z number `json:"z"`
	}
	if json.Unmarshal(raw, &v) == nil {
		s.X, s.Y, s.Z = v.X, v.Y, v.Z
	}
	return nil
}

var errNoCountries = errors.New("it names no country")

// parseDictionary reads an answer of dictionary/country. A country that we do not know, or that the post says nothing
// of, is left out.
func parseDictionary(body []byte) ([]terms, error) {
	var a struct {
		Country []dictionaryCountry `json:"country"`
		Errors  tariffErrors        `json:"errors"`
	}
	if err := json.Unmarshal(body, &a); err != nil {
		return nil, err
	}
	if err := a.Errors.refusal(); err != nil {
		return nil, err
	}
	var list []terms
	seen := map[string]bool{}
	for _, c := range a.Country {
		code := oksm.Country(int(c.ID))
		if code == "" || code == "RU" || seen[code] {
			continue
		}
		seen[code] = true
		for _, kind := range []struct {
			name  string
			terms *dictionaryTerms
		}{{Letter, c.Letter}, {Parcel, c.Parcel}, {EMS, c.EMS}} {
			if kind.terms != nil {
				list = append(list, kind.terms.of(code, kind.name, c))
			}
		}
	}
	if len(list) == 0 {
		return nil, errNoCountries
	}
	return list, nil
}

// of turns centimetres into millimetres. Where the ground is closed and the air is not, the country is open: prices
// are asked with a preference for the air.
func (d *dictionaryTerms) of(code, service string, c dictionaryCountry) terms {
	const mm = 10
	t := terms{
		Country: code, Service: service, Block: int(d.Block), WeightMax: positive(d.WeightMax), LineMax: positive(d.LineMax) * mm,
		SizeMax:   [3]int64{positive(d.SizeMax.X) * mm, positive(d.SizeMax.Y) * mm, positive(d.SizeMax.Z) * mm},
		Insurable: d.OC == 1, InsuredMax: money.Amount(positive(d.OCMax)), Declaration: int(positive(d.Declaration)),
		ServiceOff: []int32{}, ItemStop: join(c.ItemStop), ItemWarning: join(c.ItemWarning), Note: join(c.Note),
	}
	if d.Avia != nil && d.Avia.Block != nil {
		t.Block = int(*d.Avia.Block)
	}
	for _, code := range d.ServiceOff {
		t.ServiceOff = append(t.ServiceOff, int32(code))
	}
	return t
}

// positive takes what is no sensible limit for "not said".
func positive(n number) int64 {
	if n < 0 || n > 1<<31-1 {
		return 0
	}
	return int64(n)
}

func join(w words) string {
	text := ""
	for _, s := range w {
		switch {
		case s == "" || s == "0":
		case text == "":
			text = s
		default:
			text += "; " + s
		}
	}
	return text
}

// dictionary asks for the terms of all countries on a day.
func (p *Post) dictionary(ctx context.Context, day time.Time) ([]terms, error) {
	q := url.Values{"json": {""}, "errorcode": {"1"}, "date": {day.Format(compactDay)}}
	if !p.priced() {
		return nil, errUnconfigured
	}
	a, err := p.tariff.do(ctx, call{method: http.MethodGet, path: "/v2/dictionary/country", query: q, again: true, within: dictionaryWithin})
	if err != nil {
		return nil, err
	}
	list, err := parseDictionary(a.body)
	return list, p.tariff.understood("the dictionary of countries", err)
}

// parseObjects reads an answer of dictionary/object: the codes of what can be priced.
func parseObjects(body []byte) (map[int]bool, error) {
	var a struct {
		Object []struct {
			ID number `json:"id"`
		} `json:"object"`
		Errors tariffErrors `json:"errors"`
	}
	if err := json.Unmarshal(body, &a); err != nil {
		return nil, err
	}
	if err := a.Errors.refusal(); err != nil {
		return nil, err
	}
	set := make(map[int]bool, len(a.Object))
	for _, o := range a.Object {
		set[int(o.ID)] = true
	}
	if len(set) == 0 {
		return nil, errors.New("it names no service")
	}
	return set, nil
}

// Withdrawn names the services of ours that the post does not price any more.
func (p *Post) Withdrawn(ctx context.Context) ([]Carriage, error) {
	if !p.priced() {
		return nil, errUnconfigured
	}
	a, err := p.tariff.do(ctx, call{method: http.MethodGet, path: "/v2/dictionary/object/tariff/delivery", query: url.Values{"json": {""}}, again: true})
	if err != nil {
		return nil, err
	}
	offered, err := parseObjects(a.body)
	if err != nil {
		return nil, p.tariff.understood("the list of services", err)
	}
	return slices.DeleteFunc(slices.Clone(carriages), func(c Carriage) bool { return offered[c.Object] }), nil
}

// dictionaryWithin is longer than a price may take: it is half a megabyte, once a day.
const dictionaryWithin = 15 * time.Second
