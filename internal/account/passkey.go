package account

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/netip"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Passkey is a person's key as they see it.
type Passkey struct {
	ID        int64
	Name      string
	CreatedAt time.Time
	UsedAt    *time.Time
}

// maxPasskeys bounds the keys of a person.
const maxPasskeys = 20

// newWebAuthn ties keys to the site's host name. A key cannot belong to a bare IP address, so a
// program that runs on 127.0.0.1 offers its keys under localhost, and one on another address none.
func newWebAuthn(base *url.URL) (*webauthn.WebAuthn, error) {
	host, origin := base.Hostname(), base.Scheme+"://"+base.Host
	if ip, err := netip.ParseAddr(host); err == nil {
		if !ip.IsLoopback() {
			return nil, nil
		}
		host, origin = "localhost", base.Scheme+"://localhost"
		if base.Port() != "" {
			origin += ":" + base.Port()
		}
	}
	return webauthn.New(&webauthn.Config{
		RPID: host, RPDisplayName: "Yarmarka", RPOrigins: []string{origin},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired,
		},
	})
}

// holder shows a person to the WebAuthn library.
type holder struct {
	person
	keys []webauthn.Credential
}

func (h holder) WebAuthnID() []byte                         { return h.PasskeyHandle }
func (h holder) WebAuthnName() string                       { return h.Email }
func (h holder) WebAuthnDisplayName() string                { return h.Name }
func (h holder) WebAuthnCredentials() []webauthn.Credential { return h.keys }

// Ceremony is what a browser needs to talk to its authenticator. Token brings the answer back.
type Ceremony struct {
	Token   string `json:"ceremony"`
	Options any    `json:"options"`
}

var errNoPasskeys = errs.New(errs.NotFound, "account.passkey.none_here")

// errPasskey is the one answer to a key that opens nothing; the cause is for the log.
var errPasskey = errs.New(errs.Invalid, "account.passkey.refused")

// Passkeys reports whether keys can be used at this site.
func (s *Service) Passkeys() bool { return s.keys != nil }

// passkeysAt gives the address where a visitor who came by host can use keys: "" when that is here.
// Only a program on one's own machine has two names: keys work at localhost, not at 127.0.0.1.
func (s *Service) passkeysAt(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if _, err := netip.ParseAddr(host); err != nil || s.keys.Config.RPID != "localhost" {
		return ""
	}
	return s.keys.Config.RPOrigins[0]
}

// ListPasskeys lists a person's keys.
func (s *Service) ListPasskeys(ctx context.Context, personID int64) ([]Passkey, error) {
	return selectPasskeys(ctx, s.db, personID)
}

// BeginPasskey starts adding a key to a person. It asks for the password: a key is a way in for good.
func (s *Service) BeginPasskey(ctx context.Context, sess *Session, password string) (c Ceremony, err error) {
	defer errs.Wrap(&err, "account.BeginPasskey(%d)", sess.PersonID)
	if s.keys == nil {
		return c, errNoPasskeys
	}
	p, err := s.prove(ctx, sess, "key_password", password)
	if err != nil {
		return c, err
	}
	h, err := s.holderOf(ctx, s.db, p)
	if err != nil {
		return c, err
	}
	if len(h.keys) >= maxPasskeys {
		return c, errs.New(errs.Invalid, "account.passkey.full", "max", maxPasskeys)
	}
	options, data, err := s.keys.BeginRegistration(h, webauthn.WithExclusions(webauthn.Credentials(h.keys).CredentialDescriptors()))
	if err != nil {
		return c, err
	}
	return s.openCeremony(ctx, p.ID, options, data)
}

// FinishPasskey keeps the key an authenticator made, under the name its owner gave it.
func (s *Service) FinishPasskey(ctx context.Context, sess *Session, token, name string, answer []byte) (err error) {
	defer errs.Wrap(&err, "account.FinishPasskey(%d)", sess.PersonID)
	defer s.note(ctx, "passkey.add", &sess.PersonID, &err)
	if s.keys == nil {
		return errNoPasskeys
	}
	data, err := s.closeCeremony(ctx, token, sess.PersonID)
	if err != nil {
		return err
	}
	p, err := selectPerson(ctx, s.db, sess.PersonID)
	if err != nil {
		return err
	}
	h, err := s.holderOf(ctx, s.db, p)
	if err != nil {
		return err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return errPasskey.With(err)
	}
	key, err := s.keys.CreateCredential(h, data, parsed)
	if err != nil {
		return errPasskey.With(err)
	}
	if name = cut(cleanName(name), 40); name == "" {
		name = "Passkey"
	}
	return pg.InTx(ctx, s.db, func(tx pgx.Tx) error {
		id, err := insertPasskey(ctx, tx, p.ID, *key, form.Clean(name), s.o.Now())
		if err != nil {
			return err
		}
		return s.mailPasskeyAdded(ctx, tx, p, id, name)
	})
}

