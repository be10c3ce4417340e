package ui_test

import (
	"bytes"
	"context"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/htmltest"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/web/static"
	"github.com/yarmarka/yarmarka/web/ui"
)

// gallery holds every component once, with each of its states.
func gallery(ctx context.Context) []templ.Component {
	all := append(forms(ctx), goods()...)
	return append(append(all, words()...), work()...)
}

func words() []templ.Component {
	h1 := templ.Raw(`<h1>Образцы</h1>`)
	text := templ.Raw("<p>Текст</p>")
	return []templ.Component{h1,
		ui.Button(ui.Btn{Label: "Купить", Kind: ui.Buy, Size: ui.Large}), ui.Button(ui.Btn{Label: "Дальше", Href: "/next", Icon: "right"}),
		ui.Button(ui.Btn{Label: "Мягкая", Kind: ui.Soft}), ui.Button(ui.Btn{Label: "Контур", Kind: ui.Outline, Key: "A"}),
		ui.Button(ui.Btn{Label: "Текст", Kind: ui.Plain, Disabled: true}), ui.Button(ui.Btn{Label: "Удалить", Kind: ui.Bad, Size: ui.Small, Icon: "trash"}),
		ui.Button(ui.Btn{Label: "Печать", Icon: "print", IconOnly: true, Type: "button", Attrs: templ.Attributes{"data-print": true}}),
		with(ui.Note(ui.Info), text), with(ui.Note(ui.OK), text), ui.NoteText(ui.Warn, "Цена изменилась"), ui.NoteText(ui.Bad, "Закончился"),
		ui.Badge(ui.Tag{Label: "В пути", Kind: ui.OK, Icon: "truck"}), ui.Badge(ui.Tag{Label: "Черновик"}),
		ui.Chips("Примеры", []ui.Filter{{Label: "кофе", Href: "/search?q=кофе"}, {Label: "14 дней", Href: "?d=14", On: true}, {Label: "Сталь", Href: "?x", On: true, Remove: true}}),
		with(ui.Panel(ui.Card{ID: "pn", Title: "Оплата", Under: "картой"}), text), with(ui.Panel(ui.Card{Kind: ui.Sunk}), text),
		with(ui.Panel(ui.Card{ID: "fl", Title: "Заказы", Flush: true, Extra: ui.Badge(ui.Tag{Label: "9"})}), text),
		ui.SecHead(ui.Head{ID: "cats", Title: "Категории", More: ui.Link{Label: "Все", Href: "/"}}),
		ui.Empty(ui.Nothing{Title: "Пусто", Text: "Ничего нет", Image: "/media/art/parcel-malachite.svg", Actions: []ui.Btn{{Label: "Искать", Href: "/search"}}}),
		ui.Avatar("Тула Жернов", "am"), ui.Live("say", "Готово"), ui.Icon("truck"), ui.IconS("check"), ui.IconL("cart"), ui.IconMark("error", ui.Bad),
		ui.Crumbs([]ui.Link{{Label: "Кухня", Href: "/c/kitchen"}, {Label: "Кофемолки"}}), ui.Back(ui.Link{Label: "В корзину", Href: "/cart"}),
		ui.Tabs("Где нашли", []ui.Tab{{Label: "Товары", Href: "?k=goods", Count: "391", Current: true}, {Label: "Магазины", Href: "?k=shops", Count: "0"}}),
		ui.Pager(ui.Pages{First: "?", Prev: "?before=1", Next: "?after=2"}), ui.Pager(ui.Pages{}),
		ui.Steps([]ui.Step{{Label: "Доставка", Done: true}, {Label: "Получатель", Now: true}, {Label: "Оплата"}}),
	}
}

