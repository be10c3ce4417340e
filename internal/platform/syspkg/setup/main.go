// Command setup looks for what the tests need besides Go, installs what is missing through the system's package
// manager, and says in one line what it found: `make test` runs it first, so that parallel tests need not.
package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"

	"github.com/yarmarka/yarmarka/internal/platform/chromium"
	"github.com/yarmarka/yarmarka/internal/platform/embeddedpg"
	"github.com/yarmarka/yarmarka/internal/platform/syspkg"
)

// compiler is what the race detector needs.
var compiler = syspkg.Packages{
	"apt-get": {"gcc", "libc6-dev"}, "dnf": {"gcc", "glibc-devel"}, "zypper": {"gcc", "glibc-devel"},
	"pacman": {"gcc"}, "apk": {"gcc", "musl-dev"},
}

// pooler is what the drill of several copies puts before PostgreSQL.
var pooler = syspkg.Packages{
	"apt-get": {"pgbouncer"}, "dnf": {"pgbouncer"}, "zypper": {"pgbouncer"}, "pacman": {"pgbouncer"}, "apk": {"pgbouncer"}, "brew": {"pgbouncer"},
}

func main() {
	if err := setUp(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "setup:", err)
		os.Exit(1)
	}
}

func setUp(ctx context.Context) error {
	if os.Getenv("YARMARKA_TEST_DATABASE_URL") == "" && os.Getenv("DATABASE_URL") == "" {
		pg, err := embeddedpg.FindOrInstall(ctx, os.Stderr, 0)
		if err != nil {
			return err
		}
		fmt.Printf("PostgreSQL %d in %s\n", pg.Major, pg.Dir)
	}
	browser, err := chromium.FindOrInstall(ctx, os.Stderr)
	if err != nil {
		return err
	}
	fmt.Println("Chromium:", browser)
	if err := findPooler(ctx); err != nil {
		return err
	}
	return findCompiler(ctx)
}

func findPooler(ctx context.Context) error {
	for _, name := range []string{"pgbouncer", "/usr/sbin/pgbouncer"} { // a user's PATH often lacks sbin
		if path, err := exec.LookPath(name); err == nil {
			fmt.Println("PgBouncer:", path)
			return nil
		}
	}
	return syspkg.Install(ctx, os.Stderr, "PgBouncer is needed for a test and was not found", pooler)
}

func findCompiler(ctx context.Context) error {
	for _, name := range []string{os.Getenv("CC"), "gcc", "clang", "cc"} {
		if _, err := exec.LookPath(name); name != "" && err == nil {
			fmt.Println("C compiler for the race detector:", name)
			return nil
		}
	}
	return syspkg.Install(ctx, os.Stderr, "a C compiler is needed for the race detector and was not found", compiler)
}
