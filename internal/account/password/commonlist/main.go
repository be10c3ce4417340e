// Command commonlist makes the list of passwords that everybody tries first. It takes the words in
// words.txt and known keyboard runs, combines them as people and guessing programs do (a year, a
// run of digits, a sign at the end, twice, the other keyboard layout), and writes the sorted
// result packed, the same bytes every time.
package main

import (
	"compress/gzip"
	_ "embed"
	"flag"
	"fmt"
	"io"
	"log"
	"maps"
	"os"
	"slices"
	"strings"
)

//go:embed words.txt
var words string

// runs are walks over the keyboard and the calendar, Latin and Cyrillic.
var runs = strings.Fields(`
	qwerty qwertyui qwertyuiop qwerty123456 qweasd qweasdzxc qweqwe qweqweqwe qazwsx qazwsxedc qazwsxedcrfv wsxedc
	asdfgh asdfghjk asdfghjkl asdasd asdasdasd asdqwe zxcvbn zxcvbnm zxczxc zxcasd zaqwsx zaq12wsx zaq1xsw2 xsw2zaq1
	1qaz2wsx 1qaz2wsx3edc 1q2w3e 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y q1w2e3 q1w2e3r4 q1w2e3r4t5 qwe123 qwe123qwe 123qwe 123qweasd 123qweasdzxc
	abc abcd abcdef abcdefg abcdefgh abc123 abcd1234 a1b2c3 a1b2c3d4 aa123456 1a2b3c4d asd123 zxc123 qwer1234 1234qwer asdf1234 poiuytrewq
	lkjhgfdsa mnbvcxz 0987654321 987654321 9876543210 123456 1234567 12345678 123456789 1234567890 12345678910 1234554321 123454321
	123321 123321123 123123 123123123 12341234 1234512345 112233 11223344 1122334455 121212 12121212 131313 123654 147258 147258369 159357 159753
	159951 741852963 789456 789456123 456789 456456 654321 87654321 7654321 102030 10203040 100200300 20202020 31415926 314159265 111222 111222333
	13579 135790 24680 2468 01234567 012345678 0123456789 789789789 963852741 147852369 123789456 14789632 36925814
	йцукен йцукенг йцукенгш йцукенгшщзхъ йцуйцу йцуфыв йцуфывячс йфяцыч йфяцычувс фывапр фывапролдж фывфыв ячсмить ячсмитьбю яячсмитьбю
	абвгд абвгдежз абв123 абырвалг йцу123 123йцу 1й2ц3у 1й2ц3у4к й1ц2у3 й1ц2у3к4 йцук1234 1234йцук фыва1234 ёйцукен`)

var endings = []string{"1", "12", "123", "1234", "12345", "123456", "!", "1!", "123!", "00", "01", "007", "69", "77", "777", "666", "99",
	"2010", "2015", "2018", "2019", "2020", "2021", "2022", "2023", "2024", "2025", "2026"}

const (
	latin    = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
	cyrillic = "ёйцукенгшщзхъфывапролджэячсмитьбю"
)

func main() {
	out := flag.String("o", "common.txt.gz", "file to write")
	flag.Parse()
	if err := write(*out, list()); err != nil {
		log.Fatal(err)
	}
}

// list makes every entry: the stems as they are, and the longer forms that reach eight characters.
func list() []string {
	set := map[string]struct{}{}
	for _, stem := range append(strings.Fields(words), runs...) {
		stem = strings.ReplaceAll(strings.ToLower(stem), "ё", "е")
		for _, s := range []string{stem, swap(stem)} {
			set[s] = struct{}{}
		}
		for _, ending := range endings {
			if n := len([]rune(stem + ending)); n >= 8 && n <= 12 {
				set[stem+ending] = struct{}{}
			}
		}
	}
	return slices.Sorted(maps.Keys(set))
}

// swap types the same keys in the other layout.
func swap(s string) string {
	lat, cyr := []rune(latin), []rune(cyrillic)
	return strings.Map(func(r rune) rune {
		if i := slices.Index(cyr, r); i >= 0 {
			return lat[i]
		}
		if i := slices.Index(lat, r); i >= 0 {
			return cyr[i]
		}
		return r
	}, s)
}

func write(name string, lines []string) (err error) {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer func() {
		if cerr := f.Close(); err == nil {
			err = cerr
		}
	}()
	packed, err := gzip.NewWriterLevel(f, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(packed, strings.Join(lines, "\n")+"\n"); err != nil {
		return err
	}
	fmt.Printf("%d passwords\n", len(lines))
	return packed.Close()
}
