package postal

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
)

// line is the connection to one service of the post: so many calls at once, so long each, and none at all for a
// while after it went dead.
type line struct {
	name    string
	base    string
	http    *http.Client
	slots   chan struct{}
	fuse    *fuse
	timeout time.Duration
	now     func() time.Time
	head    http.Header                                      // credentials
	spent   func(ctx context.Context, service string) error  // the post says that the day's requests are used up; nil: nobody cares
	count   func(ctx context.Context, service string) error  // the day's requests; nil: not counted
	pause   func(ctx context.Context, d time.Duration) error // between tries
}

const (
	tries      = 3
	firstPause = 80 * time.Millisecond
	answerSize = 8 << 20 // the dictionary of all countries is about half a megabyte
)

func newLine(name, base string, timeout time.Duration, slots, patience int, now func() time.Time) *line {
	transport := &http.Transport{
		MaxIdleConnsPerHost: slots, MaxConnsPerHost: slots, IdleConnTimeout: time.Minute,
		TLSHandshakeTimeout: timeout, MaxResponseHeaderBytes: 64 << 10,
	}
	return &line{
		name: name, base: strings.TrimSuffix(base, "/"), timeout: timeout, now: now, head: http.Header{},
		slots: make(chan struct{}, slots), fuse: &fuse{patience: patience}, pause: pause,
		// A redirect would carry the credentials to somebody else.
		http: &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// call is one request. Again says that the post may get it twice without harm.
type call struct {
	method, path string
	query        url.Values
	kind         string // Content-Type
	body         []byte
	again        bool
	uncounted    bool          // not one of the day's requests that are shared out
	faults       bool          // a SOAP fault comes with status 500 and is an answer
	within       time.Duration // 0: the line's own
}

type answer struct {
	status int
	kind   string
	body   []byte
}

// do makes a call, up to three times where it may be repeated. Its error is the service being away; an answer of the
// 400s is the caller's to understand.
func (l *line) do(ctx context.Context, c call) (answer, error) {
	if err := l.enter(ctx); err != nil {
		return answer{}, err
	}
	defer func() { <-l.slots }()
	for try := 1; ; try++ {
		if !l.fuse.enter(l.now()) {
			return answer{}, l.away(l.fuse.blown(l.now()))
		}
		if err := l.countOne(ctx, c); err != nil {
			l.fuse.skip()
			return answer{}, err
		}
		a, err := l.once(ctx, c)
		// That the caller gave up says nothing of the post.
		if err != nil && ctx.Err() != nil {
			l.fuse.skip()
			return answer{}, l.away(ctx.Err())
		}
		l.fuse.note(l.now(), err == nil)
		if err == nil || !c.again || try == tries {
			return a, err
		}
		if l.pause(ctx, backoff(try)) != nil {
			return answer{}, err
		}
	}
}

// backoff doubles from try to try and is somewhere within its last half, so that those who failed together do not come
// back together.
func backoff(try int) time.Duration {
	whole := firstPause << (try - 1)
	return whole/2 + rand.N(whole/2)
}

func (l *line) enter(ctx context.Context) error {
	select {
	case l.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return l.away(ctx.Err())
	}
}

func (l *line) countOne(ctx context.Context, c call) error {
	if l.count == nil || c.uncounted {
		return nil
	}
	return l.count(ctx, l.name)
}

func (l *line) once(ctx context.Context, c call) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(c.within, l.timeout))
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, c.method, l.base+c.path, bytes.NewReader(c.body))
	if err != nil {
		return answer{}, l.away(hideURL(err))
	}
	r.URL.RawQuery = c.query.Encode()
	for name, values := range l.head {
		r.Header[name] = values
	}
	r.Header.Set("User-Agent", "Yarmarka/1")
	if c.kind != "" {
		r.Header.Set("Content-Type", c.kind)
	}
	resp, err := l.http.Do(r)
	if err != nil {
		return answer{}, l.away(hideURL(err))
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end or given up
	body, err := io.ReadAll(io.LimitReader(resp.Body, answerSize+1))
	switch {
	case err != nil:
		return answer{}, l.away(hideURL(err))
	case len(body) > answerSize:
		return answer{}, l.away(errors.New("the answer is longer than it may be"))
	case resp.StatusCode >= 500 && c.faults && bytes.Contains(body, []byte("Fault")):
	case resp.StatusCode >= 500 || resp.StatusCode < 200 || resp.StatusCode/100 == 3:
		return answer{}, l.away(fmt.Errorf("status %d", resp.StatusCode))
	}
	return answer{status: resp.StatusCode, kind: resp.Header.Get("Content-Type"), body: body}, nil
}

// away is the error of a service that cannot be spoken with.
func (l *line) away(cause error) error {
	return errs.New(errs.Unavailable, "postal.away").With(fmt.Errorf("post: %s: %w", l.name, cause))
}

// garbled is the error of an answer that cannot be read: as good as none.
func (l *line) garbled(what string, cause error) error {
	return l.away(fmt.Errorf("%s cannot be read: %w", what, cause))
}

// hideURL takes the address, which may hold what is nobody's business, out of an error.
func hideURL(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

// Down says that the post did not answer, and the same may be asked again later.
func Down(err error) bool { return errs.Is(err, errs.Unavailable) }

// maybeDone says that the post was asked and may have done it, whatever came of the answer. It has not where it said
// no, where the day's requests are used up, and where it was not asked at all.
func maybeDone(err error) bool {
	_, refused := errors.AsType[*Refusal](err)
	return !refused && !errs.Is(err, errs.TooMany) && !errors.Is(err, errFuse)
}

// understood keeps an error that says something (a refusal, used-up requests, a number that cannot be) as it is, and
// makes anything else that went wrong with reading an answer no answer.
func (l *line) understood(what string, err error) error {
	_, refused := errors.AsType[*Refusal](err)
	_, ours := errors.AsType[*errs.Error](err)
	if err == nil || refused || ours {
		return err
	}
	return l.garbled(what, err)
}

// refused passes a refusal on. That the day's requests are used up is told to all programs.
func (l *line) refused(ctx context.Context, err error) error {
	if l.spent == nil || !errs.Is(err, errs.TooMany) {
		return err
	}
	return errors.Join(err, l.spent(ctx, l.name))
}
