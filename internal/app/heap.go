package app

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// How far the heap grows before what is no longer used is collected: by half, not by as much again, because most of a large
// heap is kept pages and words of the search, which cost a collection little to keep and memory to double; and always to
// heapFloor, because a small heap would be collected many times a second under load, for memory that nobody else wants.
const (
	heapGrowth    = 50 // per cent
	heapFloor     = 48 << 20
	heapGrowthMax = 300 // per cent: what a heap that was small grows to before the next collection is bounded
)

// collectEarly keeps the collector to that. GOGC says otherwise where it is set.
func collectEarly() {
	if os.Getenv("GOGC") != "" {
		return
	}
	now := heapGrowth
	debug.SetGCPercent(now)
	afterCollection(func() {
		if next := heapPercent(liveHeap()); next != now {
			now = next
			debug.SetGCPercent(now)
		}
	})
}

// heapPercent is how much a heap of which so much is alive may grow, in steps of ten per cent: setting it stops the program
// for a moment.
func heapPercent(live uint64) int {
	if live == 0 { // nothing was collected yet
		return heapGrowth
	}
	room := int(min(heapFloor*100/live, 1000)) - 100
	return min(max(heapGrowth, room/10*10), heapGrowthMax)
}

// liveHeap is what the last collection left.
func liveHeap() uint64 {
	s := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(s)
	if s[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return s[0].Value.Uint64()
}

// afterCollection calls fn after each collection: what nobody refers to is found by it.
func afterCollection(fn func()) {
	mark := new([64]byte) // too large to share a block with something that lives
	runtime.AddCleanup(mark, func(int) {
		fn()
		afterCollection(fn)
	}, 0)
}
