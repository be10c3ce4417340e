package blob

import "syscall"

// What the outer test package may see.
var (
	DiskErrorForTest = diskError
	ErrFullForTest   = error(syscall.ENOSPC)
)
