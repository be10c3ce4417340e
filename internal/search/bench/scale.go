package bench

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/search"
)

// The made-up catalogue: every word is real, every thing is not. It is the same on every run.
var (
	nouns      = strings.Fields("кофемолка чайник турка термос кружка ваза скатерть полотенце подушка одеяло плед матрас комод шкаф стул кресло диван стол лампа светильник люстра фонарь рюкзак чемодан сумка кошелек ремень шарф шапка варежки перчатки валенки сапоги ботинки кроссовки футболка рубашка свитер куртка пальто платье юбка брюки джинсы носки пижама халат зонт очки часы браслет серьги кольцо книга тетрадь карандаш краска кисть пластилин кукла мяч конструктор паровоз велосипед самокат лыжи коньки палатка спальник котелок топор пила молоток дрель отвертка рулетка лопата грабли лейка семена горшок мед варенье чай кофе печенье шоколад конфеты сыр масло мука крупа соль специи шампунь мыло крем бальзам паста щетка фен утюг пылесос холодильник телевизор монитор клавиатура мышь наушники колонка телефон планшет ноутбук принтер роутер кабель зарядка батарейка флешка камера штатив объектив гитара барабан скрипка микрофон")
	adjectives = strings.Fields("ручной медный стальной деревянный керамический стеклянный льняной хлопковый шерстяной кожаный складной большой малый детский мужской женский дорожный садовый кухонный офисный игровой беспроводной электрический походный зимний летний праздничный подарочный классический современный прочный легкий теплый мягкий тихий быстрый простой надежный вологодский тульский")
	colours    = strings.Fields("синий красный зеленый желтый черный белый серый розовый коричневый оранжевый голубой фиолетовый")
	syllables  = strings.Fields("ва ро ми ка то лу не зо би ра де со ли му га пе ни ко та ре")
)

const (
	colourAttr, sizeAttr, gradeAttr = 1, 2, 3
	makers                          = 500
)

type world struct {
	rng    *rand.Rand
	makers []string
}

func newWorld() *world {
	w := &world{rng: rand.New(rand.NewPCG(1, 2))}
	for range makers {
		name := ""
		for range 3 + w.rng.IntN(2) {
			name += syllables[w.rng.IntN(len(syllables))]
		}
		w.makers = append(w.makers, name)
	}
	return w
}

func one(r *rand.Rand, list []string) string { return list[r.IntN(len(list))] }

func (w *world) doc(id int) search.Doc {
	r := w.rng
	n, maker := r.IntN(len(nouns)), r.IntN(makers)
	model := fmt.Sprintf("%c%c-%d", 'A'+r.IntN(26), 'A'+r.IntN(26), 100+r.IntN(9900))
	title := fmt.Sprintf("%s %s «%s» %s", nouns[n], one(r, adjectives), w.makers[maker], model)
	var body strings.Builder
	for range 8 {
		body.WriteString(one(r, adjectives) + " " + one(r, nouns[n/10*10:min(len(nouns), n/10*10+10)]) + " ")
	}
	d := search.Doc{
		Kind: search.Goods, RefID: int64(id), Slug: fmt.Sprintf("thing-%d", id), Title: search.Both{RU: title},
		Keywords: search.Both{RU: w.makers[maker]}, Body: search.Both{RU: body.String()}, InStock: true, Days: r.IntN(5),
		Popularity: r.Float64() * r.Float64(), Brand: int64(maker + 1), Categories: []int64{int64(1 + n/20), int64(100 + n)},
		Rating: 30 + r.IntN(20), Reviews: r.IntN(500), OfferID: int64(id), Seller: "Лавка", Sellers: 1,
		Published: time.Date(2026, 1, 1, r.IntN(5000), 0, 0, 0, time.UTC),
	}
	base := int64(10_000 + r.IntN(900_000))
	var seen []string
	for range 1 + r.IntN(4) {
		colour := r.IntN(len(colours))
		seen = append(seen, colours[colour])
		d.Variants = append(d.Variants, search.Variant{Price: base + int64(r.IntN(20_000)), Pairs: []search.Pair{
			{Attr: colourAttr, Value: int64(1 + colour)}, {Attr: sizeAttr, Value: int64(100 + r.IntN(6))}, {Attr: gradeAttr, Value: int64(200 + r.IntN(4))}}})
		d.Price = money.Amount(base)
	}
	d.Attrs = search.Both{RU: "цвет " + strings.Join(seen, " ")}
	return d
}

