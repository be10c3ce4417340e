package app

import (
	"fmt"
	"go/scanner"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// plural tells a key with number forms by its English one.
func plural(key string) bool {
	return i18n.Raw(i18n.EN, key)[0] != "" || i18n.Raw(i18n.RU, key)[0] != ""
}

var placeholder = regexp.MustCompile(`\{[a-z_A-Z0-9]+\}`)

// gapsOf lists the placeholders of a text. The number itself may be left unsaid in one form or another.
func gapsOf(text string) []string {
	set := map[string]bool{}
	for _, name := range placeholder.FindAllString(text, -1) {
		if name != "{n}" {
			set[name] = true
		}
	}
	return slices.Sorted(maps.Keys(set))
}

func TestBothLanguagesSayTheSame(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]i18n.Lang{{i18n.RU, i18n.EN}, {i18n.EN, i18n.RU}} {
		for _, key := range i18n.Keys(pair[0]) {
			if !i18n.Has(pair[1], key) {
				t.Errorf("%s is missing in %s", key, pair[1])
			}
		}
	}
	for _, key := range i18n.Keys(i18n.RU) {
		checkForms(t, key)
	}
}

// checkForms checks one key: each form CLDR asks for is there, and each names the same things.
func checkForms(t *testing.T, key string) {
	t.Helper()
	forms := map[i18n.Lang][]int{i18n.RU: {3}, i18n.EN: {3}}
	if plural(key) {
		forms = map[i18n.Lang][]int{i18n.RU: {0, 1, 2}, i18n.EN: {0, 3}}
	}
	want := gapsOf(i18n.Raw(i18n.RU, key)[forms[i18n.RU][0]])
	for _, lang := range i18n.Langs {
		for _, i := range forms[lang] {
			text := i18n.Raw(lang, key)[i]
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s lacks %s in %s", key, [...]string{"one", "few", "many", "other"}[i], lang)
			} else if got := gapsOf(text); !slices.Equal(got, want) {
				t.Errorf("%s: %s has the places %v, another form %v", key, lang, got, want)
			}
		}
	}
}

// source is a file of the program that may hold texts or keys: no tests, nothing generated, nor the bench, which shows no
// page.
type source struct {
	path string
	text string
}

var lineComment = regexp.MustCompile(`(?m)(^|[ \t])//.*$`)

func sources(t *testing.T) []source {
	t.Helper()
	var list []source
	root := os.DirFS("../..")
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if d != nil && d.IsDir() && (strings.HasPrefix(d.Name(), ".") && name != "." || d.Name() == "testdata" || d.Name() == "var" || name == "bench") {
				return fs.SkipDir
			}
			return err
		}
		code := strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") && !strings.HasSuffix(name, "_templ.go")
		if !code && !strings.HasSuffix(name, ".templ") {
			return nil
		}
		raw, err := fs.ReadFile(root, name)
		list = append(list, source{name, lineComment.ReplaceAllString(string(raw), "$1")})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// shorthand is a function that puts the beginning of a key before what it is given; in its folder the literal "x" may
// stand for that beginning and "x".
var shorthand = regexp.MustCompile(`"([a-z_]+(?:\.[a-z_]+)*\.)" ?\+ ?(?:key|name)\b`)

func shorthands(files []source) map[string][]string {
	found := map[string][]string{}
	for _, file := range files {
		for _, m := range shorthand.FindAllStringSubmatch(file.text, -1) {
			found[path.Dir(file.path)] = append(found[path.Dir(file.path)], m[1])
		}
	}
	return found
}

