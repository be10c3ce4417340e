package clearance

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"sync"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// binding is what all decisions by one book have in common: what is found on a step that no rule speaks on, and where
// each rule is written. It is kept once under the digest of its content, and a decision names it by that.
type binding struct {
	Calm    []Finding         `json:"calm"`
	Sources map[string]string `json:"sources"` // by rule@version
	English map[string]string `json:"sources_en,omitempty"`
}

// bilingual is a source and its English.
type bilingual struct{ original, english string }

// bind gives the book's binding as it is kept, and its digest.
func (b *Book) bind() (body, digest []byte, err error) {
	what := binding{Sources: map[string]string{}, English: map[string]string{}}
	for rule, source := range b.sources {
		what.Sources[rule] = source.original
		if source.english != "" {
			what.English[rule] = source.english
		}
	}
	for _, s := range Steps {
		what.Calm = append(what.Calm, b.quiet(s))
	}
	if body, err = json.Marshal(what); err != nil { // keys of maps are sorted: the same law has the same digest
		return nil, nil, err
	}
	sum := sha256.Sum256(body)
	return body, sum[:], nil
}

// lean leaves out of a decision what its book completes it with; false when the book does not give it back as it is.
func (of *binding) lean(d Decision) (Decision, bool) {
	thin := d
	thin.Book, thin.Findings = "", nil
	for _, f := range d.Findings {
		if f.Rule != "" {
			f.Source, f.SourceEN = "", ""
			thin.Findings = append(thin.Findings, f)
		}
	}
	same := func(a, b Finding) bool { a.rank, b.rank = 0, 0; return a == b }
	return thin, slices.EqualFunc(of.whole(thin).Findings, d.Findings, same)
}

// whole is the decision with what was left out of it.
func (of *binding) whole(thin Decision) Decision {
	d := thin
	d.Findings = nil
	for _, calm := range of.Calm {
		from := len(d.Findings)
		for _, f := range thin.Findings {
			if f.Step == calm.Step {
				f.Source, f.SourceEN = of.Sources[f.named()], of.English[f.named()]
				d.Findings = append(d.Findings, f)
			}
		}
		if len(d.Findings) == from {
			d.Findings = append(d.Findings, calm)
		}
	}
	return d
}

// bindings are those that this process has read or made. A binding never changes under its digest, so it is never stale.
var bindings = struct {
	sync.Mutex
	known map[string]*binding
}{known: map[string]*binding{}}

// keptBindings bounds them: the law changes a few times a week.
const keptBindings = 64

func knownBinding(digest []byte) *binding {
	bindings.Lock()
	defer bindings.Unlock()
	return bindings.known[string(digest)]
}

func learnBinding(digest, body []byte) error {
	of := &binding{}
	if err := json.Unmarshal(body, of); err != nil {
		return err
	}
	bindings.Lock()
	defer bindings.Unlock()
	if len(bindings.known) >= keptBindings {
		clear(bindings.known)
	}
	bindings.known[string(digest)] = of
	return nil
}

// keep puts the book's binding into the database, so that decisions by the book may name it.
func (b *Book) keep(ctx context.Context, db pg.DB) error {
	body, digest, err := b.bind()
	if err != nil {
		return err
	}
	if err := insertBinding(ctx, db, digest, body); err != nil {
		return err
	}
	if err := learnBinding(digest, body); err != nil {
		return err
	}
	b.name = hex.EncodeToString(digest)
	return nil
}

// thin is a decision as it is stored, with its book's digest; nil for one that is stored whole.
func thin(d Decision) (Decision, []byte) {
	digest, err := hex.DecodeString(d.Book)
	if of := knownBinding(digest); err == nil && of != nil {
		if lean, ok := of.lean(d); ok {
			return lean, digest
		}
	}
	d.Book = ""
	return d, nil
}

// learn reads the bindings of rows that this process does not know yet.
func learn(ctx context.Context, db pg.DB, rows []decisionRow) error {
	var strange [][]byte
	for _, r := range rows {
		if r.Book != nil && knownBinding(r.Book) == nil {
			strange = append(strange, r.Book)
		}
	}
	if len(strange) == 0 {
		return nil
	}
	found, err := listBindings(ctx, db, strange)
	if err != nil {
		return err
	}
	for _, b := range found {
		if err := learnBinding(b.Digest, b.Body); err != nil {
			return err
		}
	}
	return nil
}
