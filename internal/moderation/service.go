package moderation

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/web/ui"
)

// Service keeps the queue and takes decisions.
type Service struct {
	db    pg.DB
	now   func() time.Time
	kinds map[string]Kind
	// OnDecision, when set, runs in the transaction of every decision: wiring sends mails with it.
	OnDecision func(ctx context.Context, tx pg.DB, r Request) error
}

// New makes the service; kinds may also be registered later, before the first request.
func New(db pg.DB, now func() time.Time, kinds ...Kind) *Service {
	s := &Service{db: db, now: now, kinds: map[string]Kind{}}
	for _, k := range kinds {
		s.Register(k)
	}
	return s
}

// Register teaches the desk a kind of target.
func (s *Service) Register(k Kind) { s.kinds[k.Name] = k }

// Proposal is what Submit is given.
type Proposal struct {
	Kind        string
	TargetID    int64
	SellerID    int64
	AuthorID    int64
	Title       string
	BaseVersion int
	Patch       any
	Reasons     []Reason
	// Trusted lets the change through at once when its risk is low.
	Trusted bool
}

// Submit puts a proposal into the queue within the caller's transaction, or applies it at once when
// a trusted author's risk is low. A shop's earlier open request for the same target is replaced;
// another shop's is ErrOpen. Call it as the owner of the tables, not inside pg.AsSeller.
func (s *Service) Submit(ctx context.Context, tx pg.DB, p Proposal) (r Request, err error) {
	defer errs.Wrap(&err, "moderation.Submit(%s %d)", p.Kind, p.TargetID)
	patch, err := json.Marshal(p.Patch)
	if err != nil {
		return r, err
	}
	now := s.now()
	risk := Risk(p.Reasons)
	due := now.Add(dueIn(risk))
	r = Request{Kind: p.Kind, TargetID: p.TargetID, SellerID: p.SellerID, AuthorID: p.AuthorID, Title: p.Title,
		BaseVersion: p.BaseVersion, Patch: patch, Status: Submitted, Risk: risk, Reasons: p.Reasons, SubmittedAt: &now, Due: &due}
	if p.TargetID != 0 {
		have, ok, err := lockOpen(ctx, tx, p.Kind, p.TargetID)
		if err != nil {
			return r, err
		}
		if ok && have.SellerID != p.SellerID {
			return r, ErrOpen
		}
		r.ID = have.ID
	}
	if r, err = saveRequest(ctx, tx, r); err != nil {
		return r, err
	}
	if err := insertDecision(ctx, tx, r, p.AuthorID, "submitted"); err != nil {
		return r, err
	}
	if p.Trusted && risk <= LowRisk {
		r.Automatic = true
		return s.decide(ctx, tx, r, 0, Approved)
	}
	return r, nil
}

// Cancel takes a shop's own open request back, within the caller's transaction.
func (s *Service) Cancel(ctx context.Context, tx pg.DB, sellerID, id int64) (err error) {
	defer errs.Wrap(&err, "moderation.Cancel(%d)", id)
	r, err := lockRequest(ctx, tx, id)
	if err != nil {
		return err
	}
	if r.SellerID != sellerID {
		return errs.New(errs.NotFound, "error.not_found")
	}
	if !r.Open() && r.Status != ChangesRequested && r.Status != Draft {
		return ErrDecided
	}
	_, err = s.decide(ctx, tx, r, 0, Cancelled)
	return err
}

// Claim gives the moderator the riskiest request of the kinds that nobody has, or the one they have
// already. It answers false when the queue is empty.
func (s *Service) Claim(ctx context.Context, moderatorID int64, kinds []string) (r Request, ok bool, err error) {
	defer errs.Wrap(&err, "moderation.Claim")
	err = pg.InTx(ctx, s.db, func(tx pgx.Tx) error {
		r, ok, err = claimNext(ctx, tx, moderatorID, kinds, s.now(), s.now().Add(Lease))
		return err
	})
	return r, ok, err
}

// ClaimOne gives the moderator a certain request; ErrTaken when somebody else has it.
func (s *Service) ClaimOne(ctx context.Context, moderatorID, id int64) (err error) {
	defer errs.Wrap(&err, "moderation.ClaimOne(%d)", id)
	ok, err := claimOne(ctx, s.db, moderatorID, id, s.now(), s.now().Add(Lease))
	if err == nil && !ok {
		return ErrTaken
	}
	return err
}

// Skip gives a request back to the queue.
func (s *Service) Skip(ctx context.Context, moderatorID, id int64) error {
	return releaseLease(ctx, s.db, moderatorID, id)
}

// Approve applies a change. ErrStale when its target changed meanwhile: the author has to look again.
func (s *Service) Approve(ctx context.Context, actorID, id int64) error {
	return s.judge(ctx, actorID, id, Approved, "", "")
}

