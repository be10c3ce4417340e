package blob_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"github.com/yarmarka/yarmarka/internal/platform/blob"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

func openDisk(t *testing.T) (*blob.Disk, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "blobs")
	d, err := blob.OpenDisk(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d, dir
}

func openS3(t *testing.T) *blob.S3 {
	t.Helper()
	srv := httptest.NewServer(gofakes3.New(s3mem.New()).Server())
	t.Cleanup(srv.Close)
	s, err := blob.OpenS3(t.Context(), blob.S3Config{
		Endpoint: srv.Listener.Addr().String(), Bucket: "yarmarka", Region: "us-east-1",
		AccessKey: "key", SecretKey: "secret", Insecure: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestStore holds both drivers to the same behaviour.
func TestStore(t *testing.T) {
	t.Parallel()
	disk, _ := openDisk(t)
	for name, store := range map[string]blob.Store{"disk": disk, "s3": openS3(t)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const key = "image/ab/cdef0123/320.jpg"
			body := bytes.Repeat([]byte("ярмарка"), 1000)
			if _, err := store.Stat(t.Context(), key); !errs.Is(err, errs.NotFound) {
				t.Errorf("Stat of an absent key: %v, want NotFound", err)
			}
			if _, _, err := store.Get(t.Context(), key); !errs.Is(err, errs.NotFound) {
				t.Errorf("Get of an absent key: %v, want NotFound", err)
			}
			if err := store.Delete(t.Context(), key); err != nil {
				t.Errorf("Delete of an absent key: %v", err)
			}
			for range 2 { // content is named by its hash, so writing again must be harmless
				if err := store.Put(t.Context(), key, bytes.NewReader(body), int64(len(body)), "image/jpeg"); err != nil {
					t.Fatal(err)
				}
			}
			r, info, err := store.Get(t.Context(), key)
			if err != nil {
				t.Fatal(err)
			}
			if info.Size != int64(len(body)) || info.ContentType != "image/jpeg" || info.Modified.IsZero() {
				t.Errorf("info = %+v", info)
			}
			if _, err := r.Seek(7, io.SeekStart); err != nil {
				t.Error(err)
			}
			got, err := io.ReadAll(r)
			if err := errors.Join(err, r.Close()); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, body[7:]) {
				t.Errorf("read %d bytes that differ from what was put", len(got))
			}
			if err := store.Delete(t.Context(), key); err != nil {
				t.Fatal(err)
			}
			if _, err := store.Stat(t.Context(), key); !errs.Is(err, errs.NotFound) {
				t.Errorf("Stat after Delete: %v, want NotFound", err)
			}
		})
	}
}

func TestKeysCannotEscape(t *testing.T) {
	t.Parallel()
	disk, _ := openDisk(t)
	for name, store := range map[string]blob.Store{"disk": disk, "s3": openS3(t)} {
		for _, key := range []string{"", "..", "../x", "a/../b", "/etc/passwd", "a//b", ".hidden", "A", "a b", "а",
			"con.", "a.php\x00.jpg", "a.tar.gz", `a\b`, strings.Repeat("a", 201)} {
			if err := store.Put(t.Context(), key, strings.NewReader("x"), 1, "text/plain"); !errs.Is(err, errs.Invalid) {
				t.Errorf("%s: Put(%q) = %v, want Invalid", name, key, err)
			}
			if _, _, err := store.Get(t.Context(), key); !errs.Is(err, errs.Invalid) {
				t.Errorf("%s: Get(%q) = %v, want Invalid", name, key, err)
			}
		}
	}
}

func TestDiskFollowsNoLinkOutside(t *testing.T) {
	t.Parallel()
	disk, dir := openDisk(t)
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(secret, filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	if r, _, err := disk.Get(t.Context(), "link"); err == nil {
		t.Errorf("a link out of the directory was followed: %v", r.Close())
	}
}

// TestDiskPutIsAllOrNothing: a source that breaks off, lies about its size or is no longer wanted
// leaves neither the blob nor a temporary file.
func TestDiskPutIsAllOrNothing(t *testing.T) {
	t.Parallel()
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	tests := map[string]struct {
		ctx context.Context
		r   io.Reader
	}{
		"breaks off": {t.Context(), io.MultiReader(strings.NewReader("abc"), iotest.ErrReader(errors.New("cut")))},
		"too short":  {t.Context(), strings.NewReader("abc")},
		"too long":   {t.Context(), strings.NewReader("abcdefghijkl")},
		"cancelled":  {cancelled, strings.NewReader("abcdefghij")},
	}
	for name, tt := range tests {
		disk, dir := openDisk(t)
		if err := disk.Put(tt.ctx, "d/x.bin", tt.r, 10, ""); err == nil {
			t.Errorf("%s: Put succeeded", name)
		}
		if files, err := os.ReadDir(filepath.Join(dir, "d")); err != nil || len(files) != 0 {
			t.Errorf("%s: left behind %v, %v", name, files, err)
		}
	}
}

// TestDiskFull uses the kernel's always-full device as the place to write through.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if errors.Is(err, os.ErrNotExist) {
		t.Log("this system has no /dev/full; classification is checked with its error value alone")
		err = nil
	}
	if err != nil {
		t.Fatal(err)
	}
	cause := blob.ErrFullForTest
	if full != nil {
		_, cause = full.WriteString("x")
		if err := full.Close(); err != nil {
			t.Error(err)
		}
	}
	if got := blob.DiskErrorForTest(cause); !errs.Is(got, errs.Unavailable) {
		t.Errorf("a full disk is %v, want Unavailable", got)
	}
}

func TestS3Unreachable(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0") // accepts connections and never answers
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}()
	_, err = blob.OpenS3(t.Context(), blob.S3Config{Endpoint: l.Addr().String(), Bucket: "b", Region: "us-east-1",
		AccessKey: "k", SecretKey: "s", Insecure: true, Timeout: 200 * time.Millisecond})
	if !errs.Is(err, errs.Unavailable) {
		t.Errorf("a store that never answers is %v, want Unavailable", err)
	}
}
