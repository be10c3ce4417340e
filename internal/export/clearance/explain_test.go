package clearance_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yarmarka/yarmarka/internal/export/clearance"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
)

// Every fact, list and value that the rules of the files name has words in both languages.
func TestEveryConditionHasWords(t *testing.T) {
	t.Parallel()
	lib := library(t)
	tables := lib.TablesOn(day)
	asWritten := []string{"country", "origin", "hs", "currency", "brand", "author", "person", "text", "text_ru", "material", "collection"} // names, codes and words that are looked for
	for _, lang := range i18n.Langs {
		for _, r := range lib.RulesOn(day) {
			for part := range strings.SplitSeq(r.When, ";") {
				words := strings.Fields(strings.ReplaceAll(part, ",", " "))
				if len(words) == 0 {
					continue
				}
				fact := words[0]
				if !i18n.Has(lang, "clearance.fact."+fact) {
					t.Errorf("%s: the fact %s has no words in %s", r.ID, fact, lang)
				}
				for _, word := range words[1:] {
					if list, ok := strings.CutPrefix(word, "@"); ok && !i18n.Has(lang, "clearance.list."+list) {
						t.Errorf("%s: the list %s has no words in %s", r.ID, list, lang)
					}
				}
				if slices.Contains(asWritten, fact) || words[1] == "is" {
					continue
				}
				if fact == "line_documents" {
					fact = "documents"
				}
				for _, v := range valuesIn(words[1:], tables) {
					if !i18n.Has(lang, "clearance.value."+fact+"."+v) {
						t.Errorf("%s: %s of %s has no words in %s", r.ID, v, fact, lang)
					}
				}
			}
		}
	}
}

// valuesIn are the values of a condition without its operator, with those of its lists.
func valuesIn(words []string, tables clearance.Tables) (values []string) {
	for _, w := range words {
		switch {
		case w == "not" || w == "in" || w == "has" || w == "beyond" || strings.ContainsAny(w, "<>=!#0123456789"):
		case strings.HasPrefix(w, "@"):
			values = append(values, tables.Lists[w[1:]]...)
		default:
			values = append(values, w)
		}
	}
	return values
}

func TestConditionsAreSaidAsPeopleSayThem(t *testing.T) {
	t.Parallel()
	tables := library(t).TablesOn(day)
	tables.Rows["eaeu"], tables.Rows["cn22_sdr"] = clearance.Dated{Values: []string{"KZ", "BY"}}, clearance.Dated{Figure: true, Values: []string{"300.5000"}}
	for when, want := range map[string][2]string{
		"missing has consignee.address":              {"не названо: адрес получателя", "not told: the addressee’s address"},
		"seller = individual":                        {"вид продавца — частное лицо", "the kind of seller is a private person"},
		"service in parcel, ems":                     {"услуга почты — посылка или EMS", "the post’s service is a parcel or EMS"},
		"country not in @eaeu":                       {"страна назначения — любое, кроме: Казахстан или Беларусь", "the destination is any but Kazakhstan or Belarus"},
		"value_sdr > #cn22_sdr":                      {"стоимость в СПЗ (специальных правах заимствования) больше 300,5", "the value in SDR (special drawing rights) is more than 300.5"},
		"contract_rub >= 1000000":                    {"сумма по контракту в рублях не меньше 1 000 000 ₽", "the contract’s sum in roubles is at least ₽1,000,000"},
		"age >= 50":                                  {"возраст вещи не меньше 50 лет", "the age of the thing is at least 50 years"},
		"year < 1946":                                {"год создания меньше 1946", "the year it was made is less than 1946"},
		"collection has museum*":                     {"собрание, откуда вещь: есть слово «museum…»", "the collection it comes from has the word “museum…”"},
		"line_documents not has veterinary":          {"среди документов вещи: нет ничего из этого: ветеринарный сертификат", "among the thing’s documents: none of these: a veterinary certificate"},
		"contents in documents, document":            {"содержимое — документы", "the contents is documents"},
		"trait has made_up_by_an_admin":              {"в вещи есть: made up by an admin", "the thing holds: made up by an admin"},
		"destination has closed; value_rub <= 1e999": {"почта о стране: закрыта для посылок", "the post says of the country: closed for parcels"},
	} {
		for i, lang := range []i18n.Lang{i18n.RU, i18n.EN} {
			got := strings.ReplaceAll(clearance.Explain(i18n.WithLang(t.Context(), lang), when, tables)[0].Text, "\u00a0", " ")
			if got != want[i] {
				t.Errorf("%s in %s:\n%s, want\n%s", when, lang, got, want[i])
			}
		}
	}
	brief := clearance.Explain(i18n.WithLang(t.Context(), i18n.EN), "country not in @eaeu", tables)[0]
	if brief.Brief != "the destination is not on the list “countries of the Eurasian union”" || len(brief.Values) != 2 {
		t.Errorf("in brief: %+v", brief)
	}
}

// A reader finds the rows that speak of a country, by its name or by a list it is on.
func TestRowsAreFoundByTheCountryTheySpeakOf(t *testing.T) {
	t.Parallel()
	lib := library(t)
	tables := lib.TablesOn(day)
	for when, want := range map[string][]string{"country in @eaeu; age > 3": {"AM", "BY", "KZ", "KG"}, "country = BR": {"BR"}, "country not in @eaeu": nil, "hs begins 97": nil} {
		got := clearance.Countries(when, tables)
		slices.Sort(got)
		slices.Sort(want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", when, diff)
		}
	}
	b := clearance.Browse{Country: "AT"}
	for row, want := range map[clearance.Row]bool{&clearance.Dated{Name: "vat_rate.AT", Figure: true, Values: []string{"20"}}: true, &clearance.Dated{Name: "eu", Values: []string{"AT", "DE"}}: true,
		&clearance.Dated{Name: "packet_g", Figure: true, Values: []string{"2000"}}: false, &clearance.Rule{ID: "a.b", When: "country in @eu"}: true, &clearance.Rule{ID: "a.c"}: false} {
		if got := b.Takes(t.Context(), row, tables); got != want {
			t.Errorf("%s: %v", row.Named(), got)
		}
	}
}