func forms(ctx context.Context) []templ.Component {
	problems := ui.ErrsOf(ctx, errs.Fields([]errs.Field{{Name: "phone", Key: "ui.close"}, {Name: "pay", Key: "ui.reset"}}))
	pay := []ui.Choice{{Value: "sandbox", Label: "Учебная оплата", Hint: "Без денег"}, {Value: "invoice", Label: "Счёт", Hint: "Для организаций", Extra: "0 ₽"}}
	codes := []ui.Choice{{Value: "k04", Code: "К-04", Label: "Лишние обещания"}, {Value: "k11", Code: "К-11", Label: "Нет документа", Disabled: true}}
	return []templ.Component{ui.Errsum(problems), ui.Errsum(nil),
		ui.Field(ui.Input{Name: "phone", Label: "Телефон", Hint: "С кодом", Err: problems.Of("phone"), Width: "m", Type: "tel", InputMode: "tel", Autocomplete: "tel"}),
		ui.Field(ui.Input{Name: "city", ID: "city-2", Label: "Город", Value: `"Тула" <b>`, Required: true, MaxLength: 80}),
		ui.Select(ui.Sel{Name: "cat", Label: "Категория", Value: "2", Options: []ui.Option{{Value: "1", Label: "Чай", Group: "Еда"}, {Value: "2", Label: "Кофе", Group: "Еда"}, {Value: "3", Label: "Лампы"}}}),
		ui.Textarea(ui.Area{Name: "desc", Label: "Описание", Value: "строка", Err: "Коротко"}),
		ui.Radios(ui.Choices{Name: "pay", Legend: "Оплата", Value: "invoice", Card: true, Options: pay, Err: problems.Of("pay")}),
		ui.Checkboxes(ui.Choices{Name: "code", Legend: "Причина", Values: []string{"k04"}, Small: true, Columns: true, Options: codes}),
		ui.Check(ui.Box{Name: "other", Label: "Заберёт другой", Hint: "С паспортом", Card: true, Checked: true}), ui.Check(ui.Box{Name: "terms", Label: "Согласие", Err: "Отметьте"}),
		ui.File(ui.Upload{Name: "photo", Label: "Выбрать файлы", Hint: "JPEG до 20 МБ", Accept: "image/*", Multiple: true}),
		inForm(ui.Qty(ui.Amount{ID: "q1", Value: "2", What: "Кофемолка", Max: 2})), ui.Hidden("offer", "7"),
	}
}

