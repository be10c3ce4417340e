package hs

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"

	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

var today = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

func newService(t *testing.T) *Service {
	t.Helper()
	return New(dbtest.New(t), func() time.Time { return today })
}

func TestTheDatedNomenclatureIsImported(t *testing.T) {
	t.Parallel()
	s := newService(t)
	if ok, err := s.Known(t.Context(), "6302600000", today); err != nil || !ok {
		t.Fatalf("where nothing is imported nobody can say no: %v, %v", ok, err)
	}
	done, err := s.Import(t.Context(), os.DirFS("testdata/tnved"))
	if err != nil {
		t.Fatal(err)
	}
	want := []File{{Name: "TNVED1.TXT", Version: "7", Day: day0(2026, 1, 14), Rows: 1}, {Name: "TNVED2.TXT", Version: "7", Day: day0(2026, 1, 14), Rows: 1},
		{Name: "TNVED3.TXT", Version: "7", Day: day0(2026, 1, 14), Rows: 1}, {Name: "TNVED4.TXT", Version: "7", Day: day0(2026, 1, 14), Rows: 4}}
	if diff := cmp.Diff(want, done); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for code, on := range map[string]map[string]bool{
		"6302600000": {"2025-12-31": true, "2026-01-01": false},
		"6302600001": {"2025-12-31": false, "2026-01-01": true, "2040-01-01": true},
		"6302600002": {"2026-01-01": false},
	} {
		for text, want := range on {
			on, err := time.Parse(time.DateOnly, text)
			if err != nil {
				t.Fatal(err)
			}
			if ok, err := s.Known(t.Context(), code, on); err != nil || ok != want {
				t.Errorf("%s on %s: %v, %v; want %v", code, text, ok, err, want)
			}
		}
	}
	lines, err := s.Lines(t.Context(), "630260", today)
	if err != nil || len(lines) != 2 || lines[0].Name != "ПОЛОТЕНЦА МАХРОВЫЕ БАННЫЕ (ДЛЯ ПРОВЕРКИ)" || lines[0].To != nil {
		t.Errorf("under 6302.60: %+v, %v", lines, err)
	}
	lines, err = s.Lines(t.Context(), "630291", today)
	if err != nil || len(lines) != 1 || !strings.Contains(lines[0].Name, "ПРЯЖИ") {
		t.Errorf("of two rows of one code and day the later counts: %+v, %v", lines, err)
	}
	again, err := s.Import(t.Context(), os.DirFS("testdata/tnved"))
	if err != nil || len(again) != 4 || !again[3].Same {
		t.Errorf("the same again: %+v, %v", again, err)
	}
}

func day0(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC) }

