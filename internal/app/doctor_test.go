package app

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// examined is a report as machines read it.
type examined struct {
	Level    string
	Findings []struct{ Check, Level, Is, Do string }
}

func (e examined) has(check, level, word string) bool {
	for _, f := range e.Findings {
		if f.Check == check && f.Level == level && strings.Contains(f.Is+f.Do, word) {
			return true
		}
	}
	return false
}

func examine(t *testing.T, args ...string) (examined, int) {
	t.Helper()
	var out strings.Builder
	var errOut lockedBuffer
	status := Run(context.WithoutCancel(t.Context()), append([]string{"doctor", "--json", "--lang", "en", "--data", t.TempDir()}, args...), &out, &errOut)
	var e examined
	if err := json.Unmarshal([]byte(out.String()), &e); err != nil {
		t.Fatalf("%v: %q, %q", err, out.String(), errOut.String())
	}
	return e, status
}

func TestDoctorOfAHealthyShop(t *testing.T) {
	t.Parallel()
	address := dbtest.URL(t)
	execute(t, address, `insert into backups (finished_at, bytes) values (now() - interval '2 hours', 1)`)
	e, status := examine(t, "--database-url", address, "--metrics-addr", "127.0.0.1:1")
	// The tests' own server forgoes durability, and says so.
	for _, f := range e.Findings {
		if f.Level == "fail" && f.Check != "database" {
			t.Errorf("%s: %s", f.Check, f.Is)
		}
	}
	for _, want := range [][2]string{{"database", "fsync"}, {"database", "synchronous_commit"}} {
		if !e.has(want[0], "fail", want[1]) {
			t.Errorf("a server with %s off passes", want[1])
		}
	}
	for _, check := range []string{"config", "data", "tools", "schema", "queue", "outbox", "webhooks", "holds", "books", "backup", "files", "clock"} {
		if !e.has(check, "ok", "") {
			t.Errorf("%s is not well: %+v", check, e.Findings)
		}
	}
	if !e.has("disk", "ok", "") && !e.has("disk", "warn", "") { // as this machine's disk is
		t.Errorf("nothing is said of the disk: %+v", e.Findings)
	}
	if status != 1 || e.Level != "fail" {
		t.Errorf("status %d, level %s", status, e.Level)
	}
}

