package app_test

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"github.com/yarmarka/yarmarka/internal/app/apptest"
	"github.com/yarmarka/yarmarka/internal/app/demo"
)

// A shopper gives the account a key and comes back with it, without a password.
func TestJourneyPasskey(t *testing.T) {
	t.Parallel()
	for _, w := range []way{ruDesk, enPhone} {
		t.Run(w.String(), func(t *testing.T) {
			t.Parallel()
			p := someone(t, apptest.New(t, apptest.Options{}), w)
			p.Run("plug a key in", authenticator())
			p.signIn("anna@example.com")
			p.open("/account/security")
			p.fill(map[string]string{"key_name": "Ключ Анны", "key_password": demo.Password})
			p.click(p.says("account.passkey.add"))
			p.count("[data-testid=passkey]", 1)
			p.Wait("Ключ Анны")
			p.open("/account")
			p.follow(`form[action$="/sign-out"] button`)
			p.open("/sign-in")
			p.click(p.says("account.sign_in.passkey"))
			p.open("/account")
			p.Wait(p.says("account.overview.title", "name", "Анна Соколова"))
		})
	}
}

// authenticator gives the tab a device that knows its owner.
func authenticator() chromedp.Action {
	return chromedp.ActionFunc(func(ctx context.Context) error {
		if err := webauthn.Enable().Do(ctx); err != nil {
			return err
		}
		_, err := webauthn.AddVirtualAuthenticator(&webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
			HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
		}).Do(ctx)
		return err
	})
}
