// Package art draws the illustration that stands for a product without a photograph: a still life
// in gem light, one drawing per kind of goods and one palette per Ural stone. The same kind and
// palette always give the same bytes, so the pictures are cached for ever and never stored. It
// knows no products: the catalogue says which kind a category has.
package art

import (
	"hash/fnv"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Fallback is the kind for goods that no drawing fits.
const Fallback = "parcel"

// palette is the colours of one stone: wall, floor, main object, second colour, accent.
type palette struct{ w, f, o, s, k string }

// Palettes lists the stones in the order that PaletteFor counts them.
var Palettes = []string{"malachite", "amber", "lapis", "rhodonite", "jasper", "turquoise", "chalk", "flint"}

var palettes = map[string]palette{
	"malachite": {"#dfece4", "#c9dfd3", "#1d7a5f", "#e9dcc3", "#d9a441"},
	"amber":     {"#f6ead3", "#ecd9b5", "#d98a1f", "#f4efe4", "#7a4a1c"},
	"lapis":     {"#e1e8f3", "#cbd7ea", "#2a57a5", "#efe6d4", "#d9a441"},
	"rhodonite": {"#f5e3e2", "#ebcecd", "#b8505c", "#f3ece0", "#5c3440"},
	"jasper":    {"#f1e2d6", "#e2cbb9", "#a3492a", "#efe4d2", "#3d5a4c"},
	"turquoise": {"#dceeee", "#c3dfdf", "#2f8f94", "#f2ebdd", "#c9723a"},
	"chalk":     {"#efece5", "#e0dbd0", "#f4f0e8", "#c9b596", "#1d6b54"},
	"flint":     {"#e6e6e6", "#d3d3d4", "#3b4046", "#b9bec4", "#d98a1f"},
}

var kinds = map[string]func(*brush) string{
	"grinder": grinder, "teapot": teapot, "mug": mug, "cezve": cezve, "bowl": bowl, "kettle": kettle, "beans": beans,
	"tea": tea, "honey": honey, "parcel": parcel, "lamp": lamp, "chair": chair, "linen": linen, "vase": vase, "doll": doll,
	"train": train, "book": book, "cream": cream, "shawl": shawl, "boots": boots, "headphones": headphones, "phone": phone,
	"backpack": backpack, "sweater": sweater,
	"pan": pan, "board": board, "jug": jug, "carton": carton, "fruit": fruit, "bread": bread, "sweets": sweets, "bottle": bottle,
	"laptop": laptop, "screen": screen, "camera": camera, "speaker": speaker, "printer": printer, "charger": charger, "watch": watch,
	"table": table, "bed": bed, "shelf": shelf, "pillow": pillow, "clock": clock, "frame": frame, "rug": rug, "soap": soap,
	"toothbrush": toothbrush, "perfume": perfume, "plant": plant, "hammer": hammer, "drill": drill, "toolbox": toolbox, "wheel": wheel,
	"watering": watering, "spade": spade, "tent": tent, "ball": ball, "bicycle": bicycle, "sled": sled, "mat": mat, "suitcase": suitcase,
	"bear": bear, "blocks": blocks, "stroller": stroller, "puzzle": puzzle, "chess": chess, "petbowl": petbowl, "paints": paints,
	"yarn": yarn, "pencils": pencils, "firstaid": firstaid, "helmet": helmet, "hat": hat, "mittens": mittens, "earrings": earrings,
	"tshirt": tshirt, "shirt": shirt, "trousers": trousers, "dress": dress, "coat": coat, "socks": socks, "belt": belt, "towel": towel,
	"knife": knife, "rollingpin": rollingpin, "screwdriver": screwdriver, "saw": saw, "axe": axe, "tape": tape, "headlamp": headlamp,
	"binoculars": binoculars, "poles": poles, "lock": lock, "hose": hose, "besom": besom, "seeds": seeds, "sack": sack, "leash": leash,
	"scratcher": scratcher, "petbed": petbed, "sleepingbag": sleepingbag, "router": router, "cable": cable, "powerbank": powerbank,
	"blender": blender, "mortar": mortar,
}

// Kinds lists the drawings, sorted.
func Kinds() []string { return slices.Sorted(maps.Keys(kinds)) }

// Has reports whether kind is drawn.
func Has(kind string) bool { return kinds[kind] != nil }

// PaletteFor gives a product its stone: always the same one.
func PaletteFor(id string) string { return Palettes[hash(id)%uint32(len(Palettes))] }

// URL is the address of a picture. An unknown kind becomes Fallback.
func URL(kind, palette string) string {
	if !Has(kind) {
		kind = Fallback
	}
	return Prefix + kind + "-" + palette + ".svg"
}

// For is URL with the palette of a product.
func For(kind, id string) string { return URL(kind, PaletteFor(id)) }

func hash(s string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(s)) // a hash never fails
	return h.Sum32()
}

