package goods

import (
	"bytes"
	"context"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/export/hs"
	"github.com/yarmarka/yarmarka/internal/market/catalog/catalogtest"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/internal/platform/sheet"
)

// Two managers at one form: one writes, the other is told, and nothing is half written.
func TestTwoManagersAtOneForm(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	offer := f.put("Полотенце", "Towel")
	f.save(offer, towel())
	const people = 8
	results := make([]error, people)
	var wg sync.WaitGroup
	for i := range people {
		wg.Go(func() {
			_, results[i] = f.Save(context.WithoutCancel(t.Context()), f.by(), offer, 1, true, Edit{"gross_g": strconv.Itoa(400 + i), "material": "рука " + strconv.Itoa(i)})
		})
	}
	wg.Wait()
	won := -1
	for i, err := range results {
		switch {
		case err == nil && won < 0:
			won = i
		case err == nil:
			t.Errorf("managers %d and %d both wrote version 2", won, i)
		case !errs.Is(err, errs.Conflict):
			t.Errorf("manager %d: %v", i, err)
		}
	}
	if p := f.read(offer); p.Version != 2 || p.GrossGrams != int64(400+won) || p.Material != "рука "+strconv.Itoa(won) {
		t.Errorf("manager %d won, and it says %+v", won, p)
	}
}

// The same at a first form, where there is no row yet to be the version of.
func TestTwoManagersAtAFirstForm(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	offer := f.put("Полотенце", "Towel")
	var wg sync.WaitGroup
	results := make([]error, 6)
	for i := range results {
		wg.Go(func() {
			_, results[i] = f.Save(context.WithoutCancel(t.Context()), f.by(), offer, 0, true, towel())
		})
	}
	wg.Wait()
	if n := len(slices.DeleteFunc(results, func(err error) bool { return err != nil })); n != 1 {
		t.Errorf("%d managers wrote version 1", n)
	}
}

// A bulk change and a form at the same time: both come to stand.
func TestABulkChangeMeetsAForm(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	offer := f.put("Полотенце", "Towel")
	f.save(offer, towel())
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			if _, err := f.Fill(context.WithoutCancel(t.Context()), f.by(), []int64{offer}, Edit{"technique": "способ " + strconv.Itoa(i)}); err != nil && !errs.Is(err, errs.Conflict) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if p := f.read(offer); p.Technique == "" || p.HS != "630260" {
		t.Errorf("after four bulk changes: %+v", p)
	}
}

func TestAnotherShopsListingsAreOutOfReach(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	offer := f.put("Полотенце", "Towel")
	f.save(offer, towel())
	stranger := Actor{SellerID: catalogtest.Shop(t, f.Pool).ID}
	if _, err := f.Save(t.Context(), stranger, offer, 1, false, Edit{"origin": "CN"}); !errs.Is(err, errs.NotFound) {
		t.Errorf("a stranger saves: %v", err)
	}
	if _, err := f.Get(t.Context(), stranger.SellerID, offer); !errs.Is(err, errs.NotFound) {
		t.Errorf("a stranger reads: %v", err)
	}
	if out, err := f.Switch(t.Context(), stranger, []int64{offer}, false); err != nil || out.Changed != 0 {
		t.Errorf("a stranger switches %d off, %v", out.Changed, err)
	}
	for _, sql := range []string{`update export_goods set abroad = false`, `delete from export_goods`, `update export_sellers set inn = ''`} {
		err := pg.AsSeller(t.Context(), f.Pool, stranger.SellerID, func(tx pgx.Tx) error {
			tag, err := tx.Exec(t.Context(), sql)
			if err == nil && tag.RowsAffected() > 0 {
				t.Errorf("row-level security lets a stranger do: %s", sql)
			}
			return err
		})
		if err != nil {
			t.Errorf("%s: %v", sql, err)
		}
	}
	if !f.read(offer).Abroad {
		t.Error("it is switched off")
	}
}

