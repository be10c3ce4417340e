package postal

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

var figures = limits{
	{SmallPacket, "weight_g"}: 2000, {SmallPacket, "longest_mm"}: 600, {SmallPacket, "sum_mm"}: 900, {SmallPacket, "weight_step_g"}: 10,
	{Parcel, "weight_g"}: 20000, {Parcel, "longest_mm"}: 1050, {Parcel, "girth_mm"}: 2000, {Parcel, "weight_step_g"}: 100, {Parcel, "insured_step"}: 10000,
}

func carriage(t testing.TB, object int) Carriage {
	t.Helper()
	c, ok := CarriageOf(object)
	if !ok {
		t.Fatalf("%d is no service", object)
	}
	return c
}

func TestJudge(t *testing.T) {
	t.Parallel()
	letter := terms{Country: "DE", Service: Letter, WeightMax: 5000, Insurable: true}
	parcel := terms{Country: "DE", Service: Parcel, WeightMax: 20000, SizeMax: [3]int64{600, 1050, 600}, LineMax: 2000, Insurable: true, InsuredMax: 5_000_000}
	silent := terms{Country: "DE", Service: Parcel}
	for name, tt := range map[string]struct {
		object int
		terms  terms
		ask    Ask
		lost   string
		most   int64
	}{
		"fits":                        {5011, letter, Ask{GrossGrams: 2000}, "", 0},
		"a gram too much":             {5011, letter, Ask{GrossGrams: 2001}, LostWeight, 2000},
		"lighter by the dictionary":   {5011, terms{Country: "DE", WeightMax: 1000}, Ask{GrossGrams: 1001}, LostWeight, 1000},
		"by the figures where silent": {4031, silent, Ask{GrossGrams: 20001}, LostWeight, 20000},
		"heavier than the figures":    {4031, terms{Country: "KZ", WeightMax: 30000}, Ask{GrossGrams: 25000}, "", 0},
		"closed":                      {4031, terms{Country: "DE", Block: 1}, Ask{GrossGrams: 1}, LostClosed, 0},
		"closed for an epidemic":      {4031, terms{Country: "DE", Block: 19}, Ask{GrossGrams: 1}, LostClosed, 0},
		"not in the dictionary":       {4031, terms{}, Ask{GrossGrams: 1}, LostClosed, 0},
		"cannot be followed":          {5001, letter, Ask{GrossGrams: 1}, LostTracking, 0},
		"need not be followed":        {5001, letter, Ask{GrossGrams: 1, Untracked: true}, "", 0},
		"no insurance asked for":      {4021, parcel, Ask{GrossGrams: 1}, LostUninsured, 0},
		"insures nothing":             {4031, parcel, Ask{GrossGrams: 1, Insured: 1}, LostValue, 0},
		"insures less":                {4021, parcel, Ask{GrossGrams: 1, Insured: 5_000_001}, LostValue, 5_000_000},
		"insures as much":             {4021, parcel, Ask{GrossGrams: 1, Insured: 5_000_000}, "", 0},
		"insures nothing there":       {4021, silent, Ask{GrossGrams: 1, Insured: 1}, LostValue, 0},
		"sides in any order":          {4031, parcel, Ask{GrossGrams: 1, LengthMM: 300, WidthMM: 300, HeightMM: 800}, "", 0},
		"the longest side":            {4031, parcel, Ask{GrossGrams: 1, LengthMM: 1051, WidthMM: 10, HeightMM: 10}, LostSize, 1050},
		"the second side":             {4031, parcel, Ask{GrossGrams: 1, LengthMM: 650, WidthMM: 601, HeightMM: 10}, LostSize, 600},
		"length and girth":            {4031, parcel, Ask{GrossGrams: 1, LengthMM: 801, WidthMM: 300, HeightMM: 300}, LostSize, 2000},
		"the sum of a packet":         {5011, letter, Ask{GrossGrams: 1, LengthMM: 400, WidthMM: 300, HeightMM: 201}, LostSize, 900},
		"girth where silent":          {4031, silent, Ask{GrossGrams: 1, LengthMM: 1000, WidthMM: 300, HeightMM: 201}, LostSize, 2000},
		"sizes not known":             {5011, letter, Ask{GrossGrams: 1, LengthMM: 5000}, "", 0},
	} {
		lost, args := judge(carriage(t, tt.object), tt.ask, tt.terms, figures)
		if lost != tt.lost || tt.most > 0 && (len(args) != 2 || args[1] != tt.most) {
			t.Errorf("%s: %q %v, want %q %d", name, lost, args, tt.lost, tt.most)
		}
	}
}

