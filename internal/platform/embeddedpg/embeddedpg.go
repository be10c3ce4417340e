// Package embeddedpg runs a private PostgreSQL for this program from the PostgreSQL that the system has: its own
// data folder, socket folder, port on 127.0.0.1 and password. Several programs may share one cluster: the first
// starts it, the last stops it, and one that is killed takes nothing with it, for the next start finds a running
// server and uses it, or a stopped one and recovers it. It knows nothing of what is kept in the database.
package embeddedpg

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Options say where the cluster lives and how it runs.
type Options struct {
	Dir string // the cluster's own folder, made if absent
	// Reckless gives up durability for speed: tests only. A crash of the machine loses the cluster.
	Reckless bool
	Settings map[string]string // further server settings
	Port     int               // 0: a free one at each start
	Out      io.Writer         // what a person should know: an installation, a folder chosen elsewhere
}

// OneMachine are the settings of a cluster that works on one machine with its program, on a fast disk.
func OneMachine() map[string]string {
	return map[string]string{"shared_buffers": "256MB", "max_connections": "100", "random_page_cost": "1.1", "update_process_title": "off"}
}

// Server is a running cluster that this program uses.
type Server struct {
	dir   string
	owner owner
	bin   Binaries
	use   *FileLock // shared by every program that uses the cluster
	pid   int
	port  int
	pass  string

	options Options // for starting it again
}

// role is the cluster's only user, its superuser.
const role = "yarmarka"

// Start gives the running cluster of o.Dir, starting or making it first if need be.
func Start(ctx context.Context, o Options) (*Server, error) {
	if o.Out == nil {
		o.Out = io.Discard
	}
	s, err := prepare(o)
	if err != nil {
		return nil, err
	}
	turn, err := Lock(ctx, filepath.Join(s.dir, "start.lock"), true)
	if err != nil {
		return nil, fmt.Errorf("waiting for another start of the database in %s: %w", s.dir, err)
	}
	defer turn.Unlock() //nolint:errcheck // closing a lock file
	if s.use, err = Lock(ctx, s.useLock(), false); err != nil {
		return nil, fmt.Errorf("waiting for the database in %s to stop: %w", s.dir, err)
	}
	if err = s.use.Touch(); err == nil {
		err = s.run(ctx, o)
	}
	if err != nil {
		return nil, errors.Join(err, s.use.Unlock())
	}
	return s, nil
}

// Running says whether the cluster of a folder is up. It makes and starts nothing.
func Running(dir string) bool {
	s, err := locate(Options{Dir: dir, Out: io.Discard})
	if err != nil {
		return false
	}
	pf, ok := s.readPIDFile()
	return ok && s.isOurs(pf)
}

// prepare makes the cluster's folder.
func prepare(o Options) (*Server, error) {
	s, err := locate(o)
	if err != nil {
		return nil, err
	}
	return s, os.MkdirAll(s.dir, 0o755)
}

// locate finds the cluster's folder: the one asked for, or where the owner can work in it.
func locate(o Options) (*Server, error) {
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return nil, err
	}
	own, err := chooseOwner()
	if err != nil {
		return nil, err
	}
	if !own.reaches(dir) {
		fmt.Fprintf(o.Out, "PostgreSQL runs as the user %s, which cannot enter %s; the database is kept in %s\n", own.name, dir, elsewhere(dir))
		dir = elsewhere(dir)
	}
	return &Server{dir: dir, owner: own, options: o}, nil
}

// run brings the server up: the one that is running, or a new one.
func (s *Server) run(ctx context.Context, o Options) error {
	if err := s.initialise(ctx, o); err != nil {
		return err
	}
	pass, err := os.ReadFile(s.path("password"))
	if err != nil {
		return fmt.Errorf("the database in %s has lost its password file: %w", s.dir, err)
	}
	s.pass = strings.TrimSpace(string(pass))
	if running, err := s.attach(ctx); err != nil || running {
		return err
	}
	return s.launch(ctx, o)
}

