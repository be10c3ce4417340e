package goods

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/yarmarka/yarmarka/internal/export/hs"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// MaxTable is how many listings a table holds; a shop with more downloads those that lack something first.
const MaxTable = 5000

// Columns that are not facts. The first word of a heading is its name; what follows is for the reader.
const (
	colID, colAbroad = "id", "abroad"
	erase            = "–" // empties a fact, where an empty cell leaves it
)

// shownColumns are read by people and passed over when a table comes back.
var shownColumns = []string{"suggested", "confidence", "lacks"}

// head is the first row of a table.
func head(lang i18n.Lang) []string {
	row := []string{colID, "sku · " + i18n.In(lang, "export.goods.table.col.sku"), "title · " + i18n.In(lang, "export.goods.table.col.title"),
		colAbroad + " · " + i18n.In(lang, "export.goods.table.col.abroad")}
	for _, f := range facts {
		row = append(row, f.key+" · "+i18n.In(lang, "export.goods.fact."+f.key))
	}
	for _, name := range shownColumns {
		row = append(row, name+" · "+i18n.In(lang, "export.goods.table.col."+name))
	}
	return row
}

// Table writes a seller's listings as rows to fill in, the newest first.
func (s *Service) Table(ctx context.Context, sellerID int64, lang i18n.Lang) (rows [][]string, err error) {
	defer errs.Wrap(&err, "goods.Table(%d)", sellerID)
	rows = [][]string{head(lang)}
	f := Filter{Limit: MaxMany}
	for len(rows) <= MaxTable {
		list, err := s.List(ctx, sellerID, f)
		if err != nil || len(list) == 0 {
			return rows, err
		}
		for _, l := range list {
			rows = append(rows, tableRow(l, lang))
		}
		f.After = list[len(list)-1].OfferID
	}
	return rows[:min(len(rows), MaxTable+1)], nil
}

func tableRow(l Listing, lang i18n.Lang) []string {
	p := l.Passport
	row := []string{strconv.FormatInt(l.OfferID, 10), l.SKU, l.Title(lang), no1(p.Abroad)}
	for _, f := range facts {
		row = append(row, f.show(&p))
	}
	suggested, confidence := "", ""
	if !p.Confirmed {
		if list := hs.Guess(l.Thing(), lang, 1); len(list) > 0 {
			suggested, confidence = string(list[0].Code), strconv.Itoa(list[0].Confidence)
		}
	}
	return append(row, suggested, confidence, lackWords(lang, p.Lacks()))
}

func no1(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

// Change is one row of a table that says something new, and what that is.
type Change struct {
	Line     int // of the file, the head being 1
	OfferID  int64
	Title    string
	Version  int // of the passport it was compared with
	Abroad   bool
	Edit     Edit
	Before   Edit
	Problems []errs.Field
}

// Plan is what a table would do.
type Plan struct {
	Changes []Change // those that are right
	Wrong   []Change // those with problems
	Same    int
}

// columns finds the facts in a first row.
func columns(row []string) (map[string]int, error) {
	at := map[string]int{}
	for i, cell := range row {
		name, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(cell)), " ")
		if _, ok := at[name]; !ok {
			at[name] = i
		}
	}
	if _, ok := at[colID]; !ok {
		return nil, errs.Fields([]errs.Field{{Name: "file", Key: "export.goods.table.head"}})
	}
	return at, nil
}

// Check compares a table with what is stored, row by row, and writes nothing.
func (s *Service) Check(ctx context.Context, sellerID int64, rows [][]string) (plan Plan, err error) {
	defer errs.Wrap(&err, "goods.Check(%d rows)", len(rows))
	if len(rows) == 0 {
		rows = [][]string{nil}
	}
	at, err := columns(rows[0])
	if err != nil {
		return plan, err
	}
	seen := map[int64]int{}
	for from := 1; from < len(rows); from += MaxMany {
		part := rows[from:min(from+MaxMany, len(rows))]
		if err := s.checkPart(ctx, sellerID, part, from+1, at, seen, &plan); err != nil {
			return plan, err
		}
	}
	return plan, nil
}

func (s *Service) checkPart(ctx context.Context, sellerID int64, rows [][]string, line int, at map[string]int, seen map[int64]int, plan *Plan) error {
	ids := make([]int64, 0, len(rows))
	for _, row := range rows {
		ids = append(ids, idOf(row, at))
	}
	list, err := s.listings(ctx, sellerID, ids)
	if err != nil {
		return err
	}
	of := map[int64]Listing{}
	for _, l := range list {
		of[l.OfferID] = l
	}
	for i, row := range rows {
		if !slices.ContainsFunc(row, func(c string) bool { return strings.TrimSpace(c) != "" }) {
			continue
		}
		c := Change{Line: line + i, OfferID: ids[i], Title: cellOf(row, at, "title")}
		l, ok := of[ids[i]]
		switch {
		case !ok:
			c.Problems = []errs.Field{{Name: colID, Key: "export.goods.table.id", Args: []any{"id", cellOf(row, at, colID)}}}
		case seen[ids[i]] != 0:
			c.Problems = []errs.Field{{Name: colID, Key: "export.goods.table.twice", Args: []any{"line", seen[ids[i]]}}}
		default:
			seen[ids[i]] = c.Line
			if err := s.compare(ctx, &c, l, row, at); err != nil {
				return err
			}
		}
		plan.file(c)
	}
	return nil
}

