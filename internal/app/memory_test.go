package app

import (
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadOnlyPartsOfTheProgramsFile(t *testing.T) {
	t.Parallel()
	const maps = `00400000-019d5000 r-xp 00000000 fe:00 10240355                           /opt/yarmarka
019d5000-030d7000 r--p 015d5000 fe:00 10240355                           /opt/yarmarka
030d7000-03376000 rw-p 02cd7000 fe:00 10240355                           /opt/yarmarka
03376000-053b4000 rw-p 00000000 00:00 0
c000000000-c000400000 rw-p 00000000 00:00 0
7f1000000000-7f1000021000 r--p 00000000 fe:00 77                         /usr/share/zoneinfo/Europe/Moscow
unreadable r--p 00000000 fe:00 77                                        /opt/yarmarka
`
	want := []span{{0x400000, 0x19d5000}, {0x19d5000, 0x30d7000}}
	if diff := cmp.Diff(want, readOnly(maps, "/opt/yarmarka"), cmp.AllowUnexported(span{})); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if err := forgetFile(); err != nil { // and the test runs on
		t.Error(err)
	}
}

func TestASmallHeapIsNotCollectedAllTheTime(t *testing.T) {
	t.Parallel()
	want := map[uint64]int{0: heapGrowth, 1 << 20: heapGrowthMax, 12 << 20: 300, 20 << 20: 140, 24 << 20: 100, 60 << 20: heapGrowth, 1 << 34: heapGrowth}
	for live, percent := range want {
		if got := heapPercent(live); got != percent {
			t.Errorf("%d MB alive may grow by %d%%, want %d%%", live>>20, got, percent)
		}
	}
	again := make(chan bool, 1)
	afterCollection(func() {
		select {
		case again <- true:
		default:
		}
	})
	for range 2 { // it goes on for ever
		runtime.GC()
		<-again
	}
}
