package payment

import (
	"testing"

	"github.com/BurntSushi/toml"
)

// The operator's requisites file, whatever it holds, is read or refused.
func FuzzCompanyFile(f *testing.F) {
	f.Add("name = \"ООО Ромашка\"\ninn = \"7707083893\"\n")
	f.Add("name = 1")
	f.Add("[a]\nb = [")
	f.Fuzz(func(t *testing.T, text string) {
		var company Company
		if _, err := toml.Decode(text, &company); err == nil && company.Check() == nil && company.Name == "" {
			t.Fatalf("%q passes", text)
		}
	})
}
