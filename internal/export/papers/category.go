package papers

import (
	_ "embed"
	"fmt"
	"time"

	"github.com/BurntSushi/toml"
)

//go:embed categories.toml
var categoriesTOML string

// category is how contents are named on each form, from a day to a day.
type category struct {
	Contents    string `toml:"contents"`
	Code        string `toml:"code"`
	UPU         string `toml:"upu"`
	Post        string `toml:"post"`
	CN22        string `toml:"cn22"`
	CN23        string `toml:"cn23"`
	Explanation string `toml:"explanation"`
	Source      string `toml:"source"`
	From        string `toml:"from"`
	To          string `toml:"to"`
	Checked     string `toml:"checked"`
	Status      string `toml:"status"`
}

var categories = func() []category {
	var file struct {
		Category []category `toml:"category"`
	}
	if _, err := toml.Decode(categoriesTOML, &file); err != nil {
		panic("papers: categories.toml: " + err.Error())
	}
	return file.Category
}()

// categoryOn finds how contents are named on forms of a day.
func categoryOn(contents string, day time.Time) (category, error) {
	on := day.Format(time.DateOnly)
	for _, c := range categories {
		if c.Contents == contents && c.From <= on && (c.To == "" || on <= c.To) {
			return c, nil
		}
	}
	return category{}, fmt.Errorf("papers: no category for %q on %s", contents, on)
}

// explain is what stands beside the ticked box: what the category asks for, then the seller's own words.
func (c category) explain(r *Record) string {
	if c.Explanation != "" && r.Explanation != "" {
		return c.Explanation + "; " + r.Explanation
	}
	return c.Explanation + r.Explanation
}
