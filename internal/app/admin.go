package app

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/moderation"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

func staffFlags(f *flag.FlagSet, p *program) {
	f.StringVar(&p.own.role, "role", "", "what the person becomes: "+strings.Join(account.PlatformRoles, ", "))
}

// staffDesk is the subcommand admin: the way to the first admin of a new installation, whose desk
// nobody can open yet.
func staffDesk(ctx context.Context, p *program) error {
	role := account.Role(p.own.role)
	if len(p.args) != 2 || p.args[0] != "grant" || !slices.Contains(account.PlatformRoles, role) {
		return Fault{"it is not clear who is to become what", "use 'admin grant EMAIL --role ROLE', where ROLE is one of " + strings.Join(account.PlatformRoles, ", ")}
	}
	if err := p.prepareData(); err != nil {
		return err
	}
	return p.withDatabase(ctx, func(db *database) error {
		a, err := New(ctx, p.Config, db.pool)
		if err != nil {
			return err
		}
		if err := a.grant(ctx, p.args[1], role); err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.out, "%s is %s now\n", p.args[1], role)
		return err
	})
}

// grant gives a person a role of the platform, with its line in the audit log.
func (a *App) grant(ctx context.Context, email string, role account.Role) error {
	return pg.InTx(ctx, a.db, func(tx pgx.Tx) error {
		id, ok, err := a.m.account.FindPersonID(ctx, tx, email)
		if err != nil {
			return err
		}
		if !ok {
			return Fault{"nobody has signed up as " + email, "sign up at /sign-up and confirm the address, then run this again"}
		}
		before, err := a.m.account.GetPerson(ctx, id)
		if err != nil {
			return err
		}
		if err := a.m.account.GrantMembership(ctx, tx, id, 0, role); err != nil {
			return err
		}
		return moderation.Audit(ctx, tx, moderation.Act{Name: "person.role", Kind: "person", TargetID: id,
			Before: map[string]any{"role": before.Platform}, After: map[string]any{"role": role}})
	})
}
