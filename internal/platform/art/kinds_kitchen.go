package art

import (
	"strconv"
	"strings"
)

// Things of the kitchen and the table, and the parcel that stands for everything unknown.

func grinder(d *brush) string {
	const m = "#aeb4b8"
	return d.shadow(200, 338, 84, 14) +
		d.body(150, 196, 100, 138, 12, d.metal(m)) +
		d.body(150, 254, 100, 40, 12, d.vol(d.o)) +
		d.ellipse(200, 196, 50, 12, lt(m, 0.45)) +
		d.body(158, 150, 84, 44, 10, d.metal(m)) +
		d.ellipse(200, 150, 42, 10, lt(m, 0.6)) +
		d.rect(195, 112, 10, 40, 4, d.metal(m)) +
		d.path("M194 108h92a7 7 0 0 1 0 14h-92z", d.metal(m)) +
		d.ellipse(200, 115, 12, 9, lt(m, 0.4)) +
		d.rect(278, 82, 14, 34, 6, d.vol("#7a4a28")) +
		d.ellipse(285, 82, 16, 14, d.diag("#9a6234")) +
		d.gloss("M168 208v112", 0.4, 5)
}

func teapot(d *brush) string {
	g := d.diag(d.o)
	return d.shadow(200, 332, 120, 15) +
		d.stroke("M292 214c52-8 60 70-6 82", dk(d.o, 0.15), 15) +
		d.stroke("M292 214c52-8 60 70-6 82", lt(d.o, 0.18), 5) +
		d.path("M126 236c-36-4-52-34-66-52l20-10c12 20 34 30 56 30z", g) +
		d.path("M110 252c0-56 40-92 92-92s92 36 92 92-36 82-92 82-92-26-92-82z", g) +
		d.ellipse(202, 164, 46, 9, dk(d.o, 0.35)) +
		d.path("M158 162c4-28 84-28 88 0-20 9-68 9-88 0z", d.diag(lt(d.o, 0.08))) +
		d.ellipse(202, 132, 11, 10, d.diag(d.k)) +
		d.gloss("M136 244c2-28 18-48 38-58", 0.45, 8) +
		d.stroke("M118 268c44 24 124 24 170 0", d.s, 4, ` opacity=".75"`) +
		d.stroke("M126 284c42 20 112 20 154 0", d.s, 2, ` opacity=".6"`)
}

func mug(d *brush) string {
	return d.shadow(196, 334, 92, 14) +
		d.stroke("M268 214c52-10 56 78 0 78", dk(d.o, 0.12), 18) +
		d.stroke("M266 210c52-10 56 78 0 78", lt(d.o, 0.2), 5) +
		d.body(124, 190, 144, 136, 16, d.vol(d.o)) +
		d.ellipse(196, 190, 72, 16, lt(d.o, 0.3)) +
		d.ellipse(196, 192, 62, 12, dk("#6b3f1d", 0.15)) +
		d.path("M124 250a72 16 0 0 0 144 0v34a72 16 0 0 1-144 0z", d.s, ` opacity=".9"`) +
		d.stroke("M136 276c10-16 22-16 32 0s22 16 32 0 22-16 32 0 18 14 26 4", d.k, 4, ` opacity=".9"`) +
		d.gloss("M144 216v20", 0.5, 7) +
		d.stroke("M176 160c-10-14 8-20 0-36M210 156c-10-14 8-20 0-36", "#fff", 5, ` opacity=".55"`)
}

func cezve(d *brush) string {
	const m = "#c26a34"
	return d.shadow(176, 336, 84, 13) +
		d.path("M234 196l116-52c10-4 16 12 6 17l-114 54z", d.diag("#6a4022")) +
		d.path("M132 178h92c2 30 6 44 22 74 20 42 6 84-20 84h-96c-26 0-40-42-20-84 16-30 20-44 22-74z", d.metal(m)) +
		d.ellipse(178, 178, 48, 11, lt(m, 0.45)) +
		d.ellipse(178, 180, 40, 8, "#3a2314") +
		d.stroke("M112 284c30 14 102 14 132 0", lt(m, 0.5), 3, ` opacity=".8"`) +
		d.stroke("M110 296c30 14 106 14 136 0", dk(m, 0.3), 2, ` opacity=".7"`) +
		d.gloss("M142 204c-4 30-22 50-20 92", 0.5, 6) +
		d.stroke("M168 150c-8-12 6-18 0-32M192 146c-8-12 6-18 0-32", "#fff", 5, ` opacity=".55"`)
}

func bowl(d *brush) string {
	const g = "#d9a441"
	var berries strings.Builder
	for _, v := range [][2]float64{{136, 272}, {184, 288}, {236, 280}, {264, 256}} {
		berries.WriteString(circle(v[0], v[1], 8, "#c23b22") + circle(v[0], v[1], 3, g))
	}
	return d.shadow(196, 330, 112, 14) +
		d.path("M88 214h220c-2 62-40 116-110 116S90 276 88 214z", d.vol("#1f1a17")) +
		d.ellipse(198, 214, 110, 24, lt("#8f2a1c", 0.05)) +
		d.ellipse(198, 217, 98, 19, d.lin([]stop{{0, "#7a1f14"}, {0.5, "#b33a24"}, {1, "#5e160d"}})) +
		d.stroke("M104 250c24 18 40-14 64 4s40-14 64 4 32-8 56-18", g, 5) + berries.String() + `<g transform="rotate(28 290 150)">` + d.rect(284, 70, 13, 120, 6, d.vol(g)) +
		d.ellipse(290, 206, 25, 34, d.diag("#b33a24")) +
		d.ellipse(290, 206, 17, 25, dk("#7a1f14", 0.1)) + `</g>`
}

