// Package seller knows the shops: who applied, who is behind them by law, whether they are open,
// on holiday or suspended, and how well they serve. It owns the table sellers and the pages of one
// shop's own settings. Closing a shop never touches its goods: what may be bought is computed from
// the shop's state, so a reopened shop comes back exactly as it was.
package seller

import (
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// Statuses of a shop.
const (
	Applied    = "applied"
	Onboarding = "onboarding"
	InReview   = "in_review"
	Open       = "open"
	Suspended  = "suspended"
	Terminated = "terminated"
)

// Seller is a shop as the tables keep it.
type Seller struct {
	ID          int64
	Slug        string
	Name        string
	Status      string
	StatusNote  string
	Trusted     bool
	ApplicantID int64
	Legal
	Contact
	AboutRU, AboutEN         string
	VacationFrom, VacationTo *time.Time // whole days, both included
	Delivery
	Quality
	Version   int
	CreatedAt time.Time
	OpenedAt  *time.Time
}

// Legal is the identity block that the law asks every shop page to show.
type Legal struct {
	LegalForm    string // ip | ooo | self | foreign
	LegalName    string
	INN          string // 10 or 12 digits
	OGRN         string // 13 or 15 digits; "" for the self-employed
	LegalAddress string
}

// Contact says where the shop is and how to reach it.
type Contact struct {
	Email string
	Phone string
	City  string
}

// Delivery is what the shop usually asks for and takes: the estimate shown before an address is known.
type Delivery struct {
	DispatchDays int           // until the parcel is handed over
	TransitDays  int           // on the way
	DeliveryFee  money.Amount  // RUB
	FreeFrom     *money.Amount // RUB; nil: never free
}

// Quality is how the shop serves, by its orders.
type Quality struct {
	RatingHundredths int // 482 is 4.82; 0: not rated yet
	Ratings          int
	Sales            int
	OnTimePermille   int // -1: no orders to judge by
	CancelPermille   int // -1
}

// About is the shop's own words in a language, Russian standing in for missing English.
func (s Seller) About(lang i18n.Lang) string {
	if lang == i18n.EN && s.AboutEN != "" {
		return s.AboutEN
	}
	return s.AboutRU
}

// Away reports whether the shop is on holiday on the day of now, as Moscow counts days, and the
// first day it is back.
func (s Seller) Away(now time.Time) (back time.Time, away bool) {
	if s.VacationFrom == nil || s.VacationTo == nil {
		return time.Time{}, false
	}
	day := now.In(i18n.Moscow).Format(time.DateOnly)
	away = s.VacationFrom.Format(time.DateOnly) <= day && day <= s.VacationTo.Format(time.DateOnly)
	return s.VacationTo.AddDate(0, 0, 1), away
}

// Path is the shop's public page.
func (s Seller) Path() string { return Path(s.Slug) }

// Path is the public page of the shop with that slug.
func Path(slug string) string { return "/shops/" + slug }

// CheckINN checks the control digits of a Russian taxpayer number (order ММВ-7-6/435@ of the Federal
// Tax Service): 10 digits of an organisation or 12 of a person.
func CheckINN(inn string) bool {
	switch len(inn) {
	case 10:
		return digits(inn) && control(inn, 9, []int{2, 4, 10, 3, 5, 9, 4, 6, 8})
	case 12:
		return digits(inn) && control(inn, 10, []int{7, 2, 4, 10, 3, 5, 9, 4, 6, 8}) &&
			control(inn, 11, []int{3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8})
	}
	return false
}

func control(number string, at int, weights []int) bool {
	sum := 0
	for i, w := range weights {
		sum += w * int(number[i]-'0')
	}
	return sum%11%10 == int(number[at]-'0')
}

// CheckOGRN checks a state registration number: 13 digits of an organisation (the last is the rest
// modulo 11) or 15 of a sole trader (modulo 13).
func CheckOGRN(ogrn string) bool {
	if (len(ogrn) != 13 && len(ogrn) != 15) || !digits(ogrn) {
		return false
	}
	var n int64
	for _, d := range ogrn[:len(ogrn)-1] {
		n = n*10 + int64(d-'0')
	}
	return n%int64(len(ogrn)-2)%10 == int64(ogrn[len(ogrn)-1]-'0')
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// Errors of this package.
var (
	ErrNotFound = errs.New(errs.NotFound, "seller.not_found")
	ErrMove     = errs.New(errs.Conflict, "seller.cannot_move")
	ErrOwn      = errs.New(errs.Conflict, "seller.own_shop")
	ErrStale    = errs.New(errs.Conflict, "seller.stale")
	ErrApplied  = errs.New(errs.Conflict, "seller.applied_already")
)
