package app

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/account/accounttest"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// The first admin of an installation comes in from the command line; the log knows.
func TestAdminGrantOpensTheDesk(t *testing.T) {
	t.Parallel()
	address := dbtest.URL(t)
	db, err := pgxpool.New(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	people := accounttest.Service(t, db)
	id := accounttest.PersonWithPassword(t, db, people, "vera@example.com")
	run := func(words ...string) (status int, out, errOut string) {
		var o strings.Builder
		var e lockedBuffer
		status = Run(t.Context(), append(words, "--database-url", address, "--data", t.TempDir(), "--log-level", "error"), &o, &e)
		return status, o.String(), withoutLog(e.String())
	}
	for _, step := range []struct{ role, want string }{{account.Moderator, account.Moderator}, {account.Admin, account.Admin},
		{account.CultureExpert, account.CultureExpert}, {account.CurrencyOfficer, account.CurrencyOfficer}, {account.CustomsOfficer, account.CustomsOfficer}} {
		status, out, errOut := run("admin", "grant", "Vera@Example.com", "--role", step.role)
		if status != 0 || !strings.Contains(out, "is "+step.role+" now") {
			t.Fatalf("status %d, stdout %q, stderr %q", status, out, errOut)
		}
		p, err := people.GetPerson(t.Context(), id)
		if err != nil || p.Platform != step.want {
			t.Errorf("the person is %q, %v", p.Platform, err)
		}
	}
	log, err := pg.List[struct{ Before, After string }](t.Context(), db, `
		select before ->> 'role' as before, after ->> 'role' as after from audit_log where act = 'person.role' and target_id = $1 order by id`, id)
	if err != nil || len(log) != 5 || log[1].Before != account.Moderator || log[1].After != account.Admin {
		t.Errorf("the log holds %v, %v", log, err)
	}
	for _, tt := range []struct{ words, want string }{
		{"admin grant nobody@example.com --role admin", "nobody has signed up as nobody@example.com"},
		{"admin grant vera@example.com --role king", "it is not clear"},
		{"admin grant vera@example.com", "it is not clear"},
		{"admin", "it is not clear"},
	} {
		status, _, errOut := run(strings.Fields(tt.words)...)
		if status == 0 || !strings.Contains(errOut, tt.want) || strings.Count(errOut, "\n") != 1 {
			t.Errorf("%s: status %d, stderr %q", tt.words, status, errOut)
		}
	}
}
