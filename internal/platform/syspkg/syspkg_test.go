package syspkg

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// having pretends that only the named programs are installed.
func having(names string) func(string) (string, error) {
	return func(name string) (string, error) {
		if strings.Contains(" "+names+" ", " "+name+" ") {
			return "/bin/" + name, nil
		}
		return "", errors.New("not found")
	}
}

func TestPickChoosesTheSystemsOwnManager(t *testing.T) {
	t.Parallel()
	packages := Packages{"apt-get": {"thing"}, "brew": {"thing@2"}, "apk": {"thing", "thing-more"}}
	for _, tt := range []struct {
		have string
		want []string
	}{
		{"apt-get brew", []string{"apt-get", "thing"}},
		{"brew", []string{"brew", "thing@2"}},
		{"apk", []string{"apk", "thing", "thing-more"}},
		{"pacman", nil}, // here, but it does not know the program
		{"", nil},
	} {
		m, names, ok := pick(packages, having(tt.have))
		var got []string
		if ok {
			got = append([]string{m.name}, names...)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("with %q (-want +got):\n%s", tt.have, diff)
		}
	}
}

func TestPrivilege(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		asRoot bool
		euid   int
		want   bool
	}{
		{"root installs", true, 0, true},
		{"brew needs no root", false, 1000, true},
		{"a user without sudo is told the command", true, 1000, false},
	} {
		prefix, ok := privilege(manager{asRoot: tt.asRoot}, tt.euid, having(""))
		if ok != tt.want || prefix != nil {
			t.Errorf("%s: %v, %v", tt.name, prefix, ok)
		}
	}
}

func TestInstallWithoutAManagerIsOneClearLine(t *testing.T) {
	t.Parallel()
	err := Install(t.Context(), io.Discard, "Thing is needed", Packages{"no-such-manager": {"thing"}})
	if err == nil || !strings.HasPrefix(err.Error(), "Thing is needed") || strings.Contains(err.Error(), "\n") {
		t.Errorf("err = %v", err)
	}
}

func TestRunGivesTheLastLineOfTheComplaint(t *testing.T) {
	t.Parallel()
	err := run(t.Context(), []string{"sh", "-c", "echo reading; echo 'E: no such package' >&2; exit 3"})
	if err == nil || !strings.HasSuffix(err.Error(), "E: no such package") {
		t.Errorf("err = %v", err)
	}
}
