package app

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"slices"
	"strings"
	"sync"
	"unicode/utf16"
)

// made are hostile files of every class we know, made here, so that they are tried on every machine.
var made = sync.OnceValue(func() []sample {
	return slices.Concat(madePictures(), madeArchives(), madeXML(), madeTables(), madeJSON(), madeDocuments())
})

// pngChunk writes one chunk with its checksum.
func pngChunk(kind string, data []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	b = append(append(b, kind...), data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

// pngClaims is a PNG that claims w×h pixels and holds packed of them.
func pngClaims(w, h uint32, packed []byte, more ...[]byte) []byte {
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	b := slices.Concat([]byte("\x89PNG\r\n\x1a\n"), pngChunk("IHDR", append(head, 8, 2, 0, 0, 0)))
	return slices.Concat(b, slices.Concat(more...), pngChunk("IDAT", packed), pngChunk("IEND", nil))
}

func pngOf(w, h int) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewRGBA(image.Rect(0, 0, w, h))); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func jpegOf(w, h int) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, w, h)), nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// gifOf is an animation of many frames.
func gifOf(w, h, frames int) []byte {
	one := image.NewPaletted(image.Rect(0, 0, w, h), color.Palette{color.Black, color.White})
	all := &gif.GIF{Image: slices.Repeat([]*image.Paletted{one}, frames), Delay: make([]int, frames)}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, all); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func zeros(n int) []byte { return deflated(make([]byte, n), 1) }