// dynamic are the beginnings of keys whose end is known only when the program runs: a state, a reason, a name from
// a table. Keys below them count as used; what gives the end stands beside each.
var dynamic = map[string]string{
	"calculator.duty_": "where the landed cost comes from", "calculator.example_": "the example", "calculator.figure_": "the figure", "calculator.trait_": "the trait",
	"clearance.admin.": "the place in time", "clearance.area.": "the area", "clearance.edit.": "the field", "clearance.fact.": "the fact", "clearance.list.": "the list", "clearance.op.": "the operator",
	"clearance.unit.": "the fact", "clearance.value.": "the fact and its value",
	"clearance.outcome.": "what a rule says", "clearance.status.": "how sure a rule is", "clearance.step.": "the step's name", "clearance.then.": "what a rule asks for",
	"abroad.blocked.": "why it is not asked about", "abroad.step.": "the step", "abroad.why.": "what a rule asks for",
	"account.country.": "the country's code", "account.mail.": "the letter's name", "account.sent.": "what was sent",
	"cart.add.": "why an offer cannot be bought", "cart.compare.": "put or taken", "cart.notice.": "what happened to a line", "cart.wishes.": "put or taken",
	"curation.act.": "the act", "curation.card_": "the act", "curation.fact.": "the fact", "curation.kind.": "the attribute's kind",
	"curation.offer.": "why it is not sold", "curation.status.": "the card's state", "curation.tab.": "the tab", "catalog.condition.": "the offer's condition", "listing.field.": "the changed field", "listing.gap.": "what a card lacks",
	"catalog.home.often.": "the tile", "catalog.home.abroad.": "what is said and its examples", "listing.hub.show.": "the tab", "listing.hub.state.": "the listing's state", "catalog.reason.": "why this seller",
	"catalog.risk.": "the risk's name", "listing.saved.": "what became of a card", "catalog.score.": "the grade", "catalog.shop.": "the figure",
	"catalog.unit.": "the attribute's unit", "desk.role.": "the role",
	"dispatch.actor.": "who did it", "dispatch.cause.": "whose words were wrong", "dispatch.customs.": "what the service answered", "dispatch.empty.": "the pile", "dispatch.event.": "the event", "dispatch.moment.": "the moment", "dispatch.next.": "the state",
	"dispatch.outcome.": "the outcome", "dispatch.mail.": "the letter", "dispatch.paper.": "the paper", "dispatch.phase.": "the phase", "dispatch.pile.": "the pile", "dispatch.reason.": "why",
	"dispatch.state.": "the state", "dispatch.step.": "the step", "dispatch.stuck.": "the step", "dispatch.then.": "what follows", "dispatch.verdict.": "the state",
	"dispatch.who.": "the state", "doctor.": "the check", "error.title.": "the status",
	"export.desk.act.": "the event", "export.desk.actor.": "who did it", "export.desk.authority.": "the desk", "export.desk.do.release.": "the desk", "export.desk.done.": "the verdict",
	"export.desk.empty.": "the pile", "export.desk.fact.": "the fact", "export.desk.finding.": "the outcome", "export.desk.mail.": "the letter", "export.desk.opinion.": "the outcome",
	"export.contract.band.": "the band", "export.contract.fact.": "the fact", "export.contract.kind.": "the kind", "export.contract.mail.": "the mark", "export.contract.meter.": "the mark",
	"export.desk.form.": "the form", "export.desk.order.": "the pile", "export.desk.paper.authority.hint.": "the desk", "export.desk.outcome.": "the outcome", "export.desk.paper.date.": "the desk", "export.desk.paper.fields.": "the desk", "export.desk.paper.kind.": "the document",
	"export.desk.paper.number.": "the desk", "export.desk.paper.number.hint.": "the desk", "export.desk.pile.": "the pile", "export.desk.reason.": "the desk and the code", "export.desk.service.": "the post's service",
	"export.desk.subject.": "the subject", "export.desk.title.": "the desk", "export.desk.verdict.": "the verdict", "export.desk.answer.": "yes or no",
	"export.goods.collection.": "the fund", "export.goods.document.": "the document", "export.goods.event.": "the event", "export.goods.event.asked.": "the desk", "export.goods.fact.": "the fact",
	"export.goods.hint.": "the fact", "export.goods.kind.": "who sends", "export.goods.lack.": "what lacks", "export.goods.making.": "how many there are", "export.goods.mail.": "the letter", "export.goods.paper.": "the fact", "export.goods.show.": "the state",
	"export.goods.standing.desk.": "the desk", "export.goods.table.": "what is wrong with a file", "export.goods.terms.": "the field", "export.goods.trait.": "what is inside", "export.goods.why.": "the evidence",
	"feed.asked.": "the request's state", "feed.columns.need_": "the field", "feed.columns.field.": "the field", "feed.diff.": "what a row changes", "feed.fetch.state.": "the trip's state", "feed.field.": "the field of a row", "feed.outcome.": "what became of an answer", "feed.state.": "the import's state",
	"foot.": "the page", "form.required.": "the field", "moderation.act.": "the decision", "moderation.code.": "the reason", "moderation.status.": "the request's state",
	"moderation.tab.": "the kind", "nav.": "the section", "notify.state.": "the mail's state",
	"order.actor.": "who did it", "order.checkout.label.": "the field", "order.mail.": "the letter", "order.mail.cancelled.": "who cancelled",
	"order.mail.given_back.": "why", "order.note.money_back.": "why", "order.now.": "the state", "order.pile.": "the pile", "order.pile.empty.": "the pile", "order.queue.": "the queue", "order.reason.": "the reason",
	"order.refund.": "the refund's state", "order.seller.now.": "the standing", "order.standing.": "the standing", "order.state.": "the parcel's state",
	"order.todo.": "the state", "payment.alert.": "the alert's kind", "payment.event.": "the event", "payment.method.": "the provider",
	"payment.refund.": "the refund's state", "payment.state.": "the payment's state", "rates.trouble.": "what came in place of rates", "postal.lost.": "why a service of the post was not chosen", "search.count.": "the kind", "search.kind.": "the kind",
	"search.sort.": "the order", "seller.admin.done.": "the act", "seller.admin.history.": "the act", "seller.admin.status.": "the shop's state",
	"seller.admin.tab.": "the tab", "seller.legal_form.": "the legal form", "seller.mail.": "the letter", "seller.status.h1.": "the shop's state",
	"seller.status.text.": "the shop's state", "shipping.kind.": "the way of delivery", "shipping.settings.": "the field",
	"vat.col.": "the column", "vat.files.": "the format", "vat.kind.": "the row's kind", "vat.mark.": "the mark of departure",
}