func goods() []templ.Component {
	price := ui.Money{Now: "4 290 ₽", Was: "5 600 ₽", Off: "−23 %", Proof: "Минимум за 30 дней", Low: true}
	photo := ui.Pic{Src: "/media/a.jpg", SrcSet: "/media/a.jpg 400w", WebP: "/media/a.webp 400w", Sizes: "200px"}
	product := ui.Product{ID: "7", Offer: "70", Title: "Кофемолка ручная «Тула», стальные жернова, 25 г", Href: "/p/tula", Pic: ui.Pic{Src: "/media/art/grinder-malachite.svg"},
		Price: price, Rating: ui.Rating{Value: "4,8", Count: "1 284"}, Seller: "Тулажернов", Delivery: "Завтра, 0 ₽", Wished: true, Specs: []string{"Сталь 420", "25 г"}}
	gone := ui.Product{ID: "8", Title: "Турка", Href: "/p/turka", Pic: photo, Mark: "Новинка", Gone: "Нет в наличии"}
	return []templ.Component{ui.Price(price), ui.Price(ui.Money{Now: "540 ₽", Size: ui.Small}), ui.Rate(ui.Rating{Value: "4,8", Count: "1 284 отзыва", Href: "#reviews"}),
		ui.Stars(3), ui.Bars("Оценки", []ui.Bar{{Label: "5", Percent: 84, Text: "84 %"}}), ui.Meter(58, "Заполнено 58 %"),
		ui.Prods([]ui.Product{product, gone, {Title: "Ссылка", Href: "/p/x", Pic: photo}}), ui.Prow(product), ui.Gallery([]ui.Pic{{Src: "/media/art/grinder-malachite.svg", Alt: "Спереди"}, photo}),
		ui.Swatches([]ui.Swatch{{Label: "Малахит", Href: "?v=1", Image: "/media/art/grinder-malachite.svg", Current: true}, {Label: "Мел", Href: "?v=2", Image: "/media/art/grinder-chalk.svg", Gone: true}}),
		ui.Choose([]ui.Filter{{Label: "15 г", Href: "?v=3"}, {Label: "25 г", Href: "?v=1", On: true}}),
		with(ui.Buybar(price), ui.Button(ui.Btn{Label: "В корзину", Kind: ui.Buy})),
		ui.Facets(ui.Filters{Action: "/search", Keep: []ui.Pair{{Key: "q", Value: "кофе"}}, Apply: "Показать 391", Target: "found", Groups: []ui.Facet{
			{Title: "Категория", Links: []ui.Link{{Label: "Кофемолки", Href: "/c/grinders", Current: true}}, Counts: []string{"391"}},
			{Title: "Цена, ₽", Name: "price", Range: &ui.Range{Min: "100", HintMax: "24 900", LabelMin: "Цена от", LabelMax: "Цена до"}},
			{Title: "Жернова", Name: "a.burr", Values: []string{"st"}, Options: []ui.Choice{{Value: "st", Label: "Сталь", Extra: "734"}}, More: []ui.Choice{{Value: "ti", Label: "Титан", Extra: "25"}}}}}),
		ui.Chosen([]ui.Filter{{Label: "Сталь", Href: "?"}, {Label: "25 г", Href: "?"}}, "/search?q=кофе"),
		ui.SortForm(ui.Sort{Action: "/search", Value: "price", Options: []ui.Option{{Value: "price", Label: "Дешевле"}}}),
		inList(with(ui.Line(ui.CartLine{Title: "Кофемолка", Href: "/p/tula", Image: "/media/art/grinder-malachite.svg", Variant: "Малахит", Price: price,
			Mark: ui.Tag{Label: "Было 3 150 ₽", Kind: ui.Warn}, Notice: ui.NoteText(ui.Bad, "Закончился"), Select: ui.Box{Name: "sel", ID: "sel1", Label: "Выбрать", HideLabel: true, Small: true}}), templ.NopComponent)),
	}
}