// Reject refuses a change for good, with a reason of the kind and words to the author.
func (s *Service) Reject(ctx context.Context, actorID, id int64, code, note string) error {
	return s.judge(ctx, actorID, id, Rejected, code, note)
}

// AskChanges sends a change back to its author, with a reason of the kind and words to the author.
func (s *Service) AskChanges(ctx context.Context, actorID, id int64, code, note string) error {
	return s.judge(ctx, actorID, id, ChangesRequested, code, note)
}

func (s *Service) judge(ctx context.Context, actorID, id int64, status, code, note string) (err error) {
	defer errs.Wrap(&err, "moderation.judge(%d %s)", id, status)
	return pg.InTx(ctx, s.db, func(tx pgx.Tx) error {
		r, err := lockRequest(ctx, tx, id)
		if err != nil {
			return err
		}
		if !r.Open() {
			return ErrDecided
		}
		if r.ReviewerID != 0 && r.ReviewerID != actorID && r.AssignedUntil != nil && r.AssignedUntil.After(s.now()) {
			return ErrTaken
		}
		if err := s.checkReason(r, status, code, note); err != nil {
			return err
		}
		r.Code, r.Note = code, note
		before := r.Status
		if r, err = s.decide(ctx, tx, r, actorID, status); err != nil {
			return err
		}
		return Audit(ctx, tx, Act{ActorID: actorID, Name: "moderation." + status, Kind: r.Kind, TargetID: r.TargetID,
			Before: map[string]any{"request": r.ID, "status": before},
			After:  map[string]any{"request": r.ID, "status": status, "code": code, "note": note}})
	})
}

func (s *Service) checkReason(r Request, status, code, note string) error {
	if status == Approved {
		return nil
	}
	var fields []errs.Field
	if !slices.Contains(s.kinds[r.Kind].Codes, code) {
		fields = append(fields, errs.Field{Name: "code", Key: "moderation.choose_code"})
	}
	if strings.TrimSpace(note) == "" {
		fields = append(fields, errs.Field{Name: "note", Key: "moderation.write_note"})
	}
	return errs.Fields(fields)
}

// decide writes the end of a locked request and lets the kind apply it.
func (s *Service) decide(ctx context.Context, tx pg.DB, r Request, actorID int64, status string) (Request, error) {
	if status == Approved {
		if err := s.apply(ctx, tx, r); err != nil {
			return r, err
		}
	}
	now := s.now()
	r.Status, r.ReviewerID, r.DecidedAt, r.AssignedUntil = status, actorID, &now, nil
	if err := closeRequest(ctx, tx, r); err != nil {
		return r, err
	}
	if err := insertDecision(ctx, tx, r, actorID, status); err != nil {
		return r, err
	}
	if s.OnDecision != nil {
		return r, s.OnDecision(ctx, tx, r)
	}
	return r, nil
}

func (s *Service) apply(ctx context.Context, tx pg.DB, r Request) error {
	kind, ok := s.kinds[r.Kind]
	if !ok {
		return errs.New(errs.NotFound, "moderation.unknown_kind")
	}
	if r.TargetID != 0 {
		version, err := kind.Version(ctx, tx, r.TargetID)
		if err != nil {
			return err
		}
		if version != r.BaseVersion {
			return ErrStale
		}
	}
	return kind.Apply(ctx, tx, r)
}

// Get finds a request.
func (s *Service) Get(ctx context.Context, id int64) (Request, error) {
	return getRequest(ctx, s.db, id)
}

// Diff says what a request would change.
func (s *Service) Diff(ctx context.Context, r Request) ([]Field, error) {
	kind, ok := s.kinds[r.Kind]
	if !ok {
		return nil, errs.New(errs.NotFound, "moderation.unknown_kind")
	}
	if kind.Diff == nil {
		return nil, nil
	}
	return kind.Diff(ctx, s.db, r)
}

// Show gives what has to be looked at besides the fields of a request: of many things n, from the from-th.
func (s *Service) Show(ctx context.Context, r Request, from, n int) (Shown, error) {
	kind, ok := s.kinds[r.Kind]
	if !ok || kind.Show == nil {
		return Shown{}, nil
	}
	return kind.Show(ctx, s.db, r, from, n)
}

// Pics are the pictures that stand for requests of one kind, by their targets.
func (s *Service) Pics(ctx context.Context, kind string, list []Request) (map[int64]ui.Pic, error) {
	k := s.kinds[kind]
	if k.Pics == nil || len(list) == 0 {
		return nil, nil
	}
	targets := make([]int64, len(list))
	for i, r := range list {
		targets[i] = r.TargetID
	}
	return k.Pics(ctx, s.db, targets)
}

// CodesOf lists the reasons a refusal of the request may name.
func (s *Service) CodesOf(r Request) []string { return s.kinds[r.Kind].Codes }
