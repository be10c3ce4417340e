// Package rules holds the rules of clearance as files that a lawyer can review: one area a file. The program loads them
// into the database at its start; there they are edited, with their history.
package rules

import "embed"

// FS is all files of rules.
//
//go:embed *.toml
var FS embed.FS
