package app

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/app/pages"
	"github.com/yarmarka/yarmarka/internal/export/desk"
)

// every is how the table writes a route that answers all methods.
const every = "*"

// routesOf lists what the router knows, "GET /cart"; static pages aside, which nobody owns.
func routesOf(t testing.TB, r chi.Router) []string {
	t.Helper()
	methods := map[string][]string{}
	err := chi.Walk(r, func(method, pattern string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		methods[pattern] = append(methods[pattern], method)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for pattern, of := range methods {
		if slices.Contains(of, http.MethodTrace) {
			of = []string{every}
		}
		for _, method := range of {
			list = append(list, method+" "+pattern)
		}
	}
	slices.Sort(list)
	return list
}

func rules() map[string]rule {
	table := map[string]rule{}
	for _, r := range routeTable {
		table[r.route] = r
	}
	for _, path := range pages.Paths() {
		table["GET "+path] = rule{route: "GET " + path}
	}
	return table
}

// A route without a line in the table of routes and roles, or a line without a route, is refused.
func TestEveryRouteHasAnAccess(t *testing.T) {
	t.Parallel()
	table := rules()
	if len(table) != len(routeTable)+len(pages.Paths()) {
		t.Error("a route stands in the table twice")
	}
	known := routesOf(t, newSite(t).router)
	for _, route := range known {
		if _, ok := table[route]; !ok {
			t.Errorf("%s has no access in routeTable: say who may use it", route)
		}
	}
	for route := range table {
		if !slices.Contains(known, route) {
			t.Errorf("%s is in routeTable and nowhere else", route)
		}
	}
}

// allowed says whether a role may use a route at all, whatever object it names.
func (w access) allowed(role string) bool {
	switch w {
	case byPerson:
		return role != anonymous && role != guest
	case byShop:
		return slices.Contains([]string{ownerA, managerA, packerA, ownerB}, role)
	case byManager:
		return slices.Contains([]string{ownerA, managerA, ownerB}, role)
	case byStaff:
		return role == moderator || role == admin
	case byAdmin:
		return role == admin
	case byOfficer:
		return slices.Contains([]string{expert, currency, customs, admin}, role)
	case byExpert:
		return role == expert || role == admin
	case byCurrency:
		return role == currency || role == admin
	case byCustoms:
		return role == customs || role == admin
	case byBearer:
		return false
	}
	return true
}

// owns says whether the object in the address is the role's.
func (o whose) owns(role string) bool {
	worksInA := slices.Contains([]string{ownerA, managerA, packerA}, role)
	switch o {
	case annas:
		return role == anna
	case shopAs:
		return worksInA
	case filed:
		return worksInA || role == moderator || role == admin
	case bills:
		return role == anna || role == moderator || role == admin
	case admins:
		return role == admin
	}
	return true
}

func (r rule) method() string {
	method, _, _ := strings.Cut(r.route, " ")
	if method == every {
		return http.MethodGet
	}
	return method
}

func (r rule) path(w *world) string {
	path := r.at
	if path == "" {
		_, path, _ = strings.Cut(r.route, " ")
	}
	return w.fill(path)
}

// ask sends what the rule says as a role.
func (w *world) ask(r rule, a actor, text string) reply {
	w.t.Helper()
	c := call{method: r.method(), path: r.path(w), cookies: a.cookies()}
	if c.method == http.MethodPost {
		form, err := url.ParseQuery(strings.ReplaceAll(w.fill(text), " ", "+"))
		w.must(err)
		c.form = form
		if strings.Contains(r.route, "passkey") && !strings.HasSuffix(r.route, "/remove") {
			c.form, c.raw, c.header = nil, "{}", map[string]string{"Content-Type": "application/json", "Accept": "application/json"}
		}
	}
	return w.do(c)
}

// secrets are what must not be on a page that a role sees, with what each is.
func (w *world) secrets(role string) map[string]string {
	worksInA := slices.Contains([]string{ownerA, managerA, packerA}, role)
	isStaff := role == moderator || role == admin
	hidden := map[string]string{}
	if role != anna && !worksInA && !isStaff {
		for _, text := range []string{annaStreet, annaEmail, annaPhone, secretNote, w.things["purchase"], w.things["order"]} {
			hidden[text] = "Anna's"
		}
	}
	if !worksInA && !isStaff {
		for _, text := range []string{draftTitle, importName, documentTag} {
			hidden[text] = "shop A's"
		}
		if !slices.Contains([]string{expert, currency, customs}, role) {
			hidden[caseFile] = "shop A's, and a desk's"
		}
	}
	officer := map[desk.Kind]string{desk.Culture: expert, desk.Currency: currency, desk.Customs: customs}
	for k, title := range caseTitles {
		if role != ownerA && role != managerA && role != admin && role != officer[k] {
			hidden[title] = "shop A's, and the " + string(k) + " desk's"
		}
	}
	if !isStaff && role != anna {
		hidden[w.things["unpaid token"]] = "the key of Anna's payment"
	}
	return hidden
}

func (w *world) noSecrets(role, what string, got reply, asked string) {
	w.t.Helper()
	for text, of := range w.secrets(role) {
		if strings.Contains(got.body, text) && !strings.Contains(asked, text) {
			w.t.Errorf("%s as %s shows %q, which is %s", what, role, text, of)
		}
	}
}

// refused checks the answer to one who may not.
func (w *world) refused(r rule, role string, got reply) {
	w.t.Helper()
	what := fmt.Sprintf("%s as %s", r.route, role)
	switch known := w.actors[role].person != 0; {
	case r.who == byBearer:
		if kind := got.Header.Get("Content-Type"); got.StatusCode != http.StatusUnauthorized || kind != "application/problem+json" {
			w.t.Errorf("%s answers %d as %s, want 401 as a problem", what, got.StatusCode, kind)
		}
	case r.who.allowed(role): // the object is not theirs: it does not exist for them
		if got.StatusCode != http.StatusNotFound {
			w.t.Errorf("%s: a foreign object answers %d to %s, want 404", what, got.StatusCode, got.Header.Get("Location"))
		}
	case !known && r.method() == http.MethodGet:
		if to := got.Header.Get("Location"); got.StatusCode != http.StatusSeeOther || !strings.HasPrefix(to, "/sign-in?next=") {
			w.t.Errorf("%s answers %d to %q, want 303 to sign in", what, got.StatusCode, to)
		}
	case !known:
		if got.StatusCode != http.StatusUnauthorized {
			w.t.Errorf("%s answers %d, want 401", what, got.StatusCode)
		}
	default:
		if got.StatusCode != http.StatusForbidden && got.StatusCode != http.StatusNotFound {
			w.t.Errorf("%s answers %d, want 403 or 404", what, got.StatusCode)
		}
	}
}

// expected is the answer to one who may.
func (r rule) expected() int {
	switch {
	case r.want != 0:
		return r.want
	case r.method() == http.MethodPost:
		return http.StatusSeeOther
	}
	return http.StatusOK
}

func (w *world) welcomed(r rule, role string, got reply) {
	w.t.Helper()
	refusal := got.StatusCode == http.StatusForbidden || got.StatusCode == http.StatusUnauthorized
	if want := r.expected(); got.StatusCode >= 500 || refusal || want > 0 && got.StatusCode != want {
		w.t.Errorf("%s as %s answers %d to %q, want %d", r.route, role, got.StatusCode, got.Header.Get("Location"), want)
	}
	if to := got.Header.Get("Location"); strings.Contains(to, "/sign-in?") {
		w.t.Errorf("%s as %s is sent to %s", r.route, role, to)
	}
}

// Every route is asked by every role. Who may not gets 303, 401, 403 or 404 and changes no row; who may, may.
func TestEveryRouteByEveryRole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var people, shops []int64
	for role, a := range w.actors {
		if role != anna && a.shop != w.shopA.ID {
			people = append(people, a.person)
		}
	}
	shops = append(shops, w.shopB.ID)
	before := w.snap(people, shops)
	w.strangers()
	if lost := before.lost(w.snap(people, shops)); len(lost) > 0 {
		t.Errorf("strangers changed rows of others: %v", lost)
	}
	for _, nothing := range []string{
		`select count(*) from cancellations where seller_id = $1`, `select count(*) from offers where seller_id = $1 and (price < 429000 or status <> 'active')`,
		`select count(*) from shipping_methods where seller_id = $1 and id <> (select min(id) from shipping_methods where seller_id = $1)`,
		`select count(*) from refunds where $1::bigint > 0`,
	} {
		if n := one[int64](w.site, nothing, w.shopA.ID); n != 0 {
			t.Errorf("strangers made %d rows: %s", n, nothing)
		}
	}
	w.rightful()
}

// strangers asks everything that must be refused, and reads everything that may be read.
func (w *world) strangers() {
	for _, r := range rules() {
		w.exec(`delete from rate_limits`) // all roles ask from one address, and miss much
		for _, role := range roles {
			a := w.actors[role]
			mine := r.who.allowed(role) && r.whose.owns(role)
			form := r.form
			if mine && r.method() == http.MethodPost {
				if r.others == "" || role == anna || a.shop == w.shopA.ID {
					continue // what the rightful do comes later
				}
				form = r.others
			}
			got := w.ask(r, a, form)
			switch {
			case got.StatusCode >= 500:
				w.t.Errorf("%s as %s answers %d", r.route, role, got.StatusCode)
			case !mine:
				w.refused(r, role, got)
			case r.method() == http.MethodGet:
				w.welcomed(r, role, got)
			}
			if !strings.Contains(r.route, "/dev/mail") && r.who != byKey {
				w.noSecrets(role, r.route, got, r.path(w)+form)
			}
		}
	}
}

// rightful lets one of those who may do everything once, in the order of the table, each with a session of their own.
func (w *world) rightful() {
	for _, r := range routeTable {
		if r.method() != http.MethodPost || r.who == byBearer {
			continue
		}
		i := slices.IndexFunc([]string{anna, ownerA, admin}, func(role string) bool { return r.who.allowed(role) && r.whose.owns(role) })
		if i < 0 {
			w.t.Errorf("nobody may %s", r.route)
			continue
		}
		role := []string{anna, ownerA, admin}[i]
		w.exec(`update people set blocked_at = null`)
		w.welcomed(r, role, w.ask(r, w.fresh(w.actors[role]), r.form))
	}
}
