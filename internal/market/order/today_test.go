package order

import (
	"testing"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// A shop with nothing on sale is told where to begin, and is shown no empty figures; who only packs is told nothing of it.
func TestANewShopIsToldWhereToBegin(t *testing.T) {
	t.Parallel()
	v := todayView{shopView: shopView{voice: voice{Lang: i18n.RU}}, Manages: true}
	if steps := v.firstSteps(); len(steps) != 4 || steps[0].Href != "/seller/listings/new" || steps[2].Href != "/seller/shipping" || !v.fresh() {
		t.Errorf("a new shop begins with %+v", steps)
	}
	v.Shop.Ways = true
	if steps := v.firstSteps(); len(steps) != 3 {
		t.Errorf("a shop that delivers already begins with %+v", steps)
	}
	v.Counts = map[State]stateCount{Confirmed: {}}
	if v.fresh() {
		t.Error("the orders of a shop that sold all it had are hidden")
	}
	v.Shop.Goods = true
	if len(v.firstSteps()) != 0 || v.fresh() {
		t.Error("a shop with goods is told where to begin")
	}
	v.Shop.Goods, v.Manages = false, false
	if len(v.firstSteps()) != 0 {
		t.Error("a packer is told to add goods")
	}
}
