package desk

import (
	"context"
	"time"

	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// Event is a line of a case's trail, as it is read.
type Event struct {
	ID      int64
	ActorID int64
	Name    string // of the person, "" when it was the program or the person is gone
	Actor   string // program, officer or seller
	ByKey   bool   // through the API
	Act     string
	Reason  string // the code of a refusal, or Inspection
	Note    string
	FileID  int64
	File    string // its name as it was sent
	At      time.Time
}

const eventColumns = `e.id, coalesce(e.actor_id, 0) as actor_id, coalesce(p.name, '') as name, e.actor, e.key_id is not null as by_key, e.act, coalesce(e.detail->>'reason', '') as reason, e.note,
	coalesce(e.file_id, 0) as file_id, coalesce(f.name, '') as file, e.at`

func listEvents(ctx context.Context, db pg.DB, caseID int64) ([]Event, error) {
	return pg.List[Event](ctx, db, `select `+eventColumns+` from export_case_events e left join people p on p.id = e.actor_id left join media_files f on f.id = e.file_id
		where e.case_id = $1 order by e.id`, caseID)
}

// listOwnEvents is the trail as its seller reads it: what was found is not yet theirs to know, and officers have no names.
func listOwnEvents(ctx context.Context, db pg.DB, sellerID, caseID int64) ([]Event, error) {
	return pg.List[Event](ctx, db, `
		select e.id, coalesce(e.actor_id, 0) as actor_id, '' as name, e.actor, false as by_key, e.act, coalesce(e.detail->>'reason', '') as reason, e.note, coalesce(e.file_id, 0) as file_id, coalesce(f.name, '') as file, e.at
		from export_case_events e left join media_files f on f.id = e.file_id
		where e.seller_id = $1 and e.case_id = $2 and e.act in ('opened', 'note', 'more', 'seller_answer', 'release', 'refuse') order by e.id`, sellerID, caseID)
}

const paperColumns = `o.id, o.kind, o.outcome, o.number, o.issued_on as date, o.authority, o.body as text, coalesce(o.file_id, 0) as file_id,
	coalesce(o.attached_id, 0) as attached_id, o.valid_until`

func listPapers(ctx context.Context, db pg.DB, caseID int64) ([]Document, error) {
	return pg.List[Document](ctx, db, `select `+paperColumns+` from export_opinions o where o.case_id = $1 order by o.id`, caseID)
}

// holdsFile says whether a file lies in a case, whoever put it there.
func holdsFile(ctx context.Context, db pg.DB, caseID, fileID int64) (bool, error) {
	return pg.Scalar[bool](ctx, db, `
		select exists (select from export_case_events where case_id = $1 and file_id = $2)
			or exists (select from export_opinions where case_id = $1 and $2 in (file_id, attached_id))`, caseID, fileID)
}

// filesHeld is what a seller has sent to a case.
type filesHeld struct {
	Files int
	Bytes int64
}

func sumFiles(ctx context.Context, db pg.DB, caseID int64) (filesHeld, error) {
	return pg.One[filesHeld](ctx, db, `
		select count(*)::int as files, coalesce(sum(f.bytes), 0)::bigint as bytes
		from export_case_events e join media_files f on f.id = e.file_id where e.case_id = $1 and e.actor = 'seller'`, caseID)
}

func listOf(ctx context.Context, db pg.DB, sellerID int64, done bool, before int64, limit int) ([]Case, error) {
	return pg.List[Case](ctx, db, `select `+caseColumns+` from export_cases c
		where c.seller_id = $1 and ($3::bigint = 0 or ((c.state <> 'waiting_seller'), -c.id) > ($2::boolean, -$3::bigint))
		order by (c.state <> 'waiting_seller'), c.id desc limit $4`, sellerID, done, before, limit)
}

func getOwn(ctx context.Context, db pg.DB, sellerID, id int64) (Case, error) {
	return pg.One[Case](ctx, db, `select `+caseColumns+` from export_cases c where c.seller_id = $1 and c.id = $2`, sellerID, id)
}

func lockOwn(ctx context.Context, tx pg.DB, sellerID, id int64) (Case, error) {
	return pg.One[Case](ctx, tx, `select `+caseColumns+` from export_cases c where c.seller_id = $1 and c.id = $2 for update`, sellerID, id)
}

// lockOpen finds the undecided case about a subject.
func lockOpen(ctx context.Context, tx pg.DB, k Kind, subject, number string) (Case, bool, error) {
	return pg.Opt[Case](ctx, tx, `select `+caseColumns+` from export_cases c
		where c.kind = $1 and c.subject = $2 and c.subject_number = $3 and c.state <> 'decided' for update`, k, subject, number)
}

// listOfContract reads at most fifty cases about a contract, which is named by its id, and about parcels under it.
func listOfContract(ctx context.Context, db pg.DB, sellerID int64, id, counterparty, number string) ([]Case, error) {
	return pg.List[Case](ctx, db, `select `+caseColumns+` from export_cases c
		where c.seller_id = $1 and c.kind = 'currency' and (c.subject = 'contract' and c.subject_number = $2
			or c.facts #>> '{contract,counterparty}' = $3 and c.facts #>> '{contract,number}' = $4)
		order by c.id desc limit 50`, sellerID, id, counterparty, number)
}
