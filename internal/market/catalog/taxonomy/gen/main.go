// Command gen packs the Shopify product taxonomy (categories, attributes and values in English and
// Russian) into the one file that package taxonomy embeds. Run it with go generate; -source names
// the folder with the published text files. What it cannot match it prints, and it fails when that
// is more than a handful, so that a new release of the taxonomy is looked at by a person.
package main

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/klauspost/compress/zstd"
	"go.yaml.in/yaml/v3"
	"golang.org/x/text/unicode/norm"
)

func main() {
	source := flag.String("source", "", "folder with en/, ru/ and category_attributes_yml.tar.zst")
	out := flag.String("out", "shopify.tsv.gz", "file to write")
	flag.Parse()
	log.SetFlags(0)
	if err := run(*source, *out); err != nil {
		log.Fatal("taxonomy: ", err)
	}
}

func run(source, out string) error {
	var names [6]map[string]string
	for i, file := range []string{"en/categories", "ru/categories", "en/attributes", "ru/attributes",
		"en/attribute_values", "ru/attribute_values"} {
		m, err := readNames(filepath.Join(source, file+".txt.zst"))
		if err != nil {
			return err
		}
		names[i] = m
	}
	data, err := readYAML(filepath.Join(source, "category_attributes_yml.tar.zst"))
	if err != nil {
		return err
	}
	var b strings.Builder
	writeCategories(&b, data.categories, names[0], names[1])
	missed := writeAttributes(&b, data, names)
	if missed > 20 {
		return fmt.Errorf("%d values have no name: the source has changed", missed)
	}
	return writeGzip(out, b.String())
}

var nameLine = regexp.MustCompile(`^gid://shopify/\w+/(\S+)\s*: (.*)$`)

// readNames reads "gid : name" lines into id → name.
func readNames(path string) (_ map[string]string, err error) {
	text, err := readZstd(path)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if m := nameLine.FindStringSubmatch(strings.TrimRight(line, "\n")); m != nil {
			names[m[1]] = m[2]
		}
	}
	return names, nil
}

func readZstd(path string) (_ []byte, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	z, err := zstd.NewReader(f)
	if err != nil {
		return nil, err
	}
	defer z.Close()
	return io.ReadAll(z)
}

type category struct {
	ID         string   `yaml:"id"`
	Name       string   `yaml:"name"`
	Attributes []string `yaml:"attributes"`
}

type attribute struct {
	ID         string   `yaml:"id"`
	Name       string   `yaml:"name"`
	FriendlyID string   `yaml:"friendly_id"`
	Values     []string `yaml:"values"`
	ValuesFrom string   `yaml:"values_from"`
}

type source struct {
	categories []category
	base       []attribute
	extended   []attribute
}

func readYAML(path string) (source, error) {
	var s source
	raw, err := readZstd(path)
	if err != nil {
		return s, err
	}
	files := tar.NewReader(strings.NewReader(string(raw)))
	for {
		h, err := files.Next()
		if err == io.EOF {
			return s, nil
		}
		if err != nil {
			return s, err
		}
		if err := s.read(h.Name, files); err != nil {
			return s, fmt.Errorf("%s: %w", h.Name, err)
		}
	}
}

func (s *source) read(name string, r io.Reader) error {
	switch {
	case strings.HasSuffix(name, "/attributes.yml"):
		var v struct {
			Base     []attribute `yaml:"base_attributes"`
			Extended []attribute `yaml:"extended_attributes"`
		}
		if err := yaml.NewDecoder(r).Decode(&v); err != nil {
			return err
		}
		s.base, s.extended = v.Base, v.Extended
	case strings.Contains(name, "/categories/") && strings.HasSuffix(name, ".yml"):
		var list []category
		if err := yaml.NewDecoder(r).Decode(&list); err != nil {
			return err
		}
		s.categories = append(s.categories, list...)
	}
	return nil
}

func writeCategories(b *strings.Builder, list []category, en, ru map[string]string) {
	for _, c := range list {
		fmt.Fprintf(b, "c\t%s\t%s\t%s\t%s\n", c.ID, leaf(en[c.ID]), spelling.Replace(leaf(ru[c.ID])), strings.Join(codes(c.Attributes), ","))
	}
}

func leaf(path string) string {
	parts := strings.Split(path, " > ")
	return strings.TrimSpace(parts[len(parts)-1])
}

// writeAttributes writes the attributes with their values and says how many values had no name.
func writeAttributes(b *strings.Builder, s source, names [6]map[string]string) int {
	type text struct{ en, ru string }
	values := map[string]text{} // "attribute name\tvalue slug" → names
	for id, en := range names[4] {
		name, attr := cutAttribute(en)
		nameRU, _ := cutAttribute(names[5][id])
		values[attr+"\t"+slug(name)] = text{name, nameRU}
	}
	missed := 0
	ruByCode := map[string]string{}
	for _, a := range s.base {
		ruByCode[a.FriendlyID] = names[3][a.ID]
		fmt.Fprintf(b, "a\t%s\t%s\t%s\n", code(a.FriendlyID), a.Name, names[3][a.ID])
		for _, v := range a.Values {
			_, short, _ := strings.Cut(v, "__")
			t, ok := values[a.Name+"\t"+slug(short)]
			if !ok {
				log.Printf("no name for %s", v)
				missed++
				continue
			}
			fmt.Fprintf(b, "v\t%s\t%s\t%s\n", code(short), t.en, spelling.Replace(t.ru))
		}
	}
	for _, a := range s.extended { // the source names these in English only
		fmt.Fprintf(b, "x\t%s\t%s\t%s\t%s\n", code(a.FriendlyID), a.Name, ruByCode[a.ValuesFrom], code(a.ValuesFrom))
	}
	return missed
}

// cutAttribute splits "Beige [Color]".
func cutAttribute(s string) (value, attribute string) {
	at := strings.LastIndex(s, " [")
	if at < 0 {
		return s, ""
	}
	return s[:at], strings.TrimSuffix(s[at+2:], "]")
}

var notASCII = regexp.MustCompile(`[^a-z0-9]+`)

// slug folds a name and a friendly id to the same text: ASCII letters and digits, accents dropped.
func slug(s string) string {
	return notASCII.ReplaceAllString(norm.NFKD.String(strings.ToLower(s)), "")
}

// code is a friendly id as our addresses write it: a.power_source=battery_powered.
func code(id string) string { return strings.NewReplacer("/", "_", "-", "_", ".", "_").Replace(id) }

func codes(ids []string) []string {
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = code(id)
	}
	return list
}

func writeGzip(path, text string) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	z, err := gzip.NewWriterLevel(f, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(z, text); err != nil {
		return err
	}
	return z.Close()
}
