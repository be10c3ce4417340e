package main

import "strings"

// spelling mends what the Russian source writes wrong throughout, and puts the dots on "ё" where a
// careful reader expects them. Search folds ё to е, so nothing is lost for those who type без точек.
var spelling = strings.NewReplacer(append(dotted(),
	"Паззл", "Пазл", "паззл", "пазл", "Тоут", "Шопер", "тоут", "шопер",
	"Шелковиц", "Шелковиц", "шелковиц", "шелковиц", // mulberry has no dots
)...)

// dotted makes the pairs for words whose forms all carry ё: stems of adjectives with every ending,
// and beginnings of nouns.
func dotted() []string {
	var pairs []string
	add := func(from, to string) { pairs = append(pairs, from, to, title(from), title(to)) }
	for _, stem := range [][2]string{{"черн", "чёрн"}, {"зелен", "зелён"}, {"желт", "жёлт"}, {"темн", "тёмн"},
		{"тепл", "тёпл"}, {"легк", "лёгк"}, {"тверд", "твёрд"}, {"жестк", "жёстк"}, {"шелков", "шёлков"}, {"березов", "берёзов"}} {
		for _, end := range []string{"ыми", "ими", "ого", "ый", "ий", "ая", "ое", "ые", "ие", "ой", "ую", "ым", "им", "ых", "их"} {
			add(stem[0]+end, stem[1]+end)
		}
	}
	for _, noun := range [][2]string{{"темно-", "тёмно-"}, {"пленк", "плёнк"}, {"щетк", "щётк"}, {"веревк", "верёвк"},
		{"емкост", "ёмкост"}, {"самолет", "самолёт"}, {"пеленк", "пелёнк"}, {"ребен", "ребён"}, {"трехмест", "трёхмест"},
		{"трехколес", "трёхколёс"}, {"ковер", "ковёр"}} {
		add(noun[0], noun[1])
	}
	return pairs
}

// title puts the first letter of a Russian word into upper case.
func title(s string) string {
	r := []rune(s)
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}
