package art

import (
	"strconv"
	"strings"
)

// Things of the home: furniture, textiles, toys, books, care.

func lamp(d *brush) string {
	return d.shadow(196, 338, 78, 11) +
		d.ellipse(196, 332, 62, 12, dk(d.o, 0.25)) +
		d.ellipse(196, 328, 62, 12, d.vert(d.o)) +
		d.stroke("M196 326V240l60-76", dk(d.o, 0.2), 9) +
		d.stroke("M194 326V240l60-76", lt(d.o, 0.25), 3) + `<circle cx="196" cy="240" r="9" fill="` + d.k + `"/>` + d.path("M108 176l34 104c40-4 74-28 92-62z", "#fff3c9", ` opacity=".0"`) +
		d.path("M262 150c-30-46-92-52-122-18l-28 58c46-24 96-14 128 20z", d.diag(d.o)) +
		d.path("M112 190c46-24 96-14 128 20-44 8-98 6-128-20z", "#fff2c4") +
		d.path("M112 190l-36 138h150l14-118c-44 8-98 6-128-20z", "#ffeeb0", ` opacity=".28"`) + `<circle cx="256" cy="156" r="11" fill="` + d.k + `"/>` + d.gloss("M150 144c18-14 44-16 66-4", 0.4, 5)
}

func chair(d *brush) string {
	const w = "#b07a45"
	return d.shadow(204, 344, 104, 11) +
		d.stroke("M140 250l-18 88M264 250l20 88M156 240l-8 66M250 240l8 66", dk(w, 0.1), 10) +
		d.path("M120 222c0-10 164-10 164 0l-10 40c-30 10-114 10-144 0z", d.diag(d.o)) +
		d.path("M124 92c20-16 132-16 152 0 8 40 6 84-2 130-30-10-118-10-148 0-8-46-10-90-2-130z", d.lin([]stop{{0, lt(d.o, 0.28)}, {0.5, d.o}, {1, dk(d.o, 0.25)}})) +
		d.stroke("M146 116c30-8 78-8 108 0M148 150c30-8 74-8 104 0M150 184c30-8 70-8 100 0", dk(d.o, 0.18), 3, ` opacity=".6"`) +
		d.gloss("M134 110c-2 22-2 44 2 72", 0.3, 6)
}

func linen(d *brush) string {
	layer := func(y int, colour string, shift int) string {
		return d.path("M"+strconv.Itoa(92+shift)+" "+strconv.Itoa(y)+"c0-12 6-16 16-16h188c14 0 20 8 20 20s-6 22-20 22H108c-12 0-16-10-16-26z",
			d.lin([]stop{{0, lt(colour, 0.35)}, {0.6, colour}, {1, dk(colour, 0.22)}})) +
			d.stroke("M"+strconv.Itoa(104+shift)+" "+strconv.Itoa(y+12)+"h192", dk(colour, 0.2), 2, ` opacity=".5"`)
	}
	return d.shadow(206, 324, 124, 12) + layer(292, dk(d.o, 0.05), 0) + layer(252, d.s, 4) + layer(212, d.o, 0) + layer(172, lt(d.o, 0.45), 6) +
		d.rect(176, 150, 44, 172, 3, d.k, ` opacity=".92"`) +
		d.rect(184, 150, 4, 172, 0, lt(d.k, 0.4), ` opacity=".6"`) +
		d.ellipse(198, 150, 34, 14, d.k) +
		d.ellipse(170, 142, 22, 12, d.diag(d.k)) +
		d.ellipse(226, 142, 22, 12, d.diag(d.k))
}

func vase(d *brush) string {
	var berries strings.Builder
	for i, v := range [][3]float64{{132, 80, 12}, {150, 108, 9}, {232, 62, 13}, {222, 98, 9}, {272, 118, 12}, {246, 136, 8}, {168, 130, 8}} {
		fill := d.k
		if i%2 == 1 {
			fill = lt(d.k, 0.35)
		}
		berries.WriteString(circle(v[0], v[1], v[2], fill))
	}
	return d.shadow(200, 340, 78, 12) +
		d.stroke("M196 178c-6-40-40-60-62-96M202 176c2-50 24-70 30-112M206 178c14-30 40-44 64-58", "#6d7a4a", 4) + berries.String() +
		d.path("M164 176h72c4 20-2 30 18 56 26 36 18 106-14 106h-80c-32 0-40-70-14-106 20-26 14-36 18-56z", d.vol(d.o)) +
		d.ellipse(200, 176, 36, 8, dk(d.o, 0.45)) +
		d.stroke("M132 272c40 18 96 18 136 0M134 284c40 18 92 18 132 0", d.s, 3, ` opacity=".8"`) +
		d.gloss("M160 240c-12 20-14 40-10 66", 0.45, 7)
}

