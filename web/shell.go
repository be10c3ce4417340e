// Package web is the shell every page sits in: layout, header and footer, the flash message, error
// pages, and the one place where an error becomes a response. It knows no module and runs no query.
package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web/ui"
)

// Shell is what every page of one request knows about its visitor. Middleware in app fills it once.
type Shell struct {
	Lang      i18n.Lang
	BaseURL   string // scheme and host of this site, without a slash at the end
	Path      string // path asked for, without the language prefix
	Query     string // raw query of the address, for the language switch
	RequestID string
	Nonce     string // of the content security policy

	Person    Person     // zero when nobody is signed in
	HasCookie bool       // a cookie came along that the answer hangs on: it must not be shared
	CartCount func() int // lines in the visitor's cart, asked for by pages that show it; nil is none
	// Waiting counts what a place of a workplace holds, asked for by pages that show it; nil is nothing. What does not wait
	// for anybody is counted up to MaxCount and one more.
	Waiting func(path string) int
	Flash   *Flash
	Demo    bool // demonstration data and accounts
	// Destination is where things go and in which currency prices are shown, in few words; "" hides the choice.
	Destination string
	// Foot is what stands at the end of every page before the small print; nil is nothing.
	Foot templ.Component
	// Similar finds what the address of a lost page seems to name; nil finds nothing.
	Similar Similar
	// Sections are the places of the navigation bar; nil means those that exist from the start.
	Sections []Section
}

// Similar gives goods that answer to words, as a part of a page; nil is nothing.
type Similar func(ctx context.Context, words string) templ.Component

// Stranger reports whether the page is the same for everybody who reads its language.
func (s *Shell) Stranger() bool {
	return !s.HasCookie && s.Flash == nil && s.Person.ID == 0 && s.CartCount == nil
}

// InCart counts the lines in the visitor's cart.
func (s *Shell) InCart() int {
	if s.CartCount == nil {
		return 0
	}
	return s.CartCount()
}

// MaxCount is the largest number beside a place of a workplace: "9 999+" says as much as a longer one, and counting ends.
const MaxCount = 9_999

// Counted writes the number beside a place of a workplace.
func Counted(lang i18n.Lang, n int) string {
	if n > MaxCount {
		return i18n.Number(lang, MaxCount) + "+"
	}
	return i18n.Number(lang, int64(n))
}

// WaitingAt counts what waits at a place of a workplace.
func (s *Shell) WaitingAt(path string) int {
	if s.Waiting == nil {
		return 0
	}
	return s.Waiting(path)
}

// Section is one place of the navigation bar. ID is what Page.Section names; the label is the
// message "nav.<id>".
type Section struct{ ID, Path string }

// market are the sections that exist from the start; services, events, discussions and appeals
// join through Shell.Sections when their wing opens.
var market = []Section{{ID: "goods", Path: "/search?kind=goods"}, {ID: "shops", Path: "/shops"}, {ID: "abroad", Path: "/export"}}

func (s *Shell) sections() []Section {
	if s.Sections == nil {
		return market
	}
	return s.Sections
}

// SearchText is what the visitor searched for on this page, to be kept in the search box.
func (s *Shell) SearchText() string {
	query, err := url.ParseQuery(s.Query)
	if err != nil {
		return "" // a damaged address: the search page itself says so
	}
	return form.Clean(query.Get("q"))
}

// address is the path of this page as links write it: what stands in it is escaped, and two slashes at its beginning lead
// to no other host, as "//evil.example" would.
func (s *Shell) address() string {
	escaped := (&url.URL{Path: s.Path}).EscapedPath()
	rest, ok := strings.CutPrefix(escaped, "//")
	switch {
	case ok:
		return "/%2F" + rest
	case !strings.HasPrefix(escaped, "/"):
		return "/"
	}
	return escaped
}

// here is the address of this page with its query: what comes back to it.
func (s *Shell) here() string {
	if s.Query == "" {
		return s.address()
	}
	return s.address() + "?" + s.Query
}

// Person is the visitor who signed in.
type Person struct {
	ID       int64
	Name     string
	SellerID int64 // the shop this person works in, 0 for none
	Staff    bool  // moderator or admin
	Admin    bool
	Desk     string // the export desk whose officer this is: culture, currency, customs
}

// Flash is one message carried over a redirect. Kind is ok, info, warn or bad. Key and Args name a
// message; Args are name, value pairs of texts.
type Flash struct {
	Kind string   `json:"k"`
	Key  string   `json:"m"`
	Args []string `json:"a,omitempty"`
	// Undo, when set, is the path of a form that takes the act back, and UndoFields its inputs.
	Undo       string            `json:"u,omitempty"`
	UndoFields map[string]string `json:"f,omitempty"`
}

type shellKey struct{}

// WithShell keeps the shell in ctx; a shell without a language is a Russian visitor's.
func WithShell(ctx context.Context, s *Shell) context.Context {
	if s.Lang == "" {
		s.Lang = i18n.RU
	}
	return context.WithValue(i18n.WithLang(ctx, s.Lang), shellKey{}, s)
}

// ShellFrom finds the shell; a zero one when no middleware set it (a mail, a test).
func ShellFrom(ctx context.Context) *Shell {
	if s, ok := ctx.Value(shellKey{}).(*Shell); ok {
		return s
	}
	return &Shell{Lang: i18n.LangOf(ctx)}
}

// Path puts the language prefix before a path of this site: "/cart" or "/en/cart".
func Path(ctx context.Context, path string) string { return PathIn(i18n.LangOf(ctx), path) }

// PathIn is Path for a given language.
func PathIn(lang i18n.Lang, path string) string { return ui.PathIn(lang, path) }

// URL makes an absolute address of a path of this site.
func URL(ctx context.Context, path string) string {
	return ShellFrom(ctx).BaseURL + Path(ctx, path)
}

// Local reports whether next is a path of this site that may be redirected to: it starts with one
// slash, and no browser reads it as another host.
func Local(next string) bool {
	return len(next) < 2048 && strings.HasPrefix(next, "/") && !strings.HasPrefix(next, "//") &&
		!strings.ContainsAny(next, "\\\t\r\n")
}

// Redirect answers 303 to a path of this site in the visitor's language.
func Redirect(w http.ResponseWriter, r *http.Request, path string) error {
	http.Redirect(w, r, Path(r.Context(), path), http.StatusSeeOther)
	return nil
}

// RedirectFlash is Redirect with a message shown on the next page.
func RedirectFlash(w http.ResponseWriter, r *http.Request, path string, f Flash) error {
	SetFlash(w, r, f)
	return Redirect(w, r, path)
}
