package browsertest

import (
	"fmt"
	"net/http"
	"testing"
)

func shop() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<!doctype html><title>Лавка</title><form method="post" action="/buy">
<label for="n">Имя</label><input id="n" name="n"><label>Город <select name="c"><option>Тула<option>Тверь</select></label>
<label><input type="checkbox" name="g"> Подарок</label><button>Купить</button></form>
<p id="js">без скрипта</p><script>document.getElementById('js').textContent='со скриптом '+innerWidth</script>`)
	})
	mux.HandleFunc("POST /buy", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `<!doctype html><h1>Спасибо, %s, %s, %s</h1>`, r.FormValue("n"), r.FormValue("c"), r.FormValue("g"))
	})
	return mux
}

func TestJourneyWithAndWithoutScripts(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		options Options
		says    string
	}{
		"desktop":      {Options{}, "со скриптом 1280"},
		"phone":        {Options{Width: Phone}, "со скриптом"},
		"without a js": {Options{NoJS: true}, "без скрипта"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := New(t, shop(), test.options).Goto("/").Wait(test.says)
			p.Fill("Имя", "Анна").Choose("Город", "Тверь").Tick("Подарок").Click("Купить").Wait("Спасибо, Анна, Тверь, on").WaitPath("/buy")
			if got := p.Text("h1"); got != "Спасибо, Анна, Тверь, on" {
				t.Errorf("h1 = %q", got)
			}
		})
	}
}
