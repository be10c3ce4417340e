package drill

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/yarmarka/yarmarka/internal/notify/notifytest"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
)

// What people typed in this drill, and nothing else contains it.
const (
	password = "тайное слово Пелагеи 77"
	card     = "4242424242424242"
	wish     = "зелёный-самовар-для-бабушки"
)

// The log at its most talkative holds nothing of people: not what they typed, not the keys in their letters.
func TestLogsHoldNothingOfPeople(t *testing.T) {
	t.Parallel()
	database := dbtest.URL(t)
	p := serve(t, database, "--log-level", "debug")
	s := stock(t, database)
	secrets := []string{person.email, "nezvanova", person.name, "Незванова", "Пелагея", person.phone, "5557319", "555-73-19", person.street, "Заветная",
		password, "тайное", card, wish}
	b := newBuyer(t, p.URL, 10*time.Second)
	for _, step := range []struct {
		path string
		form url.Values
	}{
		{"/sign-up", url.Values{"name": {person.name}, "email": {person.email}, "password": {password}, "accept": {"1"}, "terms": {"1"}}},
		{"/sign-in", url.Values{"email": {person.email}, "password": {password}}},
		{"/account/reset", url.Values{"email": {person.email}}},
		{"/sign-in?next=/orders?email=" + url.QueryEscape(person.email), url.Values{"email": {person.email}, "password": {card}}},
	} {
		if _, err := b.ask(http.MethodPost, step.path, step.form); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{"/search?q=" + url.QueryEscape(wish), "/suggest?q=" + url.QueryEscape(person.name), "/p/nothing-here?from=" + url.QueryEscape(wish),
		"/orders/Y-NONE-0000?key=" + url.QueryEscape(password)} {
		if _, err := b.ask(http.MethodGet, path, nil); err != nil {
			t.Fatal(err)
		}
	}
	form, err := b.checkout(s.offers...)
	if err != nil {
		t.Fatal(err)
	}
	form.Set("comment", card+" "+password)
	number, err := b.place(form)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.pay(number); err != nil {
		t.Fatal(err)
	}
	secrets = append(secrets, s.keysInLetters(b)...)
	log := p.log.String()
	if strings.Count(log, `"msg":"request"`) < 15 {
		t.Fatalf("the log tells of %d requests: the drill looks at nothing", strings.Count(log, `"msg":"request"`))
	}
	for _, word := range secrets {
		for _, form := range []string{word, url.QueryEscape(word), url.PathEscape(word)} {
			if i := strings.Index(log, form); i >= 0 {
				t.Errorf("the log holds %q: …%s…", word, log[max(0, i-300):min(len(log), i+100)])
				break
			}
		}
	}
}

var inLetter = regexp.MustCompile(`https?://[^\s<>"]+`)

// keysInLetters follows every link that was mailed and gives the secret part of each.
func (s *shop) keysInLetters(b *buyer) []string {
	s.t.Helper()
	for deadline := time.Now().Add(time.Minute); s.number(`select count(*) from mails where state = 'kept'`) < 2 && time.Now().Before(deadline); {
		time.Sleep(50 * time.Millisecond)
	}
	bodies := notifytest.Texts(s.t, s.db, "", "")
	var keys []string
	for _, body := range bodies {
		for _, link := range inLetter.FindAllString(body, -1) {
			u, err := url.Parse(link)
			if err != nil {
				continue
			}
			for _, name := range []string{"key", "token", "t"} {
				if key := u.Query().Get(name); key != "" {
					keys = append(keys, key)
				}
			}
			if _, err := b.ask(http.MethodGet, u.RequestURI(), nil); err != nil {
				s.t.Error(err)
			}
		}
	}
	if len(keys) == 0 {
		s.t.Errorf("no link with a key in %d letters", len(bodies))
	}
	return keys
}
