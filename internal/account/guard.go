package account

import (
	"net/http"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/web"
)

// RequirePerson lets signed-in people pass and sends others to sign in and back.
func RequirePerson(next http.Handler) http.Handler {
	return require(next, func(*Session) error { return nil })
}

// RequireSeller lets people pass who hold one of roles in their shop, or any role when none is
// named. That a seller's hub exists is no secret, so a person without the role gets Forbidden;
// what belongs to another shop is NotFound, by the where clause of whoever reads it.
func RequireSeller(roles ...Role) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return require(next, func(s *Session) error {
			switch {
			case s.Sells(roles...):
				return nil
			case s.SellerID == 0:
				return errs.New(errs.Forbidden, "account.forbidden.no_shop")
			default:
				return errs.New(errs.Forbidden, "account.forbidden.role")
			}
		})
	}
}

// RequireStaff lets those pass who hold one of the platform's roles, or moderators when none is named;
// an admin may do what every other may.
func RequireStaff(roles ...Role) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return require(next, func(s *Session) error {
			if s.Staff(roles...) {
				return nil
			}
			return errs.New(errs.Forbidden, "account.forbidden.staff")
		})
	}
}

// require asks for a person, then for allowed; what passes is nobody else's to cache.
func require(next http.Handler, allowed func(*Session) error) http.Handler {
	return web.Handle(func(w http.ResponseWriter, r *http.Request) error {
		s := SessionOf(r.Context())
		if !s.SignedIn() {
			return errs.New(errs.Unauthenticated, "account.unauthenticated")
		}
		if err := allowed(s); err != nil {
			return err
		}
		w.Header().Set("Cache-Control", "private, no-store")
		next.ServeHTTP(w, r)
		return nil
	})
}
