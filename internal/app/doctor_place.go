package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os/exec"
	"strings"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/embeddedpg"
)

// Limits that doctor speaks up at.
const (
	diskWarn  = 2 << 30
	diskFail  = 200 << 20
	certWarn  = 14 * 24 * time.Hour
	askWithin = 4 * time.Second
)

// checkConfig reads the settings as serve would.
func (p *program) checkConfig() []finding {
	var list []finding
	err := p.check()
	if err == nil {
		_, err = p.sender()
	}
	if f, ok := errors.AsType[Fault](err); ok {
		list = append(list, bad("config", "fault", "what", f.What, "do", f.Do))
	} else if err != nil {
		list = append(list, bad("config", "fault", "what", oneLine(err), "do", "yarmarka help"))
	} else {
		list = append(list, well("config"))
	}
	if p.Env == "production" {
		list = append(list, well("env"))
	} else {
		list = append(list, doubt("env", "development"))
	}
	if p.Pooler && (p.DirectURL == "" || p.DirectURL == p.DatabaseURL) {
		list = append(list, bad("pooler", "no_direct"))
	}
	if p.MetricsAddr == "" && p.MetricsKey == "" {
		list = append(list, doubt("metrics", "none"))
	}
	return list
}

// checkMachine looks at the data folder, the room on its disk, and PostgreSQL's client programs.
func (p *program) checkMachine() []finding {
	if err := p.prepareData(); err != nil {
		return []finding{bad("data", "unusable", "dir", p.Data, "why", oneLine(err))}
	}
	list := []finding{well("data", "dir", p.Data)}
	free, size, err := diskSpace(p.Data)
	switch {
	case err != nil:
		list = append(list, doubt("disk", "unknown", "why", oneLine(err)))
	case free < diskFail:
		list = append(list, bad("disk", "full", "free", megabytes(free)))
	case free < diskWarn || free < size/20:
		list = append(list, doubt("disk", "low", "free", megabytes(free)))
	default:
		list = append(list, well("disk", "free", megabytes(free)))
	}
	if path, ok := embeddedpg.FindClient("pg_dump", embeddedpg.MinVersion); ok {
		list = append(list, well("tools", "path", path))
	} else {
		list = append(list, doubt("tools", "missing"))
	}
	return list
}

func megabytes(n uint64) string { return fmt.Sprintf("%d", n>>20) }

// checkAddress looks at the public address as a visitor would, and at whom the program believes about visitors.
func (p *program) checkAddress(ctx context.Context) []finding {
	u, err := url.Parse(p.BaseURL)
	if err != nil || u.Host == "" {
		return []finding{doubt("address", "unset")}
	}
	var list []finding
	if u.Scheme == "https" {
		list = append(list, p.checkCertificate(ctx, u))
		if p.Proxies == "" {
			list = append(list, doubt("proxies", "none"))
		} else {
			list = append(list, well("proxies"))
		}
	} else if host := u.Hostname(); host != "localhost" && !net.ParseIP(host).IsLoopback() {
		list = append(list, doubt("address", "plain", "url", p.BaseURL))
	}
	ctx, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(p.BaseURL, "/")+"/readyz", nil)
	if err != nil {
		return append(list, bad("address", "unset"))
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return append(list, doubt("address", "silent", "url", p.BaseURL))
	}
	defer resp.Body.Close() //nolint:errcheck // nothing of it is read
	if resp.StatusCode != http.StatusOK {
		return append(list, doubt("address", "not_ready", "url", p.BaseURL, "status", resp.StatusCode))
	}
	return append(list, well("address", "url", p.BaseURL))
}

func (p *program) checkCertificate(ctx context.Context, u *url.URL) finding {
	ctx, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	until, err := certificateUntil(ctx, u.Host)
	left := time.Until(until)
	switch {
	case err != nil:
		return doubt("certificate", "unseen", "why", oneLine(err))
	case left < certWarn:
		return bad("certificate", "ends", "days", int(left.Hours()/24))
	}
	return well("certificate", "day", until.Format(time.DateOnly))
}

// checkClock holds this machine's clock against the database's.
func checkClock(theirs time.Time) finding {
	off := time.Since(theirs).Abs().Round(time.Millisecond)
	switch {
	case off > 30*time.Second:
		return bad("clock", "off", "off", off.String())
	case off > 2*time.Second:
		return doubt("clock", "off", "off", off.String())
	}
	if _, err := exec.LookPath("timedatectl"); err == nil {
		if out, err := exec.Command("timedatectl", "show", "-p", "NTPSynchronized", "--value").Output(); err == nil && strings.TrimSpace(string(out)) == "no" {
			return doubt("clock", "alone")
		}
	}
	return well("clock")
}
