package app

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime/debug"
	"text/tabwriter"
	"time"
)

// command is one subcommand of the program.
type command struct {
	name, help string
	run        func(ctx context.Context, p *program) error
	flags      func(*flag.FlagSet, *program) // its own; nil: none
}

// program is one run of a subcommand: its configuration, the arguments left over, where it prints.
type program struct {
	Config
	args        []string
	out, errOut io.Writer
	own         ownFlags
}

// ownFlags are the flags that only one subcommand has.
type ownFlags struct {
	shop                         string // import
	dryRun                       bool
	role                         string // admin
	products, judgments, russian string // bench
	documents, offers, sellers   int
	force                        bool // restore
	json                         bool // doctor
	lang                         string
	at                           string // export
	keep, faults                 string // standin
	step, hang                   time.Duration
}

func commands() []command {
	return []command{
		{"serve", "serve the site and work its background jobs", serve, nil},
		{"demo", "the same with demonstration shops, goods and accounts", serve, nil},
		{"work", "work background jobs only", work, nil},
		{"migrate", "migrate [up | down N | version | force VERSION]: bring the database to this program's schema", migrateDB, nil},
		{"import", "import yml FILE_OR_URL --shop SLUG: read a shop's feed", importFeed, importFlags},
		{"admin", "admin grant EMAIL --role admin|moderator: let a person who has signed up into the operator's desk", staffDesk, staffFlags},
		{"bench", "bench search --products DIR --judgments FILE: measure the search; bench fill --offers N: a market to measure on", benchmark, benchFlags},
		{"export", "export cases FILE.csv [--at DAY]: judge a table of cases by the rules in force; export replay NUMBER [--at DAY]: decide again; export tnved DIR: read the tax service's ten-digit nomenclature", exportCmd, exportFlags},
		{"standin", "standin [--keep FILE] [--step 6h] [--faults JSON]: play the post and the Central Bank's rates at --addr, for demonstrations and tests", standIn, standinFlags},
		{"doctor", "doctor [--json] [--lang ru|en]: check configuration, database, files, mail, payments and queues, and say what to do", doctor, doctorFlags},
		{"backup", "backup FILE: put the database and the files into one file", backupTo, nil},
		{"restore", "restore FILE [--force]: fill an empty database and the file store from a backup", restoreFrom, restoreFlags},
		{"config", "print every setting as a table", func(_ context.Context, p *program) error {
			WriteConfigTable(p.out)
			return nil
		}, nil},
		{"health", "ask the running program whether it is ready, for a container's health check", health, nil},
		{"version", "print the version", version, nil},
	}
}

// wordsOf are how many words of its own a command takes at most; the others take none.
var wordsOf = map[string]int{"migrate": 2, "import": 2, "admin": 2, "bench": 1, "export": 2, "backup": 1, "restore": 1}

// Run carries out one subcommand and gives the exit status. What fails is said in one line on stderr.
func Run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) == 0 || args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		usage(stdout)
		return 0
	}
	for _, c := range commands() {
		if c.name == args[0] {
			return runCommand(ctx, c, args[1:], stdout, stderr)
		}
	}
	fmt.Fprintf(stderr, "yarmarka: there is no command %q: see 'yarmarka help'\n", args[0])
	return 2
}

func runCommand(ctx context.Context, c command, args []string, stdout, stderr io.Writer) int {
	p := &program{out: stdout, errOut: stderr}
	var err error
	// A command's own words come before its flags, as in "migrate down 1" or "import yml FILE --shop x".
	own := leadingWords(args)
	p.Config, p.args, err = ReadConfig(args[len(own):], os.Getenv, func(f *flag.FlagSet) {
		if c.flags != nil {
			c.flags(f, p)
		}
	})
	p.args = append(own, p.args...)
	p.Demo = c.name == "demo"
	if most := wordsOf[c.name]; err == nil && len(p.args) > most {
		err = fault("see 'yarmarka help'", "%s knows nothing of %q", c.name, p.args[most])
	}
	if err == nil && c.name != "doctor" { // which tells of it among its other findings
		err = p.check()
	}
	if errors.Is(err, flag.ErrHelp) {
		usage(stdout)
		return 0
	}
	if err == nil {
		p.logTo(stderr)
		err = c.run(ctx, p)
	}
	switch {
	case errors.Is(err, errUnwell): // said already
		return 1
	case err != nil:
		fmt.Fprintf(stderr, "yarmarka: %s\n", explain(err, p.Config))
		return 1
	}
	return 0
}

func leadingWords(args []string) []string {
	for i, arg := range args {
		if len(arg) > 1 && arg[0] == '-' {
			return args[:i:i]
		}
	}
	return args[:len(args):len(args)]
}

// logTo makes the whole program log JSON lines to out.
func (p *program) logTo(out io.Writer) {
	level, err := p.level()
	if err != nil {
		level = slog.LevelInfo // check has refused it already
	}
	slog.SetDefault(slog.New(logHandler(out, level)))
}

// logHandler writes JSON lines whose time is UTC, whatever the machine's clock shows.
func logHandler(out io.Writer, level slog.Leveler) slog.Handler {
	return slog.NewJSONHandler(out, &slog.HandlerOptions{Level: level, ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if len(groups) == 0 && a.Key == slog.TimeKey && a.Value.Kind() == slog.KindTime {
			a.Value = slog.TimeValue(a.Value.Time().UTC())
		}
		return a
	}})
}

func usage(out io.Writer) {
	fmt.Fprint(out, "yarmarka: an online fair for goods, services and public matters\n\ncommands:\n")
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, c := range commands() {
		fmt.Fprintf(w, "  %s\t%s\n", c.name, c.help)
	}
	fmt.Fprint(w, "\nflags (environment variables in brackets):\n")
	for _, s := range settings(&Config{}) {
		fmt.Fprintf(w, "  --%s\t%s [%s]\n", s.flag, s.help, s.env)
	}
	w.Flush() //nolint:errcheck // nowhere else to say it
}

func version(_ context.Context, p *program) error {
	_, err := fmt.Fprintln(p.out, "yarmarka", revision())
	return err
}

// revision names this build: its commit where it was built in a checkout.
func revision() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value
		}
	}
	return info.Main.Version
}
