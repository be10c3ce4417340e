package standin

import (
	"slices"
	"strings"

	"github.com/yarmarka/yarmarka/internal/export/postal/oksm"
)

// zone orders countries by how far they are, for made-up prices and days.
type zone int

const (
	neighbours zone = iota // the customs union
	near
	europe
	asia
	far
)

var zones = map[zone]string{
	neighbours: "AM BY KZ KG",
	near:       "AZ UZ TJ TM GE MD MN LV LT EE FI PL",
	europe:     "AT BE BG HR CY CZ DK FR DE GR HU IS IE IT LI LU MT MC NL NO PT RO SK SI ES SE CH GB RS ME MK BA AL XK SM VA AD TR IL",
	asia:       "CN JP KR KP IN VN TH MY SG ID PH PK BD LK NP HK MO TW IR IQ AE SA QA KW BH OM JO LB EG",
}

// shut are places the stand-in never serves: nobody lives there, or for a story in the demonstration.
const shut = "AQ BV GS HM TF UM US"

// wantsLong are countries that want the long customs form with every item.
const wantsLong = "BR CN IL"

func zoneOf(country string) zone {
	for z, list := range zones {
		if slices.Contains(strings.Fields(list), country) {
			return z
		}
	}
	return far
}

// kind are the terms of one kind of carriage to a country.
type kind struct {
	block       int
	wmax        int64 // grams
	size        [3]int
	line        int
	insured     int64 // kopecks; 0: not at all
	declaration int
}

// world are the terms of a country.
type world struct{ letter, parcel, ems kind }

func (w world) kind(mailType string) kind {
	switch mailType {
	case "EMS":
		return w.ems
	case "POSTAL_PARCEL":
		return w.parcel
	}
	return w.letter
}

// terms makes up what the post says of a country. Call it with the lock held.
func (s *Server) terms(country string) (world, bool) {
	if oksm.Of(country) == 0 || country == "RU" {
		return world{}, false
	}
	w := world{
		letter: kind{wmax: 2000, insured: 4_000_000},
		parcel: kind{wmax: 20_000, size: [3]int{105, 60, 60}, line: 200, insured: 45_000_000, declaration: 2},
		ems:    kind{wmax: 30_000, size: [3]int{150, 90, 90}, line: 300, insured: 90_000_000, declaration: 2},
	}
	switch zoneOf(country) {
	case neighbours:
		w.parcel.declaration, w.ems.declaration = 0, 0
		w.parcel.wmax = 30_000
	case far:
		w.parcel.insured = 20_000_000
	}
	if slices.Contains(strings.Fields(wantsLong), country) {
		w.letter.declaration = 1
	}
	if slices.Contains(strings.Fields(shut), country) || slices.Contains(s.faults.Closed, country) {
		w.letter.block, w.parcel.block, w.ems.block = 1, 1, 1
	}
	return w, true
}

// fare is a made-up tariff: so much to begin with, so much for each started step, for each zone as many times more.
type fare struct {
	base, step int64 // kopecks, without VAT
	grams      int64
	days       int
}

var fares = map[int]fare{
	2001: {4_500, 900, 20, 12}, 2011: {19_000, 900, 20, 12},
	5001: {16_000, 2_400, 100, 18}, 5011: {33_000, 2_400, 100, 16},
	4031: {72_000, 14_000, 500, 20}, 4021: {81_000, 14_000, 500, 20},
	7031: {154_000, 27_000, 500, 6}, 7021: {166_000, 27_000, 500, 6},
}

// percents of the base price by zone.
var percents = map[zone]int64{neighbours: 70, near: 90, europe: 100, asia: 115, far: 145}

// slower is how many days a zone adds to, or saves from, Europe's.
var slower = map[zone]int{neighbours: -6, near: -3, europe: 0, asia: 4, far: 9}

// price in kopecks without VAT, and days.
func (f fare) price(z zone, grams, insured int64) (kopecks int64, minDays, maxDays int) {
	steps := (grams + f.grams - 1) / f.grams
	kopecks = (f.base+steps*f.step)*percents[z]/100 + insured*3/100
	most := max(f.days+slower[z], 4)
	return kopecks, max(most*2/3, 2), most
}
