package papers

import "github.com/yarmarka/yarmarka/internal/platform/pdf"

// canPrint reports whether the forms' fonts have a letter.
func canPrint(r rune) bool { return pdf.CanShow(r) }
