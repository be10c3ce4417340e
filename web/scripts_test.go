package web_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/a-h/templ"
	browser "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/yarmarka/yarmarka/internal/platform/art"
	"github.com/yarmarka/yarmarka/internal/platform/browsertest"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/static"
	"github.com/yarmarka/yarmarka/web/ui"
)

// policy is as strict as the site's own.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'"

// bench is a server with one page of components and a memory of what was sent to it.
type bench struct {
	mu   sync.Mutex
	sent []string
	body func(ctx context.Context) templ.Component
}

func (b *bench) record(r *http.Request) {
	if err := r.ParseForm(); err != nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sent = append(b.sent, r.URL.Path+" "+r.PostForm.Encode())
}

func (b *bench) last() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.sent) == 0 {
		return ""
	}
	return b.sent[len(b.sent)-1]
}

func (b *bench) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /static/", static.Handler())
	mux.Handle("GET /media/art/", art.Handler())
	mux.HandleFunc("GET /suggest", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `<ul><li><a href="/search?q=one">%s один</a></li><li><a href="/search?q=two">%[1]s два</a></li></ul>`, templ.EscapeString(r.FormValue("q")))
	})
	mux.HandleFunc("POST /", func(w http.ResponseWriter, r *http.Request) {
		b.record(r)
		if web.WantsJSON(r) {
			if err := web.JSON(w, r, http.StatusOK, web.Added{Count: 4, Message: "Положили в корзину"}); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
			}
			return
		}
		http.Redirect(w, r, "/done", http.StatusSeeOther)
	})
	mux.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		ctx := web.WithShell(r.Context(), &web.Shell{Path: r.URL.Path, Query: r.URL.RawQuery})
		content := templ.ComponentFunc(func(ctx context.Context, out io.Writer) error {
			if _, err := fmt.Fprintf(out, "<h1>%s</h1>", r.URL.RequestURI()); err != nil {
				return err
			}
			return b.body(ctx).Render(templ.ClearChildren(ctx), out)
		})
		layout := web.Layout(web.Page{Title: "Опыт"})
		filledIn := templ.ComponentFunc(func(ctx context.Context, out io.Writer) error {
			return layout.Render(templ.WithChildren(ctx, content), out)
		})
		if err := web.Render(w, r.WithContext(ctx), http.StatusOK, filledIn); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	return mux
}

// open shows one component, and fails the test at its end if the policy refused anything.
func open(t *testing.T, o browsertest.Options, body func(ctx context.Context) templ.Component) (*bench, *browsertest.Page) {
	t.Helper()
	b := &bench{body: body}
	p := browsertest.New(t, b.handler(), o).Goto("/page")
	t.Cleanup(func() {
		for _, line := range p.Console() {
			if strings.Contains(line, "Content Security Policy") || strings.HasPrefix(line, "exception") {
				t.Errorf("the page complains: %s", line)
			}
		}
	})
	return b, p
}

func waitSent(t *testing.T, b *bench, want string) {
	t.Helper()
	for range 400 {
		if b.last() == want {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("sent %q, want %q", b.last(), want)
}

var grinder = ui.Product{ID: "7", Offer: "70", Title: "Кофемолка", Href: "/p/tula", Pic: ui.Pic{Src: art.URL("grinder", "malachite")}, Price: ui.Money{Now: "4 290 ₽"}}

func TestCardWorksWithAndWithoutScripts(t *testing.T) {
	t.Parallel()
	card := func(context.Context) templ.Component { return ui.Prods([]ui.Product{grinder}) }
	for _, noJS := range []bool{false, true} {
		t.Run(fmt.Sprintf("no scripts %v", noJS), func(t *testing.T) {
			t.Parallel()
			b, p := open(t, browsertest.Options{NoJS: noJS}, card)
			p.Click("В корзину: Кофемолка")
			waitSent(t, b, "/cart/lines offer=70&product=7&qty=1")
			if noJS {
				p.WaitPath("/done").Goto("/page")
			} else {
				p.WaitFor(`document.querySelector('[data-cart-count]').textContent === '4'`, "the new count")
				p.WaitFor(`document.getElementById('live').textContent.includes('Положили')`, "the words for screen readers")
			}
			p.Click("В избранное: Кофемолка")
			waitSent(t, b, "/wishes offer=70&on=1&product=7&qty=1")
			if !noJS {
				p.WaitFor(`document.querySelector('[data-fav]').getAttribute('aria-pressed') === 'true'`, "the heart to turn")
			}
		})
	}
}

func TestEnterInAQuantityNeverTakesOneAway(t *testing.T) {
	t.Parallel()
	qty := func(context.Context) templ.Component {
		return templ.Join(templ.Raw(`<form method="post" action="/cart/lines/7">`), ui.Qty(ui.Amount{ID: "q7", Value: "2", What: "Кофемолка"}), templ.Raw(`</form>`))
	}
	for _, noJS := range []bool{false, true} {
		t.Run(fmt.Sprintf("no scripts %v", noJS), func(t *testing.T) {
			t.Parallel()
			b, p := open(t, browsertest.Options{NoJS: noJS, Width: browsertest.Phone}, qty)
			p.Press("Количество: Кофемолка", "5\r")
			waitSent(t, b, "/cart/lines/7 act=set&qty=5")
			p.WaitPath("/done").Goto("/page").Click("Больше: Кофемолка")
			waitSent(t, b, "/cart/lines/7 act=plus&qty=2")
		})
	}
}

// htmx comes after the page has been shown; a choice made before it is not lost.
func TestWhatIsChosenBeforeTheScriptComesIsTold(t *testing.T) {
	t.Parallel()
	b := &bench{body: func(context.Context) templ.Component {
		return templ.Raw(`<form data-hx-post="/chosen" data-hx-trigger="change" data-hx-swap="none"><input type="checkbox" name="a" value="1"></form>`)
	}}
	choose := `addEventListener('load', () => document.querySelector('[name=a]').click())`
	p := browsertest.New(t, b.handler(), browsertest.Options{})
	p.Run("choose early", chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := browser.AddScriptToEvaluateOnNewDocument(choose).Do(ctx)
		return err
	}))
	p.Goto("/page")
	waitSent(t, b, "/chosen a=1")
}