func cp866(t testing.TB, text string) []byte {
	t.Helper()
	raw, err := charmap.CodePage866.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestBadFilesSayWhereAndChangeNothing(t *testing.T) {
	t.Parallel()
	s := newService(t)
	if _, err := s.Import(t.Context(), os.DirFS("testdata/tnved")); err != nil {
		t.Fatal(err)
	}
	good := "8|01.02.2026\n63|02|600001|ПОЛОТЕНЦА|01.01.2026|\n"
	old, err := charmap.Windows1251.NewEncoder().String(good)
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		raw  []byte
		want string
	}{
		"empty":            {nil, "TNVED4.TXT:1: the file is empty"},
		"no version":       {cp866(t, "63|02|600001|ПОЛОТЕНЦА|01.01.2026|\n"), "TNVED4.TXT:1: the first line is a version"},
		"a head alone":     {cp866(t, "8|01.02.2026\n"), "the file has no rows"},
		"cut off":          {cp866(t, good+"63|02|6000"), "TNVED4.TXT:3: 3 columns where TNVED4.TXT has 6"},
		"too many columns": {cp866(t, good+"63|02|600001|А|Б|01.01.2026||\n"), "TNVED4.TXT:3: 8 columns"},
		"a short code":     {cp866(t, good+"63|02|60000|ПОЛОТЕНЦА|01.01.2026|\n"), "TNVED4.TXT:3: SUB_POZ is 6 digits"},
		"letters":          {cp866(t, good+"6A|02|600001|ПОЛОТЕНЦА|01.01.2026|\n"), "TNVED4.TXT:3: GRUPPA is 2 digits"},
		"no name":          {cp866(t, good+"63|02|600001||01.01.2026|\n"), "TNVED4.TXT:3: KR_NAIM is empty"},
		"no day":           {cp866(t, good+"63|02|600001|ПОЛОТЕНЦА||\n"), "TNVED4.TXT:3: DATA is a day"},
		"32nd of January":  {cp866(t, good+"63|02|600001|ПОЛОТЕНЦА|32.01.2026|\n"), "TNVED4.TXT:3: DATA is a day"},
		"ends first":       {cp866(t, good+"63|02|600001|ПОЛОТЕНЦА|01.01.2026|01.01.2025\n"), "TNVED4.TXT:3: it ends on"},
		"UTF-8":            {[]byte(good), "TNVED4.TXT:2: the text is not in cp866"},
		"windows-1251":     {[]byte(old), "TNVED4.TXT:2: the text is not in cp866"},
		"a huge line":      {append(cp866(t, good), bytes.Repeat([]byte("9"), maxLine+10)...), "TNVED4.TXT:3: the line is longer"},
		"binary":           {[]byte("8|01.02.2026\n63|02|600001|\x00\x01\x02|01.01.2026|\n"), "TNVED4.TXT:2: the text is not in cp866"},
	} {
		_, err := s.Import(t.Context(), fstest.MapFS{"tnved4.txt": {Data: tt.raw}})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
	if _, err := s.Import(t.Context(), fstest.MapFS{"readme.txt": {Data: []byte("x")}}); !errors.Is(err, ErrNoFiles) {
		t.Errorf("a folder without the files: %v", err)
	}
	if n, err := pg.Scalar[int](t.Context(), s.db, `select count(*) from tnved where level = 4`); err != nil || n != 4 {
		t.Errorf("a file that was refused left %d rows, %v", n, err)
	}
}

// endless is a file of any length that costs no memory to make.
type endless struct{ left int }

func (e *endless) Read(p []byte) (int, error) {
	line := "63|02|600001|X|01.01.2026|\n"
	if e.left <= 0 {
		return 0, errors.New("the disk broke")
	}
	n := copy(p, line)
	e.left--
	return n, nil
}

func TestABrokenDiskIsNoEndOfFile(t *testing.T) {
	t.Parallel()
	const rows = 5000
	head := strings.NewReader("1|01.01.2026\n")
	r, err := layouts[3].open(&multi{head, &endless{rows}})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for r.Next() {
		n++
	}
	if n != rows || r.Err() == nil || r.Err().Error() != "the disk broke" {
		t.Errorf("read %d rows, then %v", n, r.Err())
	}
}

// multi reads one reader and then another, as io.MultiReader does, with neither forgotten.
type multi struct {
	first *strings.Reader
	then  *endless
}

func (m *multi) Read(p []byte) (int, error) {
	if m.first.Len() > 0 {
		return m.first.Read(p)
	}
	return m.then.Read(p)
}

func FuzzTNVED(f *testing.F) {
	for _, name := range []string{"TNVED1.TXT", "TNVED2.TXT", "TNVED3.TXT", "TNVED4.TXT"} {
		raw, err := os.ReadFile("testdata/tnved/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(int(name[5]-'1'), raw)
	}
	f.Add(3, []byte("1|01.01.2026\n63|02|600001|\x80\x81|01.01.2026|"))
	f.Fuzz(func(t *testing.T, level int, raw []byte) {
		l := layouts[uint(level)%4]
		r, err := l.open(bytes.NewReader(raw))
		for err == nil && r.Next() {
			if row := r.row; row.name == "" || row.from.IsZero() || row.to != nil && row.to.Before(row.from) || Digits(row.code) != row.code {
				t.Fatalf("%s: row %+v", l.name, row)
			}
		}
		if err == nil {
			err = r.Err()
		}
		if bad, ok := errors.AsType[*LineError](err); err != nil && (!ok || bad.Line < 1) {
			t.Fatalf("an error without its line: %v", err)
		}
	})
}
