package browsertest

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"
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

func TestWhatTheBrowserWritesIsRemoved(t *testing.T) {
	t.Parallel()
	dir, held, err := scratch()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "written"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := held.Close(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("it is still there: " + dir)
		}
	}
}
