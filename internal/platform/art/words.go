package art

import "strings"

// words finds a drawing for the name of a category or a product, in Russian or English. The order
// is from the particular to the general; a word is the beginning of a word of the text.
var words = []struct{ kind, starts string }{
	{"grinder", "grinder кофемол мельниц mill"},
	{"teapot", "teapot заварочн самовар samovar"},
	{"cezve", "cezve турк турка джезв сковород cookware кастрюл pot pan"},
	{"kettle", "kettle чайник электрочайник blender appliance техник vacuum пылесос"},
	{"beans", "coffee кофе cocoa какао bean зерн крупа grain cereal rice рис pasta макарон flour мук nut орех snack seed семечк"},
	{"tea", "tea чай herb трав spice специ приправ"},
	{"mug", "mug cup кружк чашк стакан glass drinkware tableware бокал juice сок water вода drink напит beverage milk молок"},
	{"honey", "honey мёд мед_ варень jam sauce соус oil масл canned консерв food еда продукт grocery бакале fruit фрукт vegetable овощ dairy cheese сыр yogurt йогурт meat мяс fish рыб bakery хлеб печень biscuit chocolate шоколад candy конфет sweet сладк"},
	{"shawl", "shawl scarf scarves платок платк палантин шарф шаль hat шапк glove варежк перчат jewelry украшен"},
	{"boots", "boot shoe footwear обув валенк ботин сапог sneaker кроссов sandal slipper тапоч"},
	{"headphones", "headphone earphone наушник audio аудио speaker колонк music музык microphone"},
	{"phone", "phone телефон смартфон tablet планшет computer компьютер laptop ноутбук electronic электроник camera камер monitor gps software cable кабель charger зарядн"},
	{"backpack", "backpack рюкзак bag сумк luggage чемодан sport спорт outdoor camping туризм поход travel дорожн"},
	{"book", "book книг media magazine журнал office канцеляр stationery paper бумаг notebook тетрад pen ручк"},
	{"doll", "doll кукл матрёшк матрешк souvenir сувенир baby малыш"},
	{"train", "toy игрушк game игр puzzle children детск детям hobby хобби vehicle автомоб"},
	{"lamp", "lamp light ламп свет люстр светильник tool инструмент hardware electrical"},
	{"chair", "chair кресл стул furniture мебел table стол sofa диван shelf полк cabinet шкаф"},
	{"sweater", "sweater свитер apparel accessor аксессуар clothing одежд shirt рубаш футбол dress плать coat пальто jacket куртк trousers брюк jeans sock носк underwear бель_ uniform"},
	{"linen", "linen льн лён bedding постельн towel полотенц blanket плед одеял textile текстил curtain штор pillow подуш fabric ткан"},
	{"vase", "vase ваз decor декор interior интерьер flower цвет plant растен garden сад ceramic керамик art искусств picture картин candle свеч"},
	{"cream", "cream крем cosmetic космет beauty красот health здоров care уход soap мыл shampoo шампун perfume парфюм pharmacy pet корм animal cleaning чистящ household бытов хими"},
	{"bowl", "bowl чаш миск тарелк plate kitchen кухн dining craft ремёсл ремесл хохлом дерев wooden home дом"},
}

// KindOf picks a drawing by words: give the most telling text first (the product's category, then
// the categories above it). Nothing known gives Fallback.
func KindOf(texts ...string) string {
	for _, text := range texts {
		if kind := kindOf(strings.ToLower(text)); kind != "" {
			return kind
		}
	}
	return Fallback
}

func kindOf(text string) string {
	said := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ,.;:/&()«»\"'-_>", r) })
	for _, w := range words {
		for start := range strings.FieldsSeq(w.starts) {
			start, whole := strings.CutSuffix(start, "_")
			for _, word := range said {
				if word == start || (!whole && len([]rune(start)) > 2 && strings.HasPrefix(word, start)) {
					return w.kind
				}
			}
		}
	}
	return ""
}
