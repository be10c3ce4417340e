package web_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/yarmarka/yarmarka/internal/platform/art"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
	"github.com/yarmarka/yarmarka/web"
)

var drawing = regexp.MustCompile(`/media/art/([a-z]+)-([a-z]+)\.svg`)

// Every error page has a drawing that exists, one heading and a way on.
func TestErrorPagesAreDrawn(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusRequestEntityTooLarge,
		http.StatusUnprocessableEntity, http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusServiceUnavailable} {
		var page strings.Builder
		if err := web.ErrorPage(web.ErrorView{Status: status, Message: "?", RequestID: "7f3a"}).Render(web.WithShell(t.Context(), &web.Shell{}), &page); err != nil {
			t.Fatal(err)
		}
		m := drawing.FindStringSubmatch(page.String())
		if m == nil {
			t.Errorf("%d has no drawing", status)
			continue
		}
		if _, ok := art.SVG(m[1], m[2]); !ok {
			t.Errorf("%d: nobody draws %s", status, m[0])
		}
		if strings.Count(page.String(), "<h1") != 1 || !strings.Contains(page.String(), `class="btn`) {
			t.Errorf("%d: not one heading, or no way on", status)
		}
	}
}

// Whoever sent too much is led back to the form, and never to another site.
func TestTheWayBackIsOurs(t *testing.T) {
	t.Parallel()
	for referer, want := range map[string]string{
		"https://yarmarka.test/en/seller/imports?tab=1": "/en/seller/imports?tab=1",
		"https://evil.test/seller/imports":              "",
		"https://yarmarka.test//evil.test/":             "",
		"javascript:alert(1)":                           "",
		"":                                              "",
	} {
		r := httptest.NewRequest(http.MethodPost, "https://yarmarka.test/seller/imports", nil).WithContext(web.WithShell(t.Context(), &web.Shell{}))
		r.Header.Set("Referer", referer)
		w := httptest.NewRecorder()
		web.Fail(w, r, errs.New(errs.TooLarge, "form.too_large"))
		page := htmltest.ParseString(t, w.Body.String())
		if got := page.Find(htmltest.Tag("main")).Find(htmltest.Class("btn")).Attr("href"); w.Code != http.StatusRequestEntityTooLarge || got != want && want+got != "/" {
			t.Errorf("%q leads to %q, want %q", referer, got, want)
		}
	}
}
