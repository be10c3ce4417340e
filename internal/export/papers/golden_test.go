package papers_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yarmarka/yarmarka/internal/export/papers"
	"github.com/yarmarka/yarmarka/internal/platform/pdf/pdftest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// The ordinary parcel's papers, as they were looked at and approved.
func TestGolden(t *testing.T) {
	t.Parallel()
	r := aRecord()
	for _, sheet := range sheets {
		var lines []string
		for _, p := range pdftest.Read(t, must1(t, r, sheet.make)).Pieces {
			lines = append(lines, strings.Join(append(p.Marks, p.Text), ": "))
		}
		golden(t, strings.ReplaceAll(strings.ToLower(sheet.name), " ", "")+".txt", strings.Join(lines, "\n")+"\n")
	}
	golden(t, "itmatt.json", string(must1(t, r, papers.ITMATT)))
	golden(t, "mpo_declaration.xml", string(must1(t, r, papers.CustomsXML)))
	order, err := json.MarshalIndent(papers.PostOrder(r), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "order.json", string(order)+"\n")
	r.DocSign, r.Registration, r.Contents = papers.ReturnDeclaration, "10129000/221126/CC999999995RU", papers.Returned
	golden(t, "mpo_return.xml", string(must1(t, r, papers.CustomsXML)))
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got)\n%s", name, diff)
	}
}
