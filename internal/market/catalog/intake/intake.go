// Package intake is how the catalogue is filled: a release of the taxonomy, and cards and offers of sellers,
// many at once and the same again without harm. What an import, a feed or the demonstration brings comes in
// here. It writes the tables of catalog, whose part it is; it asks nobody's leave: who may do what, and what
// a moderator must see first, the caller knows.
package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"

	"github.com/yarmarka/yarmarka/internal/market/catalog"
	"github.com/yarmarka/yarmarka/internal/platform/errs"
	"github.com/yarmarka/yarmarka/internal/platform/money"
	"github.com/yarmarka/yarmarka/internal/platform/pg"
	"github.com/yarmarka/yarmarka/internal/platform/slug"
)

// Card is a card as its author's system describes it. AuthorID and Key name it for ever: the
// same card given again changes what differs and nothing else.
type Card struct {
	AuthorID    int64        `json:"author_id"` // the seller
	Key         string       `json:"key"`       // at most 200 bytes, the author's own
	CategoryID  int64        `json:"category_id"`
	Brand       string       `json:"brand"`
	PartNumber  string       `json:"part_number"`
	Title       catalog.Text `json:"title"`
	Description catalog.Text `json:"description"` // Markdown or plain text; HTML is shown as text
	Attributes  []Attribute  `json:"attributes"`
	Images      []Image      `json:"images"`
	Variants    []Variant    `json:"variants"` // at least one
	// Publish puts the card on sale at once: only for trusted authors and demonstration data.
	// Without it a new card is a draft, and a published one is left as it is.
	Publish bool `json:"publish"`
}

// Attribute is one value of one attribute; many-of attributes come several times. Exactly one
// of ValueID, Number, Flag and Text is set.
type Attribute struct {
	AttributeID int64         `json:"attribute_id"`
	ValueID     *int64        `json:"value_id,omitempty"`
	Number      *string       `json:"number,omitempty"` // decimal with a point, in the attribute's unit
	Flag        *bool         `json:"flag,omitempty"`
	Text        *catalog.Text `json:"text,omitempty"`
}

// Image is a picture in the order shown.
type Image struct {
	MediaID int64        `json:"media_id"`
	Alt     catalog.Text `json:"alt"`
}

// Variant is one thing that can be bought of a card. Key is the author's own, unique in the card.
type Variant struct {
	Key      string           `json:"key"`
	GTIN     string           `json:"gtin"` // checked by CleanGTIN, or ""
	Options  []catalog.Option `json:"options"`
	WeightG  int              `json:"weight_g"` // packed; 0: not known
	LengthMM int              `json:"length_mm"`
	WidthMM  int              `json:"width_mm"`
	HeightMM int              `json:"height_mm"`
}

// CardResult says where a card landed.
type CardResult struct {
	ProductID int64
	Slug      string
	Status    string
	// Changed is false when the card was the same as last time, or is published and may change only
	// through moderation (Publish was not set).
	Changed  bool
	Variants map[string]int64 // by Variant.Key
}

// MaxCards bounds one call of UpsertCards or UpsertOffers.
const MaxCards = 5000

// UpsertCards writes many cards set-wise within the caller's transaction and answers in the order
// given. A GTIN that another card owns is dropped, never stolen. Cards of one author and key must
// not repeat within a call. Call it as the owner of the tables, not inside pg.AsSeller: row-level
// security lets a seller touch drafts only.
func UpsertCards(ctx context.Context, db pg.DB, cards []Card) (_ []CardResult, err error) {
	defer errs.Wrap(&err, "intake.UpsertCards(%d)", len(cards))
	if len(cards) == 0 {
		return nil, nil
	}
	rows, err := cardRows(cards)
	if err != nil {
		return nil, err
	}
	if err := upsertBrands(ctx, db, rows); err != nil {
		return nil, err
	}
	raw, err := json.Marshal(rows)
	if err != nil {
		return nil, err
	}
	changed, err := upsertProducts(ctx, db, string(raw))
	if err != nil {
		return nil, err
	}
	if len(changed) > 0 {
		if err := writeCardParts(ctx, db, rows, changed); err != nil {
			return nil, err
		}
	}
	return cardResults(ctx, db, rows, changed)
}