func TestWhatOthersConfirmedOutweighsWords(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	category := catalogtest.Category(t, f.Pool)
	mine := f.putFor(f.shop, "Полотенце банное хлопковое", "Cotton bath towel", category)
	first := func() hs.Suggestion {
		t.Helper()
		sheet, err := f.Get(t.Context(), f.shop.ID, mine)
		f.must(err)
		return sheet.Suggestions[0]
	}
	if got := first(); got.Code != "630260" {
		t.Fatalf("by words alone: %s", got.Code)
	}
	f.save(f.putFor(f.shop, "Полотенце банное хлопковое, второе", "Second cotton bath towel", category), towel(map[string]string{"hs": "630293"}))
	if got := first(); got.Code != "630260" {
		t.Errorf("my own card is evidence against me: %s", got.Code)
	}
	for range 4 {
		shop := catalogtest.Shop(t, f.Pool)
		for range 5 { // of one seller's many cards a few count
			offer := f.putFor(shop, "Полотенце хлопковое пляжное", "Cotton beach towel", category)
			_, err := f.Save(t.Context(), Actor{SellerID: shop.ID}, offer, 0, true, towel(map[string]string{"hs": "630291"}))
			f.must(err)
		}
		offer := f.putFor(shop, "Коврик льняной", "Linen mat", category) // not a thing like mine
		_, err := f.Save(t.Context(), Actor{SellerID: shop.ID}, offer, 0, true, towel(map[string]string{"hs": "570299", "material": "лён"}))
		f.must(err)
	}
	got := first()
	if got.Code != "630291" || got.Evidence[0].Kind != hs.ByCards || got.Evidence[0].N != 4*voicesOfOne || got.Evidence[0].Of != 4*voicesOfOne {
		t.Errorf("after four shops: %s %+v", got.Code, got.Evidence)
	}
}

func TestManyAreSwitchedAndFilledAtOnce(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	var offers []int64
	for range 5 {
		offers = append(offers, f.put("Полотенце банное", "Bath towel"))
	}
	out, err := f.Switch(t.Context(), f.by(), offers, true)
	f.must(err)
	if out.Changed != 5 || out.Ready != 0 {
		t.Errorf("switched on: %+v", out)
	}
	out, err = f.FillFromCards(t.Context(), f.by(), offers)
	f.must(err)
	if p := f.read(offers[0]); out.Changed != 5 || p.NetGrams != 350 || p.LengthMM != 300 || p.TextEN != "Bath towel" || p.HS != "" {
		t.Errorf("from the cards: %+v, %+v", out, p)
	}
	for key, value := range map[string]string{"hs": "630260", "origin": "ru", "making": "mass"} {
		out, err = f.Fill(t.Context(), f.by(), offers, Edit{key: value})
		f.must(err)
		if out.Changed != 5 {
			t.Errorf("%s: %+v", key, out)
		}
	}
	if out, err = f.Fill(t.Context(), f.by(), offers, Edit{"hs": "630260"}); err != nil || out.Changed != 0 {
		t.Errorf("the same again changes %d, %v", out.Changed, err)
	}
	if out, err = f.Fill(t.Context(), f.by(), offers[:2], Edit{"gross_g": "100"}); err != nil || len(out.Failed) != 2 || out.Changed != 0 {
		t.Errorf("a weight below the net: %+v, %v", out, err)
	}
	o, err := f.Look(t.Context(), f.shop.ID)
	f.must(err)
	if o.Ready != 5 || o.Lacking != 0 || o.Off != 0 || len(o.Lacks) != 0 {
		t.Errorf("overview %+v", o)
	}
	list, err := f.List(t.Context(), f.shop.ID, Filter{Show: "ready", Limit: 3})
	f.must(err)
	rest, err := f.List(t.Context(), f.shop.ID, Filter{Show: "ready", Limit: 3, After: list[2].OfferID})
	f.must(err)
	if len(list) != 3 || len(rest) != 2 || list[0].OfferID != offers[4] || rest[1].OfferID != offers[0] {
		t.Errorf("pages of %d and %d", len(list), len(rest))
	}
}

