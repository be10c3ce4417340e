// Package account knows the people of the market: how they sign up and prove who they are, the
// sessions their browsers hold, what they may do in a shop or at the operator's desk, and the
// addresses their parcels go to. It owns people, sign_ups, sessions, memberships, person_tokens,
// passkeys, passkey_ceremonies and addresses. A guest is a session without a person and exists
// only from the first add-to-cart on. The package never decides what a shop or an order is: other
// modules hang themselves on a sign-in through OnSignIn and guard their routes with RequirePerson,
// RequireSeller and RequireStaff.
package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/netip"
	"slices"
	"time"
)

// Role is what a membership allows.
type Role = string

// Roles within a shop, and of the platform.
const (
	Owner     Role = "owner"
	Manager   Role = "manager"
	Packer    Role = "packer"
	Moderator Role = "moderator"
	Admin     Role = "admin"
)

// Officers of the export desks: each sees the desk of their authority and nothing else of the operator's.
const (
	CultureExpert   Role = "culture_expert"
	CurrencyOfficer Role = "currency_officer"
	CustomsOfficer  Role = "customs_officer"
)

// Officers lists them.
var Officers = []Role{CultureExpert, CurrencyOfficer, CustomsOfficer}

// PlatformRoles are all roles that belong to no shop.
var PlatformRoles = append([]Role{Moderator, Admin}, Officers...)

// Session is one browser's standing with us. PersonID 0 is a guest.
type Session struct {
	ID       int64
	PersonID int64
	Name     string
	Email    string
	Lang     string
	Place    *Place // nil until the person chose one
	// SellerID is the shop the person works in now, 0 for none; SellerRole is their role there.
	SellerID   int64
	SellerRole Role
	// Platform is "" or one of PlatformRoles.
	Platform  Role
	Remember  bool
	CreatedAt time.Time
	SeenAt    time.Time
	ExpiresAt time.Time
	ProvedAt  *time.Time
}

// Place is where a person has things sent, and in which money they see prices. It is theirs on every device.
type Place struct {
	Country  string // ISO 3166 alpha-2; "" is home
	Currency string // ISO 4217; "" is the rouble at home and the country's own abroad
}

// SignedIn reports whether a person stands behind the session; false on nil.
func (s *Session) SignedIn() bool { return s != nil && s.PersonID != 0 }

// Sells reports whether the person holds one of roles in their shop, or any role when none is named.
func (s *Session) Sells(roles ...Role) bool {
	return s.SignedIn() && s.SellerID != 0 && (len(roles) == 0 || slices.Contains(roles, s.SellerRole))
}

// Staff reports whether the person holds one of the platform's roles, or is a moderator when none is
// named. An admin may do what every other may; an officer counts only where their role is named.
func (s *Session) Staff(roles ...Role) bool {
	switch {
	case !s.SignedIn() || s.Platform == "":
		return false
	case len(roles) == 0:
		return s.Platform == Admin || s.Platform == Moderator
	}
	return s.Platform == Admin || slices.Contains(roles, s.Platform)
}

// Officer reports whether the person sits at one of the export desks.
func (s *Session) Officer() bool { return s.SignedIn() && slices.Contains(Officers, s.Platform) }

type sessionKey struct{}

// WithSession keeps s in ctx. Load does it for requests; tests do it by hand.
func WithSession(ctx context.Context, s *Session) context.Context {
	return context.WithValue(ctx, sessionKey{}, s)
}

// SessionOf finds the session of the request, a guest's or a person's; nil when there is none.
func SessionOf(ctx context.Context) *Session {
	s, _ := ctx.Value(sessionKey{}).(*Session)
	return s
}

// Client is the browser an act comes from.
type Client struct {
	Addr      netip.Addr
	UserAgent string
	// Session is what the browser held before: a guest's cart moves over from it.
	Session *Session
}

// How long things last.
const (
	guestIdle     = 30 * 24 * time.Hour
	guestLife     = 90 * 24 * time.Hour
	rememberIdle  = 30 * 24 * time.Hour
	rememberLife  = 180 * 24 * time.Hour
	sessionIdle   = 12 * time.Hour
	sessionLife   = 7 * 24 * time.Hour
	staffIdle     = 4 * time.Hour // those who see other people's data are asked again sooner
	staffLife     = 24 * time.Hour
	touchEvery    = 5 * time.Minute // a page view writes to the session no more often than this
	signUpLife    = 24 * time.Hour
	resetLife     = 30 * time.Minute
	emailLife     = 24 * time.Hour
	ceremonyLife  = 5 * time.Minute
	tokenBytes    = 32
	maxUserAgent  = 300
	maxTokenChars = 64
)

// lifetimes gives the idle and the absolute life of a session.
func lifetimes(personID int64, platform Role, remember bool) (idle, life time.Duration) {
	switch {
	case personID == 0:
		return guestIdle, guestLife
	case platform != "":
		return staffIdle, staffLife
	case remember:
		return rememberIdle, rememberLife
	default:
		return sessionIdle, sessionLife
	}
}

// newToken makes an unguessable secret for a cookie or a link and the hash of it that we keep.
func newToken() (token string, hash []byte) {
	raw := make([]byte, tokenBytes)
	_, _ = rand.Read(raw) // never fails: the runtime ends the program when the system has no randomness
	token = base64.RawURLEncoding.EncodeToString(raw)
	return token, hashToken(token)
}

// hashToken needs no salt and no slowness: a token has 256 bits of its own.
func hashToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}
