package account_test

import (
	"testing"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/account/accounttest"
)

// An officer counts as staff only where their own role is asked for; an admin everywhere; a moderator at no desk of an officer.
func TestOfficersAreStaffOfTheirDeskOnly(t *testing.T) {
	t.Parallel()
	session := func(role account.Role) *account.Session { return &account.Session{PersonID: 1, Platform: role} }
	for _, officer := range account.Officers {
		s := session(officer)
		if s.Staff() || s.Staff(account.Moderator) || s.Staff(account.Admin) || !s.Staff(officer) || !s.Officer() {
			t.Errorf("%s: staff %v", officer, s.Staff())
		}
		for _, other := range account.Officers {
			if s.Staff(other) != (other == officer) {
				t.Errorf("%s at the desk of %s", officer, other)
			}
		}
		if session(account.Moderator).Staff(officer) || !session(account.Admin).Staff(officer) {
			t.Errorf("at the desk of %s: a moderator, or no admin", officer)
		}
	}
	if s := session(account.Moderator); !s.Staff() || s.Officer() {
		t.Error("a moderator is no staff, or an officer")
	}
	if (&account.Session{Platform: account.CultureExpert}).Officer() || (*account.Session)(nil).Officer() {
		t.Error("nobody is an officer")
	}
}

// An officer who was going nowhere lands at the desks; who was going somewhere gets there.
func TestOfficersLandAtTheirDesk(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	accounttest.Grant(t, s.db, s.account, s.person(t, "expert@example.ru"), 0, account.CultureExpert)
	for next, want := range map[string]string{"": "/export/desks", "/cart": "/cart", "https://evil.test/": "/export/desks"} {
		s.browser(t).post("/sign-in", "email", "expert@example.ru", "password", accounttest.Password, "next", next).wantTo(want)
	}
	s.browser(t).post("/en/sign-in", "email", "expert@example.ru", "password", accounttest.Password).wantTo("/en/export/desks")
}