// deflated packs content, times over.
func deflated(content []byte, times int) []byte {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	for range times {
		if _, err := z.Write(content); err != nil {
			panic(err)
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// claims sets the two-byte sizes of a JPEG's frame header.
func claims(b []byte, w, h uint16) []byte {
	b = bytes.Clone(b)
	at := bytes.Index(b, []byte("\xff\xc0"))
	binary.BigEndian.PutUint16(b[at+5:], h)
	binary.BigEndian.PutUint16(b[at+7:], w)
	return b
}

func madePictures() []sample {
	small, frames := jpegOf(64, 64), gifOf(16, 16, 3000)
	wide := bytes.Clone(frames)
	binary.LittleEndian.PutUint16(wide[6:], 65535)
	binary.LittleEndian.PutUint16(wide[8:], 65535)
	webp, err := base64.StdEncoding.DecodeString("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")
	if err != nil {
		panic(err)
	}
	vast := bytes.Clone(webp)
	vast[21], vast[22], vast[23], vast[24] = 0xff, 0xff, 0xff, 0x0f // 16384 × 16384
	vp8x := slices.Concat([]byte("RIFF\x16\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff"))
	text := zeros(50 << 20)
	profile := append([]byte("icc\x00\x00"), text...)
	return []sample{
		{"png of 50,000 × 50,000", pngClaims(50_000, 50_000, zeros(100))},
		{"png of 2³¹ × 2³¹", pngClaims(1<<31-1, 1<<31-1, zeros(100))},
		{"png without pixels", pngClaims(0, 0, zeros(100))},
		{"png wider than our limit", pngClaims(16_001, 1, zeros(16_001*3+1))},
		{"png of 15,999 × 2,500 in a few kilobytes", pngClaims(15_999, 2_500, zeros(2_500*(15_999*3+1)))},
		{"png with a text of 50 MB", pngClaims(1, 1, zeros(4), pngChunk("zTXt", append([]byte("c\x00\x00"), text...)))},
		{"png with a profile of 50 MB", pngClaims(1, 1, zeros(4), pngChunk("iCCP", profile))},
		{"png with a wrong checksum", append(pngOf(20, 20)[:40], "xxxxxxxxxxxxxxxxxxxxxx"...)},
		{"png cut in half", pngOf(900, 900)[:300]},
		{"jpeg of 65,535 × 65,535", claims(small, 65535, 65535)},
		{"jpeg of 16,000 × 2,500 in a kilobyte", claims(small, 16_000, 2_500)},
		{"jpeg cut in half", jpegOf(900, 900)[:700]},
		{"jpeg with nothing behind its head", []byte("\xff\xd8\xff\xe0")},
		{"jpeg and a page", append(bytes.Clone(small[:100]), "<script>alert(1)</script>"...)},
		{"gif of 3,000 frames", frames}, {"gif of 65,535 × 65,535", wide}, {"gif cut off", frames[:200]},
		{"gif that is a script", []byte("GIF89a/*" + strings.Repeat("x", 300) + "*/=1;alert(1)//")},
		{"gif that is a page", []byte("GIF89a<html><body><script>alert(1)</script></body></html>")},
		{"webp of 16,384 × 16,384", vast}, {"webp of 2²⁴ × 2²⁴", vp8x}, {"webp cut off", webp[:16]}, {"webp of no length", []byte("RIFF\xff\xff\xff\xffWEBPVP8 \xff\xff\xff\xff")},
		{"svg with a script", []byte(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>`)},
		{"svg that reads files", []byte(`<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg"><text>&x;</text><image href="http://169.254.169.254/"/></svg>`)},
		{"page", []byte("<!doctype html><script>alert(1)</script>")}, {"pdf with a script", []byte("%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj")},
		{"tiff", []byte("II*\x00\x08\x00\x00\x00\xff\xff\xff\xff")}, {"bmp of 2³¹ × 2³¹", slices.Concat([]byte("BM\x00\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00"), bytes.Repeat([]byte{0xff}, 60))},
		{"avif", []byte("\x00\x00\x00\x20ftypavif\x00\x00\x00\x00avifmif1miafMA1B")}, {"ico", []byte("\x00\x00\x01\x00\xff\xff\x00\x00\x01\x00\x20\x00")},
		{"postscript", []byte("%!PS-Adobe-3.0\n(/etc/passwd)(r)file")}, {"script of ImageMagick", []byte("push graphic-context\nfill 'url(https://evil.example/x.jpg\"|id; \")'\npop graphic-context")},
		{"executable", []byte("MZ\x90\x00\x03\x00\x00\x00")}, {"elf", []byte("\x7fELF\x02\x01\x01\x00")}, {"nothing", nil}, {"one byte", []byte{0}}, {"zeros", make([]byte, 100_000)},
		{"only spaces", bytes.Repeat([]byte(" "), 100_000)}, {"sixteen megabytes that begin as a jpeg", append([]byte("\xff\xd8\xff\xe0"), make([]byte, 16<<20)...)},
	}
}

func gzipped(content []byte) []byte {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		panic(err)
	}
	if _, err := z.Write(content); err != nil {
		panic(err)
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// zipped packs names, each with the same content.
func zipped(content []byte, names ...string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range names {
		head := &zip.FileHeader{Name: name, Method: zip.Deflate}
		if strings.HasPrefix(name, "link") {
			head.SetMode(0o777 | 1<<27) // fs.ModeSymlink
		}
		f, err := z.CreateHeader(head)
		if err != nil {
			panic(err)
		}
		if _, err := f.Write(content); err != nil {
			panic(err)
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func madeArchives() []sample {
	bomb, many := make([]byte, 64<<20), make([]string, 12_000)
	for i := range many {
		many[i] = fmt.Sprintf("xl/worksheets/sheet%d.xml", i)
	}
	row := strings.Repeat("<offer id=\"1\"><price>1</price></offer>", 1_000_000)
	spaced := []byte("<?xml version=\"1.0\"?><yml_catalog>" + strings.Repeat(" ", 60<<20))
	return []sample{
		{"gzip of 64 MB of nothing", gzipped(bomb)}, {"gzip within gzip", gzipped(gzipped(bomb))}, {"gzip of an endless catalogue", gzipped(spaced)},
		{"gzip of a million offers that are none", gzipped([]byte("<yml_catalog><shop>" + row))}, {"gzip cut off", gzipped(bomb)[:1000]}, {"gzip with a wrong end", append(gzipped([]byte("a;b\n1;2"))[:20], "xxxxxxxxxxx"...)},
		{"gzip of nothing", gzipped(nil)}, {"gzip's head", []byte("\x1f\x8b\x08\x00")},
		{"zip that climbs", zipped([]byte("x"), "../../../../etc/cron.d/x", `..\..\x`, "/etc/passwd", "C:\\x")}, {"zip with a link", zipped([]byte("/etc/passwd"), "link")},
		{"zip of 12,000 files", zipped([]byte("x"), many...)}, {"zip 1000:1", zipped(bomb, "[Content_Types].xml", "xl/workbook.xml")}, {"zip's head", []byte("PK\x03\x04")},
		{"book that asks outside", zipped([]byte(`<!DOCTYPE x [<!ENTITY y SYSTEM "http://127.0.0.1/">]><x>&y;</x>`), "[Content_Types].xml", "xl/workbook.xml", "xl/sharedStrings.xml")},
		{"rar", []byte("Rar!\x1a\x07\x01\x00")}, {"7z", []byte("7z\xbc\xaf\x27\x1c")}, {"bzip2", []byte("BZh91AY&SY")}, {"xz", []byte("\xfd7zXZ\x00")}, {"zstd", []byte("\x28\xb5\x2f\xfd\x04\x00")},
		{"tar", append([]byte("../../x"), make([]byte, 505)...)},
	}
}

// utf16le writes text as Windows saves it.
func utf16le(text string, mark bool) []byte {
	var b []byte
	if mark {
		b = []byte{0xff, 0xfe}
	}
	for _, u := range utf16.Encode([]rune(text)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

// catalogue wraps offers into what a feed looks like.
func catalogue(categories, offers string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><yml_catalog date="2026-11-01"><shop><categories>` + categories + `</categories><offers>` + offers + `</offers></shop></yml_catalog>`
}

func madeXML() []sample {
	lol := `<!DOCTYPE yml_catalog [<!ENTITY a "lol">`
	for c := 'b'; c < 'k'; c++ {
		lol += fmt.Sprintf(`<!ENTITY %c "%s">`, c, strings.Repeat(fmt.Sprintf("&%c;", c-1), 10))
	}
	lol += `]><yml_catalog><shop><name>&j;</name><offers/></shop></yml_catalog>`
	deep := "<?xml version=\"1.0\"?><yml_catalog>" + strings.Repeat("<a>", 500_000)
	var circle strings.Builder
	for i := range 200_000 {
		fmt.Fprintf(&circle, `<category id="%d" parentId="%d">К</category>`, i, (i+1)%200_000)
	}
	return []sample{
		{"a billion laughs", []byte(lol)}, {"quadratic blow-up", []byte(`<!DOCTYPE x [<!ENTITY a "` + strings.Repeat("a", 100_000) + `">]><yml_catalog>` + strings.Repeat("&a;", 10_000) + `</yml_catalog>`)},
		{"an outer entity", []byte(`<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><yml_catalog><shop><name>&a;</name></shop></yml_catalog>`)},
		{"an outer parameter", []byte(`<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:1/x.dtd"> %a;]><yml_catalog/>`)}, {"an inclusion", []byte(`<yml_catalog xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///etc/passwd" parse="text"/></yml_catalog>`)},
		{"half a million deep", []byte(deep)}, {"an attribute of 20 MB", []byte(`<yml_catalog date="` + strings.Repeat("x", 20<<20) + `"/>`)}, {"a name of 5 MB", []byte("<" + strings.Repeat("y", 5<<20) + "/>")},
		{"a comment of 20 MB", []byte("<yml_catalog><!--" + strings.Repeat("x", 20<<20))}, {"a text of 20 MB", []byte(catalogue("", "<offer id=\"1\"><name>"+strings.Repeat("x", 20<<20)))},
		{"a million attributes", []byte("<yml_catalog " + strings.Repeat(`a="" `, 1_000_000) + "/>")}, {"200,000 shelves in a circle", []byte(catalogue(circle.String(), ""))},
		{"cut off", []byte(catalogue("", "<offer id=\"1\"><name>Чай</name><price>1")[:150])}, {"another tree", []byte("<rss><channel/></rss>")}, {"a schema of 1C", []byte(`<?xml version="1.0"?><КоммерческаяИнформация ВерсияСхемы="2.09"/>`)},
		{"crossed tags", []byte("<yml_catalog><shop></yml_catalog></shop>")}, {"two roots", []byte("<yml_catalog><shop><offers/></shop></yml_catalog><yml_catalog>")}, {"text in UTF-7", []byte("+ADw-yml_catalog+AD4-")},
		{"an encoding that is another", []byte("<?xml version=\"1.0\" encoding=\"UTF-8\"?><yml_catalog><shop><name>\xcf\xf0\xe8</name><offers/></shop></yml_catalog>")},
		{"an unknown encoding", []byte(`<?xml version="1.0" encoding="ebcdic-cp-us"?><yml_catalog/>`)}, {"UTF-16 without a mark", utf16le("<?xml version=\"1.0\" encoding=\"utf-16\"?><rss/>", false)},
		{"UTF-16", utf16le("<rss/>", true)}, {"UTF-32", []byte("\xff\xfe\x00\x00<\x00\x00\x00r\x00\x00\x00")}, {"NUL in XML", []byte("<yml_catalog>\x00</yml_catalog>")}, {"a lone surrogate by number", []byte("<yml_catalog>&#xD800;</yml_catalog>")},
		{"marks of order within", []byte("\xef\xbb\xbf\xef\xbb\xbf<rss/>")}, {"a stylesheet", []byte(`<?xml-stylesheet href="http://evil.example/x.xsl"?><rss/>`)},
	}
}

func madeTables() []sample {
	wide := strings.Repeat("a;", 100_000) + "\n" + strings.Repeat("1;", 100_000)
	return []sample{
		{"a line of 10 MB", bytes.Repeat([]byte("x"), 10<<20)}, {"a quote nobody closes", []byte("название;цена\n\"" + strings.Repeat("x\n", 3<<20))}, {"100,000 columns", []byte(wide)},
		{"a head and nothing", []byte("a;b;c\n")}, {"columns nobody knows", []byte("foo;bar\n1;2\n")}, {"one column", []byte("x\n1\n2\n")}, {"only delimiters", []byte(strings.Repeat(";;;;\n", 1000))},
		{"NUL in a table", []byte("название;цена\nчай\x00;1\n")}, {"a workbook's old form", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")}, {"RTF", []byte(`{\rtf1\ansi hello}`)},
		{"a table in UTF-16", utf16le("название;цена\nчай;1\n", true)}, {"a statement cut off", []byte("1CClientBankExchange\nВерсияФормата=1.03\nСекцияДокумент=Платежное поручение\nСумма=1.00\n")},
		{"a statement of one line of 9 MB", append([]byte("1CClientBankExchange\n"), bytes.Repeat([]byte("x"), 9<<20)...)},
		{"a statement of headings only", []byte("дата;сумма\n2026-01-01;1\n")},
	}
}

func madeJSON() []sample {
	return []sample{
		{"arrays 1,000,000 deep", bytes.Repeat([]byte("["), 1_000_000)}, {"objects 100,000 deep", []byte(strings.Repeat(`{"a":`, 100_000))}, {"keys twice", []byte(`{"password":"a","password":"b","ceremony":1}`)},
		{"numbers as texts", []byte(`{"ceremony":1,"next":{},"remember":"yes"}`)}, {"a number too large", []byte(`{"ceremony":1e999}`)}, {"a lone surrogate in JSON", []byte(`{"ceremony":"\ud800","next":"\u0000"}`)},
		{"a proto", []byte(`{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}`)}, {"null", []byte("null")}, {"a text", []byte(`"x"`)}, {"a comment", []byte("{/*x*/}")}, {"NaN", []byte(`{"ceremony":NaN}`)},
	}
}

// office is a document whose parts are these, each a name and its content.
func office(parts ...string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		f, err := z.Create(parts[i])
		if err != nil {
			panic(err)
		}
		if _, err := f.Write([]byte(parts[i+1])); err != nil {
			panic(err)
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// pdfOf is a document whose catalogue has more in it, and whose body has one more object.
func pdfOf(catalog, body string) []byte {
	return []byte("%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R" + catalog + ">>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n" + body + "\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n")
}

// madeDocuments are what looks like a document that an officer would open, made once.
var madeDocuments = sync.OnceValue(func() []sample {
	const types, book, doctype = "[Content_Types].xml", "xl/workbook.xml", `<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]>`
	relation := func(kind string) string {
		return `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/` + kind + `" Target="http://127.0.0.1:1/x" TargetMode="External"/></Relationships>`
	}
	packed := func(content []byte) string {
		return "4 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode>>stream\n" + string(content) + "\nendstream endobj"
	}
	lying := office(types, "<Types/>", book, strings.Repeat("<a/>", 1000))
	for at := bytes.Index(lying, []byte("PK\x01\x02")); at >= 0 && at < len(lying); {
		lying[at+24] = 1
		next := bytes.Index(lying[at+4:], []byte("PK\x01\x02"))
		if next < 0 {
			break
		}
		at += 4 + next
	}
	picture := pngOf(64, 64)
	return []sample{
		{"book whose sheet asks outside", office(types, "<Types/>", book, doctype+"<workbook>&y;</workbook>")}, {"book with another book", office(types, "<Types/>", book, "<a/>", "xl/_rels/workbook.xml.rels", relation("externalLink"))},
		{"letter that fetches its template", office(types, "<Types/>", "word/document.xml", "<a/>", "word/_rels/settings.xml.rels", relation("attachedTemplate"))},
		{"book whose parts are longer than they say", lying}, {"book with macros by type", office(types, "application/vnd.ms-excel.sheet.macroEnabled.main+xml", book, "<a/>")},
		{"pdf with a packed script", pdfOf("", packed(deflated([]byte("4 0 <</S/JavaScript/JS(app.alert(1))>>"), 1)))}, {"pdf that is packed without end", pdfOf("", packed(deflated(make([]byte, 1<<20), 300)))},
		{"pdf with a file in it", pdfOf("/Names<</EmbeddedFiles 9 0 R>>", "")}, {"pdf with a password", pdfOf("/Encrypt 9 0 R", "")}, {"pdf that sends a form", pdfOf("/AA<</O<</S/SubmitForm>>>>", "")},
		{"png whose last rows are missing", slices.Concat(picture[:len(picture)-30], pngChunk("IEND", nil))}, {"png whose pixels are another picture's", pngClaims(300, 300, zeros(50))},
		{"jpeg whose pixels end early", slices.Concat(jpegOf(400, 400)[:700], []byte("\xff\xd9"))}, {"gzip of many nothings", bytes.Repeat(gzipped([]byte(" ")), 50_000)},
	}
})
