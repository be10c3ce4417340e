// Package syspkg installs a missing program through the system's own package manager, saying what and why, or
// tells in one line the command that a person has to run. It downloads nothing by itself.
package syspkg

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// Packages names one program's packages by package manager: "apt-get", "dnf", "brew", "pacman", "apk", "zypper".
type Packages map[string][]string

// manager is a package manager and how it is asked.
type manager struct {
	name    string
	refresh []string // run first, may fail
	install []string
	asRoot  bool
}

// managers in the order they are looked for; brew comes last, because some Linux machines have it beside their own.
var managers = []manager{
	{"apt-get", []string{"update", "-q"}, []string{"install", "-y", "-q", "--no-install-recommends"}, true},
	{"dnf", nil, []string{"install", "-y", "-q"}, true},
	{"zypper", nil, []string{"--non-interactive", "install"}, true},
	{"pacman", nil, []string{"-Sy", "--noconfirm", "--needed"}, true},
	{"apk", nil, []string{"add", "--no-progress"}, true},
	{"brew", nil, []string{"install"}, false},
}

// installTime bounds one installation; a package manager that waits for another one's lock ends here.
const installTime = 10 * time.Minute

// Install installs what packages names for this system. why completes the sentence "installing x: …" and is
// repeated in the error when it cannot, together with the command to run.
func Install(ctx context.Context, out io.Writer, why string, packages Packages) error {
	m, names, ok := pick(packages, exec.LookPath)
	if !ok {
		return fmt.Errorf("%s, and no known package manager was found: install it by hand", why)
	}
	command := append(append([]string{m.name}, m.install...), names...)
	prefix, ok := privilege(m, os.Geteuid(), exec.LookPath)
	if !ok {
		return fmt.Errorf("%s: run `sudo %s`", why, strings.Join(command, " "))
	}
	fmt.Fprintf(out, "installing %s with %s: %s\n", strings.Join(names, " "), m.name, why)
	ctx, cancel := context.WithTimeout(ctx, installTime)
	defer cancel()
	if m.refresh != nil {
		if err := run(ctx, append(append(prefix, m.name), m.refresh...)); err != nil {
			fmt.Fprintf(out, "%s could not refresh its lists, trying all the same: %v\n", m.name, err)
		}
	}
	if err := run(ctx, append(prefix, command...)); err != nil {
		return fmt.Errorf("%s, and `%s` failed: %w", why, strings.Join(command, " "), err)
	}
	return nil
}

// pick chooses the first package manager that is here and knows the program.
func pick(packages Packages, look func(string) (string, error)) (manager, []string, bool) {
	for _, m := range managers {
		names, known := packages[m.name]
		if !known {
			continue
		}
		if _, err := look(m.name); err == nil {
			return m, names, true
		}
	}
	return manager{}, nil, false
}

// privilege says what to put before the command so that it may install. Without a password sudo can be used only
// where it asks for none: a start-up must not hang on a question.
func privilege(m manager, euid int, look func(string) (string, error)) ([]string, bool) {
	if !m.asRoot || euid == 0 {
		return nil, true
	}
	sudo, err := look("sudo")
	if err != nil || exec.Command(sudo, "-n", "true").Run() != nil {
		return nil, false
	}
	return []string{sudo, "-n"}, true
}

// run runs a command, keeping its output for the error.
func run(ctx context.Context, command []string) error {
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive", "HOMEBREW_NO_AUTO_UPDATE=1")
	text, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %s", err, lastLine(string(text)))
	}
	return nil
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}
