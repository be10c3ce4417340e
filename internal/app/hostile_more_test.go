package app

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"
	"sync"
	"unicode/utf16"

	"github.com/yarmarka/yarmarka/internal/platform/sheet"
)

// onShelf are offers that a feed of ours could hold, so that nothing but what is hostile about a file is against it.
const onShelf = `<offer id="h-1"><name>Чайник медный</name><price>100</price><categoryId>1</categoryId></offer>`

const shelf = `<category id="1">Чайники</category>`

// feedOf is a catalogue that is in order, with something before its root and something among its offers.
func feedOf(before, among string) []byte {
	return []byte(strings.Replace(catalogue(shelf, onShelf+among), "<yml_catalog", before+"<yml_catalog", 1))
}

// utf16be writes text as other machines save it.
func utf16be(text string) []byte {
	b := []byte{0xfe, 0xff}
	for _, u := range utf16.Encode([]rune(text)) {
		b = binary.BigEndian.AppendUint16(b, u)
	}
	return b
}

// spoiledFeeds are catalogues in order but for one thing, for which no feed may be taken.
func spoiledFeeds() []sample {
	const bomb = `<!DOCTYPE yml_catalog [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]>`
	whole := catalogue(shelf, onShelf)
	swap := func(from, to string) []byte { return []byte(strings.Replace(whole, from, to, 1)) }
	return []sample{
		{"feed with entities that nobody uses", feedOf(bomb, "")}, {"feed with a parameter entity", feedOf(`<!DOCTYPE yml_catalog [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x.dtd"> %p;]>`, "")},
		{"feed with a public type", feedOf(`<!DOCTYPE yml_catalog PUBLIC "-//X//DTD Y//EN" "http://127.0.0.1:1/x.dtd">`, "")}, {"feed with the type of a file", feedOf(`<!DOCTYPE yml_catalog SYSTEM "file:///etc/passwd">`, "")},
		{"feed with the type of an address", feedOf(`<!DOCTYPE yml_catalog SYSTEM "http://169.254.169.254/latest">`, "")}, {"feed with a type twice", feedOf(`<!DOCTYPE yml_catalog SYSTEM "shops.dtd"><!DOCTYPE yml_catalog SYSTEM "shops.dtd">`, "")},
		{"feed with a type behind its root", []byte(strings.Replace(whole, "<shop>", bomb+"<shop>", 1))}, {"feed with notations", feedOf(`<!DOCTYPE yml_catalog [<!NOTATION n SYSTEM "/bin/sh"><!ENTITY e SYSTEM "x" NDATA n>]>`, "")},
		{"feed with preset attributes", feedOf(`<!DOCTYPE yml_catalog [<!ATTLIST offer price CDATA "1">]>`, "")}, {"feed with entities in UTF-16", utf16le(strings.Replace(string(feedOf(bomb, "")), "UTF-8", "utf-16", 1), true)},
		{"feed that refers to itself", feedOf(`<!DOCTYPE yml_catalog [<!ENTITY a "&b;"><!ENTITY b "&a;">]>`, "<offer id=\"2\"><name>&a;</name></offer>")}, {"feed of UTF-7", swap("UTF-8", "utf-7")},
		{"feed of EBCDIC", []byte("\x4c\x6f\xa7\x94\x93\x40\xa5\x85\x99\xa2\x89\x96\x95\x7e\x7d\xf1\x4b\xf0\x7d\x6f\x6e\x4c\xa8\x94\x93\x6d\x83\x81\xa3\x81\x93\x96\x87\x61\x6e")},
		{"feed of UTF-32", swap("UTF-8", "utf-32")}, {"feed that includes", feedOf("", `<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>`)},
		{"feed deep within an offer", feedOf("", `<offer id="2"><name>Чай</name><price>1</price>`+strings.Repeat("<b>", 2_000)+strings.Repeat("</b>", 2_000)+"</offer>")},
		{"feed with a number twice", feedOf("", `<offer id="2" id="3"><name>Чай</name><price>1</price></offer>`)}, {"feed with 100,000 attributes", feedOf("", `<offer `+strings.Repeat(`a="" `, 100_000)+`/>`)},
		{"feed with NUL by number", feedOf("", `<offer id="2"><name>Чай&#0;</name><price>1</price></offer>`)}, {"feed with a bell by number", feedOf("", `<offer id="2"><name>Чай&#x7;</name><price>1</price></offer>`)},
		{"feed with a character beyond all", feedOf("", `<offer id="2"><name>Чай&#x110000;</name><price>1</price></offer>`)}, {"feed with a number without end", feedOf("", `<offer id="2"><name>&#`+strings.Repeat("9", 5000)+`;</name></offer>`)},
		{"feed with NUL", feedOf("", "<offer id=\"2\"><name>Чай\x00</name><price>1</price></offer>")}, {"feed with an overlong slash", feedOf("", "<offer id=\"2\"><name>Чай\xc0\xaf</name><price>1</price></offer>")},
		{"feed with a surrogate", feedOf("", "<offer id=\"2\"><name>Чай\xed\xa0\x80</name><price>1</price></offer>")}, {"feed with an end of data in a text", feedOf("", `<offer id="2"><name>Чай]]></name></offer>`)},
		{"feed with data without end", feedOf("", `<offer id="2"><name><![CDATA[Чай</name></offer>`)}, {"feed with a comment in a comment", feedOf("", `<!-- a -- b -->`)},
		{"feed with two roots", []byte(whole + strings.TrimPrefix(whole, `<?xml version="1.0" encoding="UTF-8"?>`))}, {"feed and a program", []byte(whole + "\nMZ\x90 this program")}, {"feed and a page", []byte(whole + "<script>alert(1)</script>")},
		{"feed that says what it is in its middle", feedOf("", `<?xml version="1.0"?>`)}, {"feed of another version", swap(`version="1.0"`, `version="7.0"`)}, {"feed without quotes", swap(`id="h-1"`, `id=h-1`)},
		{"feed with an attribute without end", swap(`id="h-1"`, `id="h-1`)}, {"feed with the ends exchanged", swap("</price><categoryId>", "<categoryId></price>")}, {"feed cut in a letter", []byte(whole[:strings.Index(whole, "медный")+1])},
		{"feed cut before its end", []byte(strings.TrimSuffix(whole, "</yml_catalog>"))}, {"feed with an entity of HTML", feedOf("", `<offer id="2"><name>Чай&nbsp;</name><price>1</price></offer>`)},
		{"feed with a lone ampersand", feedOf("", `<offer id="2"><name>Чай & мёд</name><price>1</price></offer>`)}, {"feed that is a book", []byte(`<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet><Table/></Worksheet></Workbook>`)},
		{"feed that is soap", []byte(`<?xml version="1.0"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body/></soap:Envelope>`)}, {"feed and what comes behind it, packed", append(gzipped([]byte(whole)), "MZ garbage behind the end"...)},
		{"feed packed twice", gzipped(gzipped([]byte(whole)))}, {"feed packed and cut", gzipped([]byte(whole))[:60]}, {"feed with a wrong sum", wrongSum(gzipped([]byte(whole)))}, {"feed packed in a zip", zipped([]byte(whole), "feed.xml")},
	}
}

