package desk

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/media"
	"github.com/yarmarka/yarmarka/internal/platform/form"
)

// MaxUpload is how large a form with a file may be.
const MaxUpload = media.MaxDocumentBytes + 1<<20

// dayIn reads a day as browsers send it; what is no day is refused.
func dayIn(f *form.Form, name string) *time.Time {
	text := f.Text(name)
	if text == "" {
		return nil
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil || day.Year() < 1900 || day.Year() > 2200 {
		f.Add(name, "export.desk.no_day")
		return nil
	}
	return &day
}

// Holds answers NotFound unless a file lies in a case of a desk.
func (s *Service) Holds(ctx context.Context, k Kind, id, file int64) error {
	if _, err := getCase(ctx, s.DB, k, id); err != nil {
		return err
	}
	ok, err := holdsFile(ctx, s.DB, id, file)
	if err == nil && !ok {
		return errGone
	}
	return err
}
