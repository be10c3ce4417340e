package curation

import (
	"context"
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/seller"
	"github.com/yarmarka/yarmarka/internal/moderation"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/form"
	"github.com/yarmarka/yarmarka/internal/platform/paging"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

// cardTabs are the states the list of all cards can be narrowed to.
var cardTabs = []string{"", catalog.CardPublished, catalog.CardDraft, catalog.CardBlocked}

// adminGoods lists all cards, the newest first, or those a search finds.
func (h *Handlers) adminGoods(w http.ResponseWriter, r *http.Request) error {
	ctx, q := r.Context(), r.URL.Query()
	f := cardFilter{Query: asked(r), Seller: form.Clean(q.Get("seller"))}
	for _, status := range cardTabs {
		if q.Get("status") == status {
			f.Status = status
		}
	}
	if _, err := paging.Decode(q.Get("after"), &f.Before); err != nil {
		return err
	}
	cards, err := searchCards(ctx, h.s.db, f, paging.DefaultSize+1)
	if err != nil {
		return err
	}
	page, err := paging.Cut(cards, paging.DefaultSize, func(c adminCard) any { return c.ID })
	if err != nil {
		return err
	}
	tree, err := h.s.cards.Tree(ctx)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, adminGoodsTempl(printGoods(ctx, tree, f, page)))
}

func (h *Handlers) cardAsked(r *http.Request) (catalog.Card, error) {
	card, err := catalog.CardAt(r.Context(), h.s.db, chi.URLParam(r, "product"))
	if errs.Is(err, errs.NotFound) {
		return card, errs.New(errs.NotFound, "catalog.product.not_found")
	}
	return card, err
}

func (h *Handlers) adminCard(w http.ResponseWriter, r *http.Request) error {
	return h.showCard(w, r, nil, "")
}

// showCard shows a card as it stands now; problem is what was refused, reason what was typed.
func (h *Handlers) showCard(w http.ResponseWriter, r *http.Request, problem error, reason string) error {
	ctx := r.Context()
	card, err := h.cardAsked(r)
	if err != nil {
		return err
	}
	tree, err := h.s.cards.Tree(ctx)
	if err != nil {
		return err
	}
	authors, err := seller.ByIDs(ctx, h.s.db, []int64{card.AuthorID})
	if err != nil {
		return err
	}
	offers, err := listCardOffers(ctx, h.s.db, card.ID, maxFound)
	if err != nil {
		return err
	}
	log, err := moderation.AuditOf(ctx, h.s.db, "card", card.ID, maxHistory)
	if err != nil {
		return err
	}
	v := printAdminCard(ctx, tree, card, authors[card.AuthorID], offers, h.s.now())
	v.History, v.Reason, v.Errs = printHistory(ctx, log, h.s.now()), reason, ui.ErrsOf(ctx, problem)
	status := http.StatusOK
	if problem != nil {
		status = web.StatusOf(problem)
	}
	return web.Render(w, r, status, adminCardTempl(v))
}

const maxBlockReason = 1000

func (h *Handlers) blockCard(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(r)
	if err != nil {
		return err
	}
	reason := f.Required("note", maxBlockReason)
	return h.moveCard(w, r, f.Err(), reason, "blocked", func(ctx context.Context, by, id int64) error {
		return h.s.BlockCard(ctx, by, id, true, reason)
	})
}

func (h *Handlers) unblockCard(w http.ResponseWriter, r *http.Request) error {
	return h.moveCard(w, r, nil, "", "unblocked", func(ctx context.Context, by, id int64) error {
		return h.s.BlockCard(ctx, by, id, false, "")
	})
}

func (h *Handlers) moveCard(w http.ResponseWriter, r *http.Request, problem error, reason, done string, act func(ctx context.Context, by, id int64) error) error {
	card, err := h.cardAsked(r)
	if err != nil {
		return err
	}
	if problem == nil {
		problem = act(r.Context(), account.SessionOf(r.Context()).PersonID, card.ID)
	}
	if errs.Is(problem, errs.Invalid) || errs.Is(problem, errs.Conflict) {
		return h.showCard(w, r, problem, reason)
	}
	if problem != nil {
		return problem
	}
	return web.RedirectFlash(w, r, adminCardPath(card.Slug), web.Flash{Kind: ui.OK, Key: "curation.card_" + done})
}

func adminCardPath(slug string) string { return "/admin/goods/" + slug }
