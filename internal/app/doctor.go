package app

import (
	"cmp"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

//go:embed messages.*.toml
var messages embed.FS

var _ = i18n.MustRegister(messages)

// errUnwell ends doctor with status 1: its report has said why.
var errUnwell = errors.New("something must be mended")

// level says how bad a finding is.
type level string

const (
	fine level = "ok"
	warn level = "warn" // works, but will hurt
	fail level = "fail" // does not work, or is not safe
)

// finding is what one check found. Its texts are the messages doctor.<check>.<what> and, unless all is well,
// doctor.<check>.<what>.do.
type finding struct {
	check string
	level level
	what  string
	args  []any
}

func well(check string, args ...any) finding        { return finding{check, fine, "ok", args} }
func bad(check, what string, args ...any) finding   { return finding{check, fail, what, args} }
func doubt(check, what string, args ...any) finding { return finding{check, warn, what, args} }

// doctorWithin bounds all checks together; each has its own, shorter bound.
const doctorWithin = time.Minute

func doctorFlags(f *flag.FlagSet, p *program) {
	f.BoolVar(&p.own.json, "json", false, "print the findings as JSON")
	f.StringVar(&p.own.lang, "lang", "", "ru or en; default: the system's")
}

// doctor is the subcommand doctor: it checks whatever it can reach, each thing by itself, and changes nothing but for
// a file it writes and removes.
func doctor(ctx context.Context, p *program) error {
	ctx, cancel := context.WithTimeout(ctx, doctorWithin)
	defer cancel()
	lang := i18n.EN
	if said := cmp.Or(p.own.lang, os.Getenv("LC_ALL"), os.Getenv("LC_MESSAGES"), os.Getenv("LANG")); strings.HasPrefix(said, "ru") {
		lang = i18n.RU
	}
	findings := p.examine(ctx)
	var err error
	if p.own.json {
		err = p.printJSON(lang, findings)
	} else {
		err = p.printReport(lang, findings)
	}
	if err == nil && worst(findings) == fail {
		err = errUnwell
	}
	return err
}

// examine runs every check. What a failed one makes impossible is left out.
func (p *program) examine(ctx context.Context) []finding {
	findings := p.checkConfig()
	findings = append(findings, p.checkMachine()...)
	findings = append(findings, p.checkAddress(ctx)...)
	findings = append(findings, p.checkDatabase(ctx)...)
	findings = append(findings, p.checkFiles(ctx))
	findings = append(findings, p.checkMail(ctx))
	findings = append(findings, p.checkPayments(ctx)...)
	return append(findings, p.checkThePost(ctx))
}

func worst(findings []finding) level {
	found := fine
	for _, f := range findings {
		if f.level == fail || f.level == warn && found == fine {
			found = f.level
		}
	}
	return found
}

// text puts a finding into words: what is, and what to do about it ("" where nothing is to be done).
func (f finding) text(lang i18n.Lang) (is, do string) {
	key, args := "doctor."+f.check+"."+f.what, slices.Clone(f.args)
	for i, arg := range args {
		if words, ok := arg.(inWords); ok {
			args[i] = words(lang)
		}
	}
	is = i18n.In(lang, key, args...)
	if f.level != fine {
		do = i18n.In(lang, key+".do", args...)
	}
	return is, do
}

// inWords is an argument of a finding that has words of its own in each language.
type inWords func(lang i18n.Lang) string

func (p *program) printJSON(lang i18n.Lang, findings []finding) error {
	type line struct {
		Check string `json:"check"`
		Level level  `json:"level"`
		Is    string `json:"is"`
		Do    string `json:"do,omitempty"`
	}
	report := struct {
		Level    level  `json:"level"`
		Findings []line `json:"findings"`
	}{Level: worst(findings)}
	for _, f := range findings {
		is, do := f.text(lang)
		report.Findings = append(report.Findings, line{f.check, f.level, is, do})
	}
	out := json.NewEncoder(p.out)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	return out.Encode(report)
}

func (p *program) printReport(lang i18n.Lang, findings []finding) error {
	marks := map[level]string{fine: "✓", warn: "!", fail: "✗"}
	n := map[level]int{}
	for _, f := range findings {
		n[f.level]++
		is, do := f.text(lang)
		if _, err := fmt.Fprintf(p.out, "%s %s\n", marks[f.level], is); err != nil {
			return err
		}
		if do != "" {
			if _, err := fmt.Fprintf(p.out, "  → %s\n", do); err != nil {
				return err
			}
		}
	}
	_, err := fmt.Fprintln(p.out, i18n.In(lang, "doctor.sum", "ok", n[fine], "warn", n[warn], "fail", n[fail]))
	return err
}
