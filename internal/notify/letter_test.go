package notify

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

func orderLetter(title string) Letter {
	return Letter{
		Title: title,
		Blocks: []Block{
			Para("Спасибо, мы передали заказ продавцу."),
			Head("Что внутри"),
			Lines([]Row{{"Турка медная", "2 шт.", "8 580 ₽"}, {"Мёд липовый", "", "690 ₽"}},
				[]Fact{{"Доставка", "300 ₽"}, {"Всего", "9 570 ₽"}}),
			Facts(Fact{"Заказ", "Я-204118"}),
			Note("Оплата вернётся на карту."),
			Button("Следить за посылкой", "https://yarmarka.example/orders/x"),
		},
		Why: "Письмо пришло, потому что вы оформили заказ.",
	}
}

func TestComposeText(t *testing.T) {
	t.Parallel()
	_, text, err := Compose(t.Context(), i18n.RU, orderLetter("Заказ оплачен"))
	if err != nil {
		t.Fatal(err)
	}
	want := `Заказ оплачен

Спасибо, мы передали заказ продавцу.

ЧТО ВНУТРИ

- Турка медная (2 шт.): 8 580 ₽
- Мёд липовый: 690 ₽
Доставка: 300 ₽
Всего: 9 570 ₽

Заказ: Я-204118

* Оплата вернётся на карту.

Следить за посылкой:
https://yarmarka.example/orders/x

-- 
Ярмарка. Письмо отправил робот, отвечать на него не нужно.
Письмо пришло, потому что вы оформили заказ.
`
	if diff := cmp.Diff(want, text); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
}

// What people name their shops must stay text in a mail.
func TestComposeIsInert(t *testing.T) {
	t.Parallel()
	evil := `<script>alert(1)</script>{{7*7}}"><img src=x onerror=alert(1)>`
	html, _, err := Compose(t.Context(), i18n.EN, Letter{Title: evil, Preview: evil, Why: evil, Blocks: []Block{
		Para(evil), Head(evil), Note(evil), Facts(Fact{evil, evil}), Lines([]Row{{evil, evil, evil}}, []Fact{{evil, evil}}),
		Button(evil, "javascript:alert(1)"),
	}})
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"<script", "<img", "href=\"javascript:"} {
		if strings.Contains(html, bad) {
			t.Errorf("the letter holds %q", bad)
		}
	}
	if !strings.Contains(html, `lang="en"`) || !strings.Contains(html, "Yarmarka") {
		t.Error("the letter is not in English")
	}
}

func TestLinkify(t *testing.T) {
	t.Parallel()
	got := linkify("см. https://x.ru/a?b=c и ещё")
	want := []textPart{{Text: "см. "}, {Text: "https://x.ru/a?b=c", Href: "https://x.ru/a?b=c"}, {Text: " и ещё"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
