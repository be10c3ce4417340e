package account_test

import (
	"context"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/account/accounttest"
	"github.com/yarmarka/yarmarka/internal/account/contact"
	"github.com/yarmarka/yarmarka/internal/notify/notifytest"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// atOnce runs fn n times together and counts the answers by kind of error.
func atOnce(n int, fn func(i int) error) (ok int, failed map[errs.Kind]int) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	failed = map[errs.Kind]int{}
	start := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-start
			err := fn(i)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				ok++
			} else {
				failed[errs.KindOf(err)]++
			}
		})
	}
	close(start)
	wg.Wait()
	return ok, failed
}

// Two clicks, two tabs, two letters: one person.
func TestSignUpRace(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	in := account.SignUp{Name: "Анна", Email: "anna@example.ru", Password: phrase}
	ok, failed := atOnce(4, func(int) error { return s.account.SignUp(t.Context(), in, account.Client{}) })
	if ok != 4 {
		t.Fatalf("sign-ups: %d, %v", ok, failed)
	}
	rows := notifytest.Texts(t, s.db, "account.confirm", "")
	if len(rows) != 4 {
		t.Fatalf("%d letters", len(rows))
	}
	ok, failed = atOnce(len(rows), func(i int) error {
		token := tokenOf(t, tokenLink.FindStringSubmatch(rows[i])[1])
		_, err := s.account.ConfirmSignUp(t.Context(), token, phrase, account.Client{})
		return err
	})
	// The others meet the address taken, or their sign-up gone.
	if ok != 1 || failed[errs.Conflict]+failed[errs.NotFound] != 3 {
		t.Errorf("confirmed %d times, refused %v", ok, failed)
	}
	if n := s.count(t, `select count(*)::int from people`); n != 1 {
		t.Errorf("%d people, want 1", n)
	}
}

// A reset link used twice at the same moment sets one password.
func TestResetRace(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.person(t, "anna@example.ru")
	if err := s.account.AskReset(t.Context(), "anna@example.ru", account.Client{}); err != nil {
		t.Fatal(err)
	}
	token := tokenOf(t, s.link(t, "account.reset", "anna@example.ru"))
	passwords := []string{"первая длинная фраза", "вторая длинная фраза", "третья длинная фраза", "иная длинная фраза"}
	ok, failed := atOnce(len(passwords), func(i int) error { return s.account.Reset(t.Context(), token, passwords[i]) })
	if ok != 1 || failed[errs.NotFound] != 3 {
		t.Errorf("used %d times, refused %v", ok, failed)
	}
	open := 0
	for _, pw := range passwords {
		if _, err := s.account.SignIn(t.Context(), account.SignIn{Email: "anna@example.ru", Password: pw}, account.Client{}); err == nil {
			open++
		}
	}
	if open != 1 {
		t.Errorf("%d of the passwords open the account, want 1", open)
	}
}

// Whoever signs in while the password changes is out afterwards.
func TestSignInRacesPasswordChange(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	anna := s.person(t, "anna@example.ru")
	mine := s.signedIn(t, "anna@example.ru")
	var once sync.Once
	changing := make(chan struct{})
	changed := make(chan struct{})
	s.account.OnSignIn(func(context.Context, pgx.Tx, int64, int64) error {
		once.Do(func() { close(changing) })
		return nil
	})
	go func() {
		defer close(changed)
		<-changing
		mine.post("/account/security/password", "old_password", accounttest.Password, "password", phrase).wantTo("/account/security")
	}()
	_, failed := atOnce(6, func(int) error {
		_, err := s.account.SignIn(t.Context(), account.SignIn{Email: "anna@example.ru", Password: accounttest.Password}, account.Client{})
		return err
	})
	<-changed
	for kind := range failed {
		if kind != errs.Invalid && kind != errs.Conflict {
			t.Errorf("refused as %v", kind)
		}
	}
	if n := s.count(t, `select count(*)::int from sessions where person_id = $1`, anna); n != 1 {
		t.Errorf("%d sessions after the change, want 1: the one that made it", n)
	}
}

func TestAddressBookHasOneDefault(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	anna := s.person(t, "anna@example.ru")
	_, failed := atOnce(8, func(int) error {
		_, err := s.account.Book.Save(t.Context(), anna, contact.Address{Recipient: "Анна", Phone: "+79123456789", Country: "RU",
			Postcode: "101000", City: "Москва", Street: "Мясницкая, 26", IsDefault: true})
		return err
	})
	if len(failed) != 0 {
		t.Errorf("refused %v", failed)
	}
	if n := s.count(t, `select count(*)::int from addresses where person_id = $1 and is_default`, anna); n != 1 {
		t.Errorf("%d default addresses, want 1", n)
	}
}
