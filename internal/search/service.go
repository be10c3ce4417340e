package search

import (
	"context"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/internal/search/dict"
	"github.com/yarmarka/yarmarka/internal/search/rank"
	"github.com/yarmarka/yarmarka/internal/search/record"
)

// Options tune a Service.
type Options struct {
	Labels  Labels        // names of categories, brands and attributes; their owner is the catalogue
	Timeout time.Duration // of one query; 0: 2 s
	// KeepFor is how long the answer to a query without words (a category's first page) may be kept, as long as
	// nothing in the index has changed. 0: not kept.
	KeepFor time.Duration
	Now     func() time.Time
	Weights rank.Weights // zero: rank.Default
	// Pictures makes a picture of Doc.Image; nil shows the path as it is.
	Pictures Pictures
	// Ways tells what may be sent to a country; nil: nothing may.
	Ways func(ctx context.Context, country string) (*Way, error)
	// Kinds are those the site has, in the order of the tabs; nil: goods and shops.
	Kinds []Kind
}

// Service answers queries.
type Service struct {
	db      pg.DB
	labels  Labels
	weights rank.Weights
	timeout time.Duration
	now     func() time.Time
	kept    *keeper
	kinds   []Kind
	ways    func(ctx context.Context, country string) (*Way, error)

	pictures Pictures

	mu      sync.Mutex
	learned time.Time // when docs and own were read
	docs    int
	own     *dict.Thesaurus
	usual   map[string]int // document frequencies seen since learned

	lexicons lexicons
}

// New makes a Service.
func New(pool *pgxpool.Pool, o Options) *Service {
	s := &Service{db: pool, labels: o.Labels, weights: o.Weights, timeout: o.Timeout, now: o.Now, kinds: o.Kinds, pictures: o.Pictures, ways: o.Ways}
	if s.kinds == nil {
		s.kinds = []Kind{Goods, Shops}
	}
	if s.weights == (rank.Weights{}) {
		s.weights = rank.Default
	}
	if s.timeout == 0 {
		s.timeout = 2 * time.Second
	}
	if s.now == nil {
		s.now = time.Now
	}
	s.kept = newKeeper(pool, o.KeepFor, s.now)
	go dict.Default() // 0.1 s of work that the first visitor need not wait for
	return s
}

// learnEvery is how old the count of documents and the operator's synonyms may be.
const learnEvery = 30 * time.Second

// learn reads what every query needs and what changes slowly.
func (s *Service) learn(ctx context.Context) (int, *dict.Thesaurus, error) {
	s.mu.Lock()
	docs, own, fresh := s.docs, s.own, s.own != nil && s.now().Sub(s.learned) < learnEvery
	s.mu.Unlock()
	if fresh {
		return docs, own, nil
	}
	docs, err := docCount(ctx, s.db)
	if err != nil {
		return 0, nil, err
	}
	rows, err := selectSynonyms(ctx, s.db)
	if err != nil {
		return 0, nil, err
	}
	own = dict.New()
	for _, r := range rows {
		own.Add(r.Phrase, r.Means, r.Mutual)
	}
	s.mu.Lock()
	s.docs, s.own, s.learned, s.usual = docs, own, s.now(), map[string]int{}
	s.mu.Unlock()
	return docs, own, nil
}

func (s *Service) thesaurus(ctx context.Context) (*dict.Thesaurus, error) {
	_, own, err := s.learn(ctx)
	return own, err
}

// frequencies maps stems to document frequency.
type frequencies map[string]int

func (f frequencies) has(stem string) bool { return f[stem] > 0 }

// know adds what the dictionary in memory says of stems; those that it does not know stay open.
func (f frequencies) know(lex *lexicon, stems []string) {
	for _, st := range stems {
		if df := lex.dfs[int32(record.Hash(st))]; df > 0 {
			f[st] = int(df)
		}
	}
}

// maxUsual bounds the frequencies kept in memory.
const maxUsual = 20_000

// frequencies completes f for stems: from the dictionary in memory, then from the table. What the table has is
// remembered for a while; what it has not is noted in f alone and asked for each time, so that a new word is known at once.
func (s *Service) frequencies(ctx context.Context, lex *lexicon, f frequencies, stems []string) error {
	f.know(lex, stems)
	var asked []string
	s.mu.Lock()
	for _, st := range stems {
		if _, ok := f[st]; ok {
			continue
		}
		if df, ok := s.usual[st]; ok {
			f[st] = df
		} else {
			asked = append(asked, st)
		}
	}
	s.mu.Unlock()
	if len(asked) == 0 {
		return nil
	}
	terms := make([]int32, len(asked))
	for i, st := range asked {
		terms[i] = int32(record.Hash(st))
	}
	rows, err := selectTerms(ctx, s.db, terms)
	if err != nil {
		return err
	}
	byTerm := make(map[int32]int, len(rows))
	for _, r := range rows {
		byTerm[r.Term] = int(r.DF)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, st := range asked {
		df := byTerm[terms[i]]
		f[st] = df
		if df > 0 && s.usual != nil && len(s.usual) < maxUsual {
			s.usual[st] = df
		}
	}
	return nil
}

// Refresh is the package's Refresh on the service's own pool, for a periodic job.
func (s *Service) Refresh(ctx context.Context) error { return Refresh(ctx, s.db) }
