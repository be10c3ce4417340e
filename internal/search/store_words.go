package search

import (
	"context"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

func insertWords(ctx context.Context, db pg.DB, rows []wordRow) error {
	words, terms := make([]string, len(rows)), make([]int32, len(rows))
	for i, r := range rows {
		words[i], terms[i] = r.word, r.term
	}
	_, err := pg.Exec(ctx, db, `
insert into search_words (word, term)
select n.word, n.term
from unnest($1::text[], $2::integer[]) with ordinality n (word, term, place)
where not exists (select from search_words w where w.word = n.word and w.df > 0)
order by n.place
on conflict (word) do update set df = 1 where search_words.df = 0`, words, terms)
	return err
}

func mergeWords(ctx context.Context, tx pg.DB, rows []wordRow) error {
	if _, err := pg.Exec(ctx, tx, `create temporary table loaded_words (word text, term integer, df integer) on commit drop`); err != nil {
		return err
	}
	_, err := tx.CopyFrom(ctx, pgx.Identifier{"loaded_words"}, []string{"word", "term", "df"},
		pgx.CopyFromSlice(len(rows), func(i int) ([]any, error) { return []any{rows[i].word, rows[i].term, rows[i].df}, nil }))
	if err != nil {
		return errs.FromPG(err, nil)
	}
	_, err = pg.Exec(ctx, tx, `
insert into search_words as w (word, term, df)
select word, term, df
from loaded_words
order by word
on conflict (word) do update set df = w.df + excluded.df`)
	return err
}

func recountWords(ctx context.Context, tx pg.DB) error {
	kinds, salts := make([]int16, len(Kinds)), make([]int32, len(Kinds))
	for i, k := range Kinds {
		kinds[i], salts[i] = int16(k), int32(salt(k))
	}
	if _, err := pg.Exec(ctx, tx, `create temporary table counted_terms (term integer, df integer) on commit drop`); err != nil {
		return err
	}
	_, err := pg.Exec(ctx, tx, `
insert into counted_terms (term, df)
select t.term # s.salt as term, count(*)::integer as df
from search_facts i
join unnest($1::smallint[], $2::integer[]) s (kind, salt) on s.kind = i.kind
cross join unnest(i.terms) t (term)
group by 1`, kinds, salts)
	if err != nil {
		return err
	}
	// A word leaves in two rounds, so that one which a new document brings back in between is not lost.
	if _, err := pg.Exec(ctx, tx, `
delete from search_words w
where w.df = 0 and not exists (select from counted_terms c where c.term = w.term)`); err != nil {
		return err
	}
	_, err = pg.Exec(ctx, tx, `
update search_words w
set df = n.df
from (
  select o.word, coalesce(c.df, 0) as df
  from search_words o
  left join counted_terms c on c.term = o.term
) n
where n.word = w.word and w.df <> n.df`)
	return err
}

// upsertCounted notes that the words are counted now.
func upsertCounted(ctx context.Context, tx pg.DB) error {
	_, err := pg.Exec(ctx, tx, `insert into search_counted (at) values (clock_timestamp()) on conflict (one) do update set at = excluded.at`)
	return err
}

// countedWithin says whether the words were counted that lately.
func countedWithin(ctx context.Context, db pg.DB, age time.Duration) (bool, error) {
	return pg.Scalar[bool](ctx, db, `select exists (select from search_counted where at > clock_timestamp() - $1::interval)`, age)
}

type termDF struct {
	Term int32
	DF   int32 `db:"df"`
}

// selectTerms gives the document frequency of those lexemes that the index has.
func selectTerms(ctx context.Context, db pg.DB, terms []int32) ([]termDF, error) {
	return pg.List[termDF](ctx, db, `select term, max(df) as df from search_words where term = any($1) and df > 0 group by term`, terms)
}

type prefixWord struct {
	Word string
	Term int32
	DF   int32 `db:"df"`
}

// prefixScan bounds the words that selectPrefix weighs: half of a shop's words are numbers of things, each in one document,
// and thousands of them begin with the same two digits.
const prefixScan = 300

func selectPrefix(ctx context.Context, db pg.DB, prefix string, limit int) ([]prefixWord, error) {
	return pg.List[prefixWord](ctx, db, `
select word, term, df
from (
  select word, term, df
  from search_words
  where word ~>=~ $1 and word ~<~ $2 and df > 0
  order by word using ~<~
  limit `+strconv.Itoa(prefixScan)+`
) w
order by df desc, length(word), word
limit $3`, prefix, prefix+"\U0010FFFF", limit)
}

// selectLexicon gives the most frequent words of letters.
func selectLexicon(ctx context.Context, db pg.DB, limit int) ([]prefixWord, error) {
	return pg.List[prefixWord](ctx, db, `
select word, term, df
from search_words
where df > 0 and word !~ '[0-9]'
order by df desc
limit $1`, limit)
}

type synonym struct {
	Phrase string
	Means  string
	Mutual bool
}

func selectSynonyms(ctx context.Context, db pg.DB) ([]synonym, error) {
	return pg.List[synonym](ctx, db, `select phrase, means, mutual from search_synonyms order by id`)
}
