package app

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/account/accounttest"
	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
)

// An admin finds a rule, writes its next version, sees what would change, publishes it, and the log knows.
func TestAnAdminEditsARuleOfExport(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	person := accounttest.Person(t, s.db)
	accounttest.Grant(t, s.db, s.m.account, person, 0, account.Admin)
	_, admin := s.session(person, 0)
	list := s.get("/admin/export/rules?area=import&step=10", admin)
	page := htmltest.ParseString(t, list.body)
	if list.StatusCode != http.StatusOK || !strings.Contains(page.Text(), "import.eu-833") || strings.Contains(page.Text(), "post.alcohol") {
		t.Fatalf("the list: %d", list.StatusCode)
	}
	for _, path := range []string{"/admin/export/rules/rule/import.eu-833", "/en/admin/export/rules/list/eu", "/admin/export/rules/figure/cn23_value_limit", "/admin/export/rules/edit?kind=list", "/admin/export/rules/edit?kind=figure&name=cn22_sdr"} {
		got := s.get(path, admin)
		if got.StatusCode != http.StatusOK {
			t.Errorf("%s: %d", path, got.StatusCode)
		}
		for _, flaw := range htmltest.ParseString(t, got.body).Lint() {
			t.Errorf("%s: %s", path, flaw)
		}
	}
	tomorrow := time.Now().AddDate(0, 0, 1).Format(time.DateOnly)
	form := url.Values{"kind": {"figure"}, "base": {"1"}, "name": {"cn22_sdr"}, "area": {"form"}, "values": {"250"}, "source": {"новый протокол"},
		"status": {"verified"}, "checked": {tomorrow}, "from": {tomorrow}, "do": {"preview"}}
	preview := s.post("/admin/export/rules/edit", form, admin)
	if preview.StatusCode != http.StatusOK || !strings.Contains(preview.body, "новый протокол") {
		t.Fatalf("the preview: %d", preview.StatusCode)
	}
	form.Set("do", "publish")
	if got := s.post("/admin/export/rules/edit", form, admin); got.StatusCode != http.StatusSeeOther {
		t.Fatalf("publishing: %d\n%s", got.StatusCode, htmltest.ParseString(t, got.body).Text())
	}
	again := s.post("/admin/export/rules/edit", form, admin)
	if again.StatusCode != http.StatusConflict || !strings.Contains(again.body, `name="base" value="2"`) {
		t.Errorf("publishing against an old version: %d", again.StatusCode)
	}
	if n := one[int](s, `select count(*) from audit_log where target_kind = 'export_table'`); n != 1 {
		t.Errorf("%d lines in the log", n)
	}
	form.Set("values", "many")
	form.Set("base", "2")
	form.Set("source", "")
	if bad := s.post("/admin/export/rules/edit", form, admin); bad.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(bad.body, "many") {
		t.Errorf("a figure that is no number: %d", bad.StatusCode)
	}
}

// A condition that names what nobody has is refused in the reader's own language.
func TestAListThatNobodyHasIsToldInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	person := accounttest.Person(t, s.db)
	accounttest.Grant(t, s.db, s.m.account, person, 0, account.Admin)
	_, admin := s.session(person, 0)
	typed := url.Values{"kind": {"rule"}, "base": {"0"}, "name": {"import.typed"}, "area": {"import"}, "step": {"10"}, "when": {"country in @nowhere"},
		"outcome": {"needs"}, "then": {"paper"}, "source": {"письмо"}, "status": {"hypothesis"}, "from": {time.Now().AddDate(0, 0, 1).Format(time.DateOnly)}, "do": {"preview"}}
	for prefix, want := range map[string]string{"": "Нет списка @nowhere", "/en": "There is no list @nowhere"} {
		got := s.post(prefix+"/admin/export/rules/edit", typed, admin)
		if text := htmltest.ParseString(t, got.body).Text(); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(text, want) {
			t.Errorf("%s: %d, want %q", prefix, got.StatusCode, want)
		}
	}
}

// What a database cannot keep as it was typed, or an area that is no name, is refused beside its field.
func TestARuleOfExportIsKeptAsTypedOrRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	person := accounttest.Person(t, s.db)
	accounttest.Grant(t, s.db, s.m.account, person, 0, account.Admin)
	_, admin := s.session(person, 0)
	tomorrow := time.Now().AddDate(0, 0, 1).Format(time.DateOnly)
	for _, field := range []string{"area", "source", "quote", "when", "values", "name"} {
		for _, text := range []string{"import\x00", "import\xff", "\xed\xa0\x80"} {
			typed := url.Values{"kind": {"rule"}, "base": {"0"}, "name": {"import.typed"}, "area": {"import"}, "step": {"10"}, "when": {"country == \"DE\""},
				"outcome": {"needs"}, "source": {"письмо"}, "status": {"hypothesis"}, "from": {tomorrow}, "do": {"publish"}}
			typed.Set(field, text)
			got := s.post("/admin/export/rules/edit", typed, admin)
			if got.StatusCode != http.StatusUnprocessableEntity || !htmltest.ParseString(t, got.body).Has(htmltest.Attr("href", "#"+field)) && field == "area" {
				t.Errorf("%s is %q: %d", field, text, got.StatusCode)
			}
		}
	}
	for _, area := range []string{"", "Ввоз", "a b", strings.Repeat("a", 41)} {
		typed := url.Values{"kind": {"figure"}, "base": {"0"}, "name": {"probe"}, "area": {area}, "values": {"1"}, "source": {"письмо"}, "status": {"hypothesis"},
			"from": {tomorrow}, "do": {"publish"}}
		if got := s.post("/admin/export/rules/edit", typed, admin); got.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("the area %q: %d", area, got.StatusCode)
		}
	}
	if n := one[int](s, `select count(*) from export_rules where id = 'import.typed'`); n != 0 {
		t.Errorf("%d rules are kept", n)
	}
}
