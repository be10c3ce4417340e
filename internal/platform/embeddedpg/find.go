package embeddedpg

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"

	"github.com/yarmarka/yarmarka/internal/platform/syspkg"
)

// MinVersion is the oldest PostgreSQL the schema works on.
const MinVersion = 15

// Binaries is one installation of PostgreSQL.
type Binaries struct {
	Dir   string // holds initdb and postgres
	Major int
}

// places are where distributions, Homebrew and Postgres.app keep PostgreSQL, newest first within each.
var places = []string{
	"/usr/lib/postgresql/%d/bin",
	"/usr/pgsql-%d/bin",
	"/usr/lib/postgresql%d/bin",
	"/usr/libexec/postgresql%d",
	"/opt/homebrew/opt/postgresql@%d/bin",
	"/usr/local/opt/postgresql@%d/bin",
	"/home/linuxbrew/.linuxbrew/opt/postgresql@%d/bin",
	"/Applications/Postgres.app/Contents/Versions/%d/bin",
}

// packages are the package managers' names for PostgreSQL with its contributed extensions.
var packages = syspkg.Packages{
	"apt-get": {"postgresql"},
	"dnf":     {"postgresql-server", "postgresql-contrib"},
	"zypper":  {"postgresql-server", "postgresql-contrib"},
	"pacman":  {"postgresql"},
	"apk":     {"postgresql", "postgresql-contrib"},
	"brew":    {"postgresql@17"},
}

// Find looks for PostgreSQL: in PGBIN, on PATH, then in the usual places. With major > 0 only that version will do,
// because a cluster's files belong to the version that made them.
func Find(major int) (Binaries, bool) {
	for _, dir := range candidates() {
		b, ok := inspect(dir)
		if ok && b.Major >= MinVersion && (major == 0 || b.Major == major) {
			return b, true
		}
	}
	return Binaries{}, false
}

// FindOrInstall is Find, and where nothing is found the system's package manager.
func FindOrInstall(ctx context.Context, out io.Writer, major int) (Binaries, error) {
	if b, ok := Find(major); ok {
		return b, nil
	}
	if major > 0 {
		if other, ok := Find(0); ok {
			return Binaries{}, fmt.Errorf("the data was made by PostgreSQL %d, but only version %d is installed: install PostgreSQL %d or name its folder in PGBIN",
				major, other.Major, major)
		}
	}
	why := fmt.Sprintf("PostgreSQL %d or newer is needed and was not found in PGBIN, on PATH or in the usual places", MinVersion)
	if err := syspkg.Install(ctx, out, why, packages); err != nil {
		return Binaries{}, err
	}
	b, ok := Find(major)
	if !ok {
		return b, fmt.Errorf("%s even after installing it: name the folder of initdb in PGBIN", why)
	}
	return b, nil
}

func candidates() []string {
	var dirs []string
	if dir := os.Getenv("PGBIN"); dir != "" {
		dirs = append(dirs, dir)
	}
	if path, err := exec.LookPath("initdb"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			dirs = append(dirs, filepath.Dir(real))
		}
	}
	for _, place := range places {
		for major := 18; major >= MinVersion; major-- {
			dirs = append(dirs, fmt.Sprintf(place, major))
		}
	}
	return append(dirs, "/opt/homebrew/bin", "/usr/local/bin", "/usr/local/pgsql/bin")
}

// FindClient looks for a client program of PostgreSQL such as pg_dump, in the places of Find and then on PATH. It must
// not be older than the server it talks to.
func FindClient(name string, atLeast int) (string, bool) {
	var paths []string
	for _, dir := range candidates() {
		paths = append(paths, filepath.Join(dir, name))
	}
	if path, err := exec.LookPath(name); err == nil {
		paths = append(paths, path)
	}
	for _, path := range paths {
		if _, err := os.Stat(path); err != nil {
			continue
		}
		text, err := exec.Command(path, "--version").Output()
		if err != nil {
			continue
		}
		if m := versionText.FindSubmatch(text); m != nil {
			if major, err := strconv.Atoi(string(m[1])); err == nil && major >= atLeast {
				return path, true
			}
		}
	}
	return "", false
}

var versionText = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

// inspect asks the postgres in dir for its version.
func inspect(dir string) (Binaries, bool) {
	for _, name := range []string{"initdb", "postgres"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			return Binaries{}, false
		}
	}
	text, err := exec.Command(filepath.Join(dir, "postgres"), "--version").Output()
	if err != nil {
		return Binaries{}, false
	}
	m := versionText.FindSubmatch(text)
	if m == nil {
		return Binaries{}, false
	}
	major, err := strconv.Atoi(string(m[1]))
	return Binaries{Dir: dir, Major: major}, err == nil
}
