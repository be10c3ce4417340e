package papers

import "github.com/yarmarka/yarmarka/internal/platform/pdf"

// canPrint reports whether the forms' font has a letter, as it stands.
func canPrint(r rune) bool { return pdf.Printable(string(r)) == string(r) }
