package payment

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCompanyCheck(t *testing.T) {
	t.Parallel()
	if err := DemoCompany().Check(); err != nil {
		t.Fatal(err)
	}
	// Published numbers of two companies, and a person's from the Tax Service's examples.
	for _, inn := range []string{"7707083893", "7736207543", "500100732259"} {
		if !innOK(inn) {
			t.Errorf("INN %s refused", inn)
		}
	}
	for name, change := range map[string]func(*Company){
		"account":      func(c *Company) { c.Account = "40702810600000000002" },
		"short":        func(c *Company) { c.Account = "4070281060000000000" },
		"another bank": func(c *Company) { c.BIC = "044525225" },
		"inn":          func(c *Company) { c.INN = "7700000008" },
		"kpp":          func(c *Company) { c.KPP = "77" },
		"name":         func(c *Company) { c.Name = "" },
		"corr":         func(c *Company) { c.CorrAccount = "30101810600000000998" },
	} {
		c := DemoCompany()
		change(&c)
		if c.Check() == nil {
			t.Errorf("%s: no fault found", name)
		}
	}
}

func TestBankCodeFollowsGOST(t *testing.T) {
	t.Parallel()
	got := bankCode(DemoCompany(), 429050, "Оплата заказа № K7|204\n"+strings.Repeat("ы", 300))
	fields := strings.Split(got, "|")
	want := []string{"ST00012", "Name=ООО «Ярмарка» (демонстрация)", "PersonalAcc=40702810600000000001",
		"BankName=Демонстрационный банк", "BIC=044525999", "CorrespAcc=30101810600000000999", "Sum=429050"}
	if diff := cmp.Diff(want, fields[:7]); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if len([]rune(fields[7])) != len("Purpose=")+210 || len(fields) != 10 {
		t.Errorf("purpose has %d characters, %d fields", len([]rune(fields[7])), len(fields))
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	got := tokens("Оплата заказа №k7-204, счёт от 20.11.2026 (Т7-15)-")
	if diff := cmp.Diff([]string{"K7-204", "20", "11", "2026", "Т7-15", "T7-15"}, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}
