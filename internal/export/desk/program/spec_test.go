package program_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// spec is a description of an API in OpenAPI 3.1, as far as these tests read one.
type spec struct {
	OpenAPI    string                          `json:"openapi"`
	Paths      map[string]map[string]operation `json:"paths"`
	Components struct {
		Schemas map[string]schema `json:"schemas"`
	} `json:"components"`
}

type operation struct {
	OperationID string              `json:"operationId"`
	Responses   map[string]response `json:"responses"`
}

type response struct {
	Description string `json:"description"`
	Content     map[string]struct {
		Schema schema `json:"schema"`
	} `json:"content"`
}

type schema struct {
	Ref        string            `json:"$ref"`
	Type       string            `json:"type"`
	Format     string            `json:"format"`
	Enum       []string          `json:"enum"`
	Required   []string          `json:"required"`
	Properties map[string]schema `json:"properties"`
	Items      *schema           `json:"items"`
	Additional json.RawMessage   `json:"additionalProperties"`
}

func readSpec(t testing.TB, raw []byte) *spec {
	t.Helper()
	var s spec
	if err := json.Unmarshal(raw, &s); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(s.OpenAPI, "3.1.") {
		t.Fatalf("openapi %q", s.OpenAPI)
	}
	for _, ref := range regexp.MustCompile(`"\$ref":\s*"#/components/schemas/([^"]+)"`).FindAllSubmatch(raw, -1) {
		if _, ok := s.Components.Schemas[string(ref[1])]; !ok {
			t.Errorf("$ref to %s, which is not there", ref[1])
		}
	}
	return &s
}

func (s *spec) routes() (list []string) {
	for path, methods := range s.Paths {
		for method := range methods {
			list = append(list, strings.ToUpper(method)+" "+path)
		}
	}
	slices.Sort(list)
	return list
}

// check holds an answer against its description.
func (s *spec) check(t testing.TB, method, path string, status int, answer any) {
	t.Helper()
	path, _, _ = strings.Cut(path, "?")
	for pattern, methods := range s.Paths {
		like := regexp.MustCompile(`\{[a-z]+\}`).ReplaceAllString(pattern, `[^/]+`)
		op, ok := methods[strings.ToLower(method)]
		if !ok || !regexp.MustCompile("^"+like+"$").MatchString(path) {
			continue
		}
		r, ok := op.Responses[fmt.Sprint(status)]
		kind := "application/json"
		if !ok {
			r, kind = op.Responses["default"], "application/problem+json"
		}
		s.match(t, fmt.Sprintf("%s %s %d", method, path, status), r.Content[kind].Schema, answer)
		return
	}
	t.Errorf("%s %s is not described", method, path)
}

// match says what of a value its schema does not allow.
func (s *spec) match(t testing.TB, at string, want schema, got any) {
	t.Helper()
	if want.Ref != "" {
		want = s.Components.Schemas[want.Ref[strings.LastIndexByte(want.Ref, '/')+1:]]
	}
	switch v := got.(type) {
	case map[string]any:
		s.matchObject(t, at, want, v)
	case []any:
		if want.Type != "array" || want.Items == nil {
			t.Errorf("%s is a list, want %s", at, want.Type)
			return
		}
		for i, item := range v {
			s.match(t, fmt.Sprintf("%s[%d]", at, i), *want.Items, item)
		}
	case string:
		_, timeErr := time.Parse(time.RFC3339, v)
		_, dayErr := time.Parse(time.DateOnly, v)
		if want.Type != "string" || len(want.Enum) > 0 && !slices.Contains(want.Enum, v) || want.Format == "date-time" && timeErr != nil || want.Format == "date" && dayErr != nil {
			t.Errorf("%s is %q, want %s %s %v", at, v, want.Type, want.Format, want.Enum)
		}
	case float64:
		if want.Type != "integer" || v != float64(int64(v)) {
			t.Errorf("%s is %v, want %s", at, v, want.Type)
		}
	case bool:
		if want.Type != "boolean" {
			t.Errorf("%s is %v, want %s", at, v, want.Type)
		}
	default:
		t.Errorf("%s is %v, want %s", at, v, want.Type)
	}
}

func (s *spec) matchObject(t testing.TB, at string, want schema, got map[string]any) {
	t.Helper()
	if want.Type != "object" {
		t.Errorf("%s is an object, want %s", at, want.Type)
		return
	}
	for _, name := range want.Required {
		if _, ok := got[name]; !ok {
			t.Errorf("%s has no %s", at, name)
		}
	}
	for name, value := range got {
		switch of, described := want.Properties[name]; {
		case described:
			s.match(t, at+"."+name, of, value)
		case string(want.Additional) == "false":
			t.Errorf("%s has %s, which is not described", at, name)
		}
	}
}
