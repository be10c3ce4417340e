package app

import (
	"os"
	"runtime/debug"
)

// collectEarly lets the heap grow by half, not by as much again, before what is no longer used is collected: most of it
// is kept pages and words of the search, which cost a collection little. GOGC says otherwise where it is set.
func collectEarly() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50)
	}
}
