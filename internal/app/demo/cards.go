package demo

import (
	"context"
	"fmt"
	"strconv"

	"github.com/yarmarka/yarmarka/internal/app/demodata"
	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/market/catalog/intake"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
)

// codes finds the ids of the taxonomy's codes.
type codes struct {
	categories map[string]int64
	attributes map[string]attributeCode
	values     map[int64]map[string]int64 // by attribute id
}

type attributeCode struct {
	ID             int64
	Code           string
	Kind           string
	NameRU, NameEN string
}

func readCodes(ctx context.Context, db pg.DB) (codes, error) {
	c := codes{categories: map[string]int64{}, attributes: map[string]attributeCode{}, values: map[int64]map[string]int64{}}
	type pair struct {
		ID   int64
		Code string
	}
	categories, err := pg.List[pair](ctx, db, `select id, code from categories`)
	if err != nil {
		return c, err
	}
	for _, p := range categories {
		c.categories[p.Code] = p.ID
	}
	attributes, err := pg.List[attributeCode](ctx, db, `select id, code, kind, name_ru, name_en from attributes`)
	if err != nil {
		return c, err
	}
	for _, a := range attributes {
		c.attributes[a.Code] = a
	}
	type value struct {
		AttributeID int64
		ID          int64
		Code        string
	}
	values, err := pg.List[value](ctx, db, `select attribute_id, id, code from attribute_values`)
	for _, v := range values {
		if c.values[v.AttributeID] == nil {
			c.values[v.AttributeID] = map[string]int64{}
		}
		c.values[v.AttributeID][v.Code] = v.ID
	}
	return c, err
}

func cardKey(p demodata.Product) string { return "demo:" + p.ID }

func variantKey(n int) string { return "v" + strconv.Itoa(n) }

// card turns a demonstration product into what the catalogue takes.
func (d *Demo) card(p demodata.Product) (intake.Card, error) {
	category, ok := d.codes.categories[p.Category]
	if !ok {
		return intake.Card{}, fmt.Errorf("no category %s", p.Category)
	}
	c := intake.Card{AuthorID: d.shops[p.Offers[0].Shop], Key: cardKey(p), CategoryID: category, Brand: p.Brand, PartNumber: p.Part,
		Title: catalog.Text(p.Title), Description: catalog.Text(p.About), Publish: true}
	for _, a := range p.Attrs {
		inputs, err := d.codes.read(a)
		if err != nil {
			return c, err
		}
		c.Attributes = append(c.Attributes, inputs...)
	}
	for n, v := range p.Variants {
		in := intake.Variant{Key: variantKey(n), GTIN: v.GTIN, WeightG: v.Weight}
		for i, choice := range v.Choices {
			in.Options = append(in.Options, d.codes.option(p.Options[i], choice))
		}
		c.Variants = append(c.Variants, in)
	}
	return c, nil
}

func (c codes) read(a demodata.Attr) ([]intake.Attribute, error) {
	attribute, ok := c.attributes[a.Code]
	if !ok {
		return nil, fmt.Errorf("no attribute %s", a.Code)
	}
	in := intake.Attribute{AttributeID: attribute.ID}
	switch attribute.Kind {
	case "one", "many":
		var list []intake.Attribute
		for _, code := range a.Values {
			id, ok := c.values[attribute.ID][code]
			if !ok {
				return nil, fmt.Errorf("attribute %s has no value %s", a.Code, code)
			}
			list = append(list, intake.Attribute{AttributeID: attribute.ID, ValueID: &id})
		}
		return list, nil
	case "number":
		number := strconv.FormatFloat(a.Number, 'f', -1, 64)
		in.Number = &number
	case "boolean":
		in.Flag = &a.Flag
	default:
		text := catalog.Text(a.Text)
		in.Text = &text
	}
	return []intake.Attribute{in}, nil
}

func (c codes) option(o demodata.Option, choice demodata.Choice) catalog.Option {
	option := catalog.Option{Name: catalog.Text(o.Name), Value: catalog.Text(choice.Text)}
	if attribute, ok := c.attributes[o.Attribute]; ok {
		option.AttributeID = attribute.ID
		option.ValueID = c.values[attribute.ID][choice.Code]
		if option.Name.RU == "" {
			option.Name = catalog.Text{RU: attribute.NameRU, EN: attribute.NameEN}
		}
	}
	return option
}
