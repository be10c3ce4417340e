package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yarmarka/yarmarka/internal/platform/embeddedpg"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// The two markets are databases of one cluster. The large one is the cluster's own, so that the
// program finds it without being told; into a copy of the small one the feed is imported.
const (
	smallDB  = "small"
	largeDB  = "postgres"
	importDB = "imported"
)

// bench is one run: the cluster, the filled markets, and what was measured.
type bench struct {
	plan
	report  *Report
	scratch string // of this run
	temp    bool   // the data folder is this run's too
	cluster *embeddedpg.Server
	large   *pgxpool.Pool // the large market, opened as the program opens it
	meter   meter         // when the cluster was started
	out     io.Writer
}

// open brings the cluster up and fills what is not filled yet.
func open(ctx context.Context, p plan, out io.Writer) (_ *bench, err error) {
	b := &bench{plan: p, out: out, report: &Report{At: time.Now().UTC().Truncate(time.Second), Quick: p.quick, Offers: p.offers, out: out}}
	if b.scratch, err = os.MkdirTemp("", "yarmarka-bench-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			b.close(ctx)
		}
	}()
	if b.temp = p.data == ""; b.temp {
		b.data = filepath.Join(b.scratch, "data")
	} else if b.data, err = filepath.Abs(p.data); err != nil {
		return nil, err
	}
	if b.program, err = filepath.Abs(p.program); err != nil {
		return nil, err
	}
	// PostgreSQL runs as another user where we are root, and must be able to enter.
	if err = os.Chmod(b.scratch, 0o755); err != nil {
		return nil, err
	}
	if err = b.startCluster(ctx); err != nil {
		return nil, err
	}
	if err = b.fillBoth(ctx); err != nil {
		return nil, err
	}
	if b.report.Machine, err = machine(ctx, b.large); err != nil {
		return nil, err
	}
	return b, b.vacuum(ctx)
}

// vacuum leaves no cleaning for the time that is measured. Its connection has none of the time-outs that the program's
// have: half a million offers take longer than any page may.
func (b *bench) vacuum(ctx context.Context) error {
	c, err := pgx.Connect(ctx, b.cluster.SocketURL(largeDB))
	if err != nil {
		return err
	}
	defer c.Close(ctx) //nolint:errcheck // done or failed by then
	_, err = c.Exec(ctx, `vacuum analyze`)
	return err
}

// startCluster starts PostgreSQL with the settings the program gives its own.
func (b *bench) startCluster(ctx context.Context) (err error) {
	b.cluster, err = embeddedpg.Start(ctx, embeddedpg.Options{Dir: filepath.Join(b.data, "postgres"), Settings: embeddedpg.OneMachine(), Out: b.out})
	if err != nil {
		return err
	}
	if b.large, err = pg.Open(ctx, b.cluster.SocketURL(largeDB), pg.Options{MaxConns: 16}); err != nil {
		return err
	}
	b.meter = b.reading(ctx)
	return nil
}

// stopCluster leaves the cluster to others, or down.
func (b *bench) stopCluster(ctx context.Context) error {
	if b.large != nil {
		b.large.Close()
		b.large = nil
	}
	if b.cluster == nil {
		return nil
	}
	c := b.cluster
	b.cluster = nil
	return c.Stop(context.WithoutCancel(ctx))
}

func (b *bench) close(ctx context.Context) {
	err := b.stopCluster(ctx)
	if b.scratch != "" {
		err = errors.Join(err, os.RemoveAll(b.scratch))
	}
	if err != nil {
		fmt.Fprintln(b.out, "bench: cleaning up:", err)
	}
}

// fillBoth fills the small market, copies it, and lets the first grow into the large one.
func (b *bench) fillBoth(ctx context.Context) error {
	sized := filepath.Join(b.data, "filled-"+strconv.Itoa(b.offers))
	if _, err := os.Stat(sized); err == nil {
		return nil
	}
	if old, err := filepath.Glob(filepath.Join(b.data, "filled-*")); err != nil || len(old) > 0 {
		return errors.Join(err, fmt.Errorf("%s holds a market of another size: give another --data, or remove it", b.data))
	}
	began := time.Now()
	fmt.Fprintf(b.out, "filling a market of %d offers in %s\n", b.offers, b.data)
	if err := b.fill(ctx, 0); err != nil {
		return err
	}
	b.large.Close()
	if err := b.copyMarket(ctx, smallDB, largeDB); err != nil {
		return err
	}
	var err error
	if b.large, err = pg.Open(ctx, b.cluster.SocketURL(largeDB), pg.Options{MaxConns: 16}); err != nil {
		return err
	}
	if err := b.fill(ctx, b.offers); err != nil {
		return err
	}
	fmt.Fprintf(b.out, "filled in %s\n", time.Since(began).Round(time.Second))
	return os.WriteFile(sized, nil, 0o644)
}