func kettle(d *brush) string {
	return d.shadow(200, 338, 96, 13) +
		d.ellipse(200, 330, 84, 12, dk(d.k, 0.3)) +
		d.path("M140 138h120l26 178c1 8-4 12-12 12H126c-8 0-13-4-12-12z", d.metal(lt(d.o, 0.1))) +
		d.path("M140 138l-36-8c-6-2-8 6-4 10l32 40z", d.diag(d.o)) +
		d.path("M148 128c0-22 104-22 104 0v12H148z", d.vol(d.k)) +
		d.ellipse(200, 112, 12, 9, dk(d.k, 0.2)) +
		d.stroke("M258 146c60-6 62 110 16 138", dk(d.k, 0.1), 17) +
		d.stroke("M258 144c56-6 58 104 14 134", lt(d.k, 0.3), 4, ` opacity=".6"`) +
		d.gloss("M152 160l-14 146", 0.45, 7) +
		d.rect(192, 200, 14, 96, 7, "#dfeef0", ` opacity=".7"`) +
		d.rect(192, 246, 14, 50, 7, "#8cc4d4", ` opacity=".8"`)
}

func beans(d *brush) string {
	var spilt strings.Builder
	for i, v := range [][2]int{{120, 326}, {292, 330}, {314, 318}, {98, 332}, {334, 334}} {
		x, y := strconv.Itoa(v[0]), strconv.Itoa(v[1])
		spilt.WriteString(`<g transform="rotate(` + strconv.Itoa(i*37-20) + ` ` + x + ` ` + y + `)"><ellipse cx="` + x + `" cy="` + y +
			`" rx="12" ry="8" fill="#5a3318"/><path d="M` + strconv.Itoa(v[0]-9) + ` ` + y + `q9 5 18 0" stroke="#2d1809" stroke-width="2" fill="none"/></g>`)
	}
	return d.shadow(206, 330, 100, 12) +
		d.path("M132 122h136l12 186c1 16-8 22-20 22H140c-12 0-21-6-20-22z", d.lin([]stop{{0, dk(d.o, 0.18)}, {0.2, lt(d.o, 0.22)}, {0.7, d.o}, {1, dk(d.o, 0.3)}})) +
		d.path("M130 100h140l-2 26H132z", dk(d.o, 0.14)) +
		d.stroke("M132 112h136", lt(d.o, 0.3), 2, ` opacity=".6"`) +
		d.rect(152, 168, 96, 110, 8, d.s) + `<g transform="rotate(-28 200 208)"><ellipse cx="200" cy="208" rx="22" ry="15" fill="` + d.k + `"/><path d="M180 208q20 10 40 0" stroke="` + d.s + `" stroke-width="3" fill="none"/></g>` + d.rect(170, 242, 60, 6, 3, d.o) +
		d.rect(180, 256, 40, 4, 2, d.o, ` opacity=".6"`) + spilt.String()
}

func tea(d *brush) string {
	return d.shadow(204, 334, 92, 12) +
		d.path("M130 116h116l26-18H160z", lt(d.o, 0.3)) +
		d.path("M246 116l26-18v206l-26 26z", dk(d.o, 0.34)) +
		d.rect(130, 116, 116, 214, 4, d.lin([]stop{{0, lt(d.o, 0.16)}, {1, dk(d.o, 0.08)}})) +
		d.rect(142, 150, 92, 130, 46, d.s) +
		d.stroke("M188 262c0-40-2-60 0-86", d.k, 3) +
		d.path("M188 232c-20-2-30-16-30-34 20 2 30 14 30 34z", d.o) +
		d.path("M188 212c18-4 28-18 26-36-18 4-28 18-26 36z", lt(d.o, 0.2)) +
		d.rect(154, 294, 68, 6, 3, d.s) +
		d.rect(166, 306, 44, 5, 2, d.s, ` opacity=".6"`)
}

func honey(d *brush) string {
	return d.shadow(200, 336, 88, 13) +
		d.body(132, 180, 136, 148, 16, d.lin([]stop{{0, "#a85c08"}, {0.2, "#f0b13c"}, {0.4, "#ffd981"}, {0.7, "#e3921a"}, {1, "#8f4a06"}})) +
		d.ellipse(200, 180, 68, 15, "#ffe4a3") +
		d.body(140, 134, 120, 44, 13, d.vol(d.s)) +
		d.ellipse(200, 134, 60, 13, lt(d.s, 0.4)) +
		d.rect(148, 222, 104, 70, 6, "#fffaf0") +
		`<g transform="translate(200 250)" fill="none" stroke="` + d.k + `" stroke-width="3"><path d="M0-18l15.6 9v18L0 18l-15.6-9V-9z"/><path d="M31-18l15.6 9v18L31 18 15.6 9V-9z" opacity=".5"/><path d="M-31-18l15.6 9v18L-31 18l-15.6-9V-9z" opacity=".5"/></g>` + d.rect(172, 276, 56, 5, 2, d.o) +
		d.gloss("M146 204v98", 0.5, 7)
}

func parcel(d *brush) string {
	const b = "#c99b62"
	return d.shadow(206, 324, 120, 13) +
		d.path("M92 172l108-44 112 40-108 48z", lt(b, 0.25)) +
		d.path("M92 172l112 44v110L92 280z", b) +
		d.path("M204 216l108-48v106l-108 52z", dk(b, 0.2)) +
		d.path("M140 152l112 42v24l22-10-2-24-108-40z", d.o, ` opacity=".9"`) +
		d.path("M252 194l22-10v34l-22 10z", dk(d.o, 0.25)) +
		d.rect(112, 226, 54, 34, 3, "#fffaf0", ` transform="skewY(21) translate(0 -62)"`)
}
