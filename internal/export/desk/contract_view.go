package desk

import (
	"context"

	"github.com/yarmarka/yarmarka/web"
)

// meter shows how full the next band of the case's contract is: as it stands now, and no less than the case says.
func (h *Handlers) meter(ctx context.Context, v *itemView, c Case, f *ContractFact) error {
	bands, err := h.Desks.Contracts.Bands(ctx, h.Desks.Now())
	if err != nil {
		return err
	}
	now, known, err := h.Desks.Contracts.Find(ctx, c.SellerID, f.Counterparty, f.Number)
	if err != nil {
		return err
	}
	if known && c.Kind == Currency {
		v.Contract = web.Path(ctx, deskPath(Currency)+"/contracts/"+idText(now.ID))
		if now.FileID != 0 {
			v.ContractFile = v.Contract + "/file"
		}
	}
	meter := bands.Print(ctx, max(now.SumRUB, f.SumRUB), now.Documents()...)
	v.Meter = &meter
	return nil
}
