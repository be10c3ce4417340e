package everyone_test

import (
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/yarmarka/yarmarka/internal/app/apptest"
)

// said is what tells of the act just made: the focus goes there, so that Tab goes on from it.
const said = ".flash"

// lands checks where the focus is after an act: on the words about it, or on the summary of what was wrong.
func (j *judge) lands(selector string) *judge {
	j.t.Helper()
	j.WaitFor("document.activeElement.matches("+quoted(selector)+")", "the focus on "+selector+" of "+j.Path())
	var found []string
	j.Eval(criteria, nil)
	j.Eval("criteria.focusSeen()", &found)
	j.blame("by keyboard", found)
	return j
}

// presses sends the form whose button has the focus; the page that follows begins with leads.
func (j *judge) presses(button, leads string) *judge {
	j.t.Helper()
	return j.tabTo(button).types("\r", leads)
}

// 2.1.1, 2.1.2, 2.4.3, 2.4.7: a moderator takes a change, is refused without a reason, refuses it with one, and approves the
// next, with no mouse and no shortcut: after each act the focus is where they go on.
func TestModeratingByKeyboardAlone(t *testing.T) {
	t.Parallel()
	m := apptest.New(t, apptest.Options{})
	j := newJudge(t, m, m.Visitor(t, "moderator@example.com"), "")
	j.Goto("/admin")
	j.presses(`main a.task[href="/admin/moderation"]`, "/admin/moderation")
	j.presses(`main form[action$="/moderation/next"] button`, "/admin/moderation/")
	j.tabTo("main [name=note]").types("Так нельзя", "")
	j.presses("main button[name=do][value=no]", "/admin/moderation/").lands("[data-errsum]")
	j.tabTo("main [name=code]").types(" ", "")
	j.presses("main button[name=do][value=no]", "/admin/moderation").lands(said)
	j.presses("main button[name=do][value=ok]", "/admin/moderation").lands(said)
	if enough := asked(t, m, `select (count(*) >= 2)::text from change_requests where status in ('approved', 'rejected') and decided_at > now() - interval '10 minutes'`); enough != "true" {
		t.Error("fewer than two were decided")
	}
}

// The officers of the three desks each decide a case by keyboard alone.
func TestDecidingCasesByKeyboardAlone(t *testing.T) {
	t.Parallel()
	m := apptest.New(t, apptest.Options{})
	m.OnTheDesks(t)
	for desk, who := range map[string]string{"culture": "expert@example.com", "currency": "currency@example.com", "customs": "customs@example.com"} {
		t.Run(desk, func(t *testing.T) {
			t.Parallel()
			j := newJudge(t, m, m.Visitor(t, who), "")
			path := "/export/desks/" + desk
			j.Goto(path)
			j.presses(`main form[action$="/next"] button`, path+"/cases/")
			j.tabTo("main [name=note]").types("Не хватает бумаги", "")
			j.presses("main button[name=do][value=refuse]", path+"/cases/").lands("[data-errsum]")
			j.tabTo("main [name=reason]").types(" ", "")
			j.presses("main button[name=do][value=refuse]", path).lands(said)
			if n := asked(t, m, `select count(*)::text from export_cases where kind = '`+desk+`' and verdict = 'refuse'`); n != "1" {
				t.Errorf("%s cases were refused", n)
			}
		})
	}
}

// A seller takes an order, packs it and hands it over with its number, by keyboard alone.
func TestShippingByKeyboardAlone(t *testing.T) {
	t.Parallel()
	m := apptest.New(t, apptest.Options{})
	number := asked(t, m, `select o.number from orders o join parcels c on c.order_id = o.id and c.seller_id = o.seller_id join sellers s on s.id = o.seller_id
		where c.state = 'confirmed' and s.slug = 'kruzhka-i-turka' and o.method->>'abroad' is null order by o.id limit 1`)
	j := newJudge(t, m, m.Visitor(t, "alsu@example.com"), "")
	j.Goto("/seller")
	page := "/seller/orders/" + number
	j.presses(`main a[href="`+page+`"]`, page)
	j.presses("main form:has([name=to][value=assembling]) button", page).lands(said)
	j.tabTo("main [name=boxes]").types(kb.Backspace+"1", "")
	j.presses("main form:has([name=to][value=packed]) button", page).lands(said)
	j.tabTo("main [name=carrier]").types("Почта России", "")
	j.tabTo("main [name=tracking]").types("80080085123456", "")
	j.presses("main form:has([name=to][value=handed_over]) button", page).lands(said)
	if state := asked(t, m, `select c.state from parcels c join orders o on o.id = c.order_id and o.seller_id = c.seller_id where o.number = '`+number+`'`); state != "handed_over" {
		t.Errorf("the parcel is %s", state)
	}
}
