package hold

import (
	"embed"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

//go:embed messages.*.toml
var messages embed.FS

var _ = i18n.MustRegister(messages)