func TestSuggestionsAreWalkedByKeys(t *testing.T) {
	t.Parallel()
	_, p := open(t, browsertest.Options{}, func(context.Context) templ.Component { return templ.NopComponent })
	p.Press("Товары и магазины", "чай").Wait("чай два")
	p.Keys(kb.ArrowDown+kb.ArrowDown).WaitFor(`document.activeElement.getAttribute('aria-activedescendant') === 'q-list-1'`, "the second suggestion")
	p.Keys("\r").WaitPath("/search?q=two")
}

func TestHoldCountsDownAndAsksAgain(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 21, 11, 0, 0, 0, time.UTC)
	_, p := open(t, browsertest.Options{}, func(context.Context) templ.Component {
		return ui.Hold(ui.HoldTime{Until: now.Add(3 * time.Second), Now: now, Whole: 10 * time.Minute, Clock: "14:00"})
	})
	p.Eval("window.seen = true", new(bool))
	p.WaitFor(`document.querySelector('[data-hold-left]').textContent === '0:01'`, "the countdown")
	p.WaitFor(`!window.seen && document.querySelector('[data-hold]')`, "the page to be asked for again")
}

func TestThumbnailsScrollTheGallery(t *testing.T) {
	t.Parallel()
	pics := []ui.Pic{{Src: art.URL("grinder", "malachite"), Alt: "Спереди"}, {Src: art.URL("beans", "jasper"), Alt: "Зерно"}}
	for _, noJS := range []bool{false, true} {
		t.Run(fmt.Sprintf("no scripts %v", noJS), func(t *testing.T) {
			t.Parallel()
			_, p := open(t, browsertest.Options{Width: browsertest.Phone, NoJS: noJS}, func(context.Context) templ.Component { return ui.Gallery(pics) })
			p.Click("Фото 2").WaitFor(`Math.abs(document.querySelector('.gal-strip').scrollLeft - document.querySelector('.gal-strip').clientWidth) < 3`, "the second picture")
			if !noJS {
				p.WaitFor(`document.querySelector('.gal-th [aria-current]').hash === '#ph2'`, "the second thumbnail")
			}
		})
	}
}

func TestErrorSummaryIsReadFirstAndLeadsToTheField(t *testing.T) {
	t.Parallel()
	_, p := open(t, browsertest.Options{}, func(ctx context.Context) templ.Component {
		problems := ui.ErrsOf(ctx, errs.Fields([]errs.Field{{Name: "phone", Key: "form.required"}}))
		return templ.Join(ui.Errsum(problems), ui.Field(ui.Input{Name: "phone", Label: "Телефон", Err: problems.Of("phone")}))
	})
	p.WaitFor(`document.activeElement.matches('[data-errsum]')`, "the focus on the summary")
	p.Click(i18n.In(i18n.RU, "form.required.phone")).WaitFor(`document.activeElement.id === 'phone'`, "the focus on the field")
}

func TestModeratorsKeysWorkOnAnyLayoutButNotWhileTyping(t *testing.T) {
	t.Parallel()
	b, p := open(t, browsertest.Options{}, func(context.Context) templ.Component {
		return templ.Join(templ.Raw(`<form method="post" action="/decide" data-keys>`),
			ui.Radios(ui.Choices{Name: "code", Legend: "Причина", Options: []ui.Choice{{Value: "K04", Label: "Обещания"}, {Value: "K11", Label: "Документ"}}}),
			ui.Textarea(ui.Area{Name: "msg", Label: "Сообщение"}), ui.Button(ui.Btn{Label: "Вернуть", Name: "do", Value: "back", Key: "R"}), templ.Raw(`</form>`))
	})
	p.Press("Сообщение", "r")
	if b.last() != "" {
		t.Fatalf("typing sent %s", b.last())
	}
	p.Eval("document.activeElement.blur()", nil).Keys("2").WaitFor(`document.querySelector('[value=K11]').checked`, "the second reason")
	p.Keys("r")
	waitSent(t, b, "/decide code=K11&do=back&msg=r")
}
