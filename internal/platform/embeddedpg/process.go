package embeddedpg

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// How long a server may take. Recovery after a crash of the machine replays the log since the last checkpoint.
const (
	readyWithin = 60 * time.Second
	stopWithin  = 30 * time.Second
	poll        = 20 * time.Millisecond
	portTries   = 3

	leftoverTries = 20
	leftoverPause = 250 * time.Millisecond
)

// maxSocketPath is the longest path of a socket that every system allows (103 bytes on macOS), less the name.
const maxSocketPath = 80

// pidFile is what postmaster.pid says of a running server.
type pidFile struct {
	pid, port int
}

// pidPath is PostgreSQL's own lock file: it is there while the server runs, and after a crash.
func (s *Server) pidPath() string { return filepath.Join(s.data(), "postmaster.pid") }

func (s *Server) readPIDFile() (pidFile, bool) {
	text, err := os.ReadFile(s.pidPath())
	if err != nil {
		return pidFile{}, false
	}
	lines := strings.Split(string(text), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(lines[0]))
	if err != nil || pid <= 1 {
		return pidFile{}, false
	}
	pf := pidFile{pid: pid}
	if len(lines) > 3 {
		// Absent while the server is only starting: the port stays 0 and nobody attaches yet.
		if port, err := strconv.Atoi(strings.TrimSpace(lines[3])); err == nil {
			pf.port = port
		}
	}
	return pf, true
}

// isOurs says whether the process of the pid file is this cluster's server and not a later one with the same number.
func (s *Server) isOurs(pf pidFile) bool {
	if !alive(pf.pid) {
		return false
	}
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pf.pid))
	if errors.Is(err, fs.ErrNotExist) { // macOS
		text, err = exec.Command("ps", "-ww", "-o", "command=", "-p", strconv.Itoa(pf.pid)).Output()
	}
	return err == nil && strings.Contains(string(text), s.data())
}

func alive(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}

// attach takes over the server that a killed program has left, or that another program runs. It says false where
// there is none and one has to be launched.
func (s *Server) attach(ctx context.Context) (bool, error) {
	pf, ok := s.readPIDFile()
	if !ok {
		return false, nil
	}
	if !s.isOurs(pf) {
		// PostgreSQL would believe the number if any process of the same user has it by now.
		return false, os.Remove(s.pidPath())
	}
	deadline := time.Now().Add(readyWithin)
	for time.Now().Before(deadline) && alive(pf.pid) && ctx.Err() == nil {
		if pf, ok = s.readPIDFile(); ok && pf.port != 0 {
			s.pid, s.port = pf.pid, pf.port
			if s.ping(ctx) == nil {
				return true, nil
			}
		}
		time.Sleep(poll)
	}
	return false, ctx.Err()
}

// launch starts the server, on another port if the one chosen was taken meanwhile.
func (s *Server) launch(ctx context.Context, o Options) error {
	for try := 1; ; try++ {
		err := s.launchOnce(ctx, o)
		if err == nil {
			return nil
		}
		switch {
		case try < leftoverTries && strings.Contains(err.Error(), "pre-existing shared memory block"):
			time.Sleep(leftoverPause) // children of a killed server notice its end within moments
			continue
		case try < portTries && strings.Contains(err.Error(), "could not bind"):
			continue
		}
		return fmt.Errorf("PostgreSQL did not start: %w (its log: %s)", err, s.path("postgres.log"))
	}
}

func (s *Server) launchOnce(ctx context.Context, o Options) error {
	port, err := o.Port, error(nil)
	if port == 0 {
		if port, err = freePort(); err != nil {
			return err
		}
	}
	args, err := s.serverArgs(o, port)
	if err != nil {
		return err
	}
	log, err := os.OpenFile(s.path("postgres.log"), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer log.Close() //nolint:errcheck // the server has its own copy
	// The server outlives ctx: it is stopped by Stop, or left to the next start.
	cmd := s.command(context.WithoutCancel(ctx), "postgres", args...)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	s.pid, s.port = cmd.Process.Pid, port
	return s.awaitReady(ctx, ended)
}

func (s *Server) awaitReady(ctx context.Context, ended <-chan error) error {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	for {
		if s.ping(ctx) == nil {
			return nil
		}
		select {
		case <-ended:
			text, err := os.ReadFile(s.path("postgres.log"))
			if err != nil {
				return err
			}
			return errors.New(complaint(string(text)))
		case <-ctx.Done():
			return errors.Join(ctx.Err(), s.shutdown(context.WithoutCancel(ctx), s.pid))
		case <-time.After(poll):
		}
	}
}

func (s *Server) serverArgs(o Options, port int) ([]string, error) {
	settings := map[string]string{
		"listen_addresses": "127.0.0.1", "port": strconv.Itoa(port),
		"unix_socket_directories": "", "logging_collector": "off", "log_timezone": "UTC", "timezone": "UTC",
	}
	sockets := s.path("sock")
	if len(sockets) < maxSocketPath {
		if err := os.MkdirAll(sockets, 0o700); err != nil {
			return nil, err
		}
		if err := s.owner.give(sockets); err != nil {
			return nil, err
		}
		settings["unix_socket_directories"] = sockets
	}
	if o.Reckless {
		settings["fsync"], settings["synchronous_commit"], settings["full_page_writes"] = "off", "off", "off"
	}
	for name, value := range o.Settings {
		settings[name] = value
	}
	args := []string{"-D", s.data()}
	for name, value := range settings {
		args = append(args, "-c", name+"="+value)
	}
	return args, nil
}

// command makes a program of the installation run as the owner, in a folder the owner can be in.
func (s *Server) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, filepath.Join(s.bin.Dir, name), args...)
	cmd.Dir = s.dir
	cmd.Env = []string{"LC_ALL=C.UTF-8", "PATH=" + os.Getenv("PATH"), "TZ=UTC"}
	cmd.SysProcAttr = s.owner.attr()
	return cmd
}

func (s *Server) ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.URL("postgres"))
	if err != nil {
		return err
	}
	return conn.Close(ctx)
}

// shutdown stops a server: its clients are cut off, its data are written. A server that does not stop in time is
// told to abort, which it recovers from.
func (s *Server) shutdown(ctx context.Context, pid int) error {
	ctx, cancel := context.WithTimeout(ctx, stopWithin)
	defer cancel()
	if err := syscall.Kill(pid, syscall.SIGINT); err != nil {
		return ignoreGone(err)
	}
	for alive(pid) {
		// In a container without an init process the dead server stays a zombie, which looks alive.
		if pf, running := s.readPIDFile(); !running || pf.pid != pid {
			return nil
		}
		select {
		case <-ctx.Done():
			return errors.Join(fmt.Errorf("PostgreSQL (process %d) did not stop: %w", pid, ctx.Err()), ignoreGone(syscall.Kill(pid, syscall.SIGQUIT)))
		case <-time.After(poll):
		}
	}
	return nil
}

func ignoreGone(err error) error {
	if errors.Is(err, syscall.ESRCH) {
		return nil
	}
	return err
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	port := l.Addr().(*net.TCPAddr).Port
	return port, l.Close()
}

// complaint picks the line of a log that says what went wrong.
func complaint(log string) string {
	lines := strings.Split(strings.TrimSpace(log), "\n")
	for _, line := range lines {
		for _, mark := range []string{"could not bind", "FATAL:", "PANIC:", "initdb: error:"} {
			if strings.Contains(line, mark) {
				return strings.TrimSpace(line)
			}
		}
	}
	return strings.TrimSpace(lines[len(lines)-1])
}
