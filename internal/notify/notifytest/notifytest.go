// Package notifytest reads the outbox for tests, letters as their readers get them. Only _test.go files import it.
package notifytest

import (
	"slices"
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/notify"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Mails gives the latest mails of a template to a recipient with both their forms, the oldest first; "" means any.
func Mails(t testing.TB, db pg.DB, template, to string) []notify.Entry {
	t.Helper()
	s := notify.New(db, nil, time.Now)
	list, err := s.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var mails []notify.Entry
	for _, e := range slices.Backward(list) {
		if (template != "" && e.Template != template) || (to != "" && e.Recipient != to) {
			continue
		}
		if e, err = s.Get(t.Context(), e.ID); err != nil {
			t.Fatal(err)
		}
		mails = append(mails, e)
	}
	return mails
}

// Texts gives the plain texts of Mails.
func Texts(t testing.TB, db pg.DB, template, to string) []string {
	t.Helper()
	var texts []string
	for _, e := range Mails(t, db, template, to) {
		texts = append(texts, e.Body)
	}
	return texts
}

// Last gives the plain text of the latest mail of Mails, "" where there is none.
func Last(t testing.TB, db pg.DB, template, to string) string {
	t.Helper()
	if texts := Texts(t, db, template, to); len(texts) > 0 {
		return texts[len(texts)-1]
	}
	return ""
}
