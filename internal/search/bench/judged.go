package bench

import (
	"archive/zip"
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/search"
)

// product is one row of the judged catalogue: known members and everything else by name.
type product struct {
	ID    int64
	Name  string
	Title string
	Brand string
	Body  string
	EAN   []string
	Price int64 // minor units
	Attrs map[string]string
}

// loadProducts reads every *.json and *.json.zip of a directory.
func loadProducts(dir string) ([]product, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.json*"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("no *.json or *.json.zip in %s", dir)
	}
	slices.Sort(files)
	var out []product
	for _, f := range files {
		part, err := loadFile(f)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(f), err)
		}
		out = append(out, part...)
	}
	return out, nil
}

func loadFile(name string) ([]product, error) {
	if !strings.HasSuffix(name, ".zip") {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		return decodeProducts(f)
	}
	z, err := zip.OpenReader(name)
	if err != nil {
		return nil, err
	}
	defer z.Close()
	var out []product
	for _, entry := range z.File {
		r, err := entry.Open()
		if err != nil {
			return nil, err
		}
		part, err := decodeProducts(r)
		r.Close()
		if err != nil {
			return nil, err
		}
		out = append(out, part...)
	}
	return out, nil
}

func decodeProducts(r io.Reader) ([]product, error) {
	var rows []map[string]any
	if err := json.NewDecoder(r).Decode(&rows); err != nil {
		return nil, err
	}
	out := make([]product, 0, len(rows))
	for _, row := range rows {
		p, err := toProduct(row)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

func toProduct(row map[string]any) (product, error) {
	str := func(k string) string { s, _ := row[k].(string); return s }
	id, err := strconv.ParseInt(str("id"), 10, 64)
	if err != nil {
		return product{}, fmt.Errorf("a product without a number: %w", err)
	}
	p := product{ID: id, Name: str("name"), Title: str("title"), Brand: str("supplier"), Body: str("short_description"), Attrs: map[string]string{}}
	if v, ok := row["price"].(float64); ok {
		p.Price = int64(math.Round(v))
	}
	if list, ok := row["ean"].([]any); ok {
		for _, e := range list {
			p.EAN = append(p.EAN, fmt.Sprint(e))
		}
	}
	for k, v := range row {
		if name, ok := strings.CutPrefix(k, "attr_"); ok {
			_, name, _ = strings.Cut(name, "_")
			p.Attrs[strings.ReplaceAll(name, "_", " ")] = fmt.Sprint(v)
		}
	}
	return p, nil
}

// attrText is the characteristics as a shop would print them.
func (p product) attrText() string {
	var names []string
	for n := range p.Attrs {
		names = append(names, n)
	}
	slices.Sort(names)
	var b strings.Builder
	for _, n := range names {
		switch v := p.Attrs[n]; v {
		case "No", "false", "0", "":
		case "Yes", "true":
			b.WriteString(n + ". ")
		default:
			b.WriteString(n + " " + v + ". ")
		}
	}
	return b.String()
}

// judgments maps a query to grades of documents.
type judgments map[string]map[int64]int

func loadJudgments(file string) (judgments, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	out := judgments{}
	for i, row := range rows {
		if i == 0 || len(row) < 3 {
			continue
		}
		id, err1 := strconv.ParseInt(row[1], 10, 64)
		grade, err2 := strconv.Atoi(strings.TrimSpace(row[2]))
		if err := cmp.Or(err1, err2); err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
		if out[row[0]] == nil {
			out[row[0]] = map[int64]int{}
		}
		out[row[0]][id] = grade
	}
	return out, nil
}

// ndcg is NDCG@k with gain 2^grade−1; what nobody judged counts 0.
// It is not defined, and false, when nothing relevant was judged.
func ndcg(ranked []int64, grades map[int64]int, k int) (float64, bool) {
	var dcg float64
	for i, id := range ranked[:min(k, len(ranked))] {
		dcg += gain(grades[id], i)
	}
	var all []int
	for _, g := range grades {
		all = append(all, g)
	}
	slices.SortFunc(all, func(a, b int) int { return cmp.Compare(b, a) })
	var ideal float64
	for i, g := range all[:min(k, len(all))] {
		ideal += gain(g, i)
	}
	if ideal == 0 {
		return 0, false
	}
	return dcg / ideal, true
}

func gain(grade, rank int) float64 {
	return (math.Exp2(float64(grade)) - 1) / math.Log2(float64(rank)+2)
}

type graded struct {
	query string
	score float64
	took  time.Duration
}

// judged measures NDCG@10 beside textbook BM25's, recall of the relevant ones in the first hundred, and latency. What
// nobody judged counts 0. A query of which no product was judged relevant has no NDCG (its ideal gain is 0): the mean
// leaves it out, as trec_eval does and as the BM25 figure quoted for this set was made; the mean that counts it 0 stands
// beside it.
func judged(ctx context.Context, pool *pgxpool.Pool, o Options, w io.Writer) ([]Figure, error) {
	products, err := loadProducts(o.Products)
	if err != nil {
		return nil, err
	}
	grades, err := loadJudgments(o.Judgments)
	if err != nil {
		return nil, err
	}
	docs := make([]search.Doc, len(products))
	for i, p := range products {
		docs[i] = p.doc()
	}
	started := time.Now()
	if err := load(ctx, pool, docs); err != nil {
		return nil, err
	}
	fmt.Fprintf(w, "Judged queries: %d products indexed in %.1f s, %d queries\n", len(docs), time.Since(started).Seconds(), len(grades))
	s := search.New(pool, search.Options{})
	var rows []graded
	var times []time.Duration
	baseline := newBM25(products)
	var all, plain, found100, relevant float64
	for _, q := range slices.Sorted(maps.Keys(grades)) {
		ids, took, err := found(ctx, s, search.Params{Q: q, Lang: i18n.EN, Limit: search.MaxSize})
		if err != nil {
			return nil, fmt.Errorf("%q: %w", q, err)
		}
		times = append(times, took)
		for id, g := range grades[q] {
			if g >= 2 {
				relevant++
				if slices.Contains(ids[:min(100, len(ids))], id) {
					found100++
				}
			}
		}
		if score, ok := ndcg(ids, grades[q], 10); ok {
			rows = append(rows, graded{q, score, took})
			all += score
			score, _ = ndcg(baseline.rank(q, 10), grades[q], 10)
			plain += score
		}
	}
	mean := all / float64(max(1, len(rows)))
	plain /= float64(max(1, len(rows)))
	slices.SortFunc(rows, func(a, b graded) int { return cmp.Or(cmp.Compare(a.score, b.score), cmp.Compare(a.query, b.query)) })
	everyQuery := all / float64(max(1, len(grades)))
	fmt.Fprintf(w, "  NDCG@10 %.3f over the %d queries that have a positive grade (an unjudged product counts 0)\n", mean, len(rows))
	low := worstTenth(rows)
	fmt.Fprintf(w, "  NDCG@10 %.3f or better on nine tenths of random halves of these queries: what as many others may give\n", low)
	fmt.Fprintf(w, "  NDCG@10 %.3f for textbook BM25 over the same queries\n", plain)
	fmt.Fprintf(w, "  NDCG@10 %.3f over all %d queries (the %d without a positive grade count 0)\n", everyQuery, len(grades), len(grades)-len(rows))
	fmt.Fprintf(w, "  recall@100 %.3f; latency p50 %.1f ms, p99 %.1f ms\n  worst:\n", found100/max(1, relevant), quantile(times, 0.5), quantile(times, 0.99))
	for _, r := range rows[:min(o.Worst, len(rows))] {
		fmt.Fprintf(w, "    %.3f  %s\n", r.score, r.query)
	}
	return []Figure{
		{"ndcg@10", mean, ""}, {"ndcg@10 of all queries", everyQuery, ""}, {"ndcg@10 of BM25", plain, ""}, {"ndcg@10 of random halves", low, ""}, {"recall@100", found100 / max(1, relevant), ""},
		{"judged p50", quantile(times, 0.5), "ms"}, {"judged p99", quantile(times, 0.99), "ms"},
	}, nil
}

// worstTenth draws random halves of the queries and gives the mean that nine tenths of the halves reach.
func worstTenth(rows []graded) float64 {
	const draws = 1000
	r := rand.New(rand.NewPCG(1, 2)) // the same halves in every run
	means := make([]float64, draws)
	for i := range means {
		half := r.Perm(len(rows))[:len(rows)/2]
		for _, at := range half {
			means[i] += rows[at].score / float64(len(half))
		}
	}
	slices.Sort(means)
	return means[draws/10]
}

// doc is the product as a shop would index it.
func (p product) doc() search.Doc {
	return search.Doc{
		Kind: search.Goods, RefID: p.ID, Slug: "p" + strconv.FormatInt(p.ID, 10), Title: search.Both{EN: p.Title},
		Keywords: search.Both{EN: p.Brand + " " + p.Name + " " + strings.Join(p.EAN, " ")}, Attrs: search.Both{EN: p.attrText()},
		Body: search.Both{EN: p.Body}, Price: money.Amount(p.Price), InStock: true, Days: -1,
		Variants: []search.Variant{{Price: max(1, p.Price)}},
	}
}
