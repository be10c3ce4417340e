package app

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/yarmarka/yarmarka/internal/market/destination"
	"github.com/yarmarka/yarmarka/internal/platform/metrics"
	"github.com/yarmarka/yarmarka/internal/platform/pagecache"
	"github.com/yarmarka/yarmarka/web"
)

// keptBytes is the memory for pages of strangers: some thousands, compressed.
const keptBytes = 28 << 20

// keptPages keeps the pages that strangers ask for most.
func (a *App) keptPages() *pagecache.Cache {
	return pagecache.New(a.db, pagecache.Options{Bytes: keptBytes, Kind: kindOf, Met: metrics.Met, Now: time.Now,
		Private: slices.Concat([]string{a.m.account.CookieName()}, web.FlashCookies, destination.CookieNames())})
}

// kindOf names the pages whose handlers say what they speak of: the home page, categories as they are found first, and
// cards. Filters and pages further on differ too much for one of them to be asked for twice.
func kindOf(u *url.URL) string {
	lang, path := splitLang(u.Path)
	switch {
	case (path == "/" || path == "/c") && u.RawQuery == "":
		return string(lang) + path
	case strings.HasPrefix(path, "/c/") && u.RawQuery == "":
		return string(lang) + "/c/"
	case strings.HasPrefix(path, "/p/"):
		text, ok := strings.CutPrefix(u.RawQuery, "variant=")
		if _, err := strconv.ParseInt(text, 10, 64); ok && err != nil || !ok && u.RawQuery != "" {
			return ""
		}
		return string(lang) + "/p/"
	}
	return ""
}
