package app_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/yarmarka/yarmarka/internal/app/apptest"
	"github.com/yarmarka/yarmarka/internal/platform/browsertest"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// An exception of each kind goes through its desk: the expert gives an opinion, the currency-control officer accepts a
// contract, the customs officer releases one parcel and asks about another, whose seller answers with a paper.
func TestJourneyOfficers(t *testing.T) {
	t.Parallel()
	for _, w := range []way{ruDesk, {enPhone.lang, true, browsertest.Phone}} {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			m := apptest.New(t, apptest.Options{})
			m.OnTheDesks(t)
			customs := someone(t, m, w).signIn("customs@example.com")
			customs.WaitPath(customs.path("/export/desks/customs")) // a sign-in lands an officer at their desk
			customs.takesNextCase("customs")
			customs.refusesCaseWithoutReason()
			asked := customs.Path()
			customs.rules("more", "r", "Положите посылку на весы ещё раз и пришлите снимок.")
			customs.rules("release", "a", "")
			customs.Wait(customs.says("export.desk.empty.queue"))

			seller := someone(t, m, w).signIn("alsu@example.com")
			seller.open("/seller/export/cases/" + asked[strings.LastIndexByte(asked, '/')+1:])
			seller.Wait("Положите посылку на весы ещё раз")
			scan := filepath.Join(t.TempDir(), "весы.pdf")
			if err := os.WriteFile(scan, []byte("%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			seller.Upload("[name=file]", scan)
			seller.fill(map[string]string{"note": "Взвесили при вас: 520 г."})
			seller.follow("main form[enctype] button[type=submit]")
			seller.Wait(seller.says("export.desk.own.sent"))

			customs.takesNextCase("customs") // the case is back with its answer
			customs.Wait("Взвесили при вас: 520 г.")
			customs.rules("release", "a", "")

			expert := someone(t, m, w).signIn("expert@example.com")
			expert.takesNextCase("culture")
			expert.answersQuestions()
			expert.rules("release", "a", "Вывоз возможен.")

			control := someone(t, m, w).signIn("currency@example.com")
			control.takesNextCase("currency")
			control.rules("release", "a", "")
			for desk, want := range map[string]int{"customs": 2, "culture": 2, "currency": 2} { // one of culture and one of currency the demonstration decided itself
				n, err := pg.Scalar[int](t.Context(), m.DB, `select count(*) from export_cases where kind = $1 and verdict = 'release'`, desk)
				if err != nil || n != want {
					t.Errorf("%s released %d, want %d (%v)", desk, n, want, err)
				}
			}
		})
	}
}

// takesNextCase opens what must not wait: by a key where there are scripts.
func (p *person) takesNextCase(desk string) {
	p.t.Helper()
	p.open("/export/desks/" + desk)
	p.goes(func() {
		if p.noJS {
			p.Click(p.says("export.desk.next"))
		} else {
			p.Keys("j")
		}
	})
	p.WaitPath(p.path("/export/desks/" + desk + "/cases/"))
}

// refusesCaseWithoutReason: a refusal without a reason is not taken, and what was typed stays.
func (p *person) refusesCaseWithoutReason() {
	p.t.Helper()
	p.fill(map[string]string{"note": "Так нельзя"})
	p.follow("button[name=do][value=refuse]")
	p.Wait(p.says("export.desk.choose_reason"))
	if got := p.value("note"); got != "Так нельзя" {
		p.t.Errorf("the note is lost: %q", got)
	}
}

// rules decides the case on the page: with a key where there are scripts. The next one opens by itself.
func (p *person) rules(verdict, key, note string) {
	p.t.Helper()
	p.fill(map[string]string{"note": note})
	if p.noJS {
		p.follow("button[name=do][value=" + verdict + "]")
		return
	}
	p.Eval("document.activeElement.blur()", nil)
	p.goes(func() { p.Keys(key) })
}

// answersQuestions fills in what the expert's questionnaire requires and the facts have not answered.
func (p *person) answersQuestions() {
	p.t.Helper()
	for name, value := range map[string]string{"q.technique": "медь, ковка", "q.mass": "series", "q.fund": "no", "q.photos": "enough"} {
		p.Eval(`document.querySelector(`+quoted(`[name="`+name+`"]`)+`).value = `+quoted(value), nil)
	}
	if got := p.Count(`[name="q.year"]`); got != 1 {
		p.t.Errorf("the year is asked %d times", got)
	}
}
