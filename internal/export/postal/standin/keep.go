package standin

import (
	"bufio"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// record is one line of the file: an item or a batch as it now is, or how far the clock was pushed.
type record struct {
	Item   *item         `json:"item,omitempty"`
	Batch  *batch        `json:"batch,omitempty"`
	Offset time.Duration `json:"offset,omitempty"`
}

// journal writes records at the end of a file. Each is handed to the system before the request is answered, so that a
// killed stand-in remembers all it has said; nil keeps nothing.
type journal struct {
	file *os.File
}

func (j *journal) write(r record) error {
	if j == nil {
		return nil
	}
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	_, err = j.file.Write(append(line, '\n'))
	return err
}

func (j *journal) close() error {
	if j == nil {
		return nil
	}
	return j.file.Close()
}

// open reads the file and writes it anew without what is out of date.
func (s *Server) open() error {
	if s.o.Keep == "" {
		return nil
	}
	if err := s.load(s.o.Keep); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(s.o.Keep), 0o755); err != nil {
		return err
	}
	fresh, err := os.OpenFile(s.o.Keep+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	s.kept = &journal{file: fresh}
	if err := s.dump(fresh); err != nil {
		return errors.Join(err, fresh.Close())
	}
	return os.Rename(s.o.Keep+".new", s.o.Keep)
}

func (s *Server) dump(file *os.File) error {
	w := bufio.NewWriterSize(file, 1<<20)
	enc := json.NewEncoder(w)
	if err := enc.Encode(record{Offset: s.offset}); err != nil {
		return err
	}
	for _, it := range s.items {
		if err := enc.Encode(record{Item: it}); err != nil {
			return err
		}
	}
	for _, b := range s.batches {
		if err := enc.Encode(record{Batch: b}); err != nil {
			return err
		}
	}
	return w.Flush()
}

// load takes in every whole line. The last one may have been cut off by a kill: what it said was never answered.
func (s *Server) load(name string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // read only
	lines := bufio.NewScanner(file)
	lines.Buffer(make([]byte, 64<<10), 64<<20)
	for lines.Scan() {
		var r record
		if json.Unmarshal(lines.Bytes(), &r) != nil {
			continue
		}
		switch {
		case r.Item != nil && len(r.Item.Barcode) == 13:
			s.put(r.Item)
		case r.Batch != nil:
			s.batches[r.Batch.Name] = r.Batch
			if n, err := strconv.ParseInt(r.Batch.Name, 10, 64); err == nil {
				s.lastName = max(s.lastName, n)
			}
		case r.Offset != 0:
			s.offset = r.Offset
		}
	}
	return lines.Err()
}
