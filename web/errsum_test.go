package web_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web/ui"
)

// A summary of several empty fields says of each what is missing; a field without words of its own keeps the general ones.
func TestEmptyFieldsAreNamed(t *testing.T) {
	t.Parallel()
	problems := ui.ErrsOf(i18n.WithLang(t.Context(), i18n.RU), errs.Fields([]errs.Field{
		{Name: "city", Key: "form.required"}, {Name: "street", Key: "form.required"}, {Name: "ship.7", Key: "form.required"}}))
	want := ui.Errs{{Field: "city", Text: "Напишите город или посёлок."}, {Field: "street", Text: "Напишите улицу и дом."},
		{Field: "ship.7", Text: "Заполните это поле."}}
	if diff := cmp.Diff(want, problems); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
