package bench

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/klauspost/compress/zstd"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/search"
	"github.com/yarmarka/yarmarka/internal/search/text"
)

// probe is a query and the documents any of which answers it.
type probe struct {
	query string
	want  map[int64]bool
	kind  search.Kind
}

// russian measures on Open Food Facts' Russian names: the thing itself, with a slip, in the wrong layout, inflected and
// in Latin letters; and on OpenStreetMap's words: kinds of places by synonym, brands by another name.
func russian(ctx context.Context, pool *pgxpool.Pool, o Options, w io.Writer) ([]Figure, error) {
	goods, err := foodDocs(filepath.Join(o.Russian, "catalog_ru/given/off_cyrillic_products.tsv.gz"))
	if err != nil {
		return nil, err
	}
	places, synonyms, err := placeDocs(filepath.Join(o.Russian, "lang_ru/osm/given/preset_terms_ru_en.tsv"))
	if err != nil {
		return nil, err
	}
	brands, aliases, err := brandDocs(filepath.Join(o.Russian, "lang_ru/osm/given/brand_names_cyrillic.tsv.gz"))
	if err != nil {
		return nil, err
	}
	forms, err := wordForms(filepath.Join(o.Russian, "lang_ru/snowball"))
	if err != nil {
		return nil, err
	}
	if err := load(ctx, pool, slices.Concat(goods, places, brands)); err != nil {
		return nil, err
	}
	fmt.Fprintf(w, "Russian data: %d goods, %d kinds of places, %d brands\n", len(goods), len(places), len(brands))
	known := knownItems(goods)
	r := russianRun{ctx: ctx, s: search.New(pool, search.Options{}), w: w, worst: o.Worst}
	r.measure("known item @10", known, 10)
	r.measure("one slip @10", respell(known, slip), 10)
	r.measure("wrong layout @10", respell(known, text.ToLatinLayout), 10)
	r.measure("inflected @10", respell(known, func(q string) string { return inflect(q, forms) }), 10)
	r.measure("Latin letters @10", respell(known, latin), 10)
	r.measure("synonym @3", synonyms, 3)
	r.measure("brand alias @3", aliases, 3)
	return r.figures, r.err
}

type russianRun struct {
	ctx     context.Context
	s       *search.Service
	w       io.Writer
	worst   int
	figures []Figure
	err     error
}

func (r *russianRun) measure(name string, probes []probe, k int) {
	if r.err != nil {
		return
	}
	hits := 0
	var missed []string
	var times []time.Duration
	for _, p := range probes {
		ids, took, err := found(r.ctx, r.s, search.Params{Q: p.query, Lang: i18n.RU, Kind: p.kind, Limit: 10})
		if err != nil {
			r.err = fmt.Errorf("%q: %w", p.query, err)
			return
		}
		times = append(times, took)
		if slices.ContainsFunc(ids[:min(k, len(ids))], func(id int64) bool { return p.want[id] }) {
			hits++
		} else {
			missed = append(missed, p.query)
		}
	}
	share := float64(hits) / float64(max(1, len(probes)))
	fmt.Fprintf(r.w, "  %-18s %.3f of %4d   p50 %.1f ms, p99 %.1f ms\n", name, share, len(probes), quantile(times, 0.5), quantile(times, 0.99))
	for _, q := range missed[:min(len(missed), r.worst)] {
		fmt.Fprintf(r.w, "      missed: %s\n", q)
	}
	r.figures = append(r.figures, Figure{name, share, ""}, Figure{name + " p99", quantile(times, 0.99), "ms"})
}

func readGzipTSV(name string) ([][]string, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	return readTSV(z)
}

func readTSV(r io.Reader) ([][]string, error) {
	c := csv.NewReader(r)
	c.Comma, c.LazyQuotes, c.FieldsPerRecord = '\t', true, -1
	rows, err := c.ReadAll()
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return rows[1:], nil
}

func foodDocs(name string) ([]search.Doc, error) {
	rows, err := readGzipTSV(name)
	if err != nil {
		return nil, err
	}
	var docs []search.Doc
	for i, row := range rows {
		if len(row) < 3 || strings.TrimSpace(row[1]) == "" {
			continue
		}
		docs = append(docs, search.Doc{
			Kind: search.Goods, RefID: int64(i + 1), Slug: fmt.Sprintf("f%d", i+1), Title: search.Both{RU: row[1]},
			Keywords: search.Both{RU: row[0]}, Body: search.Both{RU: row[2]}, InStock: true, Days: -1,
		})
	}
	return docs, nil
}

