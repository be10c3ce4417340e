// Package errs is the one vocabulary of failure: a kind that decides the answer a visitor gets,
// a message key that decides its words, and a cause that only operators see. The zero kind is
// Internal, so an error nobody classified shows nothing but a request id. It owns no texts and
// writes no responses: web.Handle does that.
package errs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// Kind says whose fault an error is and what the visitor may do about it.
type Kind uint8

// Kinds and the status web.Handle answers with.
const (
	Internal         Kind = iota // 500, request id only
	Invalid                      // 422, the same form with its messages
	NotFound                     // 404, also for "exists, but not yours"
	Conflict                     // 409, sold out, price changed, already decided
	Unauthenticated              // to sign-in, then back
	Forbidden                    // 403, where existence is public
	TooMany                      // 429 + Retry-After
	Unavailable                  // 503 + Retry-After
	TooLarge                     // 413
	BadRequest                   // 400, a request no form of ours would send
	MethodNotAllowed             // 405
)

var kindNames = [...]string{"internal", "invalid", "not_found", "conflict", "unauthenticated",
	"forbidden", "too_many", "unavailable", "too_large", "bad_request",
	"method_not_allowed"}

// String names the kind for logs and JSON answers.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "internal"
}

// Field is one message beside one form field. Name is the input's name.
type Field struct {
	Name string
	Key  string
	Args []any
}

// Error is a classified failure. Key is a message key of the i18n bundle, Args are its
// name/value pairs. Err is for operators only and is never shown.
type Error struct {
	Kind   Kind
	Key    string
	Args   []any
	Fields []Field
	Err    error
}

// New makes an error of the given kind whose words are found under key; args are name, value pairs.
func New(kind Kind, key string, args ...any) *Error {
	return &Error{Kind: kind, Key: key, Args: args}
}

// Fields makes an Invalid error out of field messages, or nil when there are none.
func Fields(fields []Field) error {
	if len(fields) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Key: "form.invalid", Fields: fields}
}

// With returns a copy of e that keeps cause for the log.
func (e *Error) With(cause error) *Error {
	c := *e
	c.Err = cause
	return &c
}

func (e *Error) Error() string {
	s := e.Kind.String() + " " + e.Key
	for _, f := range e.Fields {
		s += " " + f.Name + "=" + f.Key
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// KindOf finds the kind of err; an unclassified error is Internal. It answers Internal for nil too,
// so ask only about errors.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// KeyOf finds the message key of err, or "".
func KeyOf(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Key
	}
	return ""
}

// Is reports whether err is of the given kind.
func Is(err error, kind Kind) bool { return err != nil && KindOf(err) == kind }

// Wrap adds the operation and its ids to *errp on the way out, so that a log line reads as a call
// chain: defer errs.Wrap(&err, "cart.Add(%d)", id).
func Wrap(errp *error, format string, args ...any) {
	if *errp != nil {
		*errp = fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), *errp)
	}
}

// Down reports whether err says that the database cannot be reached, is starting or ending, is overloaded, or took too
// long: nothing is wrong with the request, and it may be made again.
func Down(err error) bool {
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch pgErr.Code {
		case "57P01", "57P02", "57P03", "57014", "55P03", "53300", "53400": // ending, crashed, starting, time-outs, no room
			return true
		}
		return strings.HasPrefix(pgErr.Code, "08") // the connection, as a pooler says
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	_, network := errors.AsType[net.Error](err)
	return network || errors.Is(err, io.ErrUnexpectedEOF) || pgconn.SafeToRetry(err)
}

// Cancelled reports whether err only says that the client went away.
func Cancelled(err error) bool { return errors.Is(err, context.Canceled) }

// FromPG turns the violation of a named constraint into our error; other errors pass unchanged,
// but for values that PostgreSQL cannot hold (out of range, broken text), which are BadRequest.
func FromPG(err error, byConstraint map[string]*Error) error {
	pgErr, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return err
	}
	if e, ok := byConstraint[pgErr.ConstraintName]; ok && pgErr.ConstraintName != "" {
		return e.With(err)
	}
	switch pgErr.Code {
	case "22021", "22P05", "22003": // broken encoding, untranslatable character, out of range
		return New(BadRequest, "error.bad_value").With(err)
	}
	return err
}
