package dispatch

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/notify"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web"
)

// letter is what the people of a shop are told of a parcel that does not simply go on.
type letter string

const (
	letterHeld  letter = "held"  // the customs service or the post stopped it
	letterAnew  letter = "anew"  // it is declared again by itself and has to be signed again
	letterStuck letter = "stuck" // no step takes it further
)

// letterOf finds the letter that a change is worth. What people of the shop did themselves they know.
func letterOf(was, p Parcel, events []Event) letter {
	moved := slices.IndexFunc(events, func(e Event) bool { return e.Kind == EventMove && (e.Actor == ByCustoms || e.Actor == ByPost) })
	switch {
	case p.StuckAt != nil && was.StuckAt == nil:
		return letterStuck
	case moved < 0 || p.State == was.State:
		return ""
	case p.State == Held:
		return letterHeld
	case p.State == Deciding:
		return letterAnew
	}
	return ""
}

// notify tells owners and managers of the shop.
func (s *Service) notify(ctx context.Context, tx pgx.Tx, p Parcel, about letter) error {
	readers, err := account.Contacts(ctx, tx, p.SellerID, account.Owner, account.Manager)
	if err != nil {
		return err
	}
	for _, r := range readers {
		lang := i18n.Parse(r.Lang)
		in := func(key string, args ...any) string { return i18n.In(lang, "dispatch."+key, args...) }
		blocks := []notify.Block{notify.Para(in("mail."+string(about)+".text", "number", p.Number))}
		if reason := reasonIn(lang, p.Reason); reason != "" && about == letterHeld {
			blocks = append(blocks, notify.Para(reason))
		}
		if about == letterStuck {
			blocks = append(blocks, notify.Para(in("stuck."+p.Stuck)))
		} else if p.Answered != "" {
			blocks = append(blocks, notify.Note(p.Answered)) // the service's own words
		}
		blocks = append(blocks, notify.Button(in("mail.button"), s.BaseURL+web.PathIn(lang, listPath+"/"+p.Number)))
		l := notify.Letter{Title: in("mail."+string(about)+".title", "number", p.Number), Blocks: blocks, Why: in("mail.why")}
		if err := notify.Enqueue(ctx, tx, notify.Mail{Event: fmt.Sprintf("parcel-abroad:%s:%d:%s", p.Number, p.LastEvent, about), Template: "dispatch." + string(about),
			To: r.Email, Lang: lang, Letter: &l}); err != nil {
			return err
		}
	}
	return nil
}

// reasonIn says why a parcel is held or over; a reason that only a rule knows is said as the rules say it.
func reasonIn(lang i18n.Lang, reason string) string {
	if reason == "" {
		return ""
	}
	for _, key := range []string{"dispatch.reason." + reason, "dispatch.then." + reason, "abroad.why." + reason} {
		if i18n.Has(lang, key) {
			return i18n.In(lang, key)
		}
	}
	return thenIn(lang, reason)
}

// refusalIn says in a language what the findings that keep a parcel here say: each rule's words, and where it is written.
func refusalIn(lang i18n.Lang, list []clearance.Finding) string {
	var lines []string
	for _, f := range list {
		line := reasonIn(lang, f.Then)
		if source := f.SourceIn(lang); source != "" {
			line = strings.TrimSpace(line + " (" + source + ")")
		}
		if line != "" && !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}