// wrongSum spoils the checksum at the end of what was packed.
func wrongSum(packed []byte) []byte {
	packed[len(packed)-6] ^= 0xff
	return packed
}

// spoiledTables are tables of goods in order but for one thing.
func spoiledTables() []sample {
	const head = "название;цена;категория\n"
	rows := strings.Repeat("Чайник медный;100;Чайники\n", 4_000)
	return []sample{
		{"table with NUL far within", []byte(head + rows + "Чай\x00ник;100;Чайники\n")}, {"table with two encodings far within", []byte(head + rows + "\xd7\xe0\xe9\xed\xe8\xea;100;\xd7\xe0\xe9\n")},
		{"table with a surrogate", []byte(head + rows + "Чай\xed\xa0\x80;100;Чайники\n")}, {"table with an overlong quote", []byte(head + "Чай\xc0\xa2;100;Чайники\n" + rows)}, {"table with a quote that nobody closes", []byte(head + "\"Чайник;100;Чайники\n" + rows)},
		{"table with a cell of 3 MB", []byte(head + "\"" + strings.Repeat("щ", 3<<19) + "\";1;Чайники\n")}, {"table in UTF-7", []byte("+BD0EMAQ3BDIEMAQ9BDgENQ-;+BEYENQQ9BDA-\n+BCcEMAQ5-;1\n")},
		{"table in UTF-16 of another machine", utf16be(head + "Чайник;100;Чайники\n")}, {"table in UTF-16 without a mark", utf16le(head+"Чайник;100;Чайники\n", false)}, {"table that is a mark", []byte("\xef\xbb\xbf")},
		{"table of old line ends without columns", []byte("foo;bar\rЧайник;100\r")}, {"table of formulas alone", []byte("=cmd|' /C calc'!A0;=1+1\n@SUM(1);-2+3\n")}, {"table that is a page", []byte("<!doctype html><table><tr><td>название<td>цена<tr><td>Чай<td>1</table>")},
		{"table of many columns in a row", []byte(head + strings.Repeat("Чай;", 400_000) + "\n")}, {"table of nothing but quotes", []byte(strings.Repeat(`"`, 1<<20))}, {"table of quotes and delimiters", []byte(strings.Repeat(`";"`, 1<<19))},
		{"table of JSON", []byte(`[{"название":"Чай","цена":1}]`)}, {"table that is mail", []byte("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\n")}, {"table of the devil's line", []byte("a,b\r\n1,\"2\"\"\r\n3,4\r\n")},
	}
}

