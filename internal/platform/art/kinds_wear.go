package art

import (
	"strings"
)

// Things worn and carried.

func shawl(d *brush) string {
	a := d.lin([]stop{{0, lt(d.o, 0.55)}, {0.5, lt(d.o, 0.28)}, {1, dk(d.o, 0.12)}}, 0, 0, 1, 1)
	var lace, dots strings.Builder
	for i := range 9 {
		lace.WriteString(`<circle cx="` + num(70+float64(i)*32.5) + `" cy="` + num(float64(304-i%2*6-max(4-i, i-4))) +
			`" r="9" fill="none" stroke="` + lt(d.o, 0.75) + `" stroke-width="3"/>`)
	}
	for r := range 5 {
		for i := range 8 - r {
			dots.WriteString(`<path d="M` + num(float64(112+r*12+i*25)) + ` ` + num(float64(276-r*26)) +
				`l6 7-6 7-6-7z" fill="` + lt(d.o, 0.82) + `" opacity=".75"/>`)
		}
	}
	return d.shadow(200, 322, 140, 14, 0.24) +
		d.path("M200 92c30 0 44 30 60 70 18 46 50 96 86 140-90 24-204 24-292 0 36-44 68-94 86-140 16-40 30-70 60-70z", a) +
		d.path("M200 92c-14 34-20 120-12 226-50-1-94-6-134-16 36-44 68-94 86-140 16-40 30-70 60-70z", "#fff", ` opacity=".18"`) + dots.String() + lace.String() +
		d.path("M160 128c22 20 58 20 80 0-6-24-22-36-40-36s-34 12-40 36z", dk(d.o, 0.14), ` opacity=".5"`) +
		d.stroke("M200 96c-8 50-10 130-2 214M244 140c4 60 22 120 52 160M156 140c-4 60-22 120-52 160", dk(d.o, 0.2), 2, ` opacity=".35"`)
}

func boots(d *brush) string {
	boot := func(x, fill string) string {
		return d.path("M"+x+` 118h74c4 60 0 92 6 116 20 14 58 16 60 54 0 14-8 20-20 20h-112c-10 0-16-6-16-18 0-54 6-110 8-172z`, fill)
	}
	return d.shadow(212, 314, 138, 13) + `<g transform="translate(56 -12)">` + boot("96", d.diag(dk(d.o, 0.14))) + `</g>` + boot("92", d.diag(d.o)) +
		d.ellipse(129, 118, 37, 9, dk(d.o, 0.5)) +
		d.path("M92 150h75l1 22H91z", d.s) +
		d.stroke("M96 161l12-8 12 8 12-8 12 8 12-8 8 6", d.k, 3) +
		d.rect(84, 300, 150, 14, 7, dk(d.o, 0.5)) +
		d.gloss("M108 190c-2 36-4 60-6 84", 0.22, 8)
}

func headphones(d *brush) string {
	return d.shadow(200, 338, 104, 12) +
		d.stroke("M112 236c-6-150 182-150 176 0", dk(d.o, 0.1), 20) +
		d.stroke("M116 226c0-128 168-128 168-4", lt(d.o, 0.35), 4, ` opacity=".7"`) +
		d.path("M92 226c0-18 44-22 46 4v78c-2 26-46 22-46 4-14-24-14-62 0-86z", d.diag(d.o)) +
		d.path("M308 226c0-18-44-22-46 4v78c2 26 46 22 46 4 14-24 14-62 0-86z", d.diag(dk(d.o, 0.1))) +
		d.path("M138 234c14 4 16 66 0 72z", dk(d.o, 0.5)) +
		d.path("M262 234c-14 4-16 66 0 72z", dk(d.o, 0.5)) +
		d.ellipse(104, 270, 7, 22, d.k) +
		d.gloss("M96 238c4-6 12-8 18-6", 0.4, 5)
}

func phone(d *brush) string {
	return d.shadow(214, 336, 80, 12) + `<g transform="rotate(8 200 210)">` + d.rect(144, 92, 122, 236, 22, dk(d.o, 0.5)) +
		d.rect(138, 90, 122, 236, 22, d.diag(dk(d.o, 0.2))) +
		d.rect(146, 98, 106, 220, 15, d.lin([]stop{{0, lt(d.o, 0.62)}, {0.5, d.w}, {1, d.k}}, 0, 0, 1, 1)) +
		d.path("M146 230c30-40 60 20 106-30v103a15 15 0 0 1-15 15h-76a15 15 0 0 1-15-15z", lt(d.o, 0.15), ` opacity=".75"`) +
		d.path("M146 262c40-30 70 24 106-8v49a15 15 0 0 1-15 15h-76a15 15 0 0 1-15-15z", dk(d.o, 0.18), ` opacity=".8"`) +
		d.ellipse(222, 140, 18, 18, lt(d.k, 0.5)) +
		d.rect(184, 104, 30, 8, 4, dk(d.o, 0.6)) + `</g>`
}

func backpack(d *brush) string {
	return d.shadow(200, 334, 96, 14) +
		d.stroke("M172 122c0-44 56-44 56 0", dk(d.k, 0.1), 11) +
		d.path("M116 190c0-56 36-82 84-82s84 26 84 82v112c0 20-12 30-32 30H148c-20 0-32-10-32-30z", d.vol(d.o)) +
		d.path("M116 196c30 20 138 20 168 0v-8c0-54-36-80-84-80s-84 26-84 80z", lt(d.o, 0.12), ` opacity=".55"`) +
		d.stroke("M120 198c40 20 120 20 160 0", dk(d.o, 0.3), 3) +
		d.rect(142, 232, 116, 80, 16, d.diag(dk(d.o, 0.08))) +
		d.stroke("M144 258h112", dk(d.o, 0.35), 3) +
		d.rect(190, 250, 20, 20, 4, d.s) +
		d.rect(158, 180, 14, 44, 4, d.k) +
		d.rect(228, 180, 14, 44, 4, d.k) +
		d.gloss("M130 176c4-26 20-44 40-50", 0.3, 6)
}

func sweater(d *brush) string {
	return d.shadow(200, 330, 116, 12, 0.22) +
		d.path("M150 104c14 18 86 18 100 0l44 22 44 150-44 16-24-88v116c0 6-4 10-10 10H140c-6 0-10-4-10-10V204l-24 88-44-16 44-150z", d.lin([]stop{{0, lt(d.o, 0.25)}, {0.5, d.o}, {1, dk(d.o, 0.22)}})) +
		d.path("M150 104c14 18 86 18 100 0-6-10-14-12-20-12h-60c-6 0-14 2-20 12z", dk(d.o, 0.22)) +
		`<g fill="none" stroke="` + d.s + `" stroke-width="5" stroke-linejoin="round"><path d="M132 196l17-14 17 14 17-14 17 14 17-14 17 14 17-14 17 14"/><path d="M132 226l17-14 17 14 17-14 17 14 17-14 17 14 17-14 17 14" opacity=".6"/></g>` + `<g fill="` + d.k + `"><path d="M149 200l6 8-6 8-6-8z"/><path d="M183 200l6 8-6 8-6-8z"/><path d="M217 200l6 8-6 8-6-8z"/><path d="M251 200l6 8-6 8-6-8z"/></g>` + d.rect(130, 308, 140, 22, 8, dk(d.o, 0.2)) +
		d.path("M62 276l44 16 4-16-44-16zM338 276l-44 16-4-16 44-16z", dk(d.o, 0.25))
}
