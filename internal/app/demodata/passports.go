package demodata

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
)

//go:embed passports.toml
var passportsFile string

// Sender is how a shop of the demonstration sends abroad.
type Sender struct {
	Shop     string `toml:"shop"` // slug
	Name     string `toml:"name"`
	Address  string `toml:"address"` // street and house
	City     string `toml:"city"`
	Postcode string `toml:"postcode"`
	KPP      string `toml:"kpp"`
	VAT      bool   `toml:"vat"` // pays it, and proves the zero rate
}

// Passport is what a seller of the demonstration has told of a card for export.
type Passport struct {
	Card      string   // the id in the files of cards
	Code      string   // six digits; "" is not told yet
	Size      [3]int64 // millimetres, packed; zero is not told yet
	Packing   int64    // grams
	Origin    string   // "" where the card tells it
	Year      int      // 0: made anew
	Material  string
	Technique string
}

// Passports reads them in a stable order: ready things, unfinished ones, old ones.
func Passports() ([]Sender, []Passport, error) {
	var file struct {
		Senders    []Sender          `toml:"sender"`
		Things     map[string]string `toml:"things"`
		Unfinished map[string]string `toml:"unfinished"`
		Vintage    []struct {
			Card      string `toml:"card"`
			Code      string `toml:"code"`
			Size      string `toml:"size"`
			Packing   int64  `toml:"packing"`
			Year      int    `toml:"year"`
			Material  string `toml:"material"`
			Technique string `toml:"technique"`
		} `toml:"vintage"`
	}
	if _, err := toml.Decode(passportsFile, &file); err != nil {
		return nil, nil, fmt.Errorf("passports.toml: %w", err)
	}
	var list []Passport
	for _, card := range slices.Sorted(maps.Keys(file.Things)) {
		words := strings.Fields(file.Things[card])
		if len(words) != 3 && len(words) != 4 {
			return nil, nil, fmt.Errorf("passports.toml: %s wants a code, a size, the packing and perhaps an origin", card)
		}
		p := Passport{Card: card, Code: words[0], Origin: strings.Join(words[3:], "")}
		var err error
		if p.Size, err = sizeOf(words[1]); err == nil {
			p.Packing, err = strconv.ParseInt(words[2], 10, 64)
		}
		if err != nil {
			return nil, nil, fmt.Errorf("passports.toml: %s: %w", card, err)
		}
		list = append(list, p)
	}
	for _, card := range slices.Sorted(maps.Keys(file.Unfinished)) {
		list = append(list, Passport{Card: card, Code: file.Unfinished[card]})
	}
	for _, v := range file.Vintage {
		size, err := sizeOf(v.Size)
		if err != nil {
			return nil, nil, fmt.Errorf("passports.toml: %s: %w", v.Card, err)
		}
		list = append(list, Passport{Card: v.Card, Code: v.Code, Size: size, Packing: v.Packing, Year: v.Year, Material: v.Material, Technique: v.Technique})
	}
	return file.Senders, list, nil
}

// sizeOf reads 200x90x90.
func sizeOf(text string) (size [3]int64, err error) {
	sides := strings.Split(text, "x")
	if len(sides) != 3 {
		return size, fmt.Errorf("%q is no size like 200x90x90", text)
	}
	for i, side := range sides {
		if size[i], err = strconv.ParseInt(side, 10, 64); err != nil {
			return size, err
		}
	}
	return size, nil
}