// bookWith is a table of export goods in order, whose parts change has changed.
func bookWith(change func(name string, content []byte) (string, []byte), more ...string) []byte {
	var plain, out bytes.Buffer
	if err := sheet.Write(&plain, "Товары", [][]string{{"id", "sku", "title", "origin"}, {"1", "A-1", "Самовар", "RU"}}); err != nil {
		panic(err)
	}
	in, err := zip.NewReader(bytes.NewReader(plain.Bytes()), int64(plain.Len()))
	if err != nil {
		panic(err)
	}
	z := zip.NewWriter(&out)
	write := func(name string, content []byte) {
		f, err := z.Create(name)
		if err == nil {
			_, err = f.Write(content)
		}
		if err != nil {
			panic(err)
		}
	}
	for _, f := range in.File {
		r, err := f.Open()
		if err != nil {
			panic(err)
		}
		var content bytes.Buffer
		if _, err := content.ReadFrom(r); err != nil {
			panic(err)
		}
		write(change(f.Name, content.Bytes()))
	}
	for i := 0; i+1 < len(more); i += 2 {
		write(more[i], []byte(more[i+1]))
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return out.Bytes()
}

// inSheet puts something else in the place of some of a part that ends so.
func inSheet(part, from, to string) []byte {
	return bookWith(func(name string, content []byte) (string, []byte) {
		if strings.HasSuffix(name, part) {
			content = bytes.Replace(content, []byte(from), []byte(to), 1)
		}
		return name, content
	})
}

// asIs changes nothing.
func asIs(name string, content []byte) (string, []byte) { return name, content }

// headers changes every header of an archive, those of its files and those of its list; at is an offset in the latter, and the
// former have everything two bytes earlier.
func headers(book []byte, at int, change func([]byte)) []byte {
	for _, h := range []struct {
		mark string
		at   int
	}{{"PK\x03\x04", at - 2}, {"PK\x01\x02", at}} {
		for from := 0; ; {
			next := bytes.Index(book[from:], []byte(h.mark))
			if next < 0 || from+next+h.at+8 > len(book) {
				break
			}
			change(book[from+next+h.at:])
			from += next + 4
		}
	}
	return book
}

// spoiledBooks are tables of export goods as XLSX in order but for one thing.
func spoiledBooks() []sample {
	const doctype = `<!DOCTYPE worksheet [<!ENTITY x SYSTEM "file:///etc/passwd">]>`
	cells := func(n int, one string) string { return "<row>" + strings.Repeat(one, n) + "</row></sheetData>" }
	nested := bookWith(asIs)
	for range 5 {
		nested = office("xl/workbook.xml", string(nested))
	}
	return []sample{
		{"book with a type in its sheet", inSheet("sheet1.xml", "<worksheet", doctype+"<worksheet")}, {"book with a type in its list", inSheet("xl/workbook.xml", "<workbook", `<!DOCTYPE workbook SYSTEM "http://127.0.0.1:1/"><workbook`)},
		{"book with a type in its relations", inSheet("workbook.xml.rels", "<Relationships", doctype+"<Relationships")}, {"book with an entity in a cell", inSheet("sheet1.xml", "Самовар", "&x;")},
		{"book with a part twice", bookWith(asIs, "xl/worksheets/sheet1.xml", "<worksheet/>")}, {"book with a part twice in other letters", bookWith(asIs, "XL/worksheets/SHEET1.xml", "<worksheet/>")},
		{"book with a password's flag", headers(bookWith(asIs), 8, func(b []byte) { b[0] |= 1 })}, {"book packed in a way nobody knows", headers(bookWith(asIs), 10, func(b []byte) { b[0] = 99 })},
		{"book with wrong sums", headers(bookWith(asIs), 16, func(b []byte) { b[0] ^= 0xff })}, {"book that says it is short", headers(bookWith(asIs), 24, func(b []byte) { copy(b, "\x01\x00\x00\x00") })},
		{"book that says it is 4 GB", headers(bookWith(asIs), 24, func(b []byte) { copy(b, "\xff\xff\xff\xfe") })}, {"book whose parts overlap", headers(bookWith(asIs), 42, func(b []byte) { clear(b[:4]) })},
		{"book at the last cell", inSheet("sheet1.xml", "</sheetData>", `<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>`)}, {"book beyond the last column", inSheet("sheet1.xml", "</sheetData>", `<row><c r="ZZZZZZZZZZ1"><v>1</v></c></row></sheetData>`)},
		{"book of a million cells", inSheet("sheet1.xml", "</sheetData>", cells(1_000_000, "<c/>"))},
		{"book of a long cell", inSheet("sheet1.xml", "Самовар", strings.Repeat("щ", 4<<20))}, {"book of a deep cell", inSheet("sheet1.xml", "Самовар", strings.Repeat("<r>", 100_000))},
		{"book of a wide attribute", inSheet("sheet1.xml", `<worksheet`, `<worksheet a="`+strings.Repeat("x", 8<<20)+`"`)}, {"book within books", nested}, {"book without a sheet", inSheet("xl/workbook.xml", `r:id="rId1"`, `r:id="rId99"`)},
		{"book whose sheet is elsewhere", inSheet("workbook.xml.rels", `Target="worksheets/sheet1.xml"`, `Target="../../../../etc/passwd"`)}, {"book whose sheet is at an address", inSheet("workbook.xml.rels", `Target="worksheets/sheet1.xml"`, `Target="http://127.0.0.1:1/x" TargetMode="External"`)},
		{"book whose sheet is itself", inSheet("workbook.xml.rels", `Target="worksheets/sheet1.xml"`, `Target="workbook.xml"`)}, {"book cut in its list", bookWith(asIs)[:len(bookWith(asIs))-60]}, {"book in UTF-16", inUTF16()},
		{"book of strings without end", bookWith(asIs, "xl/sharedStrings.xml", "<sst>"+strings.Repeat("<si><t>x</t></si>", 500_000)+"</sst>")}, {"book with NUL", inSheet("sheet1.xml", "Самовар", "Само\x00вар")},
		{"book of an old program", []byte("\x09\x08\x10\x00\x00\x06\x05\x00\xbb\x0d\xcc\x07")}, {"book of other columns", rename("id", "foo", "origin", "bar")},
	}
}

func inUTF16() []byte {
	return bookWith(func(name string, content []byte) (string, []byte) {
		if strings.HasSuffix(name, "sheet1.xml") {
			content = utf16le(strings.Replace(string(content), "UTF-8", "UTF-16", 1), true)
		}
		return name, content
	})
}

// rename gives columns of the table other names.
func rename(pairs ...string) []byte {
	return bookWith(func(name string, content []byte) (string, []byte) {
		for i := 0; i+1 < len(pairs); i += 2 {
			content = bytes.ReplaceAll(content, []byte(">"+pairs[i]+"<"), []byte(">"+pairs[i+1]+"<"))
		}
		return name, content
	})
}

// riff wraps chunks into a WebP.
func riff(chunks ...[]byte) []byte {
	body := slices.Concat(chunks...)
	return slices.Concat([]byte("RIFF"), binary.LittleEndian.AppendUint32(nil, uint32(4+len(body))), []byte("WEBP"), body)
}

// spoiledPictures are pictures that nothing can be drawn of.
func spoiledPictures() []sample {
	whole, plain := pngOf(40, 40), jpegOf(64, 64)
	badHead := bytes.Clone(whole)
	badHead[24] = 77 // bits a colour
	binary.BigEndian.PutUint32(badHead[29:], crc32.ChecksumIEEE(badHead[12:29]))
	manyTables := slices.Concat([]byte("\xff\xd8"), bytes.Repeat([]byte("\xff\xdb\x00\x02"), 200_000), plain[2:])
	return []sample{
		{"png of impossible bits", badHead}, {"png with a chunk of 2 GB", slices.Concat(whole[:33], []byte("\x7f\xff\xff\xffIDAT"), whole[33:])}, {"png with its head twice", slices.Concat(whole[:33], whole[8:])},
		{"png without its head", slices.Concat(whole[:8], whole[33:])}, {"png with nothing within", slices.Concat(whole[:33], pngChunk("IEND", nil))}, {"png of pixels without end", pngClaims(10, 10, zeros(64<<20))[:200]},
		{"png of 40,000,001 pixels", pngClaims(8_000, 5_001, zeros(100))}, {"png of negative sides", pngClaims(1<<31, 5, zeros(100))}, {"animation that lies of its pixels", pngClaims(20_000, 20_000, zeros(10), pngChunk("acTL", []byte("\x7f\xff\xff\xff\x00\x00\x00\x00")))},
		{"jpeg of tables alone", manyTables[:800_000]}, {"jpeg of nothing wide", claims(plain, 0, 64)}, {"jpeg of 12 bits", bytes.Replace(plain, []byte("\xff\xc0\x00\x0b\x08"), []byte("\xff\xc0\x00\x0b\x0c"), 1)},
		{"jpeg with a segment of no length", slices.Concat(plain[:2], []byte("\xff\xe1\x00\x00"), plain[2:])}, {"jpeg of arithmetic coding", bytes.Replace(plain, []byte("\xff\xc0"), []byte("\xff\xc9"), 1)},
		{"jpeg 2000", []byte("\x00\x00\x00\x0cjP  \r\n\x87\n\x00\x00\x00\x14ftypjp2 ")}, {"jpeg xl", []byte("\x00\x00\x00\x0cJXL \r\n\x87\n")}, {"heic", []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic")},
		{"gif of nothing", []byte("GIF89a\x00\x00\x00\x00\x00\x00\x00;")}, {"gif whose frame is outside", outsideGIF()}, {"gif of comments without end", slices.Concat([]byte("GIF89a\x10\x00\x10\x00\x00\x00\x00"), bytes.Repeat([]byte("!\xfe\x01x\x00"), 400_000))},
		{"webp that says it is shorter", riff([]byte("VP8L\x05\x00\x00\x00\x2f\xff\xff\xff\x0f"))}, {"webp of frames alone", riff([]byte("VP8X\x0a\x00\x00\x00\x02\x00\x00\x00\x0f\x00\x00\x0f\x00\x00"), []byte("ANIM\x06\x00\x00\x00\x00\x00\x00\x00\x00\x00"))},
		{"webp of unknown chunks", riff(bytes.Repeat([]byte("XXXX\x00\x00\x00\x00"), 200_000))}, {"tiff of another order", []byte("MM\x00*\x00\x00\x00\x08\x00\x01\x01\x00\x00\x04\x00\x00\x00\x01\xff\xff\xff\xff")}, {"cursor", []byte("\x00\x00\x02\x00\x01\x00")},
		{"bmp", slices.Concat([]byte("BM\x46\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00\x02\x00\x00\x00\x02\x00\x00\x00\x01\x00\x18\x00"), make([]byte, 40))}, {"pcx", []byte("\x0a\x05\x01\x08\x00\x00\x00\x00\xff\xff\xff\xff")}, {"psd", []byte("8BPS\x00\x01\x00\x00\x00\x00\x00\x00\x00\x03")},
		{"svg packed", gzipped([]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`))}, {"svg with a page in it", []byte(`<svg xmlns="http://www.w3.org/2000/svg"><foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="javascript:alert(1)"/></foreignObject></svg>`)},
		{"svg in UTF-16", utf16le(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`, true)}, {"svg of a billion uses", []byte(`<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink"><g id="a"><use x:href="#a"/><use x:href="#a"/></g></svg>`)},
		{"flash", []byte("FWS\x0a\xff\xff\xff\xff")}, {"video", []byte("\x1aE\xdf\xa3\x01\x00\x00\x00")}, {"a font", []byte("wOF2\x00\x01\x00\x00")}, {"wasm", []byte("\x00asm\x01\x00\x00\x00")}, {"shortcut", []byte("L\x00\x00\x00\x01\x14\x02\x00")},
		{"script of a shell", []byte("#!/bin/sh\nrm -rf /\n")}, {"php", []byte("<?php system($_GET['c']); ?>")}, {"hta", []byte("<hta:application/><script>new ActiveXObject('x')</script>")}, {"shortcut to an address", []byte("[InternetShortcut]\nURL=file:///etc/passwd\n")},
	}
}

// outsideGIF is one whose only frame lies beyond its screen.
func outsideGIF() []byte {
	g := gifOf(16, 16, 1)
	if at := bytes.Index(g, []byte{0x2c}); at > 0 {
		copy(g[at+1:], "\xff\x7f\xff\x7f")
	}
	return g
}

// polyglots are pictures that are something else besides. What is drawn of them anew has none of it.
func polyglots() []sample {
	page := []byte("<script>alert('" + inertMark + "')</script>")
	whole, plain := pngOf(40, 40), jpegOf(64, 64)
	comment := func(content []byte) []byte {
		return slices.Concat(plain[:2], []byte("\xff\xfe"), binary.BigEndian.AppendUint16(nil, uint16(len(content)+2)), content, plain[2:])
	}
	var profiles []byte
	for i := range 250 {
		profiles = append(profiles, slices.Concat([]byte("\xff\xe2\xff\xff"), []byte("ICC_PROFILE\x00"), []byte{byte(i + 1), 250}, make([]byte, 65533-14))...)
	}
	return []sample{
		{"gif and a script", slices.Concat(gifOf(16, 16, 2), []byte("*/=1;alert(1);//"))}, {"jpeg with a page in a comment", comment(page)}, {"jpeg and an archive", slices.Concat(plain, zipped(page, "index.html"))},
		{"png and an archive", slices.Concat(whole, zipped(page, "index.html"))}, {"png with a page in its text", slices.Concat(whole[:33], pngChunk("tEXt", append([]byte("Comment\x00"), page...)), whole[33:])},
		{"jpeg and a pdf", slices.Concat(plain, pdfOf("/OpenAction<</S/JavaScript/JS(app.alert(1))>>", ""))}, {"animated png", slices.Concat(whole[:33], pngChunk("acTL", []byte("\x7f\xff\xff\xff\x00\x00\x00\x00")), whole[33:])},
		{"jpeg of profiles of 13 MB", slices.Concat(plain[:2], profiles[:200*65537], plain[2:])}, {"png with an address in its text", slices.Concat(whole[:33], pngChunk("iTXt", append([]byte("XML:com.adobe.xmp\x00\x00\x00\x00\x00"), `<x:xmpmeta xmlns:x="adobe:ns:meta/"><!DOCTYPE x SYSTEM "http://127.0.0.1:1/">`...)), whole[33:])},
	}
}

// spoiled is everything of this file but polyglots, which doors of pictures may take.
func spoiled() []sample {
	return slices.Concat(spoiledFeeds(), spoiledTables(), spoiledBooks(), spoiledPictures(), spoiledDocuments())
}

// never names what no door may take. A book that is in order as a book, if not as a table of ours, may lie in a case as a paper.
var never = sync.OnceValue(func() (names []string) {
	for _, s := range slices.Concat(spoiledFeeds(), spoiledTables(), spoiledPictures(), spoiledDocuments()) {
		names = append(names, s.name)
	}
	return names
})

// spoiledDocuments are papers that act, are closed, or are not what they seem.
func spoiledDocuments() []sample {
	const types, book = "[Content_Types].xml", "xl/workbook.xml"
	letter := "word/document.xml"
	var slips []sample
	for _, name := range []string{"../../../x.xml", "/etc/cron.d/x", `..\..\x.xml`, "xl/../../x.xml", "C:/x.xml"} {
		slips = append(slips, sample{fmt.Sprintf("book with %q in it", name), office(types, "<Types/>", book, "<a/>", name, "x")})
	}
	return append(slips,
		sample{"letter with a type in it", office(types, "<Types/>", letter, `<!DOCTYPE d [<!ENTITY x "y">]><d>&x;</d>`)}, sample{"letter with a type in UTF-16", office(types, "<Types/>", letter, string(utf16le(`<!DOCTYPE d [<!ENTITY x "y">]><d>&x;</d>`, true)))},
		sample{"letter with macros", office(types, "<Types/>", letter, "<a/>", "word/vbaProject.bin", "x")}, sample{"letter of nothing but a zip bomb", office(types, "<Types/>", letter, strings.Repeat("\x00", 80<<20))},
		sample{"letter of old macros", office(types, "<Types/>", letter, "<a/>", "word/_rels/document.xml.rels", `<Relationships><Relationship Type="x/oleObject" Target="a.bin"/></Relationships>`)},
		sample{"presentation", office(types, "<Types/>", "ppt/presentation.xml", "<a/>")}, sample{"program in an archive", office("META-INF/MANIFEST.MF", "Main-Class: X")}, sample{"phone's program", office("AndroidManifest.xml", "x", "classes.dex", "x")},
		sample{"pdf that starts a program", pdfOf("/OpenAction<</S/Launch/F(cmd.exe)>>", "")}, sample{"pdf that spells its script otherwise", pdfOf("/OpenAction<</S/#4aava#53cript/JS(app.alert(1))>>", "")},
		sample{"pdf of another form", pdfOf("/AcroForm<</XFA[(x)3 0 R]>>", "")}, sample{"pdf without an end", pdfOf("", "")[:90]}, sample{"pdf's head", []byte("%PDF-1.7\n")},
		sample{"pdf behind something else", append([]byte("<script>alert(1)</script>\n"), pdfOf("", "")...)}, sample{"rtf that fetches", []byte(`{\rtf1{\object\objautlink\objupdate{\*\objdata 0105}}}`)}, sample{"chm", []byte("ITSF\x03\x00\x00\x00")},
	)
}
