package blob

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"os"
	"path"
	"strings"
	"syscall"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// Disk keeps blobs as files below one directory. os.Root makes sure that no key and no symbolic
// link leads outside of it.
type Disk struct {
	root *os.Root
}

// tmpPrefix begins the name of a file that is being written.
const tmpPrefix = ".tmp-"

// OpenDisk uses dir, making it where it is missing.
func OpenDisk(dir string) (*Disk, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("blob directory: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("blob directory: %w", err)
	}
	return &Disk{root: root}, nil
}

// Close releases the directory.
func (d *Disk) Close() error { return d.root.Close() }

// Put writes to a temporary name first and renames it, so that a reader sees all of it or nothing.
func (d *Disk) Put(ctx context.Context, key string, r io.Reader, size int64, _ string) (err error) {
	defer errs.Wrap(&err, "blob.Put(%s)", key)
	if err := checkKey(key); err != nil {
		return err
	}
	if err := d.root.MkdirAll(path.Dir(key), 0o750); err != nil {
		return diskError(err)
	}
	tmp := path.Join(path.Dir(key), tmpPrefix+rand.Text())
	if err := d.write(ctx, tmp, r, size); err != nil {
		return errors.Join(diskError(err), ignoreAbsent(d.root.Remove(tmp)))
	}
	if err := d.root.Rename(tmp, key); err != nil {
		return errors.Join(diskError(err), ignoreAbsent(d.root.Remove(tmp)))
	}
	return nil
}

func (d *Disk) write(ctx context.Context, name string, r io.Reader, size int64) (err error) {
	f, err := d.root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o640)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	n, err := io.Copy(f, io.LimitReader(ctxReader{ctx, r}, size+1))
	if err != nil {
		return err
	}
	if n != size {
		return fmt.Errorf("%d bytes given, %d announced", n, size)
	}
	return f.Sync()
}

// Get opens the file.
func (d *Disk) Get(_ context.Context, key string) (_ io.ReadSeekCloser, _ Info, err error) {
	defer errs.Wrap(&err, "blob.Get(%s)", key)
	if err := checkKey(key); err != nil {
		return nil, Info{}, err
	}
	f, err := d.root.Open(key)
	if err != nil {
		return nil, Info{}, diskError(err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, Info{}, errors.Join(diskError(err), f.Close())
	}
	if info.IsDir() {
		return nil, Info{}, errors.Join(notFound(fs.ErrNotExist), f.Close())
	}
	return f, infoOf(key, info), nil
}

// Stat tells about the file.
func (d *Disk) Stat(_ context.Context, key string) (_ Info, err error) {
	defer errs.Wrap(&err, "blob.Stat(%s)", key)
	if err := checkKey(key); err != nil {
		return Info{}, err
	}
	info, err := d.root.Stat(key)
	if err != nil {
		return Info{}, diskError(err)
	}
	if info.IsDir() {
		return Info{}, notFound(fs.ErrNotExist)
	}
	return infoOf(key, info), nil
}

// Delete removes the file; directories stay.
func (d *Disk) Delete(_ context.Context, key string) (err error) {
	defer errs.Wrap(&err, "blob.Delete(%s)", key)
	if err := checkKey(key); err != nil {
		return err
	}
	return diskError(ignoreAbsent(d.root.Remove(key)))
}

// List names every file in the order of their keys; what is only being written is left out.
func (d *Disk) List(ctx context.Context, each func(key string, size int64) error) (err error) {
	defer errs.Wrap(&err, "blob.List")
	return fs.WalkDir(d.root.FS(), ".", func(key string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasPrefix(entry.Name(), tmpPrefix) {
			return ignoreAbsent(err)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return ignoreAbsent(err) // removed meanwhile
		}
		return each(key, info.Size())
	})
}

func infoOf(key string, info fs.FileInfo) Info {
	return Info{Size: info.Size(), ContentType: mime.TypeByExtension(path.Ext(key)), Modified: info.ModTime()}
}

func ignoreAbsent(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// diskError sorts what the file system says: a full, read-only or failing disk is for the operator
// to mend and for the visitor to try again later.
func diskError(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return notFound(err)
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.Is(err, syscall.EROFS),
		errors.Is(err, syscall.EIO), errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return unavailable(err)
	}
	return err
}

// ctxReader stops a long copy when nobody waits for it any more.
type ctxReader struct {
	ctx context.Context
	r   io.Reader
}

func (c ctxReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
