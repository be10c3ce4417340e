package htmltest

import (
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const page = `<!doctype html><main><h1>Корзина</h1>
<nav aria-label="Путь"><a href="/c/tea">Чай</a></nav>
<form method="post" action="/cart/lines"><input type="hidden" name="offer" value="7">
<label for="q">Количество</label><input id="q" name="qty" value="2">
<label><input type="checkbox" name="gift" checked> Подарок</label>
<label><input type="checkbox" name="wrap" value="1"> Бумага</label>
<label for="c">Город</label><select id="c" name="city"><option value="1">Тула</option><option value="2" selected>Тверь</option></select>
<textarea name="note" aria-label="Записка">
две строки
и ещё</textarea>
<button name="act" value="plus" formaction="/cart/lines/7">Больше</button></form>
<p data-testid="total">К оплате <b>4 290 ₽</b></p><script>var hidden = 1</script></main>`

func TestFindByRoleLabelAndTestID(t *testing.T) {
	t.Parallel()
	doc := ParseString(t, page)
	for name, got := range map[string]string{
		"heading": doc.One(Role("heading", "")).Text(),
		"link":    doc.Find(Role("link", "Чай")).Attr("href"),
		"nav":     doc.Find(Role("navigation", "Путь")).Tag(),
		"label":   doc.One(Label("Количество")).Value(),
		"around":  doc.One(Label("Бумага")).Attr("name"),
		"select":  doc.One(Label("Город")).Value(),
		"area":    doc.One(Label("Записка")).Value(),
		"testid":  doc.One(TestID("total")).Text(),
	} {
		want := map[string]string{"heading": "Корзина", "link": "/c/tea", "nav": "nav", "label": "2", "around": "wrap",
			"select": "2", "area": "две строки\nи ещё", "testid": "К оплате 4 290 ₽"}[name]
		if got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	if doc.Has(Text("hidden")) {
		t.Error("a script counts as text")
	}
}

func TestPressSendsWhatABrowserWould(t *testing.T) {
	t.Parallel()
	got := ParseString(t, page).Find(Role("button", "Больше")).Press()
	want := Form{Method: "post", Action: "/cart/lines/7", Values: url.Values{"offer": {"7"}, "qty": {"2"}, "gift": {"on"},
		"city": {"2"}, "note": {"две строки\nи ещё"}, "act": {"plus"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("form (-want +got):\n%s", diff)
	}
}

func TestLintFindsBrokenPromises(t *testing.T) {
	t.Parallel()
	got := ParseString(t, `<main><h1>А</h1><h1>Б</h1><p id="x" style="color:red"></p><p id="x"></p><img src="a.svg">
<label for="gone">Имя</label><input name="n"><button onclick="go()"></button><a href="javascript:go()">Иди</a><script>go()</script></main>`).Lint()
	want := []string{`2 h1, want one`, `<a> has a javascript address`, `<button> has an inline onclick`, `<label for> points to "gone", which is not there`,
		`<p> has an inline style`, `a <button > without a name`, `a <input n> without a name`, `an img without alt: a.svg`,
		`an inline <script>`, `id "x" is given 2 times`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("lint (-want +got):\n%s", diff)
	}
}
