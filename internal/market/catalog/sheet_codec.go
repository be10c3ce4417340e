package catalog

import (
	"encoding/binary"
	"errors"
	"slices"
	"time"

	"github.com/klauspost/compress/s2"
)

// codec writes a sheet, or reads one: each part is described once, for both directions. Whole numbers are varints and
// texts come with their length; reading a text copies nothing. JSON takes twenty times as long to read, which is as long
// as the page's query takes.
type codec struct {
	out     []byte
	in      string
	reading bool
	err     error
}

var errSheetShort = errors.New("the sheet ends too early")

func (x sheet) encode() []byte {
	var c codec
	c.sheet(&x)
	return s2.EncodeBetter(nil, c.out)
}

func decodeSheet(body []byte) (x sheet, err error) {
	raw, err := s2.Decode(nil, body)
	if err != nil {
		return x, err
	}
	c := codec{in: string(raw), reading: true}
	c.sheet(&x)
	if c.err == nil && c.in != "" {
		c.err = errors.New("the sheet goes on after its end")
	}
	return x, c.err
}

func (c *codec) int64(v *int64) {
	if !c.reading {
		c.out = binary.AppendVarint(c.out, *v)
		return
	}
	n, size := binary.Varint([]byte(c.in[:min(len(c.in), binary.MaxVarintLen64)]))
	if size <= 0 {
		c.fail()
		return
	}
	*v, c.in = n, c.in[size:]
}

func (c *codec) text(v *string) {
	n := len(*v)
	integer(c, &n)
	switch {
	case !c.reading:
		c.out = append(c.out, *v...)
	case n < 0 || n > len(c.in):
		c.fail()
	default:
		*v, c.in = c.in[:n], c.in[n:]
	}
}

// fail makes everything that is still to be read empty.
func (c *codec) fail() { c.err, c.in = errSheetShort, "" }

func integer[T ~int | ~int64](c *codec, v *T) {
	n := int64(*v)
	c.int64(&n)
	*v = T(n)
}

func (c *codec) bool(v *bool) {
	n := 0
	if *v {
		n = 1
	}
	integer(c, &n)
	*v = n == 1
}

// time keeps moments to the microsecond, as the database does; the zero one stays what it is.
func (c *codec) time(v *time.Time) {
	n := int64(0)
	if !v.IsZero() {
		n = v.UnixMicro()
	}
	if c.int64(&n); c.reading && n != 0 {
		*v = time.UnixMicro(n).UTC()
	}
}

// optional is a value that may be absent.
func optional[T any](c *codec, v **T, part func(*T)) {
	there := *v != nil
	if c.bool(&there); !there {
		return
	}
	if c.reading {
		*v = new(T)
	}
	part(*v)
}

func several[T any](c *codec, v *[]T, part func(*T)) {
	n := len(*v)
	if integer(c, &n); c.reading {
		if n < 0 || n > len(c.in) { // nothing takes less than a byte
			c.fail()
			return
		}
		*v = slices.Grow(*v, n)[:n]
	}
	for i := range *v {
		part(&(*v)[i])
	}
}

func (c *codec) sheet(x *sheet) {
	c.card(&x.Card)
	several(c, &x.Offers, c.offer)
	offers := make([]int64, 0, len(x.Charged))
	for id := range x.Charged {
		offers = append(offers, id)
	}
	slices.Sort(offers)
	several(c, &offers, c.int64)
	if c.reading {
		x.Charged = make(map[int64][]Charged, len(offers))
	}
	for _, id := range offers {
		charged := x.Charged[id]
		several(c, &charged, c.charged)
		x.Charged[id] = charged
	}
}

func (c *codec) card(x *Card) {
	for _, v := range []*int64{&x.ID, &x.AuthorID, &x.CategoryID, &x.BrandID} {
		c.int64(v)
	}
	integer(c, &x.Version)
	for _, v := range []*string{&x.Slug, &x.Status, &x.Art, &x.Brand, &x.PartNumber} {
		c.text(v)
	}
	c.both(&x.Title)
	c.both(&x.Description)
	optional(c, &x.PublishedAt, c.time)
	c.time(&x.UpdatedAt)
	several(c, &x.Specs, c.spec)
	several(c, &x.Photos, c.photo)
	several(c, &x.Variants, c.variant)
}

func (c *codec) both(x *Text) {
	c.text(&x.RU)
	c.text(&x.EN)
}

func (c *codec) spec(x *Spec) {
	c.int64(&x.AttributeID)
	c.int64(&x.ValueID)
	for _, v := range []*string{&x.Code, &x.Kind, &x.Unit, &x.Number} {
		c.text(v)
	}
	c.both(&x.Name)
	c.both(&x.Value)
	optional(c, &x.Flag, c.bool)
}

func (c *codec) photo(x *CardPhoto) {
	c.int64(&x.VariantID)
	c.int64(&x.MediaID)
	c.text(&x.Key)
	c.text(&x.Art)
	integer(c, &x.Width)
	integer(c, &x.Height)
	c.both(&x.Alt)
}

func (c *codec) variant(x *Variant) {
	c.int64(&x.ID)
	c.text(&x.Status)
	c.text(&x.GTIN)
	several(c, &x.Options, c.option)
	integer(c, &x.From)
	c.text(&x.Currency)
	for _, v := range []*int{&x.Sellers, &x.WeightG, &x.LengthMM, &x.WidthMM, &x.HeightMM} {
		integer(c, v)
	}
}

func (c *codec) option(x *Option) {
	c.int64(&x.AttributeID)
	c.int64(&x.ValueID)
	c.both(&x.Name)
	c.both(&x.Value)
}

func (c *codec) offer(x *cardOfferRow) {
	for _, v := range []*int64{&x.VariantID, &x.OfferID, &x.SellerID, &x.Price, &x.DeliveryFee} {
		c.int64(v)
	}
	for _, v := range []*string{&x.SellerName, &x.SellerSlug, &x.Condition, &x.Currency} {
		c.text(v)
	}
	for _, v := range []*int{&x.Days, &x.Free, &x.MaxQty, &x.RatingHundredths, &x.Ratings, &x.Sales,
		&x.OnTimePermille, &x.CancelPermille} {
		integer(c, v)
	}
	c.bool(&x.Abroad)
}

func (c *codec) charged(x *Charged) {
	integer(c, &x.Price)
	c.time(&x.From)
	c.time(&x.To)
}
