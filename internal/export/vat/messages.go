package vat

import (
	"embed"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

//go:embed messages.ru.toml messages.en.toml
var messages embed.FS

var _ = i18n.MustRegister(messages)
