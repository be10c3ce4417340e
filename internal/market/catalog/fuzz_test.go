package catalog

import (
	"regexp"
	"strings"
	"testing"
)

var alive = regexp.MustCompile(`(?i)<(script|style|iframe|object|embed|img|svg|form|input|link|meta)\b|\son\w+\s*=\s*["']|href="\s*(javascript|data|vbscript):`)

// Whatever a seller writes into a description, nothing of it acts.
func FuzzRenderText(f *testing.F) {
	for _, seed := range []string{"**чай**", "<script>alert(1)</script>", "[a](javascript:alert(1))", "![x](https://evil.example/y.gif)", "<a href='java\tscript:x'>y</a>", "```\n<b>\n```", "[a]: data:text/html,x\n[a]", "<svg/onload=x>", "- a\n  - b\n", "<https://x.example/\">", "&lt;script&gt;", "\x00", "\xff", "Чайник «Сосна»: 1,5 л (новый) — на плите; 100 % сталь…", "A plain card. Two sentences", "word ", "two  spaces", "и: 1. раз"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := renderText(text)
		if alive.MatchString(stripText(got)) {
			t.Fatalf("renderText(%q) = %q", text, got)
		}
		if slow := renderMarkdown(text); got != slow { // the short way leads to the same place
			t.Fatalf("renderText(%q) = %q, Markdown makes %q of it", text, got, slow)
		}
	})
}

// stripText keeps the tags of HTML: what stands between them is shown and does nothing.
func stripText(html string) string { return strings.Join(tags.FindAllString(html, -1), "") }

var tags = regexp.MustCompile(`<[^>]*>`)