// knownItems asks for each thing by the first words of its name; things of the same words answer too.
func knownItems(docs []search.Doc) []probe {
	byQuery := map[string]map[int64]bool{}
	var order []string
	for _, d := range docs {
		var words []string
		for _, t := range text.Tokens(d.Title.RU) {
			if !t.Extra && !text.Stop(t.Word) && text.ScriptOf(t.Word) == text.Cyrillic && len(words) < 4 {
				words = append(words, t.Word)
			}
		}
		if len(words) < 2 {
			continue
		}
		q := strings.Join(words, " ")
		if byQuery[q] == nil {
			byQuery[q] = map[int64]bool{}
			order = append(order, q)
		}
		byQuery[q][d.RefID] = true
	}
	var out []probe
	for _, q := range order {
		out = append(out, probe{query: q, want: byQuery[q], kind: search.Goods})
	}
	return out
}

func placeDocs(name string) ([]search.Doc, []probe, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	rows, err := readTSV(f)
	if err != nil {
		return nil, nil, err
	}
	var docs []search.Doc
	asked := map[string]map[int64]bool{}
	for i, row := range rows {
		if len(row) < 5 || row[1] == "" {
			continue
		}
		id := int64(i + 1)
		docs = append(docs, search.Doc{Kind: search.Pages, RefID: id, Slug: fmt.Sprintf("pl%d", id), Title: search.Both{RU: row[1]}, InStock: true, Days: -1})
		for _, term := range strings.Split(row[2], ",") {
			if term = strings.TrimSpace(term); term != "" && len(row[1]) > 0 {
				if asked[term] == nil {
					asked[term] = map[int64]bool{}
				}
				asked[term][id] = true
			}
		}
	}
	return docs, probesOf(asked, search.Pages), nil
}

func brandDocs(name string) ([]search.Doc, []probe, error) {
	rows, err := readGzipTSV(name)
	if err != nil {
		return nil, nil, err
	}
	var docs []search.Doc
	asked := map[string]map[int64]bool{}
	for i, row := range rows {
		if len(row) < 5 {
			continue
		}
		id := int64(i + 1)
		title, _, _ := strings.Cut(row[1], " (")
		docs = append(docs, search.Doc{Kind: search.Shops, RefID: id, Slug: fmt.Sprintf("b%d", id), Title: search.Both{RU: title}, InStock: true, Days: -1})
		for _, other := range append([]string{row[2], row[3]}, strings.Split(row[4], "|")...) {
			if other = strings.TrimSpace(other); other != "" && text.Fold(other) != text.Fold(title) && !wikidata(other) {
				if asked[other] == nil {
					asked[other] = map[int64]bool{}
				}
				asked[other][id] = true
			}
		}
	}
	return docs, probesOf(asked, search.Shops), nil
}

func wikidata(s string) bool {
	return len(s) > 1 && (s[0] == 'q' || s[0] == 'Q') && strings.Trim(s[1:], "0123456789") == ""
}

func probesOf(asked map[string]map[int64]bool, kind search.Kind) []probe {
	var out []probe
	for q, want := range asked {
		out = append(out, probe{query: q, want: want, kind: kind})
	}
	slices.SortFunc(out, func(a, b probe) int { return strings.Compare(a.query, b.query) })
	return out
}

// wordForms maps a stem to the words of Snowball's vocabulary that have it.
func wordForms(dir string) (map[string][]string, error) {
	words, err := readZstdLines(filepath.Join(dir, "russian_voc.txt.zst"))
	if err != nil {
		return nil, err
	}
	stems, err := readZstdLines(filepath.Join(dir, "russian_output.txt.zst"))
	if err != nil {
		return nil, err
	}
	out := map[string][]string{}
	for i, w := range words[:min(len(words), len(stems))] {
		out[stems[i]] = append(out[stems[i]], w)
	}
	return out, nil
}

func readZstdLines(name string) ([]string, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := zstd.NewReader(f)
	if err != nil {
		return nil, err
	}
	defer z.Close()
	var out []string
	s := bufio.NewScanner(z)
	for s.Scan() {
		out = append(out, s.Text())
	}
	return out, s.Err()
}
