package web

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
)

const flashCookie = "flash"

// FlashCookies are the names under which the message for the next page may come: who brings one gets a page of their own.
var FlashCookies = []string{flashCookie, hostPrefix + flashCookie}

// hostPrefix makes browsers refuse a cookie that a subdomain or an unprotected answer tries to plant.
const hostPrefix = "__Host-"

// CookieName is the name of a cookie of ours: over TLS it has the __Host- prefix.
func CookieName(ctx context.Context, name string) string {
	if strings.HasPrefix(ShellFrom(ctx).BaseURL, "https:") {
		return hostPrefix + name
	}
	return name
}

// SetFlash leaves a message for the next page in a cookie that dies when it is shown.
func SetFlash(w http.ResponseWriter, r *http.Request, f Flash) {
	raw, err := json.Marshal(f)
	if err != nil {
		return // a Flash is made of texts only: it always marshals
	}
	http.SetCookie(w, &http.Cookie{Name: CookieName(r.Context(), flashCookie), Value: base64.RawURLEncoding.EncodeToString(raw), Path: "/",
		MaxAge: 60, HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: strings.HasPrefix(ShellFrom(r.Context()).BaseURL, "https:")})
}

// TakeFlash reads the message left for this page and removes its cookie.
func TakeFlash(w http.ResponseWriter, r *http.Request) *Flash {
	// The shell is not filled yet, so the cookie itself says by its name whether it came over TLS.
	c, err := r.Cookie(hostPrefix + flashCookie)
	if err != nil {
		c, err = r.Cookie(flashCookie)
	}
	if err != nil || len(c.Value) > 2048 {
		return nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil {
		return nil
	}
	var f Flash
	if json.Unmarshal(raw, &f) != nil {
		return nil
	}
	http.SetCookie(w, &http.Cookie{Name: c.Name, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: strings.HasPrefix(c.Name, hostPrefix)})
	return &f
}
