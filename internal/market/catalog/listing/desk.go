package listing

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/media"
	"github.com/yarmarka/yarmarka/internal/moderation"
	"github.com/yarmarka/yarmarka/internal/platform/i18n"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/web/ui"
)

// Kinds of change requests of this package.
const (
	KindNew  = "card_new"
	KindEdit = "card_edit"
)

// CardKinds are both kinds, for asking about a card's requests.
var CardKinds = []string{KindEdit, KindNew}

func (s *Service) kinds() []moderation.Kind {
	return []moderation.Kind{
		{Name: KindNew, Version: lockVersion, Apply: s.applyNew, Diff: s.diff, Codes: moderation.Codes, Show: s.proposedPhotos, Pics: catalog.Thumbs},
		{Name: KindEdit, Version: lockVersion, Apply: s.applyEdit, Diff: s.diff, Codes: moderation.Codes, Show: s.proposedPhotos, Pics: catalog.Thumbs},
	}
}

func decodeDoc(r moderation.Request) (doc CardDoc, err error) {
	if err := json.Unmarshal(r.Patch, &doc); err != nil {
		return doc, fmt.Errorf("change request %d: %w", r.ID, err)
	}
	return doc, nil
}

func (s *Service) applyNew(ctx context.Context, tx pg.DB, r moderation.Request) error {
	if err := publishCard(ctx, tx, r.TargetID, s.now()); err != nil {
		return err
	}
	return s.cards.WakeIndex(ctx, tx)
}

func (s *Service) applyEdit(ctx context.Context, tx pg.DB, r moderation.Request) error {
	doc, err := decodeDoc(r)
	if err != nil {
		return err
	}
	if err := writeDoc(ctx, tx, r.TargetID, r.BaseVersion, doc); err != nil {
		return err
	}
	if err := activateVariants(ctx, tx, r.TargetID, doc); err != nil {
		return err
	}
	return s.cards.WakeIndex(ctx, tx)
}

// diff says field by field what a request would change; for a new card all of it.
func (s *Service) diff(ctx context.Context, db pg.DB, r moderation.Request) ([]moderation.Field, error) {
	doc, err := decodeDoc(r)
	if err != nil {
		return nil, err
	}
	card, err := catalog.CardByID(ctx, db, r.TargetID)
	if err != nil {
		return nil, err
	}
	tree, err := s.cards.Tree(ctx)
	if err != nil {
		return nil, err
	}
	before := DocOf(card)
	if r.Kind == KindNew {
		before = CardDoc{}
	}
	names, err := attributeNames(ctx, db, before, doc)
	if err != nil {
		return nil, err
	}
	return diffDocs(ctx, tree, names, before, doc), nil
}

func diffDocs(ctx context.Context, tree *catalog.Tree, names attributeBook, before, after CardDoc) []moderation.Field {
	lang := i18n.LangOf(ctx)
	line := func(key, old, now string) moderation.Field {
		return moderation.Field{Name: i18n.T(ctx, "listing.field."+key), Before: old, After: now}
	}
	fields := []moderation.Field{
		line("title", before.Title.RU, after.Title.RU),
		line("title_en", before.Title.EN, after.Title.EN),
		line("category", tree.PathText(before.CategoryID, lang), tree.PathText(after.CategoryID, lang)),
		line("brand", before.Brand, after.Brand),
		line("part_number", before.PartNumber, after.PartNumber),
		line("description", before.Description.RU, after.Description.RU),
		line("description_en", before.Description.EN, after.Description.EN),
		line("photos", photoCount(ctx, before), photoCount(ctx, after)),
		line("variants", variantText(before, lang), variantText(after, lang)),
	}
	old, now := names.lines(lang, before), names.lines(lang, after)
	for _, name := range names.order(lang, before, after) {
		fields = append(fields, moderation.Field{Name: name, Before: old[name], After: now[name]})
	}
	return slices.DeleteFunc(fields, func(f moderation.Field) bool { return f.Before == "" && f.After == "" })
}

// proposedPhotos are the pictures that a card would have; in its order.
func (s *Service) proposedPhotos(ctx context.Context, db pg.DB, r moderation.Request, _, _ int) (moderation.Shown, error) {
	doc, err := decodeDoc(r)
	if err != nil || len(doc.Images) == 0 {
		return moderation.Shown{}, err
	}
	files, err := pg.List[media.Image](ctx, db, `select id, key, width as w, height as h, '' as alt from media_files where id = any($1) and kind = 'image'
		order by array_position($1, id)`, imageIDs(doc.Images))
	var shown moderation.Shown
	for i, img := range files {
		shown.Photos = append(shown.Photos, moderation.Photo{Href: img.Src("1280"), Pic: ui.Pic{Src: img.Src("320"), Side: 160, Lazy: true,
			Alt: i18n.T(ctx, "catalog.photo.n", "n", i+1, "title", doc.Title.In(i18n.LangOf(ctx)))}})
	}
	return shown, err
}

func photoCount(ctx context.Context, d CardDoc) string {
	if d.CategoryID == 0 {
		return ""
	}
	text := i18n.N(ctx, "listing.photos", int64(len(d.Images)))
	for _, img := range d.Images {
		text += fmt.Sprintf(" №%d", img.MediaID)
	}
	return text
}

func variantText(d CardDoc, lang i18n.Lang) string {
	var lines []string
	for _, v := range d.Variants {
		text := strings.TrimSpace(catalog.OptionsText(v.Options, lang) + " " + v.GTIN)
		if text != "" {
			lines = append(lines, text)
		}
	}
	return strings.Join(lines, "; ")
}

// attributeBook names attributes and values by id.
type attributeBook struct {
	attributes map[int64]catalog.Spec
	values     map[int64]catalog.Text
}

// lines writes the values of a doc by the name of their attribute.
func (b attributeBook) lines(lang i18n.Lang, d CardDoc) map[string]string {
	out := map[string]string{}
	for _, a := range d.Attributes {
		spec := b.attributes[a.AttributeID]
		name := spec.Name.In(lang)
		spec.Flag = a.Flag
		switch {
		case a.ValueID != nil:
			spec.Value = b.values[*a.ValueID]
		case a.Number != nil:
			spec.Number = *a.Number
		case a.Text != nil:
			spec.Value = *a.Text
		}
		if out[name] != "" {
			out[name] += ", "
		}
		out[name] += spec.In(lang)
	}
	return out
}

func (b attributeBook) order(lang i18n.Lang, docs ...CardDoc) []string {
	var names []string
	for _, d := range docs {
		for _, a := range d.Attributes {
			if name := b.attributes[a.AttributeID].Name.In(lang); !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}
