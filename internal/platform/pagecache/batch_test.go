package pagecache

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
)

// Whoever asks at the same time as others gets the stamp of their own topics, the same as if they had asked alone.
func TestStampsAskedTogether(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	s := NewStamps(db)
	for n := range 20 {
		if err := Change(t.Context(), db, fmt.Sprint("card:", n), fmt.Sprint("card:", n/2)); err != nil {
			t.Fatal(err)
		}
	}
	var wg sync.WaitGroup
	for n := range 40 {
		wg.Go(func() {
			for _, topics := range [][]string{nil, {fmt.Sprint("card:", n)}, {"card:3", fmt.Sprint("card:", n), "card:3"}, {"nothing"}} {
				want, err := Stamp(t.Context(), db, topics)
				got, err2 := s.Of(t.Context(), topics)
				if err != nil || err2 != nil || got != want {
					t.Errorf("%q: %d, alone %d: %v %v", topics, got, want, err, err2)
				}
			}
		})
	}
	wg.Wait()
}

// A visitor who has gone takes nobody's answer away.
func TestStampOfOneWhoLeft(t *testing.T) {
	t.Parallel()
	s := NewStamps(dbtest.New(t))
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	var wg sync.WaitGroup
	for n := range 60 {
		wg.Go(func() {
			if n%2 == 0 {
				if _, err := s.Of(gone, []string{"tree"}); err != nil && !errors.Is(err, context.Canceled) {
					t.Error(err)
				}
				return
			}
			if _, err := s.Of(t.Context(), []string{"tree"}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// Lines tell the topics apart that Of adds up, and ShelfStamps gives those of all shelves.
func TestLinesAreTheStampsOfSingleTopics(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	s := NewStamps(db)
	before, err := ShelfStamps(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	if err := Change(t.Context(), db, Shelf(7), Shelf(12), Shelf(12), Shelves, Tree); err != nil {
		t.Fatal(err)
	}
	lines, err := s.Lines(t.Context(), []string{Shelf(7), Shelf(12), Shelf(3), Tree})
	if err != nil {
		t.Fatal(err)
	}
	for _, topics := range [][]string{{Shelf(7)}, {Shelf(12), Tree}, {Shelf(3)}, nil} {
		if want, err := s.Of(t.Context(), topics); err != nil || lines.Sum(topics) != want {
			t.Errorf("%q: %d, want %d: %v", topics, lines.Sum(topics), want, err)
		}
	}
	after, err := ShelfStamps(t.Context(), db)
	if err != nil || len(after) != len(before)+2 || after[7] != lines[Shelf(7)] || after[12] != lines[Shelf(12)] {
		t.Errorf("stamps of shelves %v, before %v: %v", after, before, err)
	}
}