// noKeys are literals that look like keys and are names of something else.
var noKeys = regexp.MustCompile(`\.(sweep|send|fetch|due|run|resume|pictures|expire_holds|index|refresh|popularity|refund_again|shelves)$|` + // kinds of jobs
	`^order\.(cancelled|expired|given_back|seller_cancelled|seller_new|failed|refund_failed)$|` + // letters
	`^(abroad\.(atlas|walk|price)|cart\.shops|catalog\.sheets|notify\.deliver|search\.client)$|` + // kinds of jobs, where an error came from, a limit
	`^seller\.(open|suspended|terminated|trust)$`) // acts of the audit log

var literal = regexp.MustCompile(`"([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*\.?)"`)

func TestEveryKeyExistsAndIsUsed(t *testing.T) {
	t.Parallel()
	modules := map[string]bool{}
	for _, key := range i18n.Keys(i18n.RU) {
		first, _, _ := strings.Cut(key, ".")
		modules[first] = true
	}
	used, files, all := map[string]bool{}, sources(t), i18n.Keys(i18n.RU)
	prefixes := shorthands(files)
	for _, file := range files {
		for _, m := range literal.FindAllStringSubmatch(file.text, -1) {
			key, known := m[1], i18n.Has(i18n.RU, m[1])
			used[key] = true
			for _, prefix := range prefixes[path.Dir(file.path)] {
				used[prefix+key] = true
				known = known || i18n.Has(i18n.RU, prefix+key)
			}
			first, rest, _ := strings.Cut(key, ".")
			if !known && modules[first] && rest != "" && !noKeys.MatchString(key) && !startsKeys(all, key, prefixes[path.Dir(file.path)]) {
				t.Errorf("%s: %q is no key of ours", file.path, key)
			}
		}
	}
	for _, key := range i18n.Keys(i18n.RU) {
		if !used[key] && !below(key) {
			t.Errorf("%s is said nowhere", key)
		}
	}
	begun := slices.DeleteFunc(slices.Collect(maps.Keys(used)), func(k string) bool { return i18n.Has(i18n.RU, k) })
	for prefix, end := range dynamic {
		if !slices.ContainsFunc(begun, func(k string) bool { return strings.HasPrefix(k, prefix) }) {
			t.Errorf("no code begins a key with %q (%s): take it off the list", prefix, end)
		}
	}
}

// startsKeys lets a literal pass that keys go on from: "account.sent.reset" + ".title", "feed.columns.need_" + field.
func startsKeys(all []string, key string, prefixes []string) bool {
	for _, prefix := range append(slices.Clone(prefixes), "") {
		begin := prefix + key
		if !strings.HasSuffix(begin, ".") && !strings.HasSuffix(begin, "_") {
			begin += "."
		}
		if i, _ := slices.BinarySearch(all, begin); i < len(all) && strings.HasPrefix(all[i], begin) {
			return true
		}
	}
	return false
}

func below(key string) bool {
	for prefix := range dynamic {
		if strings.HasPrefix(key, prefix) {
			return true
		}
	}
	return false
}

