package goods

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/market/seller"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// kinds are who may send, as the rules know them.
var kinds = []string{"self_employed", "entrepreneur", "company", "individual"}

var (
	postcodeForm = regexp.MustCompile(`^\d{6}$`)
	kppForm      = regexp.MustCompile(`^\d{4}[0-9A-Z]{2}\d{3}$`) // order ММВ-7-6/435@
	cityForm     = regexp.MustCompile(`^\p{Latin}[\p{Latin}\d .'’-]*$`)
	phoneForm    = regexp.MustCompile(`^\+\d{10,15}$`)
)

// check says what is wrong with terms, one message a field. What is empty is not wrong: it lacks.
func (t *SellerTerms) check() []errs.Field {
	var problems []errs.Field
	say := func(bad bool, name, key string) {
		if bad {
			problems = append(problems, errs.Field{Name: name, Key: key})
		}
	}
	say(t.Kind != "" && !slices.Contains(kinds, t.Kind), "kind", "form.choose")
	company := t.Kind == "company"
	say(t.INN != "" && !seller.CheckINN(t.INN), "inn", "export.goods.err.inn")
	say(t.INN != "" && seller.CheckINN(t.INN) && t.Kind != "" && company != (len(t.INN) == 10), "inn", "export.goods.err.inn_kind")
	say(t.KPP != "" && !kppForm.MatchString(t.KPP), "kpp", "export.goods.err.kpp")
	say(t.KPP != "" && t.Kind != "" && !company, "kpp", "export.goods.err.kpp_kind")
	say(t.OGRN != "" && !seller.CheckOGRN(t.OGRN), "ogrn", "export.goods.err.ogrn")
	say(t.OGRN != "" && seller.CheckOGRN(t.OGRN) && (company && len(t.OGRN) != 13 || t.Kind == "entrepreneur" && len(t.OGRN) != 15), "ogrn", "export.goods.err.ogrn_kind")
	say(!isLatin(t.NameLatin), "name_latin", "export.goods.err.latin")
	say(!isLatin(t.AddressLatin), "address_latin", "export.goods.err.latin")
	say(t.CityLatin != "" && !isCity(t.CityLatin), "city_latin", "export.goods.err.city")
	say(t.Postcode != "" && !postcodeForm.MatchString(t.Postcode), "postcode", "export.goods.err.postcode")
	say(t.Phone != "" && !phoneForm.MatchString(t.Phone), "phone", "export.goods.err.phone")
	say(t.WantsVAT0 && !t.VATPayer, "wants_vat0", "export.goods.err.vat0")
	return problems
}

// isCity reports whether a text can be the name of one town in Latin letters: no region, no street, no country.
func isCity(text string) bool {
	country := []string{"russia", "russian federation", "rossiya", "rossiia"}
	return cityForm.MatchString(text) && !slices.Contains(country, strings.ToLower(text))
}

// plainPhone takes what people put between the digits of a number out.
func plainPhone(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || strings.ContainsRune("()-–", r) {
			return -1
		}
		return r
	}, text)
}

func termsOf(ctx context.Context, tx pg.DB, sellerID int64) (SellerTerms, error) {
	list, err := selectTerms(ctx, tx, []int64{sellerID})
	if err != nil || len(list) == 0 {
		return SellerTerms{SellerID: sellerID}, err
	}
	return list[0], nil
}

// Terms reads how a seller sends abroad, and with it what the shop's own page tells, where the seller has told nothing
// here yet.
func (s *Service) Terms(ctx context.Context, sellerID int64) (t SellerTerms, err error) {
	defer errs.Wrap(&err, "goods.Terms(%d)", sellerID)
	err = pg.AsSeller(ctx, s.Pool, sellerID, func(tx pgx.Tx) error {
		if t, err = termsOf(ctx, tx, sellerID); err != nil || t.Version > 0 {
			return err
		}
		t, err = proposedTerms(ctx, tx, sellerID)
		return err
	})
	return t, err
}

// SaveTerms writes them. t.Version is the one the form was filled in from. Errors: Invalid with the fields, Conflict.
func (s *Service) SaveTerms(ctx context.Context, t SellerTerms) (err error) {
	defer errs.Wrap(&err, "goods.SaveTerms(%d)", t.SellerID)
	if problems := t.check(); len(problems) > 0 {
		return errs.Fields(problems)
	}
	return pg.AsSeller(ctx, s.Pool, t.SellerID, func(tx pgx.Tx) error {
		ok, err := upsertTerms(ctx, tx, t, s.Now())
		if err == nil && !ok {
			err = errChanged
		}
		return err
	})
}

// kindOf is who a shop's legal form makes the sender.
var kindOf = map[string]string{"ip": "entrepreneur", "ooo": "company", "self": "self_employed"}

// proposedTerms are what the shop's own page tells. They are shown in the form and are facts only when saved.
func proposedTerms(ctx context.Context, tx pg.DB, sellerID int64) (SellerTerms, error) {
	type row struct{ LegalForm, INN, OGRN, Phone, Email string }
	r, err := pg.One[row](ctx, tx, `select legal_form, inn, ogrn, phone, email from sellers where id = $1`, sellerID)
	return SellerTerms{SellerID: sellerID, Kind: kindOf[r.LegalForm], INN: r.INN, OGRN: r.OGRN, Phone: plainPhone(r.Phone), Email: r.Email}, err
}
