package notify

import (
	"regexp"
	"strings"
)

var address = regexp.MustCompile(`https?://[^\s<>"]+`)

// paragraphs parts a plain text into lines and each line at its web addresses.
func paragraphs(text string) [][]textPart {
	var lines [][]textPart
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		lines = append(lines, linkify(line))
	}
	return lines
}

// linkify parts a plain text at its web addresses, so that a page can make links of them.
func linkify(text string) []textPart {
	var parts []textPart
	end := 0
	for _, at := range address.FindAllStringIndex(text, -1) {
		if at[0] > end {
			parts = append(parts, textPart{Text: text[end:at[0]]})
		}
		link := text[at[0]:at[1]]
		parts = append(parts, textPart{Text: link, Href: link})
		end = at[1]
	}
	if end < len(text) {
		parts = append(parts, textPart{Text: text[end:]})
	}
	return parts
}
