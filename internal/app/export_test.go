package app

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/platform/dbtest"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// run carries out a command of export and gives what it printed.
func runExport(t *testing.T, address string, words ...string) (status int, out, fault string) {
	t.Helper()
	var o, e bytes.Buffer
	args := append(append([]string{"export"}, words...), "--data", t.TempDir(), "--log-level", "error")
	if address != "" {
		args = append(args, "--database-url", address)
	}
	status = Run(t.Context(), args, &o, &e)
	return status, o.String(), e.String()
}

const formTable = "id,service,gross_g,value_sdr,insured,dest_eaeu,dest_forces_cn23,contents,seller,wants_vat0,expected_form\n"

func TestALawyersTableIsJudgedWithOrWithoutADatabase(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "cases.csv")
	if err := os.WriteFile(file, []byte(formTable+"1,small_packet,450,40,0,0,0,goods,individual,0,CN22\n2,parcel,900,20,0,0,0,goods,individual,0,CN22\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	empty := dbtest.EmptyURL(t)
	address := dbtest.URL(t)
	pool, err := pg.Open(t.Context(), address, pg.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	if err := seedLaw(t.Context(), pool); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct{ address, says string }{
		"no database":    {"", "the files of this program"},
		"an empty one":   {empty, "the files of this program"},
		"one with rules": {address, "the database's"},
	} {
		status, out, fault := runExport(t, tt.address, "cases", file)
		if status != 1 || !strings.Contains(out, tt.says) || !strings.Contains(out, "1 of 2 cases hold") || !strings.Contains(fault, "differ") {
			t.Errorf("%s: %d\n%s%s", name, status, out, fault)
		}
	}
}

func TestReplayPrintsADecisionAgainAndWhetherItsChainIsWhole(t *testing.T) {
	t.Parallel()
	address := dbtest.URL(t)
	pool, err := pg.Open(t.Context(), address, pg.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	if err := seedLaw(t.Context(), pool); err != nil {
		t.Fatal(err)
	}
	if _, err := pool.Exec(t.Context(), `insert into sellers (id, slug, name, status) overriding system value values (7, 'len', 'Лён', 'open')`); err != nil {
		t.Fatal(err)
	}
	p := &clearance.Parcel{Number: "E-1", Service: "small_packet", Contents: "goods", Country: "DE", SellerKind: "company", GrossGrams: 300, Currency: "RUB",
		Value: 100, ValueRUB: 100, ValueSDR: 100, Lines: []clearance.Line{{HS: "442019", Sure: true, Text: "Wooden box", Quantity: 1, NetGrams: 200, Value: 100, Origin: "RU", YearMade: 2020, Mass: true}}}
	d, err := clearance.New(pool, time.Now).Decide(t.Context(), p, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	err = pg.InTx(t.Context(), pool, func(tx pgx.Tx) error {
		_, err := clearance.Record(t.Context(), tx, clearance.Subject{Kind: clearance.KindParcel, Number: "E-1", SellerID: 7, Moment: clearance.AtCheckout}, p, d)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	status, out, fault := runExport(t, address, "replay", "E-1", "--at", "2022-04-08")
	for _, want := range []string{"the chain is whole", "refused", "import.eu-833@1", "by what was known then: the same", "by the rules of 2022-04-08: pass", "- 10 import"} {
		if status != 0 || !strings.Contains(out, want) {
			t.Errorf("no %q: %d\n%s%s", want, status, out, fault)
		}
	}
	if status, _, fault := runExport(t, address, "replay", "E-2"); status != 1 || !strings.Contains(fault, "nothing was decided") {
		t.Errorf("an unknown number: %d %s", status, fault)
	}
	if _, err := pool.Exec(t.Context(), `alter table export_decisions disable trigger export_decisions_are_kept; update export_decisions set outcome = 'pass'`); err != nil {
		t.Fatal(err)
	}
	if status, out, _ := runExport(t, address, "replay", "E-1"); status != 1 || !strings.Contains(out, "BROKEN") {
		t.Errorf("after tampering: %d\n%s", status, out)
	}
}
