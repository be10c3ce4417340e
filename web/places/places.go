// Package places is the side navigation of the two workplaces, the seller's hub and the operator's
// desk: modules own the pages, and this list keeps them one place each. It knows only addresses.
package places

import (
	"context"
	"embed"

	"github.com/a-h/templ"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web"
	"github.com/yarmarka/yarmarka/web/ui"
)

//go:embed messages.*.toml
var messages embed.FS

var _ = i18n.MustRegister(messages)

type place struct{ key, path, icon string }

var hub = []place{
	{"places.hub.today", "/seller", "home"},
	{"places.hub.orders", "/seller/orders", "package"},
	{"places.hub.listings", "/seller/listings", "tag"},
	{"places.hub.imports", "/seller/imports", "upload"},
	{"places.hub.shipping", "/seller/shipping", "truck"},
	{"places.hub.export", "/seller/export", "plane"},
	{"places.hub.shop", "/seller/shop", "store"},
}

var desk = []place{
	{"places.desk.today", "/admin", "home"},
	{"places.desk.moderation", "/admin/moderation", "shield"},
	{"places.desk.sellers", "/admin/sellers", "store"},
	{"places.desk.orders", "/admin/orders", "package"},
	{"places.desk.export", "/export/desks", "globe"},
	{"places.desk.parcels", "/admin/export", "plane"},
	{"places.desk.rules", "/admin/export/rules", "scale"},
	{"places.desk.payments", "/admin/payments", "wallet"},
	{"places.desk.goods", "/admin/goods", "tag"},
	{"places.desk.categories", "/admin/categories", "grid"},
	{"places.desk.people", "/admin/people", "users"},
	{"places.desk.audit", "/admin/audit", "file"},
}

// Hub is the navigation of the seller's hub; current is the path of the place a page belongs to.
func Hub(ctx context.Context, current string) []web.NavItem { return items(ctx, hub, current) }

// export are the pages under the hub's place for selling abroad.
var export = []place{
	{"places.export.overview", "/seller/export", ""},
	{"places.export.goods", "/seller/export/goods", ""},
	{"places.export.parcels", "/seller/export/parcels", ""},
	{"places.export.cases", "/seller/export/cases", ""},
	{"places.export.vat", "/seller/export/vat", ""},
	{"places.export.contracts", "/seller/export/contracts", ""},
	{"places.export.terms", "/seller/export/terms", ""},
}

// Export is the navigation of the hub and the strip of tabs for a page about selling abroad; current is the page's path
// or that of the tab it belongs to.
func Export(ctx context.Context, current string) (nav []web.NavItem, tabs []ui.Tab) {
	for _, p := range export {
		tabs = append(tabs, ui.Tab{Label: i18n.T(ctx, p.key), Href: web.Path(ctx, p.path), Current: p.path == current})
	}
	return Hub(ctx, "/seller/export"), tabs
}

// ExportTabs shows the strip.
func ExportTabs(ctx context.Context, current string) templ.Component {
	_, tabs := Export(ctx, current)
	return ui.Tabs(i18n.T(ctx, "places.hub.export"), tabs)
}

// HubTitle names the seller's hub.
func HubTitle(ctx context.Context) string { return i18n.T(ctx, "places.hub") }

// adminOnly are places a moderator has no business in.
var adminOnly = map[string]bool{"/admin/payments": true, "/admin/people": true, "/admin/audit": true, "/admin/orders": true, "/export/desks": true, "/admin/export": true, "/admin/export/rules": true}

// Desk is the navigation of the operator's desk, with what the visitor's role may open.
func Desk(ctx context.Context, current string) []web.NavItem {
	all := items(ctx, desk, current)
	if web.ShellFrom(ctx).Person.Admin {
		return all
	}
	var open []web.NavItem
	for _, item := range all {
		if !adminOnly[item.Path] {
			open = append(open, item)
		}
	}
	return open
}

var desks = []place{
	{"places.desks.all", "/export/desks", "home"},
	{"places.desks.culture", "/export/desks/culture", "stamp"},
	{"places.desks.currency", "/export/desks/currency", "scale"},
	{"places.desks.customs", "/export/desks/customs", "package"},
	{"places.desks.keys", "/export/desks/keys", "key"},
}

// Desks is the navigation of the export desks: all of them for an admin, an officer's own otherwise.
func Desks(ctx context.Context, current string) []web.NavItem {
	who := web.ShellFrom(ctx).Person
	var open []web.NavItem
	for _, item := range items(ctx, desks, current) {
		if who.Admin || item.Path == "/export/desks/"+who.Desk || item.Path == "/export/desks/keys" {
			open = append(open, item)
		}
	}
	return open
}

// DesksTitle names them.
func DesksTitle(ctx context.Context) string { return i18n.T(ctx, "places.desks") }

// DeskTitle names the operator's desk.
func DeskTitle(ctx context.Context) string { return i18n.T(ctx, "places.desk") }

func items(ctx context.Context, places []place, current string) []web.NavItem {
	shell, list := web.ShellFrom(ctx), make([]web.NavItem, len(places))
	for k, p := range places {
		list[k] = web.NavItem{Label: i18n.T(ctx, p.key), Path: p.path, Icon: p.icon, Count: shell.WaitingAt(p.path), Current: p.path == current}
	}
	return list
}
