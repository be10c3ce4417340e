package goods

import (
	"testing"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

func sender(change func(*SellerTerms)) SellerTerms {
	t := SellerTerms{Kind: "entrepreneur", INN: "500100732259", OGRN: "304500116000157", NameLatin: "Ivanova Anna", AddressLatin: "7 Demonstratsionnaya St", CityLatin: "Tula",
		Postcode: "300000", Phone: "+79165551234", Email: "anna@example.com"}
	if change != nil {
		change(&t)
	}
	return t
}

func TestTermsAreChecked(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change func(*SellerTerms)
		field  string
		key    string
	}{
		"a good sender":            {nil, "", ""},
		"INN with a wrong digit":   {func(s *SellerTerms) { s.INN = "500100732258" }, "inn", "export.goods.err.inn"},
		"a company's INN":          {func(s *SellerTerms) { s.INN = "7707083893" }, "inn", "export.goods.err.inn_kind"},
		"OGRN with a wrong digit":  {func(s *SellerTerms) { s.OGRN = "304500116000158" }, "ogrn", "export.goods.err.ogrn"},
		"a KPP of a person":        {func(s *SellerTerms) { s.KPP = "770701001" }, "kpp", "export.goods.err.kpp_kind"},
		"a KPP too short":          {func(s *SellerTerms) { s.KPP = "7707" }, "kpp", "export.goods.err.kpp"},
		"Cyrillic on the label":    {func(s *SellerTerms) { s.NameLatin = "Иванова Анна" }, "name_latin", "export.goods.err.latin"},
		"a city in Cyrillic":       {func(s *SellerTerms) { s.CityLatin = "Тула" }, "city_latin", "export.goods.err.city"},
		"a city and its country":   {func(s *SellerTerms) { s.CityLatin = "Tula, Russia" }, "city_latin", "export.goods.err.city"},
		"a country for a city":     {func(s *SellerTerms) { s.CityLatin = "Russian Federation" }, "city_latin", "export.goods.err.city"},
		"a city of two words":      {func(s *SellerTerms) { s.CityLatin = "Rostov-on-Don 7" }, "", ""},
		"a postcode":               {func(s *SellerTerms) { s.Postcode = "30000" }, "postcode", "export.goods.err.postcode"},
		"a telephone without plus": {func(s *SellerTerms) { s.Phone = "89165551234" }, "phone", "export.goods.err.phone"},
		"0 % without VAT":          {func(s *SellerTerms) { s.WantsVAT0 = true }, "wants_vat0", "export.goods.err.vat0"},
	} {
		terms := sender(tt.change)
		err := errs.Fields(terms.check())
		if tt.field == "" && (err != nil || len(terms.Lacks()) > 0) {
			t.Errorf("%s: %v, lacks %v", name, err, terms.Lacks())
		}
		if got := fieldOf(err, tt.field); got != tt.key {
			t.Errorf("%s: %q, want %q", name, got, tt.key)
		}
	}
}

func TestTermsAreProposedFromTheShopAndKept(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	terms, err := f.Terms(t.Context(), f.shop.ID)
	f.must(err)
	if terms.Kind != "entrepreneur" || terms.INN != "500100732259" || terms.Version != 0 {
		t.Errorf("proposed %+v", terms)
	}
	if known, err := TermsOf(t.Context(), f.Pool, []int64{f.shop.ID}); err != nil || len(known) != 0 {
		t.Errorf("what is proposed is taken for told: %v, %v", known, err)
	}
	terms = sender(func(s *SellerTerms) { s.SellerID = f.shop.ID })
	f.must(f.SaveTerms(t.Context(), terms))
	if err := f.SaveTerms(t.Context(), terms); !errs.Is(err, errs.Conflict) {
		t.Errorf("an old form writes over a new one: %v", err)
	}
	known, err := TermsOf(t.Context(), f.Pool, []int64{f.shop.ID})
	f.must(err)
	if got := known[f.shop.ID]; got.NameLatin != "Ivanova Anna" || got.CityLatin != "Tula" || got.Version != 1 {
		t.Errorf("kept %+v", got)
	}
}