func (b *bench) fill(ctx context.Context, offers int) error {
	cmd := exec.CommandContext(ctx, b.program, "bench", "fill", "--data", b.data,
		"--offers", strconv.Itoa(offers), "--sellers", strconv.Itoa(b.sellers), "--log-level", "warn")
	text, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("filling: %w: %s", err, text)
	}
	return nil
}

// copyMarket makes one database out of another to which nobody is connected.
func (b *bench) copyMarket(ctx context.Context, to, from string) error {
	return b.maintain(ctx, `drop database if exists `+to, `create database `+to+` template `+from)
}

// maintain runs statements about whole databases.
func (b *bench) maintain(ctx context.Context, statements ...string) error {
	c, err := pgx.Connect(ctx, b.cluster.SocketURL("template1"))
	if err != nil {
		return err
	}
	defer c.Close(ctx) //nolint:errcheck // all is done or failed by then
	for _, sql := range statements {
		if _, err := c.Exec(ctx, sql); err != nil {
			return err
		}
	}
	return nil
}

// postmaster is PostgreSQL's main process.
func (b *bench) postmaster(ctx context.Context) (int, error) {
	dir, err := pg.Scalar[string](ctx, b.large, `select current_setting('data_directory')`)
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(strings.TrimSpace(firstLine(filepath.Join(dir, "postmaster.pid"))))
}

// server is the program, or another that is measured, running as a child.
type server struct {
	cmd   *exec.Cmd
	addr  string
	began time.Time
	ready time.Duration // from the start of the process until /readyz said yes
	log   *os.File
}

// serve starts the program on a database of the cluster, or on its own where db is "".
func (b *bench) serve(ctx context.Context, db string) (*server, error) {
	args := []string{"serve", "--addr", "127.0.0.1:0", "--data", b.data, "--trusted-proxies", "127.0.0.1/32", "--log-level", "error"}
	if db != "" {
		args = append(args, "--database-url", b.cluster.SocketURL(db))
	}
	return b.spawn(ctx, b.program, args...)
}

// spawn starts a server that prints "listening on http://…" and waits until it is ready.
func (b *bench) spawn(ctx context.Context, program string, args ...string) (*server, error) {
	s := &server{cmd: exec.CommandContext(ctx, program, args...)}
	s.cmd.Cancel = func() error { return s.cmd.Process.Signal(syscall.SIGTERM) }
	s.cmd.WaitDelay = 30 * time.Second
	var err error
	if s.log, err = os.CreateTemp(b.scratch, "log-"); err != nil {
		return nil, err
	}
	s.cmd.Stderr = s.log
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	s.began = time.Now()
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if address, ok := strings.CutPrefix(lines.Text(), "listening on http://"); ok {
			s.addr = address
			break
		}
	}
	if s.addr == "" {
		return nil, errors.Join(fmt.Errorf("%s did not start: %s", filepath.Base(program), s.complaint()), s.stop())
	}
	go func() { _, _ = io.Copy(io.Discard, out) }() // it ends with the process
	if err := s.await(ctx); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	s.ready = time.Since(s.began)
	return s, nil
}

// await asks /readyz until it says yes.
func (s *server) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.addr+"/readyz", nil)
		if err != nil {
			return err
		}
		if res, err := http.DefaultClient.Do(r); err == nil {
			_ = res.Body.Close() // nothing of it is read
			if res.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s is not ready: %w: %s", s.addr, ctx.Err(), s.complaint())
		case <-time.After(2 * time.Millisecond):
		}
	}
}

func (s *server) complaint() string {
	text, err := os.ReadFile(s.log.Name())
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-2000):])
}

func (s *server) stop() error {
	err := s.cmd.Process.Signal(syscall.SIGTERM)
	if errors.Is(err, os.ErrProcessDone) {
		err = nil
	}
	_ = s.cmd.Wait() // how it ended says nothing about what was measured
	return errors.Join(err, s.log.Close())
}