// A table that is taken away and brought back unchanged changes nothing; what is filled in is what changes.
func TestTheTableGoesRound(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	ready, raw := f.put("Полотенце «Заря»", "Zarya towel"), f.put("=SUM(A1)", "Tea towel")
	f.save(ready, towel(map[string]string{"traits": "battery", "by_author": "1"}))
	for _, lang := range i18n.Langs {
		rows, err := f.Table(t.Context(), f.shop.ID, lang)
		f.must(err)
		for name, back := range map[string][][]string{"xlsx": f.through(rows, true), "csv": f.through(rows, false)} {
			plan, err := f.Check(t.Context(), f.shop.ID, back)
			f.must(err)
			if plan.Same != 2 || len(plan.Changes) != 0 || len(plan.Wrong) != 0 {
				t.Fatalf("%s %s: %+v", lang, name, plan)
			}
		}
	}
	rows, err := f.Table(t.Context(), f.shop.ID, i18n.RU)
	f.must(err)
	at, err := columns(rows[0])
	f.must(err)
	set := func(offer int64, key, value string) {
		for _, row := range rows[1:] {
			if row[0] == strconv.FormatInt(offer, 10) {
				row[at[key]] = value
			}
		}
	}
	for key, value := range towel() {
		set(raw, key, value)
	}
	set(raw, "abroad", "да")
	set(ready, "gross_g", "450")
	set(ready, "traits", erase)
	rows = append(rows, []string{"999999", "", "Чужой"}, rows[1], []string{"", "", ""})
	plan, err := f.Check(t.Context(), f.shop.ID, f.through(rows, true))
	f.must(err)
	if len(plan.Changes) != 2 || len(plan.Wrong) != 2 || plan.Wrong[0].Problems[0].Key != "export.goods.table.id" || plan.Wrong[1].Problems[0].Key != "export.goods.table.twice" {
		t.Fatalf("plan %+v", plan)
	}
	f.applied(plan)
	if p := f.read(raw); !p.Ready() {
		t.Errorf("filled in by table, it lacks %v", p.Lacks())
	}
	if p := f.read(ready); p.GrossGrams != 450 || len(p.Traits) != 0 || !p.ByAuthor {
		t.Errorf("changed by table: %+v", p)
	}
	out, err := f.Apply(t.Context(), f.by(), plan.Changes)
	f.must(err)
	if out.Changed != 0 || len(out.Failed) != 2 {
		t.Errorf("the same plan again: %+v", out)
	}
}

// applied packs a plan as the page does, unpacks it and writes it.
func (f *shopfloor) applied(plan Plan) {
	f.t.Helper()
	text, err := packed(plan.Changes)
	f.must(err)
	changes, err := unpacked(text)
	f.must(err)
	if diff := cmp.Diff(plan.Changes, changes); diff != "" {
		f.t.Errorf("a packed plan is another (-want +got):\n%s", diff)
	}
	out, err := f.Apply(f.t.Context(), f.by(), changes)
	f.must(err)
	if out.Changed != len(changes) || len(out.Failed) != 0 {
		f.t.Errorf("applied %+v", out)
	}
}

// through writes rows as a file and reads it back.
func (f *shopfloor) through(rows [][]string, xlsx bool) [][]string {
	f.t.Helper()
	var b bytes.Buffer
	if xlsx {
		f.must(sheet.Write(&b, "Товары", rows))
	} else {
		f.must(sheet.WriteCSV(&b, rows))
	}
	back, err := sheet.Read(b.Bytes(), tableLimits)
	f.must(err)
	return back
}

func TestAWrongTableIsRefusedInWords(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	offer := strconv.FormatInt(f.put("Полотенце", "Towel"), 10)
	if _, err := f.Check(t.Context(), f.shop.ID, [][]string{{"код", "вес"}}); fieldOf(err, "file") != "export.goods.table.head" {
		t.Errorf("without an id: %v", err)
	}
	if _, err := f.Check(t.Context(), f.shop.ID, nil); fieldOf(err, "file") != "export.goods.table.head" {
		t.Errorf("an empty table: %v", err)
	}
	plan, err := f.Check(t.Context(), f.shop.ID, [][]string{{"id", "hs", "net_g", "gross_g", "abroad"}, {offer, "6302601", "500", "400", "может быть"}})
	f.must(err)
	var keys []string
	for _, p := range plan.Wrong[0].Problems {
		keys = append(keys, p.Key)
	}
	if want := []string{"export.goods.err.yes", "export.goods.err.code_digits", "export.goods.err.net_gross"}; !slices.Equal(keys, want) {
		t.Errorf("problems %v, want %v", keys, want)
	}
	for _, text := range []string{"", "%%%", "aGVsbG8="} {
		if _, err := unpacked(text); !errs.Is(err, errs.Invalid) {
			t.Errorf("a forged plan %q: %v", text, err)
		}
	}
}

