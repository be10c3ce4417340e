package demodata

type shopEntry struct {
	Slug     string  `toml:"slug"`
	Name     string  `toml:"name"`
	City     string  `toml:"city"`
	AboutRU  string  `toml:"about_ru"`
	AboutEN  string  `toml:"about_en"`
	Owner    string  `toml:"owner"`
	Email    string  `toml:"email"`
	Form     string  `toml:"form"`
	Address  string  `toml:"address"`
	Phone    string  `toml:"phone"`
	Trusted  bool    `toml:"trusted"`
	Dispatch int     `toml:"dispatch"`
	Transit  int     `toml:"transit"`
	Courier  []int64 `toml:"courier"` // roubles, free from, days from, days to
	Pickup   []int64 `toml:"pickup"`
	Post     []int64 `toml:"post"`
	Own      []int64 `toml:"own"`
	OwnName  string  `toml:"own_name"`
}

func loadShops() ([]Shop, error) {
	var file struct{ Shop []shopEntry }
	if err := decode("shops.toml", &file); err != nil {
		return nil, err
	}
	list := make([]Shop, len(file.Shop))
	for i, e := range file.Shop {
		list[i] = e.shop(i + 1)
	}
	return list, nil
}

func (e shopEntry) shop(serial int) Shop {
	s := Shop{Slug: e.Slug, Name: e.Name, City: both(e.City), About: Text{e.AboutRU, e.AboutEN},
		Owner: Person{Name: both(e.Owner), Email: e.Email}, Phone: e.Phone, Trusted: e.Trusted,
		DispatchDays: e.Dispatch, TransitDays: e.Transit,
		RatingHundredths: between(e.Slug, "rating", 446, 494), Ratings: between(e.Slug, "ratings", 120, 2400),
		OnTimePermille: between(e.Slug, "on time", 930, 996), CancelPermille: between(e.Slug, "cancelled", 2, 19)}
	s.Sales = s.Ratings*3 + between(e.Slug, "sales", 0, 900)
	s.Legal = Legal{Form: e.Form, Name: legalName(e.Form, e.Name, s.Owner.Name.RU), INN: inn(e.Form, serial),
		OGRN: ogrn(e.Form, serial), Address: e.Address}
	for _, m := range []struct {
		kind, name, city string
		terms            []int64
	}{
		{"courier", "", "", e.Courier}, {"pickup", "", "", e.Pickup}, {"post", "", "", e.Post}, // named in the buyer's language
		{"own", e.OwnName, s.City.RU, e.Own},
	} {
		if len(m.terms) == 4 {
			s.Methods = append(s.Methods, Method{Kind: m.kind, Name: m.name, City: m.city, Price: m.terms[0] * 100,
				FreeFrom: m.terms[1] * 100, MinDays: int(m.terms[2]), MaxDays: int(m.terms[3])})
		}
	}
	return s
}

func legalName(form, name, owner string) string {
	const mark = " (демонстрация)"
	switch form {
	case "ooo":
		return "ООО «" + name + "»" + mark
	case "self":
		return owner + ", самозанятость" + mark
	}
	return "ИП " + owner + mark
}
