package clearance_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/clearance/rules"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

const admin = 5

func withAdmin(t *testing.T) (*pgxpool.Pool, *clearance.Service) {
	t.Helper()
	db, s := seeded(t)
	if _, err := db.Exec(t.Context(), `insert into people (id, email, email_key, name, passkey_handle) overriding system value values ($1, 'admin@example.com', 'admin@example.com', 'Админ', '\x01')`, admin); err != nil {
		t.Fatal(err)
	}
	return db, s
}

// ban refuses towels for Germany from a day on.
func ban(from time.Time) clearance.Rule {
	return clearance.Rule{ID: "import.towels", Step: 10, When: "country = DE; hs begins 6302", Outcome: clearance.Refused, Then: "import_ban",
		Provenance: clearance.Provenance{Area: "import", Source: "a new law", From: from, Checked: day, Status: clearance.Verified}}
}

func TestAPublishedVersionDecidesFromItsDayOnAndNoEarlierOneIsChanged(t *testing.T) {
	t.Parallel()
	db, s := withAdmin(t)
	tomorrow := day.AddDate(0, 0, 1)
	first := ban(tomorrow)
	version, err := s.Publish(t.Context(), admin, 0, &first)
	if err != nil || version != 1 {
		t.Fatalf("%d, %v", version, err)
	}
	outcome := func(on time.Time) clearance.Outcome {
		d, err := s.Decide(t.Context(), &towel, on)
		if err != nil {
			t.Fatal(err)
		}
		return d.Outcome
	}
	if outcome(day) != clearance.Pass || outcome(tomorrow) != clearance.Refused {
		t.Errorf("today %s, tomorrow %s", outcome(day), outcome(tomorrow))
	}
	ended := ban(tomorrow)
	ended.To = tomorrow.AddDate(0, 0, 6)
	if version, err = s.Publish(t.Context(), admin, 1, &ended); err != nil || version != 2 {
		t.Fatalf("%d, %v", version, err)
	}
	if outcome(tomorrow) != clearance.Refused || outcome(tomorrow.AddDate(0, 0, 7)) != clearance.Pass {
		t.Error("the second version's end does not hold")
	}
	var log int
	if err := db.QueryRow(t.Context(), `select count(*) from audit_log where act = 'law.publish' and actor_id = $1`, admin).Scan(&log); err != nil || log != 2 {
		t.Errorf("%d lines in the audit log, %v", log, err)
	}
}

func fieldsOf(err error) []errs.Field {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return e.Fields
	}
	return nil
}

func TestAVersionThatCannotStandSaysWhatToMend(t *testing.T) {
	t.Parallel()
	_, s := withAdmin(t)
	tomorrow := day.AddDate(0, 0, 1)
	if _, err := s.Publish(t.Context(), admin, 0, new(ban(tomorrow))); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		edit  func(*clearance.Rule)
		field string
	}{
		"no source":            {func(r *clearance.Rule) { r.Source = "" }, "source"},
		"no day":               {func(r *clearance.Rule) { r.From = time.Time{} }, "from"},
		"ends before it began": {func(r *clearance.Rule) { r.To = r.From.AddDate(0, 0, -1) }, "to"},
		"unknown fact":         {func(r *clearance.Rule) { r.When = "colour = red" }, "when"},
		"unknown list":         {func(r *clearance.Rule) { r.When = "country in @atlantis" }, "when"},
		"overlaps a later one": {func(r *clearance.Rule) { r.From, r.To = day, tomorrow.AddDate(0, 0, 3) }, "to"},
		"no reason":            {func(r *clearance.Rule) { r.Then = "" }, "then"},
		"verified by nobody":   {func(r *clearance.Rule) { r.Checked = time.Time{} }, "checked"},
	} {
		r := ban(tomorrow)
		tt.edit(&r)
		_, err := s.Publish(t.Context(), admin, 1, &r)
		fields := fieldsOf(err)
		if !errs.Is(err, errs.Invalid) || len(fields) == 0 || fields[0].Name != tt.field {
			t.Errorf("%s: %v, %+v", name, err, fields)
		}
	}
	russian := i18n.WithLang(t.Context(), i18n.RU)
	for when, says := range map[string]string{"colour = red": "Нет факта", "age > old": "не число", "hs 97": "нужны одно из слов", "country in @atlantis": "Нет списка @atlantis"} {
		r := ban(tomorrow)
		r.When = when
		_, err := s.Publish(russian, admin, 1, &r)
		fields := fieldsOf(err)
		if len(fields) != 1 {
			t.Fatalf("%s: %v", when, err)
		}
		if text := i18n.In(i18n.RU, fields[0].Key, fields[0].Args...); !strings.Contains(text, when) || !strings.Contains(text, says) {
			t.Errorf("%s is told as %q", when, text)
		}
	}
	d := clearance.Dated{Name: "cn22_sdr", Figure: true, Values: []string{"many"}, Provenance: clearance.Provenance{Area: "form", Source: "s", From: day, Checked: day, Status: clearance.Verified}}
	if _, err := s.Publish(t.Context(), admin, 1, &d); !errs.Is(err, errs.Invalid) {
		t.Errorf("a figure that is no number: %v", err)
	}
}