func work() []templ.Component {
	now := time.Date(2026, 11, 21, 11, 22, 12, 0, time.UTC)
	return []templ.Component{
		ui.Hold(ui.HoldTime{Until: now.Add(468 * time.Second), Now: now, Whole: 10 * time.Minute, Clock: "14:30", Extend: "Продлить на 10 мин"}),
		ui.Timeline([]ui.Event{{Label: "Оплачен", State: ui.Done}, {Label: "Таможня", State: ui.Here, Sub: []ui.Event{{Label: "Право на вывоз", State: ui.Done}}}, {Label: "Доставка", State: ui.Ahead}, {Label: "Отказ", Note: "нет адреса", State: ui.Fail}}),
		ui.KV([]ui.Pair{{Key: "Трек", Value: "EE 123"}}), ui.Specs([]ui.Pair{{Key: "Вес", Value: "540 г"}}), ui.Sum([]ui.Pair{{Key: "Товары", Value: "100 ₽"}, {Key: "Итого", Value: "100 ₽", Total: true}}),
		ui.Table(ui.Grid{Caption: "Заказы", Head: []ui.Col{{Title: "Заказ"}, {Title: "Куда", Label: true}, {Title: "Сумма", Right: true}, {Title: "Действие", Sr: true}},
			Rows: []ui.Row{{On: true, TestID: "order-1", Cells: []ui.Cell{{Text: "Я-8RT1", Href: "/orders/1", Under: "до 14:00"}, ui.Text("Казань"), {Text: "12 400 ₽", Bold: true}, ui.Node(ui.Badge(ui.Tag{Label: "Собрать", Kind: ui.Warn}))}}}}),
		ui.Stat(ui.Figure{Label: "Продажи", Value: "673 тыс. ₽", Note: "+24 %", Trend: "up"}), ui.Task(ui.Todo{Count: "5", Title: "Собрать", Note: "до 14:00", Href: "/seller/orders", Hot: true}),
		ui.Steplines(ui.Chart{ID: "ph", Title: "Цена за 30 дней", From: "22 окт", To: "сегодня", High: "5 600 ₽", Last: "4 290 ₽", Now: []ui.Point{{At: 0, Value: 560000}, {At: 0.6, Value: 429000}, {At: 1, Value: 429000}}}),
		ui.Steplines(ui.Chart{ID: "flat", Title: "Цена не менялась", Now: []ui.Point{{At: 0, Value: 100}, {At: 1, Value: 100}}}),
		ui.Lines(ui.Chart{ID: "sl", Title: "Продажи", Desc: "От 31 до 72", High: "72", Now: []ui.Point{{At: 0, Value: 31, Label: "8 ноя"}, {At: 1, Value: 72, Label: "20 ноя"}}, Past: []ui.Point{{At: 0, Value: 25}, {At: 1, Value: 49}}}),
		ui.Diff(ui.Change{Rows: []ui.ChangeRow{{Field: "Название", Before: []ui.Part{{Text: "Чайник "}, {Kind: "del", Text: "700"}}, After: []ui.Part{{Text: "Чайник "}, {Kind: "ins", Text: "900"}}, Note: "изменено"}}}),
		ui.Qitem(ui.Queued{Title: "Чайник", Href: "/admin/moderation/1", Note: "Гжель", Tag: ui.Tag{Label: "риск 72", Kind: ui.Bad}, Current: true}), ui.Kbd("J"),
	}
}

func with(parent, children templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return parent.Render(templ.WithChildren(ctx, children), w)
	})
}

func wrapped(open string, c templ.Component, end string) templ.Component {
	return templ.Join(templ.Raw(open), c, templ.Raw(end))
}

func inForm(c templ.Component) templ.Component {
	return wrapped(`<form method="post" action="/x">`, c, `</form>`)
}
func inList(c templ.Component) templ.Component { return wrapped(`<ul class="fl">`, c, `</ul>`) }

func render(t *testing.T, lang i18n.Lang) string {
	t.Helper()
	ctx := i18n.WithLang(context.Background(), lang)
	var b bytes.Buffer
	b.WriteString("<main>")
	for i, c := range gallery(ctx) {
		if err := c.Render(ctx, &b); err != nil {
			t.Fatalf("component %d: %v", i, err)
		}
	}
	b.WriteString(`</main>`)
	return b.String()
}

func TestEveryComponentKeepsItsPromisesInBothLanguages(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Langs {
		page := render(t, lang)
		for _, fault := range htmltest.ParseString(t, page).Lint() {
			t.Errorf("%s: %s", lang, fault)
		}
		if key := regexp.MustCompile(`\b(ui|form)\.[a-z_]+(\.[a-z_]+)*`).FindString(htmltest.ParseString(t, page).Text()); key != "" {
			t.Errorf("%s: a text is missing: %s", lang, key)
		}
		if strings.Contains(page, `"Тула" <b>`) {
			t.Errorf("%s: a value is not escaped", lang)
		}
	}
}

func TestIconsExist(t *testing.T) {
	t.Parallel()
	sprite := string(static.Bytes("icons.svg"))
	for _, m := range regexp.MustCompile(`icons\.[0-9a-f]+\.svg#([\w-]+)`).FindAllStringSubmatch(render(t, i18n.RU), -1) {
		if !strings.Contains(sprite, `id="`+m[1]+`"`) {
			t.Errorf("no icon %q", m[1])
		}
	}
}
