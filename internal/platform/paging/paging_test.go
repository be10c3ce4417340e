package paging_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/paging"
)

type key struct {
	Price int64
	ID    int64
}

func TestCutAndDecodeMeet(t *testing.T) {
	t.Parallel()
	page, err := paging.Cut([]key{{5, 1}, {5, 2}, {6, 1}}, 2, func(k key) any { return k })
	if err != nil || len(page.Items) != 2 {
		t.Fatalf("page = %v, %v", page, err)
	}
	var got key
	if ok, err := paging.Decode(page.Next, &got); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if diff := cmp.Diff(key{5, 2}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	last, err := paging.Cut([]key{{1, 1}}, 2, func(k key) any { return k })
	if err != nil || last.Next != "" {
		t.Errorf("the last page goes on to %q", last.Next)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add("eyJQcmljZSI6NSwiSUQiOjJ9")
	f.Add("%%%")
	f.Fuzz(func(t *testing.T, cursor string) {
		var k key
		if _, err := paging.Decode(cursor, &k); err != nil && errs.KindOf(err) != errs.BadRequest {
			t.Fatalf("Decode(%q) = %v", cursor, err)
		}
	})
}