// queries makes n different queries such as people type: mostly two words, some with slips, some broad.
func (w *world) queries(n int) []string {
	r := w.rng
	seen := map[string]bool{}
	var out []string
	for len(out) < n {
		var q string
		switch k := r.IntN(100); {
		case k < 10:
			q = one(r, nouns)
		case k < 50:
			q = one(r, adjectives) + " " + one(r, nouns)
		case k < 65:
			q = one(r, nouns) + " " + one(r, w.makers)
		case k < 80:
			q = one(r, colours) + " " + one(r, nouns) + " " + one(r, adjectives)
		case k < 90:
			q = slip(one(r, nouns) + " " + one(r, adjectives))
		case k < 95:
			q = one(r, colours) + " " + one(r, adjectives)
		default:
			q = fmt.Sprintf("%c%c-%d", 'A'+r.IntN(26), 'A'+r.IntN(26), 100+r.IntN(9900))
		}
		if !seen[q] {
			seen[q] = true
			out = append(out, q)
		}
	}
	return out
}

// scale measures latency of searches with facets and of suggestions on a made-up catalogue.
func scale(ctx context.Context, pool *pgxpool.Pool, o Options, w io.Writer) ([]Figure, error) {
	made := newWorld()
	started := time.Now()
	_, err := search.Load(ctx, pool, func(yield func(search.Doc, error) bool) {
		for i := range o.Scale {
			if !yield(made.doc(i+1), nil) {
				return
			}
		}
	})
	if err != nil {
		return nil, err
	}
	loaded := time.Since(started)
	fmt.Fprintf(w, "Made-up catalogue: %d cards indexed in %.1f s (%.0f/s)\n", o.Scale, loaded.Seconds(), float64(o.Scale)/loaded.Seconds())
	s := search.New(pool, search.Options{Timeout: 10 * time.Second})
	queries := made.queries(1000)
	figures := []Figure{{"load", loaded.Seconds(), "s"}}
	ask := func(q string) error {
		_, err := s.Query(ctx, search.Params{Q: q, Lang: i18n.RU})
		return err
	}
	suggest := func(q string) error {
		r := []rune(q)
		_, err := s.Suggest(ctx, string(r[:max(2, len(r)*2/3)]), i18n.RU)
		return err
	}
	for _, m := range []struct {
		name  string
		ask   func(string) error
		conns int
	}{{"warm-up", ask, 2}, {"search c=1", ask, 1}, {"search c=8", ask, 8}, {"suggest c=1", suggest, 1}, {"suggest c=8", suggest, 8}} {
		answers, err := drive(queries, m.conns, m.ask)
		if err != nil {
			return figures, err
		}
		times := make([]time.Duration, len(answers))
		for i, a := range answers {
			times[i] = a.took
		}
		fmt.Fprintf(w, "  %-12s p50 %.1f ms, p99 %.1f ms\n", m.name, quantile(times, 0.5), quantile(times, 0.99))
		figures = append(figures, Figure{m.name + " p50", quantile(times, 0.5), "ms"}, Figure{m.name + " p99", quantile(times, 0.99), "ms"})
		if m.conns == 1 {
			slowest(w, answers, o.Worst)
		}
	}
	return figures, nil
}

// slowest lists the queries that took longest, so that the next person knows where to push.
func slowest(w io.Writer, answers []answer, n int) {
	slices.SortFunc(answers, func(a, b answer) int { return cmp.Compare(b.took, a.took) })
	for _, a := range answers[:min(n, len(answers))] {
		fmt.Fprintf(w, "    %6.1f ms  %s\n", float64(a.took.Microseconds())/1000, a.query)
	}
}

// answer is one query and how long it took.
type answer struct {
	query string
	took  time.Duration
}

// drive asks every query once over so many workers.
func drive(queries []string, workers int, ask func(string) error) (answers []answer, err error) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	work := make(chan string)
	for range workers {
		wg.Go(func() {
			for q := range work {
				started := time.Now()
				e := ask(q)
				took := time.Since(started)
				mu.Lock()
				if e != nil && err == nil {
					err = fmt.Errorf("%q: %w", q, e)
				}
				answers = append(answers, answer{q, took})
				mu.Unlock()
			}
		})
	}
	for _, q := range queries {
		work <- q
	}
	close(work)
	wg.Wait()
	return answers, err
}