// Backdrops behind the object: a niche, a disc, or light from a window.
const backdrops = 3

// SVG draws kind in a stone's colours; ok is false when either is unknown.
func SVG(kind, stone string) (svg string, ok bool) {
	return draw(kind, stone, int(hash(kind+"-"+stone)%backdrops))
}

func draw(kind, stone string, backdrop int) (string, bool) {
	object, colours := kinds[kind], palettes[stone]
	if object == nil || colours.w == "" {
		return "", false
	}
	d := &brush{palette: colours}
	still := object(d)
	wall := d.lin([]stop{{0, lt(d.w, 0.35)}, {1, d.w}}, 0, 0, 1, 1)
	floor := d.lin([]stop{{0, d.f}, {1, dk(d.f, 0.06)}}, 0, 0, 0, 1)
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400" width="400" height="400"><defs>` +
		`<filter id="b" x="-40%" y="-200%" width="180%" height="500%"><feGaussianBlur stdDeviation="9 4"/></filter>` +
		d.defs.String() + `</defs><path fill="` + wall + `" d="M0 0h400v400H0z"/>` + d.behind(backdrop) +
		`<path d="M0 296c120-14 280-14 400 0v104H0z" fill="` + floor + `"/>` +
		`<g transform="translate(200 262) scale(1.17) translate(-200 -250)">` + still + `</g></svg>`, true
}

func (d *brush) behind(backdrop int) string {
	switch backdrop {
	case 0:
		return `<path d="M84 400V190a116 116 0 0 1 232 0v210z" fill="` + lt(d.w, 0.45) + `"/>`
	case 1:
		return `<circle cx="200" cy="176" r="128" fill="` + lt(d.w, 0.5) + `"/>`
	}
	return `<path d="M0 0h400v400H0z" fill="` + lt(d.w, 0.22) + `"/><path d="M250 0h96L196 300h-96z" fill="#fff" opacity=".35"/>`
}

// mix goes from colour a towards b by t.
func mix(a, b string, t float64) string {
	var out strings.Builder
	out.WriteByte('#')
	for i := 1; i <= 5; i += 2 {
		from, to := channel(a[i:i+2]), channel(b[i:i+2])
		v := int(math.Floor(from + (to-from)*t + 0.5))
		out.WriteString(strconv.FormatInt(int64(v>>4), 16) + strconv.FormatInt(int64(v&15), 16))
	}
	return out.String()
}

// channel reads two hexadecimal digits; the colours are constants of this package.
func channel(two string) float64 {
	v, err := strconv.ParseUint(two, 16, 8)
	if err != nil {
		panic("art: bad colour " + two)
	}
	return float64(v)
}

// lt lightens towards warm white, dk darkens towards warm black.
func lt(c string, t float64) string { return mix(c, "#fffaf0", t) }
func dk(c string, t float64) string { return mix(c, "#14110c", t) }
