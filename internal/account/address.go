package account

import (
	"context"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Address is one entry of a person's address book: who gets a parcel, and where.
type Address struct {
	ID        int64
	Recipient string
	Phone     string
	// Country is ISO 3166-1 alpha-2.
	Country   string
	Postcode  string
	Region    string
	City      string
	Street    string // street and house
	Flat      string
	Note      string // for the courier
	IsDefault bool
	CreatedAt time.Time
	UpdatedAt time.Time
}

// maxAddresses bounds an address book; nobody has more places.
const maxAddresses = 30

// Line writes the address on one line, the way Russian Post likes it: from the street to the postcode.
func (a Address) Line() string {
	parts := []string{a.Street, a.Flat, a.City, a.Region, a.Postcode}
	kept := parts[:0]
	for _, p := range parts {
		if p != "" && (len(kept) == 0 || kept[len(kept)-1] != p) {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, ", ")
}

// Countries are where parcels go, in the order a form offers them.
var Countries = []string{"RU", "BY", "KZ", "AM", "KG", "UZ", "GE", "RS", "TR", "AE", "IL", "CN", "IN", "DE", "FR", "IT", "ES", "GB", "US", "JP", "BR"}

var (
	postcodeRU    = regexp.MustCompile(`^[1-9]\d{5}$`)
	postcodeOther = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z -]{1,9}$`)
)

// Clean brings the parts of an address typed by a person to the form they are kept in and says
// what is wrong with them. Other modules use it for an address that is not in a book.
func (a Address) Clean() (Address, []errs.Field) {
	var fields []errs.Field
	text := func(name, value string, max int, required bool) string {
		broken := !form.Keepable(value)
		value = strings.Join(strings.Fields(form.Clean(value)), " ")
		switch {
		case broken:
			fields = append(fields, errs.Field{Name: name, Key: "form.bad_text"})
		case value == "" && required:
			fields = append(fields, errs.Field{Name: name, Key: "form.required"})
		case utf8.RuneCountInString(value) > max:
			fields = append(fields, errs.Field{Name: name, Key: "form.too_long", Args: []any{"max", max}})
		}
		return value
	}
	phone, phoneOK := cleanPhone(a.Phone)
	clean := Address{ID: a.ID, IsDefault: a.IsDefault, Country: a.Country,
		Recipient: text("recipient", a.Recipient, 100, true)}
	if !phoneOK {
		fields = append(fields, errs.Field{Name: "phone", Key: phoneProblem(a.Phone)})
	}
	clean.Phone = phone
	if !knownCountry(a.Country) {
		fields = append(fields, errs.Field{Name: "country", Key: "form.choose"})
	}
	postcode, problem := cleanPostcode(a.Country, a.Postcode)
	if problem != "" {
		fields = append(fields, errs.Field{Name: "postcode", Key: problem})
	}
	clean.Postcode = postcode
	clean.Region = text("region", a.Region, 100, false)
	clean.City = text("city", a.City, 100, true)
	clean.Street = text("street", a.Street, 200, true)
	clean.Flat = text("flat", a.Flat, 50, false)
	clean.Note = text("note", a.Note, 300, false)
	return clean, fields
}

func knownCountry(code string) bool {
	for _, c := range Countries {
		if c == code {
			return true
		}
	}
	return false
}

// cleanPostcode takes six digits for Russia, of which the first is no zero, and the usual signs for
// other countries, some of which have no postcodes.
func cleanPostcode(country, typed string) (string, string) {
	code := strings.Join(strings.Fields(form.Clean(typed)), " ")
	if !form.Keepable(typed) {
		return code, "form.bad_text"
	}
	switch country {
	case "RU", "BY", "KZ", "KG", "UZ":
		code = strings.NewReplacer(" ", "", "-", "").Replace(code)
		if code == "" {
			return code, "form.required"
		}
		if !postcodeRU.MatchString(code) {
			return code, "account.postcode.ru"
		}
	case "AE":
		if code != "" && !postcodeOther.MatchString(code) {
			return code, "account.postcode.bad"
		}
	default:
		if code == "" {
			return code, "form.required"
		}
		if !postcodeOther.MatchString(code) {
			return code, "account.postcode.bad"
		}
	}
	return strings.ToUpper(code), ""
}

// cleanPhone brings a number to +digits (E.164). Eleven digits that begin with 8, and ten that begin
// with 9, are Russian as people there write them.
func cleanPhone(typed string) (string, bool) {
	whole := form.Keepable(typed)
	if typed = form.Clean(typed); !whole {
		return typed, false
	}
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, typed)
	if strings.Trim(typed, "+0123456789 ()-.\u00a0\u2011\u2013") != "" || strings.LastIndexByte(typed, '+') > 0 {
		return typed, false
	}
	switch {
	case strings.HasPrefix(typed, "+"):
	case len(digits) == 11 && digits[0] == '8':
		digits = "7" + digits[1:]
	case len(digits) == 10 && digits[0] == '9':
		digits = "7" + digits
	}
	if len(digits) < 8 || len(digits) > 15 || digits[0] == '0' || (digits[0] == '7' && len(digits) != 11) {
		return typed, false
	}
	return "+" + digits, true
}

// ShowPhone writes a kept number the way people read it: "+7 912 345-67-89"; others stay as they are.
func ShowPhone(p string) string {
	if len(p) != 12 || !strings.HasPrefix(p, "+7") {
		return p
	}
	return "+7\u00a0" + p[2:5] + "\u00a0" + p[5:8] + "\u2011" + p[8:10] + "\u2011" + p[10:]
}

func phoneProblem(typed string) string {
	switch {
	case !form.Keepable(typed):
		return "form.bad_text"
	case strings.TrimSpace(typed) == "":
		return "form.required"
	}
	return "account.phone.bad"
}

// Addresses lists a person's address book, the default one first.
func (s *Service) Addresses(ctx context.Context, personID int64) ([]Address, error) {
	return selectAddresses(ctx, s.db, personID)
}

// Address reads one entry of a person's own book; a stranger's is NotFound.
func (s *Service) Address(ctx context.Context, personID, id int64) (Address, error) {
	return selectAddress(ctx, s.db, personID, id)
}

// SaveAddress writes an entry: a new one when ID is 0, else the person's own with that ID. The first
// entry of a book becomes the default.
func (s *Service) SaveAddress(ctx context.Context, personID int64, typed Address) (id int64, err error) {
	defer errs.Wrap(&err, "account.SaveAddress(%d, %d)", personID, typed.ID)
	a, fields := typed.Clean()
	if err := errs.Fields(fields); err != nil {
		return 0, err
	}
	err = pg.InTx(ctx, s.db, func(tx pgx.Tx) error {
		if _, err := lockPerson(ctx, tx, personID); err != nil { // one writer per book
			return err
		}
		n, err := countAddresses(ctx, tx, personID)
		if err != nil {
			return err
		}
		if a.ID == 0 && n >= maxAddresses {
			return errs.New(errs.Invalid, "account.addresses.full", "max", maxAddresses)
		}
		a.IsDefault = a.IsDefault || n == 0
		if a.IsDefault {
			if err := clearDefault(ctx, tx, personID); err != nil {
				return err
			}
		}
		if a.ID != 0 {
			id = a.ID
			return updateAddress(ctx, tx, personID, a, s.o.Now())
		}
		id, err = insertAddress(ctx, tx, personID, a, s.o.Now())
		return err
	})
	return id, err
}

// RemoveAddress takes an entry out of a person's own book. Orders keep their own copy.
func (s *Service) RemoveAddress(ctx context.Context, personID, id int64) (err error) {
	defer errs.Wrap(&err, "account.RemoveAddress(%d, %d)", personID, id)
	return pg.InTx(ctx, s.db, func(tx pgx.Tx) error {
		if err := deleteAddress(ctx, tx, personID, id); err != nil {
			return err
		}
		return promoteDefault(ctx, tx, personID)
	})
}
