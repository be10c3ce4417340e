package embeddedpg

import (
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// owner is the system user whose processes and files the cluster's are. PostgreSQL refuses to run as root.
type owner struct {
	name     string
	uid, gid int
	other    bool // not the user this program runs as
}

// chooseOwner is this program's own user, or for root the user postgres, else nobody.
func chooseOwner() (owner, error) {
	if os.Geteuid() != 0 {
		return owner{uid: os.Geteuid(), gid: os.Getegid()}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.Atoi(u.Uid)
		gid, gidErr := strconv.Atoi(u.Gid)
		if uidErr == nil && gidErr == nil && uid != 0 {
			return owner{name: name, uid: uid, gid: gid, other: true}, nil
		}
	}
	return owner{}, errors.New("PostgreSQL cannot run as root, and there is no user postgres or nobody to run it as: create one, or start as another user")
}

// attr makes a process the owner's and a session of its own, so that a Ctrl-C in the terminal reaches the
// program alone and PostgreSQL stops when the program says so.
func (o owner) attr() *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setsid: true}
	if o.other {
		attr.Credential = &syscall.Credential{Uid: uint32(o.uid), Gid: uint32(o.gid)}
	}
	return attr
}

// give makes a file or folder the owner's.
func (o owner) give(path string) error {
	if !o.other {
		return nil
	}
	return os.Chown(path, o.uid, o.gid)
}

// reaches says whether the owner can come to dir: it needs the right to pass through every folder above.
func (o owner) reaches(dir string) bool {
	if !o.other {
		return true
	}
	for at := dir; ; at = filepath.Dir(at) {
		info, err := os.Stat(at)
		if errors.Is(err, fs.ErrNotExist) {
			info, err = nil, nil // will be made, and readable
		}
		if err != nil || (info != nil && !o.passes(info)) {
			return false
		}
		if at == filepath.Dir(at) {
			return true
		}
	}
}

func (o owner) passes(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return false
	}
	switch {
	case int(st.Uid) == o.uid:
		return info.Mode()&0o100 != 0
	case int(st.Gid) == o.gid:
		return info.Mode()&0o010 != 0
	}
	return info.Mode()&0o001 != 0
}

// elsewhere is where root keeps the cluster of a folder that the owner cannot reach, such as one under /root.
func elsewhere(dir string) string {
	h := fnv.New64a()
	h.Write([]byte(dir))
	return filepath.Join("/var/lib/yarmarka", fmt.Sprintf("%x", h.Sum64()))
}
