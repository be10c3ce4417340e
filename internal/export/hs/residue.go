package hs

import "strings"

// residue is where a thing goes that is known by its material alone: the heading that its chapter keeps for ware of table
// and kitchen, and the one for everything that has no heading of its own.
type residue struct{ table, other Code }

var residues = map[string]residue{
	"wood": {"441990", "442199"}, "bamboo": {"441919", "442191"}, "porcelain": {"691110", "691390"}, "ceramic": {"691200", "691490"},
	"glass": {"701349", "702000"}, "crystal": {"701341", "702000"}, "steel": {"732393", "732690"}, "castiron": {"732391", "732599"}, "enamel": {"732394", "732690"},
	"copper": {"741810", "741980"}, "aluminium": {"761510", "761699"}, "plastic": {"392410", "392690"}, "silicone": {"392410", "392690"}, "rubber": {"401699", "401699"},
	"paper": {"482369", "482390"}, "leather": {"420500", "420500"}, "cotton": {"630790", "630790"}, "linen": {"630790", "630790"}, "wool": {"630790", "630790"},
	"synthetic": {"630790", "630790"}, "silk": {"630790", "630790"}, "wicker": {"460219", "460219"}, "straw": {"460219", "460219"}, "bone": {"960190", "960190"}, "stone": {"680299", "680299"},
}

// residuePoints are few: a thing known by its material alone is asked about.
const residuePoints = 14.0

// ofTable are headings of ware for table and kitchen, by which a category is known to be of such.
var ofTable = []Code{"4419", "6911", "6912", "7013", "7323", "7418", "7615", "3924", "8211", "8215"}

// byResidue weighs the material where no word named the thing.
func (s scales) byResidue(b *bridge, t Thing, classes []string, said map[string]string) {
	for _, c := range s {
		if c.points >= wordPoints*besideShare {
			return
		}
	}
	codes, _ := b.places(t.Category)
	for i, class := range classes {
		r, ok := residues[class]
		if !ok {
			continue
		}
		code := r.other
		for _, place := range codes {
			for _, heading := range ofTable {
				if strings.HasPrefix(string(place), string(heading)) {
					code = r.table
				}
			}
		}
		if points := residuePoints - float64(min(i, 4)); points > s.of(code).points {
			c := s.of(code)
			c.points, c.unsure = points, 4
			c.evidence = append(c.evidence, Evidence{Kind: ByMaterial, Word: said[class]})
		}
		return // what is said first is what it is of
	}
}
