// Package backup puts a whole shop into one file and back: the database by PostgreSQL's own pg_dump and pg_restore,
// the uploaded files beside it, and a manifest with the rows and a checksum of every table and file, taken from the
// same snapshot. A file appears under its name only when it is complete; one that is damaged, cut off or of a newer
// program is refused before anything is touched. Backups hold people's data: encrypting them is the operator's part.
// The package knows no module, and of the database only that tables have rows.
package backup

import (
	"context"
	"errors"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/blob"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// What a caller can tell apart with errors.Is.
var (
	ErrNotBackup = errors.New("it is not a backup of Yarmarka")
	ErrCutOff    = errors.New("the backup is cut off")
	ErrDamaged   = errors.New("the backup is damaged")
	ErrNewer     = errors.New("the backup was made by a newer program")
	ErrNotEmpty  = errors.New("the database is not empty")
	ErrInUse     = errors.New("other programs are connected to the database")
	ErrTool      = errors.New("PostgreSQL's client programs were not found")
	ErrDiffers   = errors.New("what was restored is not what was backed up")
)

// Files is a blob store that can list what it keeps.
type Files interface {
	blob.Store
	List(ctx context.Context, each func(key string, size int64) error) error
}

// Table says how much a table held: its rows, and the sum of its rows' hashes, which does not hang on their order.
type Table struct {
	Rows int64  `json:"rows"`
	Sum  string `json:"sum"`
}

// Part is one member of the file.
type Part struct {
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Manifest says what a backup holds. It is the last member of the file, so a file that has one is whole.
type Manifest struct {
	Program  string           `json:"program"` // the build that made it
	MadeAt   time.Time        `json:"made_at"`
	Schema   uint             `json:"schema"`   // the migration the database stood at
	Postgres string           `json:"postgres"` // the server's version
	Database Part             `json:"database"`
	Tables   map[string]Table `json:"tables"`
	Files    map[string]Part  `json:"files"`
}

// Rows is the number of rows in all tables.
func (m Manifest) Rows() (n int64) {
	for _, t := range m.Tables {
		n += t.Rows
	}
	return n
}

// FileBytes is the size of all files.
func (m Manifest) FileBytes() (n int64) {
	for _, f := range m.Files {
		n += f.Bytes
	}
	return n
}

// heading is the first member: it tells a backup of ours from any other tar file.
type heading struct {
	Yarmarka int    `json:"yarmarka_backup"` // the layout's version
	Program  string `json:"program"`
	Schema   uint   `json:"schema"`
}

// layout is the version of the file's layout that this program writes, and the newest it reads.
const layout = 1

// Names of the members.
const (
	headingName  = "backup.json"
	databaseName = "database.pgdump"
	filesPrefix  = "files/"
	manifestName = "manifest.json"
)

// Last says when the last backup was finished, the zero time for never.
func Last(ctx context.Context, db pg.DB) (time.Time, error) {
	at, err := pg.Scalar[*time.Time](ctx, db, `select max(finished_at) from backups`)
	if err != nil || at == nil {
		return time.Time{}, err
	}
	return *at, nil
}

func insertBackup(ctx context.Context, db pg.DB, at time.Time, bytes int64) error {
	_, err := pg.Exec(ctx, db, `insert into backups (finished_at, bytes) values ($1, $2)`, at, bytes)
	return err
}
