package office

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// OFFICES_CSV=…/ru-post-offices.csv.gz go test -run TestBuildTheTable builds the embedded table anew.
func TestBuildTheTable(t *testing.T) {
	t.Parallel()
	source := os.Getenv("OFFICES_CSV")
	if source == "" {
		source = filepath.Join(dataFolder(), "export", "ru-post-offices.csv.gz")
	}
	file, err := os.Open(source)
	if os.IsNotExist(err) && os.Getenv("OFFICES_CSV") == "" {
		return // the whole source is not on every machine; the embedded table is tested below
	}
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close() //nolint:errcheck // read only
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := Build(unpacked, &out); err != nil {
		t.Fatal(err)
	}
	if os.Getenv("OFFICES_CSV") != "" {
		if err := os.WriteFile("offices.bin", out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(out.Bytes(), table) {
		t.Error("offices.bin is not what the source gives")
	}
}

func dataFolder() string {
	if folder := os.Getenv("YARMARKA_TESTDATA"); folder != "" {
		return folder
	}
	return "../../../../../shared/data"
}

func TestFind(t *testing.T) {
	t.Parallel()
	got, ok := Find("420015")
	want := Office{Postcode: "420015", Name: "Казань 15", Type: "О", Parent: "420199", Region: "Татарстан Республика", City: "Казань"}
	if diff := cmp.Diff(want, got); !ok || diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if !got.Takes() {
		t.Error("a post office takes nothing")
	}
	for _, postcode := range []string{"", "42001", "4200155", "abcdef", "000000", "999999", "100999", "٤٢٠٠١٥", "-42001", "+42001"} {
		if o, ok := Find(postcode); ok {
			t.Errorf("%q is %+v", postcode, o)
		}
	}
}

func TestEveryOfficeIsFound(t *testing.T) {
	t.Parallel()
	total, types := 0, map[string]int{}
	for n := range index().blocks {
		list := rows(n)
		total += len(list)
		for _, o := range list {
			types[o.Type]++
		}
		for _, o := range []Office{list[0], list[len(list)/2], list[len(list)-1]} {
			if got, ok := Find(o.Postcode); !ok || got != o {
				t.Fatalf("%s: %+v", o.Postcode, got)
			}
		}
	}
	if total != 61429 || types[PostOffice] != 41233 || types["Почтомат"] != 5008 {
		t.Errorf("%d objects, %v", total, types)
	}
}

func TestExchanges(t *testing.T) {
	t.Parallel()
	list := Exchanges()
	names := map[string]string{}
	for _, o := range list {
		names[o.Postcode] = o.Name
	}
	if len(list) != 20 || names["104000"] != "Москва ММПО" || names["420310"] == "" || names["500380"] != "" {
		t.Errorf("%d: %v", len(list), names)
	}
}

func TestBuildRefuses(t *testing.T) {
	t.Parallel()
	const heading = "index,name,type,parent_index,region,autonom,area,city,act_date\n"
	for name, text := range map[string]string{
		"nothing": "", "no heading": "a,b\n", "out of order": heading + "101001,a,О,1,r,,,,\n101000,a,О,1,r,,,,\n",
		"no postcode": heading + "10100,a,О,1,r,,,,\n", "a short row": heading + "101000\n",
	} {
		if err := Build(strings.NewReader(text), &bytes.Buffer{}); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

func BenchmarkFind(b *testing.B) {
	for b.Loop() {
		if _, ok := Find("420015"); !ok {
			b.Fatal("lost")
		}
	}
}