func (p *Plan) file(c Change) {
	switch {
	case len(c.Problems) > 0:
		p.Wrong = append(p.Wrong, c)
	case len(c.Edit) > 0:
		p.Changes = append(p.Changes, c)
	default:
		p.Same++
	}
}

func cellOf(row []string, at map[string]int, name string) string {
	i, ok := at[name]
	if !ok || i >= len(row) {
		return ""
	}
	return strings.TrimSpace(row[i])
}

func idOf(row []string, at map[string]int) int64 {
	id, err := strconv.ParseInt(cellOf(row, at, colID), 10, 64)
	if err != nil {
		return 0
	}
	return id
}

// compare finds what a row says that the passport does not. A listing nobody has told anything of takes the Russian text
// of its card when it is first written; that is no change of the table's.
func (s *Service) compare(ctx context.Context, c *Change, l Listing, row []string, at map[string]int) error {
	c.Title, c.Version, c.Abroad, c.Edit, c.Before = l.Title(i18n.LangOf(ctx)), l.Passport.Version, l.Passport.Abroad, Edit{}, Edit{}
	for _, f := range facts {
		text := cellOf(row, at, f.key)
		if text == "" {
			continue
		}
		if text == erase || text == "—" || text == "-" {
			text = ""
		}
		if before := f.show(&l.Passport); text != before {
			c.Edit[f.key], c.Before[f.key] = text, before
		}
	}
	if text := cellOf(row, at, colAbroad); text != "" {
		abroad, ok := yesWords[strings.ToLower(text)]
		if !ok {
			c.Problems = append(c.Problems, errs.Field{Name: colAbroad, Key: "export.goods.err.yes"})
		} else if abroad != l.Passport.Abroad {
			c.Abroad = abroad
			c.Edit[colAbroad], c.Before[colAbroad] = no1(abroad), no1(l.Passport.Abroad)
		}
	}
	p, problems, err := s.changed(ctx, l, c.Edit)
	c.Problems = append(c.Problems, problems...)
	if err == nil && len(c.Problems) == 0 { // «06302.60» and 630260 are the same
		for key := range c.Edit {
			if f, ok := factOf(key); ok && f.show(&p) == c.Before[key] {
				delete(c.Edit, key)
			}
		}
	}
	return err
}

// Apply writes the changes of a plan, each as if the seller had saved that form: one that was changed by somebody else
// since fails and says so.
func (s *Service) Apply(ctx context.Context, by Actor, changes []Change) (out Outcome, err error) {
	defer errs.Wrap(&err, "goods.Apply(%d)", len(changes))
	out.Failed = map[int64][]errs.Field{}
	for _, c := range changes {
		p, err := s.Save(ctx, by, c.OfferID, c.Version, c.Abroad, c.Edit)
		switch errs.KindOf(err) {
		case errs.Internal:
			if err != nil {
				return out, err
			}
		default:
			out.Failed[c.OfferID] = []errs.Field{{Name: colID, Key: errs.KeyOf(err)}}
			continue
		}
		out.Changed++
		if p.Ready() {
			out.Ready++
		}
	}
	return out, nil
}

// maxPacked bounds what a page of ours may send back; a plan of MaxTable rows is well below it.
const maxPacked = 4 << 20

// packed is a plan as a hidden field carries it from the check to the writing: nothing is kept in between, and everything
// in it is checked again when it comes back.
func packed(changes []Change) (string, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if err := json.NewEncoder(z).Encode(changes); err != nil {
		return "", err
	}
	if err := z.Close(); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(b.Bytes()), nil
}

// Bounds of a plan that comes back, which may be anybody's: of all of it and of one change unpacked, bytes, and of how many facts
// one change has. Forty kilobytes of a form can say that there are millions of changes.
const (
	maxUnpacked = 8 * maxPacked
	maxChange   = 1 << 20
	maxFacts    = 100
)

func unpacked(text string) ([]Change, error) {
	stale := errs.Fields([]errs.Field{{Name: "file", Key: "export.goods.table.stale"}})
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(text) > maxPacked {
		return nil, stale
	}
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, stale
	}
	list, ok := changesIn(json.NewDecoder(io.LimitReader(z, maxUnpacked)))
	if !ok {
		return nil, stale
	}
	return list, nil
}

// changesIn reads changes one by one, as many as a table may have; ok is false when they are not what we wrote.
func changesIn(d *json.Decoder) (list []Change, ok bool) {
	start, err := d.Token()
	if err == nil && start == nil { // no changes
		return nil, true
	}
	if err != nil || start != json.Delim('[') {
		return nil, false
	}
	for d.More() {
		var raw json.RawMessage
		var c Change
		if len(list) == MaxTable || d.Decode(&raw) != nil || len(raw) > maxChange || json.Unmarshal(raw, &c) != nil {
			return nil, false
		}
		if len(c.Edit)+len(c.Before) > maxFacts || len(c.Problems) > 0 { // only what is right is written
			return nil, false
		}
		list = append(list, c)
	}
	_, err = d.Token()
	return list, err == nil
}

// codeWords write codes with their points where a preview shows them.
func codeWords(key, text string) string {
	if key == "hs" || key == "tnved" || key == htsus {
		return hs.Code(hs.Digits(text)).String()
	}
	return text
}
