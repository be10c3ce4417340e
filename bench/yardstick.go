package main

import (
	"sync"
	"time"
)

// Words and steps of memoryRead: 64 MB, more than the caches of a core.
const (
	readWords = 16 << 20
	readSteps = 2 << 20
)

// memoryRead is how long the machine waits for a word that no cache holds, in nanoseconds, with both cores asking, each word
// saying where the next one is. On a machine that shares its memory with others it doubles from one minute to the next while
// arithmetic takes as long as ever; and what misses the caches as often as PostgreSQL does, like a purchase, moves with it.
func memoryRead() float64 {
	words := make([]uint32, readWords)
	for i := range words {
		words[i] = uint32(i)
	}
	const cores = 2
	var ends [cores]uint32 // read, so that the steps are not left out
	var wg sync.WaitGroup
	began := time.Now()
	for k := range cores {
		wg.Go(func() {
			at := uint32(k + 1)
			for range readSteps {
				at = (words[at]*1664525 + 1013904223) % readWords
			}
			ends[k] = at
		})
	}
	wg.Wait()
	took := time.Since(began)
	if ends[0] >= readWords || ends[1] >= readWords {
		return 0
	}
	return float64(took) / readSteps
}
