package slug

import (
	"regexp"
	"testing"

	"pgregory.net/rapid"
)

func TestMake(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Кофемолка ручная «Тула», 25 г": "kofemolka-ruchnaya-tula-25-g",
		"Ёжик в тумане":                 "ezhik-v-tumane",
		"Щётка, объём — 2 л":            "shchetka-obem-2-l",
		"Café Crème №7":                 "cafe-creme-7",
		"  --  ":                        "",
		"茶":                             "",
	} {
		if got := Make(text, 60); got != want {
			t.Errorf("Make(%q) = %q, want %q", text, got, want)
		}
	}
	if got := Make("один два три четыре", 12); got != "odin-dva-tri" {
		t.Errorf("cut at a dash: %q", got)
	}
}

func TestMakeIsAlwaysAnAddress(t *testing.T) {
	t.Parallel()
	shape := regexp.MustCompile(`^([a-z0-9]+(-[a-z0-9]+)*)?$`)
	rapid.Check(t, func(t *rapid.T) {
		text, max := rapid.String().Draw(t, "text"), rapid.IntRange(1, 80).Draw(t, "max")
		got := Make(text, max)
		if !shape.MatchString(got) || len(got) > max {
			t.Fatalf("Make(%q, %d) = %q", text, max, got)
		}
	})
}