// Rules begin and end: a listing that is ready is looked at again.
func TestListingsAreJudgedByTheRulesOfTheDay(t *testing.T) {
	t.Parallel()
	f := newFloor(t)
	offer := f.put("Полотенце", "Towel")
	f.save(offer, towel())
	if n, err := f.Recheck(t.Context()); err != nil || n != 0 {
		t.Errorf("on the same day %d are judged again, %v", n, err)
	}
	f.now = f.now.AddDate(0, 0, 1)
	decide := f.Decide
	f.Decide = func(ctx context.Context, p *clearance.Parcel, day time.Time) (clearance.Decision, error) {
		d, err := decide(ctx, p, day)
		d.Findings = append(d.Findings, clearance.Finding{Step: 8, Line: 1, Outcome: clearance.Refused, Then: "export_ban", Rule: "export.towels"})
		return d, err
	}
	if n, err := f.Recheck(t.Context()); err != nil || n != 1 {
		t.Errorf("the next day %d are judged, %v", n, err)
	}
	if p := f.read(offer); p.Ready() || !slices.Contains(p.Lacks(), "refused") {
		t.Errorf("after the ban: %v", p.Lacks())
	}
	f.now = f.now.AddDate(0, 0, 1)
	f.Decide = func(ctx context.Context, p *clearance.Parcel, day time.Time) (clearance.Decision, error) {
		d, err := decide(ctx, p, day)
		d.Findings = append(d.Findings, clearance.Finding{Step: 8, Line: 1, Outcome: clearance.Needs, Then: "export_permit", Rule: "export.towels"})
		return d, err
	}
	for range 2 {
		if _, err := f.Recheck(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if p := f.read(offer); !slices.Equal(p.Lacks(), []string{"export_permit"}) || len(f.asked) != 1 || f.asked[0].Desk != "customs" {
		t.Errorf("when a permit is wanted: lacks %v, asked %+v", p.Lacks(), f.asked)
	}
}

// What is shown of a passport and typed again is the same passport.
func TestFactsGoRound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		p := Passport{HS: rapid.SampledFrom([]string{"", "630260", "970191"}).Draw(r, "hs"), Origin: rapid.SampledFrom([]string{"", "RU", "CN"}).Draw(r, "origin"),
			NetGrams: rapid.Int64Range(0, 500).Draw(r, "net"), GrossGrams: rapid.Int64Range(500, maxGrams).Draw(r, "gross"),
			YearMade: rapid.IntRange(0, 2026).Draw(r, "year"), Mass: rapid.Bool().Draw(r, "mass"), ByAuthor: rapid.Bool().Draw(r, "by author"),
			TextEN: rapid.StringMatching(`([A-Za-z0-9]{1,8}( [a-z]{1,8}){0,4})?`).Draw(r, "en"), TextRU: rapid.StringMatching(`([А-Яа-яё]{1,8}( [а-я]{1,8}){0,4})?`).Draw(r, "ru"),
			Traits: rapid.SliceOfNDistinct(rapid.SampledFrom(traits), 0, 4, rapid.ID).Draw(r, "traits")}
		p.Confirmed = p.HS != ""
		if p.HS != "" {
			p.Confidence = 100
		}
		e := Edit{}
		for _, f := range facts {
			e[f.key] = f.show(&p)
		}
		var back Passport
		if problems := e.apply(&back, time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)); len(problems) > 0 {
			r.Fatalf("%v: %v", e, problems)
		}
		if len(p.Traits) == 0 {
			p.Traits = nil
		}
		if diff := cmp.Diff(p, back); diff != "" {
			r.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

// Whatever is typed, a passport stays one that the database takes.
func FuzzFacts(f *testing.F) {
	f.Add("hs", "6302.60.00 00")
	f.Add("tnved", "6302600000")
	f.Add("year", "１９５５")
	f.Add("traits", "battery;;liquid")
	f.Add("making", "mass")
	f.Add("net_g", "1e3")
	f.Fuzz(func(t *testing.T, key, text string) {
		var p Passport
		e := Edit{key: text}
		e.apply(&p, time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC))
		if p.HS != "" && !hs.Subheading(hs.Code(p.HS)) {
			t.Errorf("code %q", p.HS)
		}
		if p.TNVED != "" && (len(p.TNVED) != 10 || p.TNVED[:6] != p.HS) {
			t.Errorf("TN VED %q under %q", p.TNVED, p.HS)
		}
		if p.YearMade < 0 || p.YearMade > 9999 || p.NetGrams < 0 || p.Mass && p.Unique || !isLatin(p.TextEN) {
			t.Errorf("%+v", p)
		}
	})
}
