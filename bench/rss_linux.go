package main

// maxrssPerMB is the unit of getrusage's ru_maxrss on Linux: kilobytes.
const maxrssPerMB = 1 << 10
