package order

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/yarmarka/yarmarka/internal/account"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/sheet"
	"github.com/yarmarka/yarmarka/web"
)

// todayView is a seller's desk.
type todayView struct {
	shopView
	Desk
	Period       period
	Sold, Before []sold          // points of the period and of as long a time before
	Cards        templ.Component // those that lack the most; nil for who only packs
	Manages      bool            // goods and the shop, not only its parcels
}

// today is the first page of a seller's hub: what to do today, what was sold, orders to work on, cards to fill in.
func (h *Handlers) today(w http.ResponseWriter, r *http.Request) error {
	p, err := periodOf(r.URL.Query().Get("days"))
	if err != nil {
		return err
	}
	seller := staffer(r).SellerID
	desk, err := h.Orders.Today(r.Context(), seller, p)
	if err != nil {
		return err
	}
	v := todayView{shopView: h.shop(r, "/seller"), Desk: desk, Period: p,
		Manages: account.SessionOf(r.Context()).Sells(account.Owner, account.Manager)}
	v.Sold, v.Before = p.split(desk.Days, desk.Since)
	if v.Manages && desk.Shop.Goods && h.Lacking != nil {
		if v.Cards, err = h.Lacking(r.Context(), seller, desk.Shop.Ordered); err != nil {
			return err
		}
	}
	return web.Render(w, r, http.StatusOK, todayPage(v))
}

// salesCSV gives the table of sales for spreadsheet programs as they are in Russia.
func (h *Handlers) salesCSV(w http.ResponseWriter, r *http.Request) error {
	p, err := periodOf(r.URL.Query().Get("days"))
	if err != nil {
		return err
	}
	days, since, err := h.Orders.Sales(r.Context(), staffer(r).SellerID, p)
	if err != nil {
		return err
	}
	v := h.shop(r, "/seller").voice
	rows := [][]string{{v.t("order.sales.from"), v.t("order.sales.to"), v.t("order.sales.orders"), v.t("order.sales.sum_rub")}}
	list, _ := p.split(days, since)
	for _, s := range list {
		rows = append(rows, []string{s.From.Format(time.DateOnly), s.To.Format(time.DateOnly), strconv.Itoa(s.Orders),
			strings.Replace(money.Decimal(s.Sum), ".", ",", 1)})
	}
	var b bytes.Buffer
	if err := sheet.WriteCSV(&b, rows, 2, 3); err != nil {
		return err
	}
	head := w.Header()
	head.Set("Content-Type", "text/csv; charset=utf-8")
	head.Set("Content-Disposition", `attachment; filename="sales-`+list[0].From.Format(time.DateOnly)+`-`+list[len(list)-1].To.Format(time.DateOnly)+`.csv"`)
	head.Set("Content-Length", strconv.Itoa(b.Len()))
	head.Set("Cache-Control", "private, no-store")
	_, err = b.WriteTo(w)
	return err
}
