package migrate

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/yarmarka/yarmarka/migrations"
)

// riverSchema stands for River's own steps in Hash; it changes when River is upgraded to a new schema.
const riverSchema = "river 0.51"

// Hash names the schema that Up makes: equal hashes, equal schemas. Tests keep one template database per hash.
func Hash() (string, error) {
	names, err := fs.Glob(migrations.FS, "*.sql")
	if err != nil {
		return "", err
	}
	h := sha256.New()
	fmt.Fprintln(h, riverSchema)
	for _, name := range names {
		text, err := fs.ReadFile(migrations.FS, name)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%s %d\n%s", name, len(text), text)
	}
	return hex.EncodeToString(h.Sum(nil))[:12], nil
}

// versions lists the steps in dir in order.
func versions(dir fs.FS) ([]uint, error) {
	names, err := fs.Glob(dir, "*.up.sql")
	if err != nil {
		return nil, err
	}
	var list []uint
	for _, name := range names {
		number, _, _ := strings.Cut(name, "_")
		v, err := strconv.ParseUint(number, 10, 63)
		if err != nil {
			return nil, fmt.Errorf("migration %s does not begin with a timestamp", name)
		}
		list = append(list, uint(v))
	}
	if len(list) == 0 {
		return nil, fs.ErrNotExist
	}
	slices.Sort(list)
	return list, nil
}
