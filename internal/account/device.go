package account

import (
	"context"
	"strings"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// marks tell browsers and systems by a word of their user agent. The first that fits wins: many
// browsers name others too.
type mark struct{ word, name string }

var browsers = []mark{{"YaBrowser/", "Яндекс Браузер"}, {"Edg/", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"},
	{"FxiOS/", "Firefox"}, {"CriOS/", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}, {"curl/", "curl"}}

var systems = []mark{{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"},
	{"Mac OS X", "macOS"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"}}

func firstMark(agent string, marks []mark) string {
	for _, m := range marks {
		if strings.Contains(agent, m.word) {
			return m.name
		}
	}
	return ""
}

// deviceOf names a browser for its owner: "Chrome, Windows".
func deviceOf(ctx context.Context, agent string) string {
	browser, system := firstMark(agent, browsers), firstMark(agent, systems)
	switch {
	case browser != "" && system != "":
		return browser + ", " + system
	case browser != "" || system != "":
		return browser + system
	}
	return i18n.T(ctx, "account.sessions.unknown")
}

func isPhone(agent string) bool {
	return strings.Contains(agent, "Mobile") || strings.Contains(agent, "iPhone")
}
