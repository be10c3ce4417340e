// Package chromium finds the Chromium or Chrome that journeys run in, and installs one through the system's
// package manager where there is none. Only tests and their set-up use it.
package chromium

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"

	"github.com/yarmarka/yarmarka/internal/platform/syspkg"
)

// programs are the names Chromium and its kin go by, on PATH or at a fixed place.
var programs = []string{
	"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "headless_shell",
	"/snap/bin/chromium",
	"/Applications/Chromium.app/Contents/MacOS/Chromium",
	"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
	"/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
}

var packages = syspkg.Packages{
	"apt-get": {"chromium"}, "dnf": {"chromium"}, "zypper": {"chromium"}, "pacman": {"chromium"}, "apk": {"chromium"},
	"brew": {"--cask", "chromium"},
}

// Find gives the program: the one named in CHROMIUM, else the first one found.
func Find() (string, bool) {
	names := programs
	if named := os.Getenv("CHROMIUM"); named != "" {
		names = []string{named}
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, true
		}
	}
	return "", false
}

// FindOrInstall is Find, and where nothing is found the system's package manager.
func FindOrInstall(ctx context.Context, out io.Writer) (string, error) {
	if path, ok := Find(); ok {
		return path, nil
	}
	if named := os.Getenv("CHROMIUM"); named != "" {
		return "", errors.New("CHROMIUM names " + named + ", which is not a program")
	}
	const why = "Chromium is needed for the tests in a real browser and was not found in CHROMIUM, on PATH or in the usual places"
	if err := syspkg.Install(ctx, out, why, packages); err != nil {
		return "", err
	}
	path, ok := Find()
	if !ok {
		return "", errors.New("installing Chromium brought none: name its program in CHROMIUM")
	}
	return path, nil
}
