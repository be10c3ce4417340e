package catalog

import (
	"regexp"
	"strings"

	"github.com/yarmarka/yarmarka/internal/moderation"
)

// Words that need a person's eye. The law on advertising (38-ФЗ, art. 24 and 28) forbids promises of
// cure for anything but medicines; contacts lead buyers away from the protection of the market.
var (
	cures    = regexp.MustCompile(`(?i)(?:^|\P{L})((?:лечит|лечеб|исцел|излеч|вылечи|омолаж|от рака|от диабета|нормализу\p{L}* давлени|снижа\p{L}* давлени|cures?|heals?|miracle)[\p{L}]*(?: \p{L}+)?)`)
	contacts = regexp.MustCompile(`(?i)(https?://\S+|www\.\S+|t\.me/\S+|whats ?app\p{L}*|ватсап\p{L}*|телеграм\p{L}*|[\w.+-]+@[\w-]+\.\w+|(?:\+7|8)[ (-]*\d{3}[ )-]*\d{3}[ -]*\d{2}[ -]*\d{2})`)
	banned   = regexp.MustCompile(`(?i)(?:^|\P{L})((?:реплик[аиу]|копия бренда|паленк|наркоти|гашиш|травмат|боевой пистолет|оригинальная копия|replica|counterfeit)\p{L}*)`)
	shouting = regexp.MustCompile(`!{2,}|\p{Lu}{12,}`)
)

// TextRisks finds the words of a card's texts that need a person's eye.
func TextRisks(texts string) []moderation.Reason {
	var list []moderation.Reason
	for _, rule := range []struct {
		key    string
		points int
		words  *regexp.Regexp
	}{{"cure", 46, cures}, {"contact", 35, contacts}, {"banned", 40, banned}, {"shouting", 8, shouting}} {
		if m := rule.words.FindStringSubmatch(texts); m != nil {
			list = append(list, moderation.Reason{Key: "catalog.risk." + rule.key, Arg: strings.TrimSpace(m[len(m)-1]), Points: rule.points})
		}
	}
	return list
}
