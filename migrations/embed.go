// Package migrations carries the schema: one pair of SQL files per step, run in the order of their timestamps.
// A module's first step creates its tables and says with `comment on table … is 'owner: <module>'` whose they
// are. Later steps expand, backfill and contract; a step that has been released is never edited.
package migrations

import "embed"

// FS holds the *.up.sql and *.down.sql files.
//
//go:embed *.sql
var FS embed.FS
