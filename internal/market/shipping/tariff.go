package shipping

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// maxTariffRows bounds a tariff entered by hand.
const maxTariffRows = 500

// read takes a tariff's rows out of text: zone; prefixes with commas; grams; price; days; days. An
// empty list of prefixes makes the zone that catches the rest. On an error it answers the bad line.
func (t *Tariff) read(text string) (line int, err error) {
	t.Zones, t.Rates = map[string]int{}, nil
	for i, row := range strings.Split(text, "\n") {
		if strings.TrimSpace(row) == "" {
			continue
		}
		if len(t.Rates) == maxTariffRows {
			return i + 1, fmt.Errorf("more than %d rows", maxTariffRows)
		}
		if err := t.readRow(strings.Split(row, ";")); err != nil {
			return i + 1, err
		}
	}
	slices.SortFunc(t.Rates, func(a, b Rate) int {
		if a.Zone != b.Zone {
			return a.Zone - b.Zone
		}
		return a.MaxWeightG - b.MaxWeightG
	})
	for i := 1; i < len(t.Rates); i++ {
		if t.Rates[i].Zone == t.Rates[i-1].Zone && t.Rates[i].MaxWeightG == t.Rates[i-1].MaxWeightG {
			return 0, fmt.Errorf("zone %d has two prices for %d g", t.Rates[i].Zone, t.Rates[i].MaxWeightG)
		}
	}
	return 0, nil
}

func (t *Tariff) readRow(cells []string) error {
	if len(cells) != 6 {
		return fmt.Errorf("%d cells", len(cells))
	}
	var n [6]int
	for _, i := range []int{0, 2, 4, 5} {
		v, err := strconv.Atoi(strings.TrimSpace(cells[i]))
		if err != nil || v < 0 || v > 1_000_000 {
			return fmt.Errorf("cell %d", i+1)
		}
		n[i] = v
	}
	price, err := money.Parse(cells[3])
	if err != nil {
		return err
	}
	if n[0] == 0 || n[2] == 0 || n[4] > n[5] {
		return fmt.Errorf("zone, weight or days")
	}
	for _, p := range strings.Split(cells[1], ",") {
		p = strings.TrimSpace(p)
		if strings.Trim(p, "0123456789") != "" || len(p) > 6 {
			return fmt.Errorf("prefix %q", p)
		}
		if z, taken := t.Zones[p]; taken && z != n[0] {
			return fmt.Errorf("prefix %q is in two zones", p)
		}
		t.Zones[p] = n[0]
	}
	t.Rates = append(t.Rates, Rate{Zone: n[0], MaxWeightG: n[2], Price: price, Currency: money.RUB, MinDays: n[4], MaxDays: n[5]})
	return nil
}

// prefixes lists a zone's, sorted; the one that catches the rest is "".
func (t Tariff) prefixes(zone int) []string {
	var list []string
	for _, p := range slices.Sorted(maps.Keys(t.Zones)) {
		if t.Zones[p] == zone {
			list = append(list, p)
		}
	}
	return list
}

// text writes a tariff as read takes it.
func (t Tariff) text() string {
	var b strings.Builder
	for _, r := range t.Rates {
		fmt.Fprintf(&b, "%d; %s; %d; %s; %d; %d\n", r.Zone, strings.Join(t.prefixes(r.Zone), ", "), r.MaxWeightG,
			money.Decimal(r.Price), r.MinDays, r.MaxDays)
	}
	return b.String()
}
