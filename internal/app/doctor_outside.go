package app

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/yarmarka/yarmarka/internal/app/demo"
	"github.com/yarmarka/yarmarka/internal/export/postal"
	"github.com/yarmarka/yarmarka/internal/platform/backup"
	"github.com/yarmarka/yarmarka/internal/platform/blob"
	"github.com/yarmarka/yarmarka/internal/platform/mail"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

func checkBackup(ctx context.Context, db pg.DB) finding {
	last, err := backup.Last(ctx, db)
	switch age := time.Since(last); {
	case err != nil:
		return doubt("backup", "unread", "why", oneLine(err))
	case last.IsZero():
		return doubt("backup", "never")
	case age > backupWarn:
		return doubt("backup", "old", "hours", int(age.Hours()))
	default:
		return well("backup", "hours", int(age.Hours()))
	}
}

// checkPeople looks for the demonstration's accounts, whose password everybody knows, and for somebody who may run
// the shop.
func (p *program) checkPeople(ctx context.Context, db pg.DB) []finding {
	emails := make([]string, len(demo.Accounts))
	for i, a := range demo.Accounts {
		emails[i] = a.Email
	}
	type row struct{ Demo, Admins int }
	n, err := pg.One[row](ctx, db, `
		select (select count(*)::int from people where email = any($1) and blocked_at is null) as demo,
			(select count(*)::int from memberships where role = 'admin' and seller_id is null) as admins`, emails)
	if err != nil {
		return []finding{bad("people", "unread", "why", oneLine(err))}
	}
	var list []finding
	if n.Demo > 0 && p.Env == "production" {
		list = append(list, bad("people", "demo", "n", n.Demo))
	}
	if n.Admins == 0 {
		list = append(list, doubt("people", "no_admin"))
	}
	if len(list) == 0 {
		list = append(list, well("people", "admins", n.Admins))
	}
	return list
}

// checkFiles writes a file into the store, reads it and removes it.
func (p *program) checkFiles(ctx context.Context) finding {
	ctx, cancel := context.WithTimeout(ctx, 2*askWithin)
	defer cancel()
	store, err := p.openFiles(ctx)
	if err == nil {
		err = roundTrip(ctx, store)
	}
	if err != nil {
		return bad("files", "unusable", "why", oneLine(err))
	}
	return well("files")
}

func roundTrip(ctx context.Context, store blob.Store) error {
	const text = "can this store be written and read?\n"
	key := "doctor/" + strings.ToLower(rand.Text()) + ".txt"
	if err := store.Put(ctx, key, strings.NewReader(text), int64(len(text)), "text/plain"); err != nil {
		return err
	}
	r, _, err := store.Get(ctx, key)
	if err != nil {
		return errors.Join(err, store.Delete(ctx, key))
	}
	got, err := io.ReadAll(r)
	if err == nil && string(got) != text {
		err = errors.New("what was read is not what was written")
	}
	return errors.Join(err, r.Close(), store.Delete(ctx, key))
}

// checkMail speaks with the mail server up to the point where a letter would begin.
func (p *program) checkMail(ctx context.Context) finding {
	if p.SMTPURL == "" {
		if p.Env == "production" {
			return bad("mail", "none")
		}
		return doubt("mail", "none")
	}
	sender, err := p.sender()
	if err != nil {
		return bad("mail", "refused", "why", oneLine(err))
	}
	server, ok := sender.(*mail.SMTP)
	if !ok {
		return well("mail")
	}
	ctx, cancel := context.WithTimeout(ctx, 2*askWithin)
	defer cancel()
	if err := server.Check(ctx); err != nil {
		return bad("mail", "refused", "why", oneLine(err))
	}
	return well("mail")
}

// checkPayments looks at each way to pay that is configured.
func (p *program) checkPayments(ctx context.Context) []finding {
	var list []finding
	if _, ok, err := p.company(); err != nil {
		list = append(list, bad("payments", "company", "why", oneLine(err)))
	} else if !ok && p.StripeKey == "" {
		list = append(list, bad("payments", "none"))
	}
	if p.StripeKey == "" {
		return list
	}
	return append(list, p.checkStripe(ctx))
}

// checkStripe asks Stripe who the key's owner is: the cheapest question that needs a good key.
func (p *program) checkStripe(ctx context.Context) finding {
	ctx, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	base := "https://api.stripe.com"
	if p.StripeURL != "" {
		base = strings.TrimSuffix(p.StripeURL, "/")
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/v1/events?limit=1", nil)
	if err != nil {
		return bad("stripe", "away", "why", oneLine(err))
	}
	r.Header.Set("Authorization", "Bearer "+p.StripeKey)
	r.Header.Set("Stripe-Version", "2023-10-16")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return bad("stripe", "away", "why", oneLine(err))
	}
	defer resp.Body.Close() //nolint:errcheck // nothing of it is read
	live := strings.HasPrefix(p.StripeKey, "sk_live_")
	switch {
	case resp.StatusCode == http.StatusUnauthorized:
		return bad("stripe", "key")
	case resp.StatusCode != http.StatusOK:
		return bad("stripe", "away", "why", resp.Status)
	case live && p.Env != "production":
		return doubt("stripe", "live")
	case !live:
		return doubt("stripe", "test")
	}
	return well("stripe")
}

// checkThePost asks the order service how many requests are left: the cheapest question that needs good keys.
func (p *program) checkThePost(ctx context.Context) finding {
	config := p.post()
	post := postal.NewPost(config, time.Now)
	switch {
	case !post.Connected():
		return doubt("post", "none", "lacks", strings.Join(config.Lacks(), ", "))
	case p.checkPost() != nil:
		return bad("post", "address")
	}
	ctx, cancel := context.WithTimeout(ctx, 2*askWithin)
	defer cancel()
	limit, err := post.Limit(ctx)
	if refusal, ok := errors.AsType[*postal.Refusal](err); ok && refusal.Has(postal.CodeUnauthorized) {
		return bad("post", "key")
	}
	switch {
	case err != nil:
		return bad("post", "away", "why", oneLine(err))
	case config.Demonstration:
		return doubt("post", "standin")
	case limit.Allowed-limit.Used < limit.Allowed/10:
		return doubt("post", "limit", "used", limit.Used, "allowed", limit.Allowed)
	}
	if gone, err := post.Withdrawn(ctx); err == nil && len(gone) > 0 {
		return doubt("post", "withdrawn", "service", gone[0].NameRu, "object", strconv.Itoa(gone[0].Object))
	}
	return well("post", "left", limit.Allowed-limit.Used)
}