// Two admins publish against one version at once: one wins, the others are told.
func TestOneOfManyWhoPublishAtOnceWins(t *testing.T) {
	t.Parallel()
	_, s := withAdmin(t)
	var won, stale atomic.Int32
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			_, err := s.Publish(context.Background(), admin, 0, new(ban(day)))
			switch {
			case err == nil:
				won.Add(1)
			case errs.Is(err, errs.Conflict):
				stale.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 || stale.Load() != 7 {
		t.Errorf("%d won, %d were told", won.Load(), stale.Load())
	}
}

// What one copy of the program publishes, another follows within its asking time.
func TestAnotherCopyFollows(t *testing.T) {
	t.Parallel()
	db, s := withAdmin(t)
	clock := now()
	other := clearance.New(db, func() time.Time { return clock })
	if d, err := other.Decide(t.Context(), &towel, day); err != nil || d.Outcome != clearance.Pass {
		t.Fatalf("%s, %v", d.Outcome, err)
	}
	if _, err := s.Publish(t.Context(), admin, 0, new(ban(day))); err != nil {
		t.Fatal(err)
	}
	clock = clock.Add(2 * time.Second)
	if d, err := other.Decide(t.Context(), &towel, day); err != nil || d.Outcome != clearance.Refused {
		t.Errorf("%s, %v", d.Outcome, err)
	}
}

// The files come in once, a newer text of theirs adds a version, and over an edit of the desk it only waits.
func TestFilesComeInWithoutOverwriting(t *testing.T) {
	t.Parallel()
	db, s := withAdmin(t)
	files, err := clearance.Load(rules.FS)
	if err != nil {
		t.Fatal(err)
	}
	count := func() (n int) {
		lib, err := clearance.New(db, now).Library(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if n := files.NewTo(lib); n > 0 {
			t.Errorf("%d rows of the files are not known again", n)
		}
		return len(lib.Rules) + len(lib.Tables)
	}
	first := count()
	if err := clearance.Seed(t.Context(), db, files); err != nil {
		t.Fatal(err)
	}
	if again := count(); first == 0 || again != first {
		t.Errorf("%d rows, %d after the second time", first, again)
	}
	limit := clearance.Dated{Name: "cn22_sdr", Figure: true, Values: []string{"250"}, Provenance: clearance.Provenance{Area: "form", Source: "an admin's", From: day, Checked: day, Status: clearance.Verified}}
	if _, err := s.Publish(t.Context(), admin, 1, &limit); err != nil {
		t.Fatal(err)
	}
	newer := file(row("figure", "name = \"cn22_sdr\"\nvalue = \"400\"") + row("figure", "name = \"packet_g\"\nvalue = \"3000\""))
	lib, err := clearance.Load(newer)
	if err != nil {
		t.Fatal(err)
	}
	for i := range lib.Tables {
		lib.Tables[i].From = day
	}
	if err := clearance.Seed(t.Context(), db, lib); err != nil {
		t.Fatal(err)
	}
	tables, err := clearance.New(db, now).Tables(t.Context(), day)
	if err != nil {
		t.Fatal(err)
	}
	if tables.Figures["cn22_sdr"] != "250" || tables.Figures["packet_g"] != "3000" {
		t.Errorf("the edited figure is %s, the other %s", tables.Figures["cn22_sdr"], tables.Figures["packet_g"])
	}
}

func TestAPreviewListsWhatWouldBeDecidedOtherwise(t *testing.T) {
	t.Parallel()
	db, s := withAdmin(t)
	for i, country := range []string{"DE", "RS", "DE"} {
		p := towel
		p.Country = country
		d, err := s.Decide(t.Context(), &p, day)
		if err != nil {
			t.Fatal(err)
		}
		record(t, db, clearance.Subject{Kind: clearance.KindParcel, Number: string(rune('A' + i)), SellerID: 1, Moment: clearance.AtCheckout}, &p, d)
	}
	pv, err := s.Preview(t.Context(), new(ban(day.AddDate(0, 0, 1))))
	if err != nil {
		t.Fatal(err)
	}
	if pv.Asked != 3 || len(pv.Differ) != 2 || !pv.Day.Equal(day.AddDate(0, 0, 1)) {
		t.Fatalf("asked %d, %d differ, on %s", pv.Asked, len(pv.Differ), pv.Day)
	}
	if d := pv.Differ[0]; d.Before.Outcome != clearance.Pass || d.After.Outcome != clearance.Refused || !hasChange(d.Changes, "import.towels", false) {
		t.Errorf("%s → %s, %+v", d.Before.Outcome, d.After.Outcome, d.Changes)
	}
	same := clearance.Dated{Name: "cn22_sdr", Figure: true, Values: []string{"300"}, Provenance: clearance.Provenance{Area: "form", Source: "the same, another source", From: day, Checked: day, Status: clearance.Verified}}
	if pv, err = s.Preview(t.Context(), &same); err != nil || len(pv.Differ) != 0 {
		t.Errorf("the same figure: %d differ, %v", len(pv.Differ), err)
	}
}
