package pg

import (
	"reflect"
	"testing"

	"github.com/jackc/pgx/v5"
)

func TestArgsAreReadAsNamedArguments(t *testing.T) {
	t.Parallel()
	const sql = `select @a, '@quoted', @b::text, @a from t -- @remark`
	for range 2 { // read, and kept
		got, values, err := Args{"b": "two", "a": 1}.RewriteQuery(t.Context(), nil, sql, nil)
		if err != nil {
			t.Fatal(err)
		}
		want, wanted, err := pgx.StrictNamedArgs{"b": "two", "a": 1}.RewriteQuery(t.Context(), nil, sql, nil)
		if err != nil || got != want || !reflect.DeepEqual(values, wanted) {
			t.Errorf("%q %v, want %q %v %v", got, values, want, wanted, err)
		}
		for name, bad := range map[string]Args{"missing": {"a": 1}, "surplus": {"a": 1, "b": 2, "c": 3}, "other": {"a": 1, "c": 3}} {
			if _, _, err := bad.RewriteQuery(t.Context(), nil, sql, nil); err == nil {
				t.Errorf("%s: no error", name)
			}
		}
	}
	if got, values, err := (Args{}).RewriteQuery(t.Context(), nil, `select 1`, nil); err != nil || got != `select 1` || len(values) != 0 {
		t.Errorf("%q %v %v", got, values, err)
	}
}