// Every illness has its finding, and tells what to do.
func TestDoctorFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	production := []string{"--env", "production", "--base-url", "https://shop.invalid", "--secret", strings.Repeat("ab", 32)}
	file := filepath.Join(t.TempDir(), "requisites.toml")
	if err := os.WriteFile(file, []byte("name = 1"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, sql          string
		args               []string
		check, level, word string
	}{
		{"database away", "", []string{"--database-url", "postgres://u@127.0.0.1:1/d"}, "database", "fail", "refuses"},
		{"a setting that cannot be read", "", []string{"--addr", "nowhere"}, "config", "fail", "host:port"},
		{"the demonstration's key", "", []string{"--env", "production", "--base-url", "https://a.example", "--secret", demoSecret}, "config", "fail", "demonstration"},
		{"development", "", nil, "env", "warn", "APP_ENV"},
		{"no direct address", "", []string{"--database-pooler"}, "pooler", "fail", "DATABASE_DIRECT_URL"},
		{"no proxies", "", production, "proxies", "warn", "YARMARKA_TRUSTED_PROXIES"},
		{"no certificate", "", production, "certificate", "warn", "could not be seen"},
		{"public address silent", "", production, "address", "warn", "firewall"},
		{"no mail server", "", production, "mail", "fail", "SMTP_URL"},
		{"mail server away", "", []string{"--smtp-url", "smtp://127.0.0.1:1?tls=none"}, "mail", "fail", "does not accept"},
		{"no way to pay", "", production, "payments", "fail", "YARMARKA_COMPANY"},
		{"requisites unreadable", "", []string{"--company", file}, "payments", "fail", "docs/company.example.toml"},
		{"Stripe away", "", []string{"--stripe-key", "sk_test_1", "--stripe-webhook-secrets", "whsec_1", "--stripe-url", "http://127.0.0.1:1"}, "stripe", "fail", "cannot be reached"},
		{"file store away", "", []string{"--s3-url", "s3://k:s@127.0.0.1:1/b?insecure=1"}, "files", "fail", "S3_URL"},
		{"schema older", `delete from schema_migrations; insert into schema_migrations values (20260113000000, false)`, nil, "schema", "warn", "migrate up"},
		{"schema newer", `update schema_migrations set version = 29990101000000`, nil, "schema", "fail", "newer program"},
		{"migration cut off", `update schema_migrations set dirty = true`, nil, "schema", "fail", "force"},
		{"jobs wait", `insert into river_job (kind, args, max_attempts, scheduled_at) values ('x', '{}', 1, now() - interval '1 hour')`, nil, "queue", "fail", "yarmarka work"},
		{"jobs given up", `insert into river_job (kind, args, max_attempts, state, finalized_at) values ('x', '{}', 1, 'discarded', now())`, nil, "queue", "warn", "discarded"},
		{"mails wait", `insert into mails (event, recipient, template, lang, subject, html, body, message_id, created_at)
			values ('e', 'a@b.example', 't', 'ru', 's', 'h', 'b', 'm', now() - interval '2 hours')`, nil, "outbox", "fail", "mail server"},
		{"a provider's message waits", `insert into webhook_inbox (provider, event_id, type, livemode, source, payload, occurred_at, received_at)
			values ('stripe', 'e', 't', false, 'webhook', '{}', now(), now() - interval '1 hour')`, nil, "webhooks", "fail", "yarmarka work"},
		{"no backup", "", nil, "backup", "warn", "yarmarka backup"},
		{"an old backup", `insert into backups (finished_at, bytes) values (now() - interval '3 days', 1)`, nil, "backup", "warn", "72"},
		{"nobody runs the shop", "", nil, "people", "warn", "admin grant"},
		{"the demonstration's people", `insert into people (email, email_key, name, passkey_handle) values ('anna@example.com', 'anna@example.com', 'A', '\x01')`,
			production, "people", "fail", "everybody knows"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			args := tt.args
			if !strings.Contains(strings.Join(args, " "), "--database-url") {
				address := dbtest.URL(t)
				if tt.sql != "" {
					execute(t, address, tt.sql)
				}
				args = append([]string{"--database-url", address}, args...)
			}
			e, status := examine(t, args...)
			if !e.has(tt.check, tt.level, tt.word) {
				t.Errorf("no finding %s/%s with %q in %+v", tt.check, tt.level, tt.word, e.Findings)
			}
			if tt.level == "fail" && status == 0 {
				t.Error("status 0 although something is broken")
			}
			for _, f := range e.Findings {
				if f.Level != "ok" && (f.Do == "" || strings.HasPrefix(f.Do, "doctor.")) || strings.HasPrefix(f.Is, "doctor.") {
					t.Errorf("%s (%s) has no words: %q, %q", f.Check, f.Level, f.Is, f.Do)
				}
			}
		})
	}
}

var spoken = regexp.MustCompile(`\b(well|doubt|bad)\("([a-z]+)"(?:, "([a-z_]+)")?`)

// Every finding that the code can make has its words in both languages.
func TestDoctorHasWordsForEverything(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("doctor*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range spoken.FindAllStringSubmatch(string(raw), -1) {
			keys := []string{"doctor." + m[2] + ".ok"}
			if m[1] != "well" {
				keys = []string{"doctor." + m[2] + "." + m[3], "doctor." + m[2] + "." + m[3] + ".do"}
			}
			for _, key := range keys {
				found++
				if !i18n.Has(i18n.RU, key) || !i18n.Has(i18n.EN, key) {
					t.Errorf("%s: %s has no words", file, key)
				}
			}
		}
	}
	if found < 50 {
		t.Errorf("only %d findings were found", found)
	}
}

// In words for people, in Russian where the system speaks it.
func TestDoctorSpeaksRussian(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	var errOut lockedBuffer
	Run(context.WithoutCancel(t.Context()), []string{"doctor", "--lang", "ru", "--data", t.TempDir(), "--database-url", dbtest.URL(t)}, &out, &errOut)
	for _, want := range []string{"Схема базы на шаге 2026", "  → ", "✓", "в порядке"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in:\n%s", want, out.String())
		}
	}
}
