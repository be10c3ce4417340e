// Command gen picks the clean rows out of the Open Food Facts products with Russian names: a true
// GTIN of a maker, a name that reads like one, a kind of food we can tell. The result is a
// derivative database under the ODbL and stays a file of its own.
package main

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"errors"
	"flag"
	"fmt"
	"html"
	"log"
	"os"
	"regexp"
	"slices"
	"strings"
)

const header = `# Names, barcodes and kinds of food products. Derived from the Open Food Facts database of 2019-06-14
# (https://world.openfoodfacts.org), (c) Open Food Facts contributors, made available under the Open
# Database License 1.0 (LICENSE-openfoodfacts); individual contents under the Database Contents License.
# This file is a derivative database under the same licence. Changes: rows with a true maker's GTIN and
# a readable Russian name were kept, HTML entities decoded, the kind of food added by keywords.
# barcode	name	taxonomy category
`

// kinds tells the category by words of the name; the first that matches wins.
var kinds = []struct {
	words *regexp.Regexp
	code  string
}{
	{regexp.MustCompile(`(?i)пиво|вино|водк|коньяк|сигар|ликёр|шампанск|настойк|детск`), ""},
	{regexp.MustCompile(`(?i)^(напиток )?(сок|нектар|морс) |(^| )сок `), "fb-1-7"},
	{regexp.MustCompile(`(?i)кофе`), "fb-1-3"},
	{regexp.MustCompile(`(?i)^чай|чай `), "fb-1-14-2"},
	{regexp.MustCompile(`(?i)какао`), "fb-1-6-1"},
	{regexp.MustCompile(`(?i)(^| )квас( |$)|лимонад|газированный напиток|(^| )кола( |$)|тархун|безалкогольн`), "fb-1-12"},
	{regexp.MustCompile(`(?i)вода`), "fb-1-16"},
	{regexp.MustCompile(`(?i)кефир|йогурт|ряженк|простокваш|айран|^тан( |$)|снежок|варенец|бифид`), "fb-2-6-8"},
	{regexp.MustCompile(`(?i)творо|творож`), "fb-2-6-4"},
	{regexp.MustCompile(`(?i)сметан`), "fb-2-6-6"},
	{regexp.MustCompile(`(?i)масло (сливочное|крестьянск)|масло сладкослив`), "fb-2-6-1"},
	{regexp.MustCompile(`(?i)^(плавленый )?(сыр|сулугуни|брынза|моцарелла)`), "fb-2-6-2"},
	{regexp.MustCompile(`(?i)сливки`), "fb-2-6-5"},
	{regexp.MustCompile(`(?i)^молоко`), "fb-1-9"},
	{regexp.MustCompile(`(?i)мороженое|пломбир|эскимо`), "fb-2-9"},
	{regexp.MustCompile(`(?i)шоколад|конфет|батончик|карамел|зефир|мармелад|пастил|ирис|халва|драже|леденц`), "fb-2-3"},
	{regexp.MustCompile(`(?i)мёд|мед `), "fb-2-4-6"},
	{regexp.MustCompile(`(?i)кетчуп`), "fb-2-4-9"},
	{regexp.MustCompile(`(?i)майонез`), "fb-2-4-11"},
	{regexp.MustCompile(`(?i)горчиц`), "fb-2-4-12"},
	{regexp.MustCompile(`(?i)соус|аджик|хрен`), "fb-2-4"},
	{regexp.MustCompile(`(?i)варенье|джем|повидло|паста (арахис|шокол|орех)|хумус|икра (кабач|баклаж)`), "fb-2-7"},
	{regexp.MustCompile(`(?i)масло (подсолнечн|оливков|льнян|кукурузн|растительн)|мука|сахар|соль|уксус|крахмал|дрожж`), "fb-2-5"},
	{regexp.MustCompile(`(?i)макарон|спагетти|вермишель|лапша|рожки|паста`), "fb-2-14"},
	{regexp.MustCompile(`(?i)гречк|гречнев|(^| )рис( |$)|крупа|хлопья|каша|овсян|перлов|пшено|булгур|мюсли|гранола`), "fb-2-11"},
	{regexp.MustCompile(`(?i)хлеб|батон|булк|лаваш|багет|печенье|пряник|вафл|торт|кекс|сушк|бублик|сухар|пирож|рулет|баранк`), "fb-2-1"},
	{regexp.MustCompile(`(?i)чипсы|сухарик|попкорн|крекер|снек`), "fb-2-17"},
	{regexp.MustCompile(`(?i)орех|миндаль|кешью|фундук|фисташ|семечк|арахис|семена|кунжут`), "fb-2-13"},
	{regexp.MustCompile(`(?i)колбас|сосиск|сардельк|ветчин|говядин|свинин|куриц|цыпл|индейк|тушёнка|тушенка|фарш|бекон|паштет|яйц`), "fb-2-12"},
	{regexp.MustCompile(`(?i)рыб|сельдь|шпрот|тунец|лосос|сёмг|семга|кревет|горбуш|скумбри|минтай|икра|килька|треск|краб`), "fb-2-12"},
	{regexp.MustCompile(`(?i)пельмен|вареник|пицца|голубц|котлет|блин|хинкал|салат|винегрет`), "fb-2-15"},
	{regexp.MustCompile(`(?i)суп|борщ|бульон|(^| )щи( |$)`), "fb-2-18"},
	{regexp.MustCompile(`(?i)горошек|кукуруза|огурц|томат|фасоль|капуста|оливки|маслины|гриб|шампиньон|опята|лечо|морков|свекл`), "fb-2-10-2"},
	{regexp.MustCompile(`(?i)изюм|курага|чернослив|финик|сухофрукт`), "fb-2-10-4"},
	{regexp.MustCompile(`(?i)перец|приправ|специ|лавровый|паприк|куркум`), "fb-2-16"},
}

