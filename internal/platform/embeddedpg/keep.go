package embeddedpg

import (
	"context"
	"log/slog"
	"path/filepath"
	"time"
)

// keepEvery is how often Keep looks whether the server lives.
const keepEvery = 500 * time.Millisecond

// Keep starts the server again whenever it has ended without being told to, at the address it had, until ctx ends: a
// server that was killed recovers what was committed, and the program's connections find it again by themselves.
func (s *Server) Keep(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(keepEvery):
		}
		if pf, ok := s.readPIDFile(); ok && s.isOurs(pf) {
			continue
		}
		if err := s.revive(ctx); err != nil && ctx.Err() == nil {
			slog.Error("PostgreSQL has ended and does not start again", "err", err)
		}
	}
}

// revive starts the server, or finds that another program that uses it has done so.
func (s *Server) revive(ctx context.Context) error {
	turn, err := Lock(ctx, filepath.Join(s.dir, "start.lock"), true)
	if err != nil {
		return err
	}
	defer turn.Unlock() //nolint:errcheck // closing a lock file
	slog.Warn("PostgreSQL has ended by itself: starting it again")
	if running, err := s.attach(ctx); err != nil || running {
		return err
	}
	o := s.options
	o.Port = s.port
	return s.launch(context.WithoutCancel(ctx), o) // a start that has begun is not left halfway
}
