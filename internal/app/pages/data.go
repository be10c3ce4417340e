package pages

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/app/demodata"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// DataRoutes adds the page that says where the demonstration's data come from, as their licences
// ask. Only a demonstration has it.
func DataRoutes(r chi.Router) {
	r.Get("/about/data", web.Handle(showData))
}

func showData(w http.ResponseWriter, r *http.Request) error {
	market, err := demodata.Load()
	if err != nil {
		return err
	}
	pairs := make([]ui.Pair, len(market.Notices))
	lang := i18n.LangOf(r.Context())
	for k, n := range market.Notices {
		title, words := n.Title.RU, n.Text.RU
		if lang == i18n.EN {
			title, words = n.Title.EN, n.Text.EN
		}
		if n.Licence != "" {
			title += ", " + n.Licence
		}
		pairs[k] = ui.Pair{Key: title, Value: words}
	}
	web.Public(w, r, 3600)
	return web.Render(w, r, http.StatusOK, dataPage(pairs))
}
