package demodata

import (
	"bufio"
	"bytes"
	"fmt"
	"strings"
)

//go:generate go run ./gen -source ../../../../shared/data/catalog_ru/given/off_cyrillic_products.tsv.gz -out openfoodfacts.tsv

// notices are shown where the market says what its data are.
var notices = []Notice{
	{Text{"Open Food Facts", "Open Food Facts"}, "ODbL 1.0", Text{
		"Названия и штрихкоды части продуктов: © участники Open Food Facts (world.openfoodfacts.org), Open Database License 1.0.",
		"Names and barcodes of some foods: © Open Food Facts contributors (world.openfoodfacts.org), Open Database License 1.0."}},
	{Text{"Grocery Store Dataset", "Grocery Store Dataset"}, "MIT", Text{
		"Фотографии овощей, фруктов и молочных продуктов: © 2019 Marcus Klasson. Названия марок принадлежат их владельцам.",
		"Photographs of vegetables, fruit and dairy: © 2019 Marcus Klasson. Brands belong to their owners."}},
	{Text{"Shopify Product Taxonomy", "Shopify Product Taxonomy"}, "MIT", Text{
		"Дерево категорий и свойства товаров: © Shopify.", "The tree of categories and their attributes: © Shopify."}},
	{Text{"Показательные данные", "Demonstration data"}, "", Text{
		"Магазины, люди, цены, остатки и реквизиты придуманы для показа. Купить здесь ничего нельзя.",
		"Shops, people, prices, stock and particulars are made up for the demonstration. Nothing here is for sale."}},
}

// shelf is what the demonstration asks for a food of a category: a band in roubles and a weight.
var shelf = map[string][3]int{
	"fb-1": {60, 180, 1000}, "fb-1-3": {250, 620, 250}, "fb-1-14-2": {110, 320, 120}, "fb-1-6-1": {140, 260, 200},
	"fb-2": {80, 260, 400}, "fb-2-1": {50, 190, 350}, "fb-2-3": {90, 280, 150}, "fb-2-6-1": {160, 260, 180},
	"fb-2-6-2": {180, 420, 250}, "fb-2-11": {60, 160, 800}, "fb-2-12": {180, 520, 400}, "fb-2-13": {120, 480, 200},
}

// openFoodFacts adds foods whose names and barcodes Open Food Facts gives; descriptions and English
// names it has not. The grocer sells all of them, the warehouse every third.
func (b *builder) openFoodFacts() error {
	raw, err := files.ReadFile("openfoodfacts.tsv")
	if err != nil {
		return err
	}
	for lines := bufio.NewScanner(bytes.NewReader(raw)); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		f := strings.Split(lines.Text(), "\t")
		if len(f) != 3 {
			return fmt.Errorf("unreadable line %q", lines.Text())
		}
		p, err := b.food(f[0], f[1], f[2])
		if err != nil {
			return fmt.Errorf("%s: %w", f[0], err)
		}
		keepPrices(&p)
		b.market.Products = append(b.market.Products, p)
	}
	return nil
}

// keepPrices leaves discounts to the goods that have a picture and a story of their own: hundreds of
// jars without either would fill every list of them.
func keepPrices(p *Product) {
	for i, o := range p.Offers {
		p.Offers[i].History = []PricePoint{{DaysAgo: o.History[0].DaysAgo, Price: o.Price}}
	}
}

func (b *builder) food(gtin, name, category string) (Product, error) {
	band := shelf["fb-2"]
	for c := range b.tax.Ancestors(category) {
		if found, ok := shelf[c.Code]; ok {
			band = found
			break
		}
	}
	c := card{ID: "off-" + gtin, Cat: category, Price: [2]int{band[0], band[1]}, Weight: band[2], NoGTIN: true,
		Shops: []string{"zelenaya-lavka"}}
	if Derive(c.ID, "sold by the warehouse")%3 == 0 {
		c.Shops = append(c.Shops, "bolshoy-sklad")
	}
	p, err := b.product(c)
	if err != nil {
		return Product{}, err
	}
	p.Source, p.Title = OFF, Text{RU: name}
	p.Variants[0].GTIN = gtin
	return p, nil
}
