package pdf

import (
	"bytes"
	"fmt"
	"strconv"
	"sync"
	"unicode/utf16"

	"github.com/klauspost/compress/zlib"
)

// objects are the numbered parts of a document. Number 0 is nothing.
type objects struct {
	out bytes.Buffer
	at  []int
}

var deflaters = sync.Pool{New: func() any { return zlib.NewWriter(nil) }}

// reserve takes the next number for an object that is written later.
func (o *objects) reserve() int {
	o.at = append(o.at, 0)
	return len(o.at)
}

func (o *objects) put(number int, format string, args ...any) {
	o.at[number-1] = o.out.Len()
	fmt.Fprintf(&o.out, "%d 0 obj\n", number)
	fmt.Fprintf(&o.out, format, args...)
	o.out.WriteString("\nendobj\n")
}

func (o *objects) add(format string, args ...any) int {
	number := o.reserve()
	o.put(number, format, args...)
	return number
}

// stream writes data, made small.
func (o *objects) stream(more string, data []byte) (int, error) {
	var small bytes.Buffer
	z := deflaters.Get().(*zlib.Writer)
	defer deflaters.Put(z)
	z.Reset(&small)
	if _, err := z.Write(data); err != nil {
		return 0, fmt.Errorf("pdf: %w", err)
	}
	if err := z.Close(); err != nil {
		return 0, fmt.Errorf("pdf: %w", err)
	}
	return o.add("<</Filter /FlateDecode /Length %d%s>>\nstream\n%s\nendstream", small.Len(), more, small.Bytes()), nil
}

// Bytes ends the document.
func (s *Sheet) Bytes() ([]byte, error) {
	o := &objects{}
	o.out.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	catalog, tree := o.reserve(), o.reserve()
	fonts := ""
	for i, face := range []*ttf{regularFace, boldFace} {
		if len(s.used[i]) == 0 {
			continue
		}
		number, err := s.font(o, i, face)
		if err != nil {
			return nil, err
		}
		fonts += fmt.Sprintf("/F%d %d 0 R ", i, number)
	}
	contents := make([]int, len(s.pages))
	for i, page := range s.pages {
		content, err := o.stream("", page.Bytes())
		if err != nil {
			return nil, err
		}
		contents[i] = content
	}
	kids, copies := "", max(1, s.Copies)
	for range copies {
		for _, content := range contents {
			kid := o.add("<</Type /Page /Parent %d 0 R /MediaBox [0 0 %.3f %.3f] /Resources <</Font <<%s>>>> /Contents %d 0 R>>",
				tree, s.width/point, s.height/point, fonts, content)
			kids += strconv.Itoa(kid) + " 0 R "
		}
	}
	o.put(tree, "<</Type /Pages /Kids [%s] /Count %d>>", kids, copies*len(contents))
	o.put(catalog, "<</Type /Catalog /Pages %d 0 R /Lang (en) /ViewerPreferences <</PrintScaling /None /DisplayDocTitle true>>>>", tree)
	created := s.info.Created.UTC().Format("D:20060102150405Z")
	info := o.add("<</Title %s /Author %s /Producer (Yarmarka) /CreationDate (%s) /ModDate (%s)>>",
		utf16Text(s.info.Title), utf16Text(s.info.Author), created, created)
	o.end(catalog, info)
	return o.out.Bytes(), nil
}

// font embeds the letters that were used of a face, and what each of them means.
func (s *Sheet) font(o *objects, i int, face *ttf) (int, error) {
	used := s.used[i]
	program := face.subset(used)
	file, err := o.stream(fmt.Sprintf(" /Length1 %d", len(program)), program)
	if err != nil {
		return 0, err
	}
	var widths, meaning bytes.Buffer
	meaning.WriteString("/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n/CMapName /U def /CMapType 2 def\n" +
		"1 begincodespacerange <0000> <FFFF> endcodespacerange\n")
	const block = 100 // more in one list are not allowed
	for from := 0; from < len(used); from += block {
		part := used[from:min(from+block, len(used))]
		fmt.Fprintf(&meaning, "%d beginbfchar\n", len(part))
		for _, g := range part {
			fmt.Fprintf(&widths, "%d [%d] ", g, face.advance[g])
			fmt.Fprintf(&meaning, "<%04X> <%04X>\n", g, s.letters[i][g])
		}
		meaning.WriteString("endbfchar\n")
	}
	meaning.WriteString("endcmap CMapName currentdict /CMap defineresource pop end end")
	unicode, err := o.stream("", meaning.Bytes())
	if err != nil {
		return 0, err
	}
	name := "YARMRK+" + face.name
	descriptor := o.add("<</Type /FontDescriptor /FontName /%s /Flags 4 /FontBBox [%d %d %d %d] /ItalicAngle 0 /Ascent %d /Descent %d /CapHeight %d /StemV 80 /FontFile2 %d 0 R>>",
		name, face.box[0], face.box[1], face.box[2], face.box[3], face.ascent, face.descent, face.ascent*3/4, file)
	cid := o.add("<</Type /Font /Subtype /CIDFontType2 /BaseFont /%s /CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>> /FontDescriptor %d 0 R /CIDToGIDMap /Identity /W [%s]>>",
		name, descriptor, widths.Bytes())
	return o.add("<</Type /Font /Subtype /Type0 /BaseFont /%s /Encoding /Identity-H /DescendantFonts [%d 0 R] /ToUnicode %d 0 R>>", name, cid, unicode), nil
}

// end writes the table of where each object is.
func (o *objects) end(catalog, info int) {
	table := o.out.Len()
	fmt.Fprintf(&o.out, "xref\n0 %d\n0000000000 65535 f \n", len(o.at)+1)
	for _, at := range o.at {
		fmt.Fprintf(&o.out, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&o.out, "trailer\n<</Size %d /Root %d 0 R /Info %d 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(o.at)+1, catalog, info, table)
}

// utf16Text is a text string of a document's description.
func utf16Text(text string) string {
	out := "<FEFF"
	for _, unit := range utf16.Encode([]rune(text)) {
		out += fmt.Sprintf("%04X", unit)
	}
	return out + ">"
}
