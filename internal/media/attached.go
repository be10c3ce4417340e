package media

import (
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// Attached reads the file of a form that was parsed; nil content says that there is none. A file that is too long comes
// back one byte longer than a document may be, so that whoever stores it says so.
func Attached(r *http.Request, field string) (name string, content []byte, err error) {
	file, head, err := r.FormFile(field)
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return "", nil, nil
	}
	if err != nil {
		return "", nil, errs.New(errs.BadRequest, "form.unreadable").With(err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if head.Filename == "" && head.Size == 0 { // an empty field of a browser
		return "", nil, nil
	}
	content, err = io.ReadAll(io.LimitReader(file, MaxDocumentBytes+1))
	if err != nil {
		return "", nil, fmt.Errorf("reading an upload: %w", err)
	}
	if content == nil {
		content = []byte{}
	}
	return head.Filename, content, nil
}