// What fits still fits when it is lighter and smaller, and a price is never asked for less than is sent, nor for more
// than may be.
func TestJudgeIsMonotonous(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom(carriages).Draw(t, "service")
		size := func(name string) int64 { return rapid.Int64Range(0, 1500).Draw(t, name) }
		tm := terms{Country: "DE", WeightMax: rapid.SampledFrom([]int64{0, 500, 2000, 20000}).Draw(t, "wmax"), SizeMax: [3]int64{size("x"), size("y"), size("z")},
			LineMax: size("line"), Insurable: true, InsuredMax: money.Amount(size("oc"))}
		a := Ask{Country: "DE", GrossGrams: 1 + rapid.Int64Range(0, 30000).Draw(t, "grams"), LengthMM: 1 + size("l"), WidthMM: 1 + size("w"), HeightMM: 1 + size("h"),
			Insured: money.Amount(size("insured"))}
		lost, _ := judge(c, a, tm, figures)
		if lost != "" {
			return
		}
		less := a
		less.GrossGrams = rapid.Int64Range(1, a.GrossGrams).Draw(t, "lighter")
		less.LengthMM = rapid.Int64Range(1, a.LengthMM).Draw(t, "shorter")
		if lost, args := judge(c, less, tm, figures); lost != "" {
			t.Fatalf("%+v fits, and %+v is %s %v", a, less, lost, args)
		}
		k := keyOf(c, a, tm, figures)
		if most := weightMax(c, tm, figures); k.Grams < a.GrossGrams || most > 0 && k.Grams > most {
			t.Fatalf("%d g are priced as %d, of at most %d", a.GrossGrams, k.Grams, most)
		}
		if c.Insured && k.Insured < a.Insured {
			t.Fatalf("insured for %d, priced for %d", a.Insured, k.Insured)
		}
	})
}

func TestRank(t *testing.T) {
	t.Parallel()
	list := []Candidate{
		{Object: 1, Lost: LostWeight}, {Object: 2, Price: 300}, {Object: 3, Price: 90, Lost: LostDays}, {Object: 4, Price: 100, MaxDays: 9},
		{Object: 5, Price: 100, MaxDays: 5}, {Object: 6, Lost: LostClosed},
	}
	rank(list)
	var got []int
	for _, c := range list {
		got = append(got, c.Object)
	}
	if diff := cmp.Diff([]int{5, 4, 2, 3, 1, 6}, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if list[0].Lost != "" || !list[0].Fits() || list[1].Lost != LostPrice || !list[1].Fits() || list[2].LostArgs[1] != int64(200) || list[3].Fits() {
		t.Errorf("%+v", list)
	}
}

func TestWhy(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		c      Candidate
		ru, en string
	}{
		{Candidate{}, "", ""},
		{Candidate{Lost: LostWeight, LostArgs: []any{"max", int64(2000)}}, "тяжелее 2 кг", "heavier than 2 kg"},
		{Candidate{Lost: LostWeight, LostArgs: []any{"max", int64(31500)}}, "тяжелее 31,5 кг", "heavier than 31.5 kg"},
		{Candidate{Lost: LostSize, LostArgs: []any{"max", int64(900)}}, "больше 900 мм", "longer than 900 mm"},
		{Candidate{Lost: LostValue, LostArgs: []any{"max", int64(0)}}, "не страхует", "insures nothing"},
		{Candidate{Lost: LostValue, LostArgs: []any{"max", int64(5000000)}}, "страхует не больше чем на 50\u00a0000\u00a0₽", "insures ₽50,000 at most"},
		{Candidate{Lost: LostPrice, LostArgs: []any{"more", int64(50020)}}, "дороже на 500,20\u00a0₽", "costs ₽500.20 more"},
		{Candidate{Lost: LostDays, MaxDays: 21, LostArgs: []any{"days", 21}}, "идёт до 21 дня", "takes up to 21 days"},
		{Candidate{Lost: LostRefused, LostArgs: []any{"why", "нет"}}, "почта не принимает: нет", "the post refuses; in its own words, in Russian: “нет”"},
	} {
		if ru, en := tt.c.Why(i18n.RU), tt.c.Why(i18n.EN); ru != tt.ru || en != tt.en {
			t.Errorf("%s: %q, %q", tt.c.Lost, ru, en)
		}
	}
	for _, reason := range []string{LostClosed, LostTracking, LostUninsured, LostUnknown} {
		if text := (Candidate{Lost: reason}).Why(i18n.EN); text == "postal.lost."+reason {
			t.Errorf("%s has no words", reason)
		}
	}
}
