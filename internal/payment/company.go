package payment

import (
	"errors"
	"fmt"
	"strings"

	"github.com/yarmarka/yarmarka/internal/platform/money"
)

// Company is who receives money by bank: the platform's requisites.
type Company struct {
	Name        string // at most 160 characters
	INN         string // 10 or 12 digits
	KPP         string // 9 digits; empty for a sole trader
	Account     string // 20 digits
	Bank        string // at most 45 characters
	BIC         string // 9 digits
	CorrAccount string // 20 digits
}

// DemoCompany is for demonstrations: its numbers have right check digits and belong to nobody.
func DemoCompany() Company {
	return Company{Name: "ООО «Ярмарка» (демонстрация)", INN: "7700000009", KPP: "770001001",
		Account: "40702810600000000001", Bank: "Демонстрационный банк", BIC: "044525999", CorrAccount: "30101810600000000999"}
}

// Check finds mistyped requisites: lengths, and the check digits of INN (order of the Federal Tax
// Service) and of the accounts with the BIC (Bank of Russia, order of 08.09.1997 № 515).
func (c Company) Check() error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if n := len([]rune(c.Name)); n == 0 || n > 160 {
		fault("name: 1 to 160 characters")
	}
	if n := len([]rune(c.Bank)); n == 0 || n > 45 {
		fault("bank: 1 to 45 characters")
	}
	if !digits(c.BIC, 9) {
		fault("BIC %q: 9 digits", c.BIC)
	}
	if c.KPP != "" && !digits(c.KPP, 9) {
		fault("KPP %q: 9 digits", c.KPP)
	}
	if !innOK(c.INN) {
		fault("INN %q: not a valid number", c.INN)
	}
	if digits(c.BIC, 9) {
		if !digits(c.Account, 20) || accountKey(c.BIC[6:]+c.Account) != 0 {
			fault("account %q: not an account of BIC %s", c.Account, c.BIC)
		}
		if !digits(c.CorrAccount, 20) || accountKey("0"+c.BIC[4:6]+c.CorrAccount) != 0 {
			fault("correspondent account %q: not of BIC %s", c.CorrAccount, c.BIC)
		}
	}
	return errors.Join(faults...)
}

func digits(s string, n int) bool {
	return len(s) == n && strings.Trim(s, "0123456789") == ""
}

// accountKey is 0 for a right account of 20 digits behind three digits of its bank.
func accountKey(s string) int {
	weights, sum := [3]int{7, 1, 3}, 0
	for i := range len(s) {
		sum += int(s[i]-'0') * weights[i%3] % 10
	}
	return sum % 10
}

// innOK checks the last digit of a company's INN, or the last two of a person's.
func innOK(s string) bool {
	weights := []int{3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8}
	check := func(n int) bool {
		sum, w := 0, weights[len(weights)-n:]
		for i := range n {
			sum += int(s[i]-'0') * w[i]
		}
		return sum%11%10 == int(s[n]-'0')
	}
	switch {
	case digits(s, 10):
		return check(9)
	case digits(s, 12):
		return check(10) && check(11)
	}
	return false
}

// bankCode is the text of a payment's QR code after GOST R 56042-2014: version 1, UTF-8 ("ST00012"),
// the five required fields first and in order, the sum in kopecks.
func bankCode(c Company, a money.Amount, purpose string) string {
	clean := func(s string, n int) string {
		s = strings.NewReplacer("|", " ", "\n", " ", "\r", " ").Replace(s)
		if r := []rune(s); len(r) > n {
			s = string(r[:n])
		}
		return s
	}
	fields := []string{"ST00012", "Name=" + clean(c.Name, 160), "PersonalAcc=" + c.Account, "BankName=" + clean(c.Bank, 45),
		"BIC=" + c.BIC, "CorrespAcc=" + c.CorrAccount, fmt.Sprintf("Sum=%d", a), "Purpose=" + clean(purpose, 210), "PayeeINN=" + c.INN}
	if c.KPP != "" {
		fields = append(fields, "KPP="+c.KPP)
	}
	return strings.Join(fields, "|")
}