func doll(d *brush) string {
	return d.shadow(200, 340, 86, 13) +
		d.path("M200 66c40 0 60 30 58 66-1 18-6 26 6 44 14 22 22 50 22 84 0 50-34 78-86 78s-86-28-86-78c0-34 8-62 22-84 12-18 7-26 6-44-2-36 18-66 58-66z", d.vol(d.o)) +
		d.ellipse(200, 132, 36, 38, "#f6dcc0") +
		d.path("M164 128c2-34 24-44 36-44s34 10 36 44c-8-18-22-26-36-28-14 2-28 10-36 28z", dk(d.k, 0.35)) +
		`<circle cx="188" cy="134" r="3.4" fill="#2a2018"/><circle cx="212" cy="134" r="3.4" fill="#2a2018"/>` + d.ellipse(180, 146, 7, 5, "#e79a86", ` opacity=".7"`) +
		d.ellipse(220, 146, 7, 5, "#e79a86", ` opacity=".7"`) +
		d.stroke("M193 152c4 4 10 4 14 0", "#b0483a", 3) +
		d.path("M140 214c18-24 34-34 60-34s42 10 60 34c14 70-2 108-60 108s-74-38-60-108z", lt(d.s, 0.1)) + `<g fill="` + d.o + `"><circle cx="200" cy="246" r="16"/><circle cx="176" cy="258" r="11"/><circle cx="224" cy="258" r="11"/></g><circle cx="200" cy="246" r="6" fill="` + d.k + `"/>` + d.stroke("M200 262v40M184 282c8-2 14 2 16 10M216 282c-8-2-14 2-16 10", "#3d6b4c", 4) +
		d.gloss("M150 92c6-10 14-16 22-18", 0.5, 6)
}

func train(d *brush) string {
	const w = "#c99458"
	var wheels strings.Builder
	for _, v := range [][3]float64{{128, 284, 28}, {192, 284, 28}, {262, 276, 36}} {
		x, y, r := v[0], v[1], v[2]
		wheels.WriteString(circle(x, y, r, dk(w, 0.12)) + circle(x-2, y-2, r-5, lt(w, 0.2)) + circle(x, y, 6, d.o))
	}
	return d.shadow(204, 322, 138, 12) +
		d.rect(88, 232, 196, 42, 12, d.diag(d.o)) +
		d.rect(96, 176, 108, 62, 30, d.vol(d.k)) +
		d.rect(204, 134, 78, 104, 10, d.diag(d.o)) +
		d.rect(218, 152, 50, 40, 6, d.w) +
		d.rect(194, 122, 98, 16, 8, dk(d.o, 0.2)) +
		d.rect(118, 140, 26, 44, 6, d.vol(w)) +
		d.rect(112, 132, 38, 14, 7, dk(w, 0.15)) + wheels.String() +
		d.ellipse(96, 206, 8, 20, lt(d.k, 0.3)) +
		d.gloss("M116 188h70", 0.4, 6)
}

func book(d *brush) string {
	return d.shadow(206, 326, 112, 12) +
		d.path("M92 296l160 26 62-34-160-22z", dk(d.s, 0.18)) +
		d.path("M92 296v-26l160 26v26z", lt(d.s, 0.4)) +
		d.path("M252 296l62-34v26l-62 34z", d.s) +
		d.path("M92 270l62-30 160 22-62 34z", d.diag(d.k)) +
		`<g transform="translate(4 -2)">` + d.path("M112 116c0-8 6-12 12-12h140c8 0 12 4 12 12v140c0 8-4 12-12 12H124c-6 0-12-4-12-12z", d.diag(d.o)) +
		d.rect(112, 104, 18, 164, 6, dk(d.o, 0.28)) +
		d.rect(152, 132, 100, 5, 2, d.s) +
		d.rect(152, 146, 70, 5, 2, d.s, ` opacity=".7"`) +
		d.ellipse(202, 208, 34, 34, "none", ` stroke="`+d.s+`" stroke-width="3"`) +
		d.stroke("M180 214c12-26 32-26 44 0M202 188v44", d.s, 3) + `</g>`
}

func cream(d *brush) string {
	return d.shadow(212, 334, 106, 12) +
		d.body(112, 176, 70, 152, 9, d.vol(d.o)) +
		d.body(126, 150, 42, 26, 6, d.vol(d.s)) +
		d.rect(138, 112, 18, 36, 4, dk(d.s, 0.12)) +
		d.path("M120 104h52c8 0 8 14 0 14h-36c-8 0-16-4-16-14z", dk(d.s, 0.05)) +
		d.rect(124, 218, 46, 62, 3, lt(d.s, 0.5)) +
		d.rect(132, 230, 30, 4, 2, d.k) +
		d.rect(132, 240, 20, 3, 1, d.k, ` opacity=".6"`) +
		d.body(206, 270, 104, 56, 13, d.vol(lt(d.s, 0.1))) +
		d.body(202, 238, 112, 32, 13, d.vol(d.o)) +
		d.ellipse(258, 238, 56, 13, lt(d.o, 0.25)) +
		d.gloss("M122 200v108", 0.4, 5)
}
