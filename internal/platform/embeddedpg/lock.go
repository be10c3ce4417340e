package embeddedpg

import (
	"context"
	"errors"
	"os"
	"syscall"
	"time"
)

// FileLock is a lock on a file. The system gives it back when the process ends, however it ends.
type FileLock struct{ f *os.File }

// lockPoll is how often a lock held by somebody else is asked for again.
const lockPoll = 25 * time.Millisecond

// Lock waits for the file's lock: alone, or shared with others who asked for it shared.
func Lock(ctx context.Context, path string, alone bool) (*FileLock, error) {
	for {
		lock, ok, err := TryLock(path, alone)
		if err != nil || ok {
			return lock, err
		}
		select {
		case <-time.After(lockPoll):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// TryLock is Lock without waiting; ok is false where somebody else holds it.
func TryLock(path string, alone bool) (lock *FileLock, ok bool, err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, false, err
	}
	how := syscall.LOCK_SH
	if alone {
		how = syscall.LOCK_EX
	}
	err = syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB)
	if err == nil {
		return &FileLock{f}, true, nil
	}
	closeErr := f.Close()
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, false, closeErr
	}
	return nil, false, errors.Join(err, closeErr)
}

// Unlock gives the lock back.
func (l *FileLock) Unlock() error { return l.f.Close() }

// Touch sets the file's time to now, for whoever asks when it was last used.
func (l *FileLock) Touch() error {
	now := time.Now()
	return os.Chtimes(l.f.Name(), now, now)
}
