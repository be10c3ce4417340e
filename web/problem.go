package web

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// problem is the JSON answer of a failed request, in the shape of RFC 9457.
type problem struct {
	Type      string            `json:"type"`
	Title     string            `json:"title"`
	Status    int               `json:"status"`
	RequestID string            `json:"request_id,omitempty"`
	Fields    map[string]string `json:"fields,omitempty"`
}

func writeProblem(w http.ResponseWriter, r *http.Request, kind errs.Kind, err error) {
	ctx := r.Context()
	p := problem{Type: "about:blank", Title: Message(ctx, err), Status: statuses[kind], RequestID: requestID(ctx)}
	if e, ok := classified(err); ok && len(e.Fields) > 0 {
		p.Fields = map[string]string{}
		for _, f := range e.Fields {
			p.Fields[f.Name] = i18n.T(ctx, f.Key, f.Args...)
		}
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	if err := json.NewEncoder(w).Encode(p); err != nil {
		slog.DebugContext(ctx, "client went away", "err", err)
	}
}

func classified(err error) (*errs.Error, bool) { return errors.AsType[*errs.Error](err) }
