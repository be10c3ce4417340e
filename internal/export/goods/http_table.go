package goods

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/sheet"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// MaxUpload is how many bytes a table may have.
const MaxUpload = 8 << 20

// tableLimits bound what is read of it.
var tableLimits = sheet.Limits{Bytes: MaxUpload, Rows: MaxTable + 1, Columns: 60, Cell: 8 << 10}

type tableView struct {
	view
	Checked bool
	Plan    Plan
	Packed  string
}

func (h *Handlers) tablePage(w http.ResponseWriter, r *http.Request) error {
	return web.Render(w, r, http.StatusOK, tablePageOf(tableView{view: newView(r, listPath)}))
}

// download gives the table as XLSX or as CSV.
func (h *Handlers) download(w http.ResponseWriter, r *http.Request) error {
	write, kind := func(b *bytes.Buffer, rows [][]string) error {
		return sheet.Write(b, i18n.T(r.Context(), "export.goods.list.title"), rows)
	}, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	name := chi.URLParam(r, "file")
	switch name {
	case "goods.xlsx":
	case "goods.csv":
		write, kind = func(b *bytes.Buffer, rows [][]string) error { return sheet.WriteCSV(b, rows) }, "text/csv; charset=utf-8"
	default:
		return errGone
	}
	rows, err := h.Goods.Table(r.Context(), actor(r).SellerID, i18n.LangOf(r.Context()))
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := write(&b, rows); err != nil {
		return err
	}
	head := w.Header()
	head.Set("Content-Type", kind)
	head.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	head.Set("Content-Length", strconv.Itoa(b.Len()))
	head.Set("Cache-Control", "private, no-store")
	_, err = b.WriteTo(w)
	return err
}

// upload checks a table, or writes what a check found.
func (h *Handlers) upload(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	if f.Raw("act") == "apply" {
		return h.apply(w, r, f)
	}
	v := tableView{view: newView(r, listPath), Checked: true}
	rows, err := rowsOf(r)
	if err == nil {
		v.Plan, err = h.Goods.Check(r.Context(), actor(r).SellerID, rows)
	}
	if err == nil {
		v.Packed, err = packed(v.Plan.Changes)
	}
	if err != nil {
		return h.tableAgain(w, r, err)
	}
	return web.Render(w, r, http.StatusOK, tablePageOf(v))
}

func (h *Handlers) tableAgain(w http.ResponseWriter, r *http.Request, problem error) error {
	if !errs.Is(problem, errs.Invalid) {
		return problem
	}
	v := tableView{view: newView(r, listPath)}
	v.Errs = ui.ErrsOf(r.Context(), problem)
	return web.Render(w, r, http.StatusUnprocessableEntity, tablePageOf(v))
}

func (h *Handlers) apply(w http.ResponseWriter, r *http.Request, f *form.Form) error {
	changes, err := unpacked(f.Raw("plan"))
	if err != nil {
		return h.tableAgain(w, r, err)
	}
	out, err := h.Goods.Apply(r.Context(), actor(r), changes)
	if err != nil {
		return err
	}
	kind := ui.OK
	if len(out.Failed) > 0 {
		kind = ui.Warn
	}
	return web.RedirectFlash(w, r, listPath, web.Flash{Kind: kind, Key: "export.goods.table.applied", Args: []string{
		"n", strconv.Itoa(out.Changed), "ready", strconv.Itoa(out.Ready), "failed", strconv.Itoa(len(out.Failed))}})
}

// rowsOf reads the file of a form.
func rowsOf(r *http.Request) ([][]string, error) {
	wrong := func(key string, args ...any) error {
		return errs.Fields([]errs.Field{{Name: "file", Key: "export.goods.table." + key, Args: args}})
	}
	file, head, err := r.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) || err == nil && head.Size == 0 {
		return nil, wrong("none")
	}
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // read only
	raw, err := io.ReadAll(io.LimitReader(file, MaxUpload+1))
	if err != nil {
		return nil, err
	}
	rows, err := sheet.Read(raw, tableLimits)
	switch {
	case errors.Is(err, sheet.ErrTooLarge):
		return nil, wrong("big", "rows", MaxTable)
	case errors.Is(err, sheet.ErrNotSheet):
		return nil, wrong("unreadable")
	case err != nil:
		return nil, wrong("broken")
	}
	return rows, nil
}

// column names a column in the reader's words.
func (v tableView) column(name string) string {
	switch name {
	case colID:
		return colID
	case colAbroad:
		return v.t("abroad")
	}
	return v.t("fact." + name)
}

// diff shows what would change, a line for each fact.
func (v tableView) diff() ui.Change {
	var list ui.Change
	for i, c := range v.Plan.Changes {
		if i == previewRows {
			break
		}
		keys := []string{colAbroad}
		for _, f := range facts {
			keys = append(keys, f.key)
		}
		for _, key := range keys {
			after, ok := c.Edit[key]
			if !ok {
				continue
			}
			list.Rows = append(list.Rows, ui.ChangeRow{Field: c.Title + " · " + v.column(key),
				Before: []ui.Part{{Kind: "del", Text: codeWords(key, c.Before[key])}}, After: []ui.Part{{Kind: "ins", Text: codeWords(key, after)}}})
		}
	}
	return list
}
