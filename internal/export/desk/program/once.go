package program

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/web"
)

// runningFor is how long a request may be on its way before another with its key may take its place: the program that
// answered it was stopped in between.
const runningFor = time.Minute

// callsKept is how long answers are kept for those who ask again.
const callsKept = 7 * 24 * time.Hour

// once answers a request that comes again with the same Idempotency-Key as it was answered the first time.
func (h *Handlers) once(next http.Handler) http.Handler {
	return web.Handle(func(w http.ResponseWriter, r *http.Request) error {
		ctx, key := r.Context(), r.Header.Get("Idempotency-Key")
		if key == "" || len(key) > 100 || slices.ContainsFunc([]byte(key), func(b byte) bool { return b < 0x21 || b > 0x7e }) {
			return errs.New(errs.BadRequest, "export.desk.api.idempotency")
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxCallBody))
		if _, long := errors.AsType[*http.MaxBytesError](err); long {
			return errs.New(errs.TooLarge, "form.too_large").With(err)
		}
		if err != nil {
			return errs.New(errs.BadRequest, "form.unreadable").With(err)
		}
		sum := sha256.Sum256(fmt.Appendf(nil, "%s %s\n%s", r.Method, r.URL.Path, body))
		c := call{KeyID: keyFrom(ctx).ID, Key: key, Hash: sum[:], At: h.Programs.Now()}
		earlier, mine, err := beginCall(ctx, h.Programs.DB, c, c.At.Add(-runningFor))
		if err != nil {
			return err
		}
		if !mine {
			return again(w, r, c, earlier)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		out := &recorder{header: w.Header()}
		next.ServeHTTP(out, r)
		// The verb has been done: its answer is kept even when nobody waits for it any more.
		if err := endCall(context.WithoutCancel(ctx), h.Programs.DB, c, out); err != nil {
			slog.ErrorContext(ctx, "answer not kept", "err", err)
		}
		return out.send(w)
	})
}

// again answers from what is kept.
func again(w http.ResponseWriter, _ *http.Request, c, earlier call) error {
	switch {
	case !bytes.Equal(c.Hash, earlier.Hash):
		return errs.New(errs.Conflict, "export.desk.api.reused")
	case earlier.Status == nil:
		w.Header().Set("Retry-After", "1")
		return errs.New(errs.Conflict, "export.desk.api.running")
	}
	w.Header().Set("Idempotency-Replayed", "true")
	kind := "application/json; charset=utf-8"
	if *earlier.Status >= http.StatusBadRequest {
		kind = "application/problem+json"
	}
	w.Header().Set("Content-Type", kind)
	out := &recorder{status: *earlier.Status}
	out.body.WriteString(earlier.Answer)
	return out.send(w)
}

// call is one request of a program.
type call struct {
	KeyID  int64
	Key    string
	Hash   []byte
	Status *int
	Answer string
	At     time.Time
}

// recorder keeps an answer until it is stored.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (o *recorder) Header() http.Header { return o.header }

func (o *recorder) WriteHeader(status int) {
	if o.status == 0 {
		o.status = status
	}
}

func (o *recorder) Write(p []byte) (int, error) {
	o.WriteHeader(http.StatusOK)
	return o.body.Write(p)
}

// send writes the answer to who asked; that they have gone is no error of ours.
func (o *recorder) send(w http.ResponseWriter) error {
	w.WriteHeader(o.status)
	if _, err := w.Write(o.body.Bytes()); err != nil {
		slog.Debug("client went away", "err", err)
	}
	return nil
}

// final says that the same question would be answered the same for good.
func (o *recorder) final() bool {
	return o.status < 500 && o.status != http.StatusTooManyRequests && o.status != http.StatusUnauthorized
}
