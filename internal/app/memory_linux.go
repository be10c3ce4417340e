package app

import (
	"os"
	"syscall"
)

// forgetFile unmaps the pages of the program's file that nobody may write. The next look at one maps it again.
func forgetFile() error {
	file, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return err
	}
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		return err
	}
	for _, s := range readOnly(string(maps), file) {
		if _, _, e := syscall.Syscall(syscall.SYS_MADVISE, uintptr(s.from), uintptr(s.to-s.from), syscall.MADV_DONTNEED); e != 0 {
			return e
		}
	}
	return nil
}