// A key with number forms is asked for with its number, and one without them is not.
func TestNumbersGoWithPlurals(t *testing.T) {
	t.Parallel()
	call := regexp.MustCompile(`i18n\.(T|In|N|NIn)\([^,()]+(?:\([^()]*\))?, "([a-z0-9_.]+)"[,)]`)
	for _, file := range sources(t) {
		for _, m := range call.FindAllStringSubmatch(file.text, -1) {
			if counted := m[1][0] == 'N'; i18n.Has(i18n.RU, m[2]) && counted != plural(m[2]) {
				t.Errorf("%s: i18n.%s of %s, whose number forms are %v", file.path, m[1], m[2], plural(m[2]))
			}
		}
	}
}

// russian are the files that hold Russian words for another reason than to show them as the program's own texts.
var russian = map[string]string{
	"internal/account/accounttest":                "fixtures",
	"internal/account/contact/email.go":           "letters that look alike",
	"internal/account/device.go":                  "a browser's own name",
	"internal/account/page_account.templ":         "languages are called by their own names",
	"internal/account/password/common.go":         "folds letters of passwords",
	"internal/account/password/commonlist":        "makes the list of common passwords",
	"internal/account/password/password.go":       "the market's name, which is no password",
	"internal/app/apptest":                        "fixtures",
	"internal/app/config.go":                      "the sender of mails is called in Russian",
	"internal/app/demo/":                          "the demonstration's data",
	"internal/app/demodata":                       "the demonstration's data",
	"internal/export/calculator/examples.go":      "what visitors of either language type",
	"internal/export/clearance/casebook":          "words of lawyers' tables",
	"internal/export/desk/ruling.go":              "the letter of an opinion's number",
	"internal/export/goods/facts.go":              "words of sellers' tables",
	"internal/export/hs/alias.go":                 "what is joined to words, and how words are written in the other alphabet",
	"internal/export/hs/title.go":                 "the language of titles",
	"internal/export/papers":                      "the printed words of the postal union's forms and of the customs declaration",
	"internal/export/postal/carriage.go":          "the post's own names of its services",
	"internal/export/postal/office":               "the post's own words for its objects",
	"internal/export/postal/tracking/tracking.go": "a word of the post's own table",
	"internal/export/postal/standin":              "what the real post answers in Russian",
	"internal/export/dispatch/dispatchtest":       "fixtures",
	"internal/market/catalog/catalogtest":         "fixtures",
	"internal/market/catalog/press.go":            "the made-up card of the page that all others are told apart from",
	"internal/market/catalog/words.go":            "words that make a moderator look",
	"internal/market/catalog/taxonomy":            "spelling and transliteration of the taxonomy",
	"internal/market/catalog/brand.go":            "folds ё",
	"internal/market/feed/":                       "words of other people's files",
	"internal/market/shipping/shipping.go":        "folds names of towns",
	"internal/payment/bank.go":                    "letters that look alike in bank papers",
	"internal/payment/company.go":                 "the demonstration's requisites",
	"internal/payment/statement":                  "words of bank files",
	"internal/platform/form/text.go":              "letters that need no cleaning",
	"internal/platform/i18n/date.go":              "months, as CLDR has them",
	"internal/platform/pdf/pdf.go":                "signs the font lacks",
	"internal/platform/slug":                      "transliteration",
	"internal/search":                             "the language itself: stems, keyboards, neighbours",
}

func TestRussianTextsAreMessages(t *testing.T) {
	t.Parallel()
	stale := maps.Clone(russian)
	for _, file := range sources(t) {
		where := cyrillic(file)
		if where == "" {
			continue
		}
		excused := false
		for prefix := range russian {
			if strings.HasPrefix(file.path, prefix) {
				delete(stale, prefix)
				excused = true
			}
		}
		if !excused {
			t.Errorf("%s holds Russian outside the messages: %s", file.path, where)
		}
	}
	for prefix, why := range stale {
		t.Errorf("%s (%s) holds no Russian any more: take it off the list", prefix, why)
	}
}

// cyrillic gives the first Russian text of a file: a literal of Go, anything but a comment of templ.
func cyrillic(file source) string {
	isCyrillic := func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }
	if strings.HasSuffix(file.path, ".templ") {
		for line := range strings.Lines(file.text) {
			if strings.ContainsFunc(line, isCyrillic) {
				return strings.TrimSpace(line)
			}
		}
		return ""
	}
	files := token.NewFileSet()
	var s scanner.Scanner
	s.Init(files.AddFile(file.path, -1, len(file.text)), []byte(file.text), nil, 0)
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			return ""
		}
		if (tok == token.STRING || tok == token.CHAR) && strings.ContainsFunc(lit, isCyrillic) {
			return fmt.Sprintf("line %d: %.80s", files.Position(pos).Line, lit)
		}
	}
}
