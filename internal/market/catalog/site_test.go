package catalog_test

import (
	"testing"

	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
)

// site adds to the catalogue of catalogtest what only tests of this package do.
type site struct{ *catalogtest.Site }

func newSite(t *testing.T) *site { return &site{catalogtest.NewSite(t)} }
