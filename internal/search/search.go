// Package search is the one index over everything that can be looked for on Yarmarka: goods and shops now, services,
// pages, events and discussions when their wings open. It owns the search_* tables, understands what people type
// (stems, layouts, transliteration, slips, synonyms), ranks and counts, and shows the search pages. Owners of things
// Put and Delete documents; this package never reads their tables and does not know what a price or a seller means.
//
// How a query runs: the words are looked up in the dictionary, the inverted index (GIN over numbers of lexemes) gives
// the candidates as packed records in one value, and Go filters, ranks and counts them in one pass (packages record
// and rank). No step sees more than Cap documents, so the broadest query is bounded like any other. The first pages of
// categories are made ready by a job after each change to their goods.
package search

import (
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/search/record"
)

// Kind is a kind of thing that can be found. Its number is stored.
type Kind int16

// The kinds, in the order of the tabs.
const (
	Goods Kind = iota + 1
	Shops
	Services
	Pages
	Events
	Discussions
)

// Kinds lists all kinds in the order of the tabs.
var Kinds = []Kind{Goods, Shops, Services, Pages, Events, Discussions}

var kindNames = map[Kind]string{Goods: "goods", Shops: "shops", Services: "services", Pages: "pages", Events: "events", Discussions: "discussions"}

// String is the kind's name in addresses.
func (k Kind) String() string { return kindNames[k] }

// KindOf finds a kind by its name in addresses.
func KindOf(name string) (Kind, bool) {
	for k, n := range kindNames {
		if n == name {
			return k, true
		}
	}
	return 0, false
}

// Both is a text in the two languages of the site; either may be empty.
type Both struct{ RU, EN string }

// In gives the text in a language, or in the other one when it is missing.
func (b Both) In(lang i18n.Lang) string {
	if lang == i18n.EN && b.EN != "" || b.RU == "" {
		return b.EN
	}
	return b.RU
}

// Doc is one thing to be found. For goods it is a product card; Variants holds only those that can be bought now, so
// that every facet and price a shopper sees leads to something for sale.
type Doc struct {
	Kind     Kind
	RefID    int64 // the owner's id
	Slug     string
	Title    Both
	Keywords Both   // brand, category names, article numbers, GTIN, other names
	Attrs    Both   // characteristics as text: «жернова сталь, вместимость 25 г»
	Body     Both   // plain text
	Image    string // path of the picture or drawing

	Price    money.Amount // lowest of the sellable variants as the buy box shows it; 0: not for sale
	Was      money.Amount // honest old price; 0: none
	Currency money.Currency
	OfferID  int64 // what "add to cart" takes; 0: a choice has to be made on the card
	Seller   string
	Sellers  int
	Rating   int // tenths of a star, 0..50
	Reviews  int
	InStock  bool
	Low30    bool         // the price is the lowest of 30 days
	Days     int          // from order to door, of the cheapest variant; negative: unknown
	Fee      money.Amount // of its delivery

	Popularity float64 // 0..1
	Published  time.Time
	Brand      int64   // 0: none
	Categories []int64 // from the root to the leaf
	Variants   []Variant
}

// Variant is a sellable variant of a card; see record.Variant.
type Variant = record.Variant

// Pair is an attribute and one of its values; see record.Pair.
type Pair = record.Pair

// Sort is an order of results.
type Sort string

// The orders. The empty one means Relevance with words and Popular without.
const (
	Relevance Sort = "relevance"
	Popular   Sort = "popular"
	Cheap     Sort = "price_asc"
	Dear      Sort = "price_desc"
	Rated     Sort = "rating"
	Newest    Sort = "new"
	Landed    Sort = "landed" // by what it all comes to at the door of a visitor from abroad; for them alone
)

// Sorts lists the orders a person may choose.
var Sorts = []Sort{Relevance, Popular, Cheap, Landed, Dear, Rated, Newest}

// Limits of a query.
const (
	Cap         = 10_000 // documents ranked and counted; with more the total reads "10 000+"
	DefaultSize = 24
	MaxSize     = 100
	fewResults  = 10 // below it, things near in meaning are shown as well
	maxWords    = 12
	maxFilters  = 50
)

// Params is a query as an address says it.
type Params struct {
	Q        string
	Lang     i18n.Lang
	Kind     Kind // 0: goods
	Category string
	Brands   []string
	PriceMin money.Amount
	PriceMax money.Amount
	Attrs    map[string][]string // attribute code → value codes, any of which will do
	Sort     Sort
	After    string
	Limit    int
	Exact    bool   // take the words as typed: no correction
	Country  string // where the visitor wants things sent, ISO 3166 alpha-2; "" is home
	Sent     bool   // only what may be sent there
	List     bool   // rows for comparing instead of a grid

	typedMin, typedMax string // prices as typed, kept for the form when they are no prices

	// CategoryID and BrandIDs may be given by a caller that knows them (a category's page); they win over the codes.
	CategoryID int64
	BrandIDs   []int64
}

// Span is a piece of text; Mark is set where it matched.
type Span struct {
	Text string
	Mark bool
}

// Hit is one result with all its card shows.
type Hit struct {
	Kind     Kind
	RefID    int64
	Slug     string
	Title    string
	Marked   []Span // the title, cut where it matched
	Snippet  []Span // the place of the body that matched; not for goods in a grid, which has no room for it
	Image    string
	Price    money.Amount // of the cheapest variant that meets the filters
	Was      money.Amount
	Currency money.Currency
	OfferID  int64
	Seller   string
	Sellers  int
	Rating   int
	Reviews  int
	InStock  bool
	Low30    bool
	Days     int          // negative: unknown
	Fee      money.Amount // negative: unknown
	// Away is the offer that a visitor from abroad is told of; 0 where it is sold at home alone, or they are at home.
	Away int64
}

// Option is one choice of a facet.
type Option struct {
	ID    int64
	Code  string `json:"-"` // what the address carries
	Label string `json:"-"`
	Count int
	On    bool `json:",omitempty"`
}

// Facet is one group of choices. Attr is 0 for categories and brands.
type Facet struct {
	Attr    int64  `json:",omitempty"`
	Code    string `json:"-"`
	Label   string `json:"-"`
	Options []Option
}

// Result answers a query.
type Result struct {
	Hits       []Hit
	Near       []Hit // when few hits: documents that have some of the words, or are popular
	Total      int
	Capped     bool // more than Total were found
	Kinds      map[Kind]int
	Categories Facet
	Brands     Facet
	Attrs      []Facet
	Sendable   int          // of what meets the other filters, how much may be sent to the visitor's country
	Unpriced   int          // of what is listed by its whole price, how much the post has not named a price for yet
	PriceLow   money.Amount // of everything found, price filter aside
	PriceHigh  money.Amount

	Searched      string // the words that were looked for
	CorrectedFrom string // what was typed, when Searched differs
	DidYouMean    string // a likelier spelling, when what was typed found something too
	Without       string // with no hits: the query without the words that nothing has
	Dropped       string // and those words
	WithoutTotal  int
	NextCursor    string
	Topics        []string // of pagecache: the answer is true while none of them changes
	Took          time.Duration
}
