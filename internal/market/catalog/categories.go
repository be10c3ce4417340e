package catalog

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pagecache"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Category is a place in the tree of goods.
type Category struct {
	ID, ParentID int64
	Code, Slug   string
	Name         Text
	Art          string
	Path         []int64 // from the root down to itself
	Hidden       bool
	Shown        bool // neither it nor any category above it is hidden
	Position     int  // among those right below the same parent
	Version      int
}

// Tree is the whole tree of categories, read once and shared: reference data that an admin changes
// a few times a year.
type Tree struct {
	byID     map[int64]Category
	bySlug   map[string]int64
	byCode   map[string]int64
	children map[int64][]int64
	readAt   time.Time
	stamp    int64
}

// treeFor is how long a copy of the tree may serve although nothing says that it changed; see pagecache.Forget.
const treeFor = 30 * time.Minute

type treeCache struct {
	tree    atomic.Pointer[Tree]
	reading sync.Mutex // held by the page that reads the tree for all who wait for it
}

// get gives the tree as db sees it now: the copy in memory as long as its stamp is the present one.
func (c *treeCache) get(ctx context.Context, db pg.DB, now time.Time) (*Tree, error) {
	stamp, err := pagecache.Stamp(ctx, db, treeTopics)
	if err != nil {
		return nil, err
	}
	return c.at(ctx, db, stamp, now)
}

var treeTopics = []string{pagecache.Tree}

// shared is at for pages: when the tree has changed one of them reads it, not each that is asked for meanwhile. Whoever
// has a connection already must not wait for one who needs another, so transactions read for themselves.
func (c *treeCache) shared(ctx context.Context, db pg.DB, stamp int64, now time.Time) (*Tree, error) {
	if t := c.current(stamp, now); t != nil {
		return t, nil
	}
	c.reading.Lock()
	defer c.reading.Unlock()
	return c.at(ctx, db, stamp, now)
}

// current is the copy in memory if it is the one of a stamp.
func (c *treeCache) current(stamp int64, now time.Time) *Tree {
	if t := c.tree.Load(); t != nil && t.stamp == stamp && now.Sub(t.readAt) < treeFor {
		return t
	}
	return nil
}

// at is get for a stamp that was read before.
func (c *treeCache) at(ctx context.Context, db pg.DB, stamp int64, now time.Time) (*Tree, error) {
	if t := c.current(stamp, now); t != nil {
		return t, nil
	}
	t, err := ReadTree(ctx, db)
	if err != nil {
		return nil, err
	}
	t.readAt, t.stamp = now, stamp
	if len(t.byID) > 0 {
		c.tree.Store(t)
	}
	return t, nil
}

// ReadTree reads the categories.
func ReadTree(ctx context.Context, db pg.DB) (*Tree, error) {
	list, err := listCategories(ctx, db)
	if err != nil {
		return nil, err
	}
	t := &Tree{byID: make(map[int64]Category, len(list)), bySlug: make(map[string]int64, len(list)),
		byCode: make(map[string]int64, len(list)), children: map[int64][]int64{}}
	for _, c := range list {
		t.byID[c.ID], t.bySlug[c.Slug], t.byCode[c.Code] = c, c.ID, c.ID
		t.children[c.ParentID] = append(t.children[c.ParentID], c.ID)
	}
	return t, nil
}

// ByID finds a category.
func (t *Tree) ByID(id int64) (Category, bool) { c, ok := t.byID[id]; return c, ok }

// BySlug finds a category by its address.
func (t *Tree) BySlug(slug string) (Category, bool) { return t.ByID(t.bySlug[slug]) }

// ByCode finds a category by the taxonomy's code.
func (t *Tree) ByCode(code string) (Category, bool) { return t.ByID(t.byCode[code]) }

// Children lists the visible categories right below one; 0 asks for the top.
func (t *Tree) Children(id int64) []Category {
	var list []Category
	for _, child := range t.children[id] {
		if c := t.byID[child]; !c.Hidden {
			list = append(list, c)
		}
	}
	return list
}

// Ancestors lists the way from the top down to the category itself.
func (t *Tree) Ancestors(id int64) []Category {
	path := t.byID[id].Path
	list := make([]Category, 0, len(path))
	for _, step := range path {
		list = append(list, t.byID[step])
	}
	return list
}

// PathText writes the way in words: "Кухня / Кофе и чай / Кофемолки".
func (t *Tree) PathText(id int64, lang i18n.Lang) string {
	text := ""
	for i, c := range t.Ancestors(id) {
		if i > 0 {
			text += " / "
		}
		text += c.Name.In(lang)
	}
	return text
}

// Find looks for categories whose names begin like the words, those with more of the words first,
// then the shorter ones.
func (t *Tree) Find(words string, limit int) []Category {
	var stems []string
	for _, w := range strings.Fields(strings.ToLower(words)) {
		if r := []rune(strings.Trim(w, ".,«»\"()")); len(r) > 2 {
			stems = append(stems, string(r[:max(3, len(r)-2)]))
		}
	}
	type hit struct {
		c     Category
		score int
	}
	var hits []hit
	for _, c := range t.byID {
		if !c.Shown {
			continue
		}
		score := 0
		for _, name := range strings.Fields(strings.ToLower(c.Name.RU + " " + c.Name.EN)) {
			for _, s := range stems {
				if strings.HasPrefix(name, s) {
					score += 100 * len(s)
				}
			}
		}
		if score > 0 {
			hits = append(hits, hit{c, score - len(c.Name.RU) + len(c.Path)})
		}
	}
	slices.SortFunc(hits, func(a, b hit) int {
		if a.score != b.score {
			return b.score - a.score
		}
		return int(a.c.ID - b.c.ID)
	})
	var list []Category
	for _, h := range hits[:min(len(hits), limit)] {
		list = append(list, h.c)
	}
	return list
}

// Below lists the categories right below one, the hidden ones too.
func (t *Tree) Below(id int64) []Category {
	list := make([]Category, len(t.children[id]))
	for i, child := range t.children[id] {
		list[i] = t.byID[child]
	}
	return list
}

// Named lists the categories, at most limit, whose name holds the text, those nearest to the top first.
func (t *Tree) Named(text string, lang i18n.Lang, limit int) []Category {
	text = strings.ToLower(text)
	var list []Category
	for _, c := range t.byID {
		if strings.Contains(strings.ToLower(c.Name.RU), text) || strings.Contains(strings.ToLower(c.Name.EN), text) || c.Slug == text {
			list = append(list, c)
		}
	}
	slices.SortFunc(list, func(a, b Category) int {
		return cmp.Or(len(a.Path)-len(b.Path), strings.Compare(a.Name.In(lang), b.Name.In(lang)), cmp.Compare(a.ID, b.ID))
	})
	return list[:min(len(list), limit)]
}
