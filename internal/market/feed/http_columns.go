package feed

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/market/feed/pricelist"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// columnsView is the page that says what each column of a table holds.
type columnsView struct {
	Import  Import
	Header  []string
	Samples []string // the first value of each column, cut
	Mapping pricelist.Mapping
	Errs    ui.Errs
}

// columns shows the mapping in force for the file of an import: the seller's own, or our guess.
func (h *Handlers) columns(w http.ResponseWriter, r *http.Request) error {
	v, err := h.columnsView(r)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, columnsPage(v))
}

func (h *Handlers) columnsView(r *http.Request) (columnsView, error) {
	id, err := importID(r)
	if err != nil {
		return columnsView{}, err
	}
	return h.s.Columns(r.Context(), sellerOf(r), id)
}

// saveColumns keeps the seller's mapping for every later file of the source and rehearses this one
// with it.
func (h *Handlers) saveColumns(w http.ResponseWriter, r *http.Request) error {
	v, err := h.columnsView(r)
	if err != nil {
		return err
	}
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	v.Mapping = readMapping(f, len(v.Header))
	for _, field := range []string{"title", "price"} {
		if !slices.Contains(v.Mapping.Fields(), field) {
			f.Add("", "feed.columns.need_"+field)
		}
	}
	if twice := v.Mapping.Twice(); twice != "" {
		f.Add("", "feed.columns.twice", "field", twice)
	}
	if err := f.Err(); err != nil {
		v.Errs = ui.ErrsOf(r.Context(), err)
		return web.Render(w, r, http.StatusUnprocessableEntity, columnsPage(v))
	}
	me := account.SessionOf(r.Context()).PersonID
	id, err := h.s.Remap(r.Context(), v.Import, v.Mapping, me)
	if errs.Is(err, errs.Conflict) {
		v.Errs = ui.ErrsOf(r.Context(), err)
		return web.Render(w, r, http.StatusConflict, columnsPage(v))
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, fmt.Sprintf("/seller/imports/%d", id))
}

// readMapping reads one select per column; a column left at "" is not read.
func readMapping(f *form.Form, columns int) pricelist.Mapping {
	m := pricelist.Mapping{}
	for i := range columns {
		if field := f.Raw("col" + strconv.Itoa(i)); slices.Contains(pricelist.Fields, field) {
			m[i] = field
		}
	}
	return m
}

func sampleOf(record []string, i int) string {
	if i >= len(record) {
		return ""
	}
	return form.Cut(strings.Join(strings.Fields(form.Clean(record[i])), " "), 60)
}
