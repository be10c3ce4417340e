//go:build !linux

package main

// maxrssPerMB is the unit of getrusage's ru_maxrss on macOS: bytes.
const maxrssPerMB = 1 << 20