var readable = regexp.MustCompile(`^[А-ЯЁ][а-яё][А-Яа-яЁёA-Za-z0-9 ,.%«»()\-–/№&+]{6,66}$`)

func main() {
	source := flag.String("source", "", "off_cyrillic_products.tsv.gz")
	out := flag.String("out", "openfoodfacts.tsv", "file to write")
	flag.Parse()
	log.SetFlags(0)
	if err := run(*source, *out); err != nil {
		log.Fatal("openfoodfacts: ", err)
	}
}

type row struct{ barcode, name, code string }

func run(source, out string) (err error) {
	f, err := os.Open(source)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	z, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<20)
	var rows []row
	for lines.Scan() {
		if r, ok := pick(strings.Split(lines.Text(), "\t")); ok {
			rows = append(rows, r)
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	slices.SortFunc(rows, func(a, b row) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.name), strings.ToLower(b.name)), cmp.Compare(a.barcode, b.barcode))
	})
	rows = slices.CompactFunc(rows, func(a, b row) bool { return strings.EqualFold(a.name, b.name) })
	slices.SortFunc(rows, func(a, b row) int { return cmp.Compare(a.barcode, b.barcode) })
	text := header
	for _, r := range rows {
		text += fmt.Sprintf("%s\t%s\t%s\n", r.barcode, r.name, r.code)
	}
	log.Printf("%d rows", len(rows))
	return os.WriteFile(out, []byte(text), 0o644)
}

func pick(f []string) (row, bool) {
	if len(f) < 2 || len(f[0]) != 13 || !makers.MatchString(f[0]) || !checks(f[0]) {
		return row{}, false
	}
	name := strings.Join(strings.Fields(html.UnescapeString(f[1])), " ")
	name = strings.TrimRight(quotes.ReplaceAllString(name, "«$1»"), " .,")
	if !readable.MatchString(name) || shouting.MatchString(name) || strings.Count(name, "«") != strings.Count(name, "»") {
		return row{}, false
	}
	for _, k := range kinds {
		if k.words.MatchString(name) {
			return row{f[0], name, k.code}, k.code != ""
		}
	}
	return row{}, false
}

var (
	// makers are the GS1 prefixes of countries where such a name is Russian and not Bulgarian or Serbian.
	makers   = regexp.MustCompile(`^(46|470|481|485|486|487)`)
	quotes   = regexp.MustCompile(`["“”„]([^"“”„]+)["“”„]`)
	shouting = regexp.MustCompile(`[А-ЯЁ]{5}`)
)

func checks(ean string) bool {
	sum := 0
	for i, c := range []byte(ean) {
		if c < '0' || c > '9' {
			return false
		}
		sum += int(c-'0') * (1 + 2*(i%2))
	}
	return sum%10 == 0
}