// initialise makes the cluster if there is none. It is made under another name and renamed when complete, so that
// a program killed in the middle leaves nothing that looks like a cluster.
func (s *Server) initialise(ctx context.Context, o Options) error {
	made, err := os.ReadFile(filepath.Join(s.data(), "PG_VERSION"))
	if err == nil {
		major, err := strconv.Atoi(strings.TrimSpace(string(made)))
		if err != nil {
			return fmt.Errorf("%s is not a PostgreSQL cluster: %w", s.data(), err)
		}
		s.bin, err = FindOrInstall(ctx, o.Out, major)
		return err
	}
	if s.bin, err = FindOrInstall(ctx, o.Out, 0); err != nil {
		return err
	}
	// Installing may have brought the user postgres, who is a better owner than nobody.
	if s.owner, err = chooseOwner(); err != nil {
		return err
	}
	fresh := s.path("data.new")
	if err := os.RemoveAll(fresh); err != nil {
		return err
	}
	if err := os.Mkdir(fresh, 0o700); err != nil {
		return err
	}
	if err := s.owner.give(fresh); err != nil {
		return err
	}
	if err := s.initdb(ctx, fresh, o.Reckless); err != nil {
		return err
	}
	return os.Rename(fresh, s.data())
}

func (s *Server) initdb(ctx context.Context, dir string, reckless bool) error {
	pass := s.path("password")
	if err := os.WriteFile(pass, []byte(rand.Text()+"\n"), 0o600); err != nil {
		return err
	}
	if err := s.owner.give(pass); err != nil {
		return err
	}
	args := []string{"-D", dir, "-U", role, "-A", "scram-sha-256", "--pwfile", pass, "-E", "UTF8", "--locale=C.UTF-8"}
	if reckless {
		args = append(args, "--no-sync")
	} else {
		args = append(args, "--data-checksums")
	}
	cmd := s.command(ctx, "initdb", args...)
	text, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("initdb: %w: %s", err, complaint(string(text)))
	}
	return nil
}

// URL is the address of one of the cluster's databases.
func (s *Server) URL(database string) string {
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword(role, s.pass),
		Host: fmt.Sprintf("127.0.0.1:%d", s.port), Path: "/" + database, RawQuery: "sslmode=disable",
	}
	return u.String()
}

// SocketURL is URL by way of the cluster's socket, which costs either side less for each question than the loopback; where
// there is no socket it is URL.
func (s *Server) SocketURL(database string) string {
	sockets := s.path("sock")
	if _, err := os.Stat(filepath.Join(sockets, fmt.Sprintf(".s.PGSQL.%d", s.port))); err != nil {
		return s.URL(database)
	}
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword(role, s.pass), Path: "/" + database,
		RawQuery: url.Values{"host": {sockets}, "port": {strconv.Itoa(s.port)}, "sslmode": {"disable"}}.Encode(),
	}
	return u.String()
}

// Dir is the folder the cluster is in, which may not be the one asked for.
func (s *Server) Dir() string { return s.dir }

// Release ends this program's use of the cluster and leaves the server running.
func (s *Server) Release() error { return s.use.Unlock() }

// Stop ends this program's use of the cluster, and the server too unless another program uses it.
func (s *Server) Stop(ctx context.Context) error {
	if err := s.use.Unlock(); err != nil {
		return err
	}
	_, err := stopUnused(ctx, s.dir)
	return err
}

// StopUnused stops the cluster in dir, as a watchman of a shared cluster does, if nobody uses it and nobody has
// begun to for the time idle. It says whether the cluster is down.
func StopUnused(ctx context.Context, dir string, idle time.Duration) (bool, error) {
	info, err := os.Stat(filepath.Join(dir, useLockName))
	if errors.Is(err, os.ErrNotExist) {
		return true, nil
	}
	if err != nil || time.Since(info.ModTime()) < idle {
		return false, err
	}
	return stopUnused(ctx, dir)
}

func stopUnused(ctx context.Context, dir string) (bool, error) {
	alone, ok, err := TryLock(filepath.Join(dir, useLockName), true)
	if err != nil || !ok {
		return false, err
	}
	defer alone.Unlock() //nolint:errcheck // closing a lock file
	s := &Server{dir: dir}
	pf, ok := s.readPIDFile()
	if !ok || !s.isOurs(pf) {
		return true, nil
	}
	return true, s.shutdown(ctx, pf.pid)
}

const useLockName = "use.lock"

func (s *Server) useLock() string { return s.path(useLockName) }

func (s *Server) path(name string) string { return filepath.Join(s.dir, name) }

func (s *Server) data() string { return s.path("data") }
