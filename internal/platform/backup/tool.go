package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/embeddedpg"
)

// dump runs pg_dump on a snapshot into a temporary file and gives its name: a tar member's size comes before it.
func (s Source) dump(ctx context.Context, snapshot string) (name string, err error) {
	f, err := os.CreateTemp("", "yarmarka-backup-*")
	if err != nil {
		return "", err
	}
	defer func() {
		if err = errors.Join(err, f.Close()); err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	return f.Name(), tool(ctx, s.URL, nil, f, "pg_dump", "--format=custom", "--compress=6", "--snapshot="+snapshot, "--no-owner",
		"--no-unlogged-table-data", "--lock-wait-timeout=30s", "--no-password")
}

// load runs pg_restore on what r gives, all of it or nothing.
func load(ctx context.Context, url string, r io.Reader) error {
	return tool(ctx, url, r, io.Discard, "pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", "--no-password", "--dbname="+database(url))
}

// tool runs one of PostgreSQL's client programs on a database. The address goes by the environment, where other users
// of the machine do not see the password.
func tool(ctx context.Context, url string, in io.Reader, out io.Writer, name string, args ...string) error {
	major, env, err := reach(ctx, url)
	if err != nil {
		return err
	}
	path, ok := embeddedpg.FindClient(name, major)
	if !ok {
		return fmt.Errorf("%w: %s %d or newer", ErrTool, name, major)
	}
	var said strings.Builder
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = append(append([]string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C.UTF-8", "HOME=" + os.Getenv("HOME")}, env...), "PGOPTIONS=-c statement_timeout=0")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, out, &said
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, strings.TrimSpace(said.String()))
	}
	return nil
}

// reach asks the server for its version and puts the way to it into libpq's variables.
func reach(ctx context.Context, url string) (major int, env []string, err error) {
	conn, err := connect(ctx, url)
	if err != nil {
		return 0, nil, err
	}
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // the server ends the session all the same
	var number string
	if err := conn.QueryRow(ctx, `select current_setting('server_version_num')`).Scan(&number); err != nil {
		return 0, nil, err
	}
	n, err := strconv.Atoi(number)
	c := conn.Config()
	env = []string{"PGHOST=" + c.Host, "PGPORT=" + strconv.Itoa(int(c.Port)), "PGUSER=" + c.User, "PGPASSWORD=" + c.Password, "PGDATABASE=" + c.Database}
	mode := "disable"
	if c.TLSConfig != nil {
		mode = "require"
	}
	return n / 10000, append(env, "PGSSLMODE="+mode), err
}

func database(url string) string {
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		return "" // connect has refused it already
	}
	return cfg.Database
}