// cardRow is a card flattened for jsonb_to_recordset.
type cardRow struct {
	Card
	TitleRU       string `json:"title_ru"`
	TitleEN       string `json:"title_en"`
	DescriptionRU string `json:"description_ru"`
	DescriptionEN string `json:"description_en"`
	BrandNorm     string `json:"brand_norm"`
	BrandSlug     string `json:"brand_slug"`
	Slug          string `json:"slug"`
	Hash          string `json:"hash"`
}

func cardRows(cards []Card) ([]cardRow, error) {
	if len(cards) > MaxCards {
		return nil, fmt.Errorf("at most %d cards at once", MaxCards)
	}
	rows := make([]cardRow, len(cards))
	seen := make(map[string]bool, len(cards))
	for i, c := range cards {
		id := strconv.FormatInt(c.AuthorID, 10) + " " + c.Key
		if c.AuthorID == 0 || c.Key == "" || len(c.Variants) == 0 || c.Title.RU == "" || seen[id] {
			return nil, fmt.Errorf("card %q: author, key, title and a variant are needed, each key once", c.Key)
		}
		seen[id] = true
		raw, err := json.Marshal(c)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(raw)
		norm := catalog.BrandNorm(c.Brand)
		rows[i] = cardRow{Card: c, TitleRU: c.Title.RU, TitleEN: c.Title.EN,
			DescriptionRU: c.Description.RU, DescriptionEN: c.Description.EN, BrandNorm: norm, BrandSlug: catalog.BrandSlug(c.Brand, norm),
			Slug: CardSlug(c.Title.RU, id), Hash: hex.EncodeToString(sum[:12])}
	}
	return rows, nil
}

// CardSlug is readable and, by the author's key at its end, the same on every run.
func CardSlug(title, id string) string {
	h := fnv.New64a()
	h.Write([]byte(id))
	tail := strconv.FormatUint(h.Sum64()%uint64(36*36*36*36*36*36*36), 36)
	return strings.TrimPrefix(slug.Make(title, 80)+"-"+tail, "-")
}

// Offer is a seller's offer. SellerID and SellerSKU name it for ever.
type Offer struct {
	SellerID     int64             `json:"seller_id"`
	SellerSKU    string            `json:"seller_sku"`
	VariantID    int64             `json:"variant_id"`
	Price        money.Amount      `json:"price"`
	Currency     string            `json:"currency"` // "" is RUB
	OnHand       int               `json:"on_hand"`
	VATCode      string            `json:"vat_code"`      // "" is none
	Condition    catalog.Condition `json:"condition"`     // "" is new
	Status       string            `json:"status"`        // "" is active
	DispatchDays *int              `json:"dispatch_days"` // nil: the shop's own
	MaxQty       int               `json:"max_qty"`       // 0 is 99
}

// OfferResult says what became of an offer. Stopped means the price guard keeps the old price until
// the seller confirms the new one.
type OfferResult struct {
	OfferID int64
	Changed bool
	Stopped bool
}

// UpsertOffers writes many offers with their stock set-wise within the caller's transaction and
// answers in the order given. On hand never goes below what is held for buyers.
func UpsertOffers(ctx context.Context, db pg.DB, offers []Offer) (_ []OfferResult, err error) {
	defer errs.Wrap(&err, "intake.UpsertOffers(%d)", len(offers))
	if len(offers) == 0 {
		return nil, nil
	}
	if len(offers) > MaxCards {
		return nil, fmt.Errorf("at most %d offers at once", MaxCards)
	}
	rows := make([]Offer, len(offers))
	seen := make(map[string]bool, len(offers))
	for i, o := range offers {
		id := strconv.FormatInt(o.SellerID, 10) + " " + o.SellerSKU
		if seen[id] {
			return nil, fmt.Errorf("offer %q comes twice", o.SellerSKU)
		}
		seen[id] = true
		rows[i] = o.withDefaults()
	}
	return upsertOffers(ctx, db, rows)
}

func (o Offer) withDefaults() Offer {
	for _, f := range []struct {
		field *string
		value string
	}{{&o.Currency, "RUB"}, {&o.VATCode, "none"}, {&o.Status, catalog.OfferActive}} {
		if *f.field == "" {
			*f.field = f.value
		}
	}
	if o.Condition == "" {
		o.Condition = catalog.ConditionNew
	}
	if o.MaxQty == 0 {
		o.MaxQty = 99
	}
	return o
}

// NeedsConfirmation tells whether the price guard stops a change: a fall by more than half is more
// often a slip of the finger than a sale. UpsertOffers applies the same rule in SQL.
func NeedsConfirmation(old, next money.Amount) bool { return next < old-next }
