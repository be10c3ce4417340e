package clearance_test

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
)

// thousands is a book of 2,000 rules of every kind: by code, by country and code, by words, by value.
func thousands(b *testing.B) *clearance.Book {
	var text strings.Builder
	for i := range 2000 {
		switch i % 4 {
		case 0:
			fmt.Fprint(&text, row("rule", fmt.Sprintf("id = \"hs%d\"\nstep = 9\nwhen = \"hs begins %04d\"\noutcome = \"refused\"\nthen = \"x\"", i, 100+i*4)))
		case 1:
			fmt.Fprint(&text, row("rule", fmt.Sprintf("id = \"to%d\"\nstep = 10\nwhen = \"country in D%c; hs begins %04d\"\noutcome = \"needs\"\nthen = \"x\"", i, 'A'+i%26, 100+i*4)))
		case 2:
			fmt.Fprint(&text, row("rule", fmt.Sprintf("id = \"word%d\"\nstep = 7\nwhen = \"text has word%d\"\noutcome = \"needs\"\nthen = \"x\"", i, i)))
		case 3:
			fmt.Fprint(&text, row("rule", fmt.Sprintf("id = \"value%d\"\nstep = 13\nwhen = \"value_rub > %d; seller = company; country in D%c\"\noutcome = \"needs\"\nthen = \"x\"", i, 100000+i, 'A'+i%26)))
		}
	}
	return open(b, text.String())
}

func threeLines() *clearance.Parcel {
	return &clearance.Parcel{Country: "DE", SellerKind: "company", ValueRUB: 1, Persons: []string{"OOO Len", "Erika Mustermann"}, Lines: []clearance.Line{
		{HS: "620449", Text: "linen dress for women"}, {HS: "442019", Text: "painted wooden doll"}, {HS: "691110", Text: "porcelain cup"}}}
}

// BenchmarkDecide decides about parcels of three lines with 2,000 rules in force; the bar is 5,000 a second on one core.
func BenchmarkDecide(b *testing.B) {
	book, p := thousands(b), threeLines()
	b.ReportAllocs()
	for b.Loop() {
		book.Decide(p)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "parcels/s")
}

// BenchmarkDecideByTheLaw is the same with the rules that the program carries.
func BenchmarkDecideByTheLaw(b *testing.B) {
	book, err := library(b).On(day)
	if err != nil {
		b.Fatal(err)
	}
	p := parcelOf("DE", towelHS, "Linen kitchen towel, woven", second(slipperHS, "Felt slippers"), second(cupHS, "Ceramic cup"))
	b.ReportAllocs()
	for b.Loop() {
		book.Decide(p)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "parcels/s")
}

// BenchmarkMemory takes YARMARKA_DECISIONS decisions (1,000,000 at `make bench`, 20,000 otherwise) and tells the heap
// before and after: what is kept of a decision is what its caller keeps.
func BenchmarkMemory(b *testing.B) {
	n := 20_000
	if text := os.Getenv("YARMARKA_DECISIONS"); text != "" {
		if _, err := fmt.Sscan(text, &n); err != nil {
			b.Fatal(err)
		}
	}
	book, p := thousands(b), threeLines()
	for b.Loop() {
		before := heap()
		for range n {
			book.Decide(p)
		}
		b.ReportMetric(float64(before)/1024, "KiB-before")
		b.ReportMetric(float64(heap())/1024, "KiB-after")
		b.ReportMetric(float64(n), "decisions")
	}
	runtime.KeepAlive(book)
}

// heap is what lives after a collection.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
