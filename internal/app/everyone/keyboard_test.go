package everyone_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/yarmarka/yarmarka/internal/app/apptest"
)

// 2.1.1, 2.1.2, 2.4.7: a purchase from the home page to the paid order, and what the seller does with it, with no mouse:
// Tab reaches each control in turn, is never kept, and the focus is seen wherever it stands.
func TestBuyingAndSellingByKeyboardAlone(t *testing.T) {
	t.Parallel()
	m := apptest.New(t, apptest.Options{})
	j := newJudge(t, m, m.Visitor(t, ""), "")
	j.Goto("/")
	j.tabTo("main input[name=q]").types("чай\r", "/search")
	j.tabTo("main .prod:has(form [name=offer]) .prod-t a").types("\r", "/p/")
	j.tabTo("main form[data-add] button:not([formaction])").types("\r", "")
	j.WaitFor("document.querySelector('#live').innerText.trim()", "words about the cart")
	j.back(`a[href="/cart"]`).types("\r", "/cart")
	j.tabTo("main .btn--buy").types("\r", "/checkout")
	for name, text := range inOrder("city", "Тула", "street", "Заветная, 7", "postcode", "300000") {
		j.tabTo("[name="+name+"]").types(text, "")
	}
	j.tabTo("button[formaction='/checkout/quote']:not(.sr)").types("\r", "/checkout#")
	j.tabTo("[name^='ship.']")
	if strings.HasPrefix(j.held("value"), "pickup:") { // arrows choose among the ways; the next one takes the address
		j.types(kb.ArrowDown, "")
	}
	for name, text := range inOrder("name", "Вера Соколова", "phone", "8 916 555-01-02", "email", "vera@example.ru") {
		j.tabTo("[name="+name+"]").types(text, "")
	}
	j.tabTo("main form:has([name=city]) .btn--buy").types("\r", "/pay/sandbox/")
	j.tabTo("main .btn--buy").types("\r", "/orders/Y-")
	number := strings.TrimPrefix(j.Path(), "/orders/")

	seller := asked(t, m, `select p.email from purchases b join orders o on o.purchase_id = b.id join memberships w on w.seller_id = o.seller_id and w.role = 'owner'
		join people p on p.id = w.person_id where b.number = '`+strings.SplitN(number, "?", 2)[0]+`' limit 1`)
	j = newJudge(t, m, m.Visitor(t, seller), "")
	j.Goto("/seller")
	j.tabTo(`main a[href^="/seller/orders/`+number+`"]`).types("\r", "/seller/orders/Y-")
	j.tabTo("main form[method=post] button.btn:not(.btn--text):not(.btn--bad)").types("\r", "/seller/orders/Y-")
}

// inOrder yields pairs of names and texts as they stand.
func inOrder(pairs ...string) func(func(string, string) bool) {
	return func(yield func(string, string) bool) {
		for i := 0; i+1 < len(pairs) && yield(pairs[i], pairs[i+1]); i += 2 {
		}
	}
}

// tabTo presses Tab until the focus is on what a selector names.
func (j *judge) tabTo(selector string) *judge {
	j.t.Helper()
	return j.tabs(selector, input.ModifierNone)
}

// back presses Shift and Tab until the focus is on what a selector names.
func (j *judge) back(selector string) *judge {
	j.t.Helper()
	return j.tabs(selector, input.ModifierShift)
}

func (j *judge) tabs(selector string, held input.Modifier) *judge {
	j.t.Helper()
	j.Eval(criteria, nil)
	const most = 200
	for range most {
		j.Run("press Tab", chromedp.KeyEvent("\t", chromedp.KeyModifiers(held)))
		var at struct {
			There bool
			Found []string
		}
		j.Eval(`(() => {
			const e = document.activeElement, there = e.matches(`+quoted(selector)+`)
			return {there, found: there ? criteria.focusSeen() : []}
		})()`, &at)
		if at.There {
			j.blame("by keyboard", at.Found)
			return j
		}
	}
	j.t.Fatalf("%s: %d presses of Tab do not reach %s", j.Path(), most, selector)
	return j
}

// held is an attribute of what has the focus.
func (j *judge) held(attribute string) (value string) {
	j.t.Helper()
	j.Eval(fmt.Sprintf(`document.activeElement.getAttribute(%s) || ''`, quoted(attribute)), &value)
	return value
}

// types presses keys one after another, and waits for the page that they lead to: an address that begins with leads,
// "" stays here.
func (j *judge) types(keys, leads string) *judge {
	j.t.Helper()
	if leads != "" {
		j.Eval("window.before = true", nil)
	}
	j.Keys(keys)
	if leads != "" {
		j.WaitFor("!window.before && document.readyState === 'complete' && (location.pathname + location.hash).startsWith("+quoted(leads)+")", "the page "+leads)
	}
	return j
}
