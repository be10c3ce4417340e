package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/yarmarka/yarmarka/internal/platform/migrate"
)

// Fault is why the program cannot start, for the person who starts it: what is wrong and what to do, in one line.
type Fault struct {
	What, Do string
}

func (f Fault) Error() string { return f.What + ": " + f.Do }

// fault makes a Fault: what to do, then what is wrong.
func fault(do, what string, args ...any) Fault {
	return Fault{What: fmt.Sprintf(what, args...), Do: do}
}

// explain turns an error of the start-up into a Fault. What it does not know it gives as it is, in one line.
func explain(err error, c Config) Fault {
	if f, ok := errors.AsType[Fault](err); ok {
		return f
	}
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok {
		if f, ok := explainPG(pgErr); ok {
			return f
		}
	}
	switch {
	case errors.Is(err, migrate.ErrNewer):
		return Fault{oneLine(err), "run the newer program, or restore the database from before its migration"}
	case errors.Is(err, migrate.ErrDirty):
		return Fault{oneLine(err), "look at what that step has left, finish or undo it by hand, then 'yarmarka migrate force VERSION'"}
	case errors.Is(err, migrate.ErrEncoding):
		return Fault{oneLine(err), "make a new one: createdb --encoding=UTF8 --locale=C.UTF-8 --template=template0 yarmarka"}
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fault("free some space or choose another folder with --data", "the disk is full under %s", c.Data)
	case errors.Is(err, syscall.EADDRINUSE):
		return fault("stop the other program or choose another address with --addr", "the address %s is in use", c.Addr)
	}
	if f, ok := explainNet(err, c); ok {
		return f
	}
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS) {
		return fault("change its owner or choose another with --data", "the data folder %s cannot be written (%s)", c.Data, oneLine(err))
	}
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return fault("choose another with --data", "the data folder %s cannot be used (%s)", c.Data, oneLine(path))
	}
	return Fault{oneLine(err), "see 'yarmarka help', or the log above"}
}

// explainNet knows the faults of listening and of reaching the database.
func explainNet(err error, c Config) (Fault, bool) {
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "listen" {
		if errors.Is(err, os.ErrPermission) {
			return fault("choose a port above 1023 with --addr", "the address %s needs more rights", c.Addr), true
		}
		return fault("choose another with --addr, such as 127.0.0.1:8080", "the address %s is not of this machine", c.Addr), true
	}
	var connect *pgconn.ConnectError
	dns, isDNS := errors.AsType[*net.DNSError](err)
	switch {
	case isDNS:
		return fault("check DATABASE_URL", "the database's host %s is not known", dns.Name), true
	case errors.Is(err, syscall.ECONNREFUSED):
		return Fault{"the database refuses connections", "start PostgreSQL or check host and port in DATABASE_URL; without it the program runs its own"}, true
	case errors.As(err, &connect) && errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		return Fault{"the database does not answer", "check host and port in DATABASE_URL and the firewall between"}, true
	case errors.As(err, &connect):
		return fault("check DATABASE_URL", "the database cannot be reached (%s)", oneLine(connect.Unwrap())), true
	}
	return Fault{}, false
}

// explainPG knows what PostgreSQL itself may answer.
func explainPG(err *pgconn.PgError) (Fault, bool) {
	hint := err.Hint
	if hint == "" {
		hint = "see PostgreSQL's log"
	}
	does := map[string]string{
		"28P01": "check user and password in DATABASE_URL",
		"28000": "check user and password in DATABASE_URL, and pg_hba.conf",
		"3D000": "make it: createdb --encoding=UTF8 --locale=C.UTF-8 --template=template0 yarmarka",
		"53300": "lower --database-conns, or raise max_connections",
		"53100": "free some space on the database's disk",
		"25006": "DATABASE_URL must name the primary, not a replica",
		"57P03": "it is starting or stopping: try again in a moment",
		"42501": hint,
		"P0001": hint,
		"58P01": "install PostgreSQL's contributed extensions (postgresql-contrib)",
		"0A000": "use PostgreSQL 15 or newer with its contributed extensions (postgresql-contrib)",
		"55P03": "another program holds a table for long: end it or try again",
	}
	do, ok := does[err.Code]
	return Fault{"PostgreSQL says: " + oneLine(errors.New(err.Message)), do}, ok
}

// oneLine gives an error's text without its line breaks.
func oneLine(err error) string {
	return strings.Join(strings.Fields(err.Error()), " ")
}