// RemovePasskey takes a person's own key away.
func (s *Service) RemovePasskey(ctx context.Context, personID, id int64) (err error) {
	defer s.note(ctx, "passkey.remove", &personID, &err)
	return deletePasskey(ctx, s.db, personID, id)
}

// BeginPasskeySignIn starts a sign-in by key; who it is comes with the answer.
func (s *Service) BeginPasskeySignIn(ctx context.Context, c Client) (cer Ceremony, err error) {
	defer errs.Wrap(&err, "account.BeginPasskeySignIn")
	if s.keys == nil {
		return cer, errNoPasskeys
	}
	if err := s.guard(ctx, claim{limitCeremonies, c.subject()}); err != nil {
		return cer, err
	}
	options, data, err := s.keys.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return cer, err
	}
	return s.openCeremony(ctx, 0, options, data)
}

// FinishPasskeySignIn opens a session for the person whose key signed the challenge.
func (s *Service) FinishPasskeySignIn(ctx context.Context, token string, answer []byte, remember bool, c Client) (g Grant, err error) {
	defer errs.Wrap(&err, "account.FinishPasskeySignIn")
	var whose int64
	defer s.note(ctx, "sign_in.passkey", &whose, &err)
	if s.keys == nil {
		return g, errNoPasskeys
	}
	data, err := s.closeCeremony(ctx, token, 0)
	if err != nil {
		return g, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return g, errPasskey.With(err)
	}
	var owner holder
	find := func(_, handle []byte) (webauthn.User, error) {
		p, found, err := findPersonByHandle(ctx, s.db, handle)
		if err != nil {
			return nil, err
		}
		if !found {
			return nil, errors.New("no person has this handle")
		}
		owner, err = s.holderOf(ctx, s.db, p)
		return owner, err
	}
	_, key, err := s.keys.ValidatePasskeyLogin(find, data, parsed)
	if err != nil {
		return g, errPasskey.With(err)
	}
	whose = owner.ID
	if key.Authenticator.CloneWarning {
		return g, errs.New(errs.Invalid, "account.passkey.cloned")
	}
	if owner.Blocked {
		return g, errs.New(errs.Invalid, "account.sign_in.blocked")
	}
	err = pg.InTx(ctx, s.db, func(tx pgx.Tx) error {
		if err := updatePasskey(ctx, tx, owner.ID, *key, s.o.Now()); err != nil {
			return err
		}
		g, err = s.enter(ctx, tx, owner.person, remember, c)
		return err
	})
	return g, err
}

func (s *Service) holderOf(ctx context.Context, db pg.DB, p person) (holder, error) {
	keys, err := selectCredentials(ctx, db, p.ID)
	return holder{person: p, keys: keys}, err
}

func (s *Service) openCeremony(ctx context.Context, personID int64, options any, data *webauthn.SessionData) (Ceremony, error) {
	raw, err := json.Marshal(data)
	if err != nil {
		return Ceremony{}, err
	}
	token, hash := newToken()
	err = insertCeremony(ctx, s.db, hash, personID, raw, s.o.Now().Add(ceremonyLife))
	return Ceremony{Token: token, Options: options}, err
}

// closeCeremony takes a ceremony back, once, and only for the person who began it.
func (s *Service) closeCeremony(ctx context.Context, token string, personID int64) (data webauthn.SessionData, err error) {
	raw, ok, err := takeCeremony(ctx, s.db, hashToken(token), personID, s.o.Now())
	if err != nil {
		return data, err
	}
	if !ok {
		return data, errs.New(errs.Invalid, "account.passkey.late")
	}
	return data, json.Unmarshal(raw, &data)
}
