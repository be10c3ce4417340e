package art

import "strings"

// Tools of the kitchen, the workshop and the road that hammer, drill and board do not stand for.

const (
	steel = "#a9b1b7"
	wood  = "#c99458"
)

func knife(d *brush) string {
	return d.shadow(206, 330, 120, 11) + `<g transform="rotate(-32 200 220)">` +
		d.path("M52 206c60-26 130-34 196-34v52c-70 8-140 4-196-18z", d.lin([]stop{{0, lt(steel, 0.55)}, {0.5, lt(steel, 0.1)}, {0.52, lt(steel, 0.7)}, {1, dk(steel, 0.12)}}, 0, 0, 0, 1)) +
		d.rect(244, 168, 14, 60, 4, d.metal(steel)) +
		d.path("M258 172c40-2 74-4 100 6 16 8 14 34-4 38-28 4-62 4-96 6z", d.lin([]stop{{0, lt(d.o, 0.25)}, {0.5, d.o}, {1, dk(d.o, 0.35)}}, 0, 0, 0, 1)) +
		circle(282, 196, 5, lt(steel, 0.4)) + circle(312, 196, 5, lt(steel, 0.4)) + circle(342, 196, 5, lt(steel, 0.4)) +
		d.gloss("M100 200c40-10 90-16 136-18", 0.5, 3) + `</g>`
}

func rollingpin(d *brush) string {
	round := d.lin([]stop{{0, lt(wood, 0.4)}, {0.45, wood}, {1, dk(wood, 0.3)}}, 0, 0, 0, 1)
	return d.shadow(206, 322, 124, 11) + d.path("M84 322c40-26 190-30 244-4-40 16-190 20-244 4z", lt(d.s, 0.5), ` opacity=".8"`) + `<g transform="rotate(-18 200 240)">` +
		d.rect(44, 226, 60, 26, 13, d.diag(d.o)) + d.rect(296, 226, 60, 26, 13, d.diag(d.o)) +
		d.rect(92, 200, 216, 78, 22, round) + d.stroke("M110 226h176M120 250h150", dk(wood, 0.25), 2, ` opacity=".4"`) + d.gloss("M112 212h170", 0.45, 6) + `</g>`
}

func screwdriver(d *brush) string {
	one := func(handle string) string {
		return d.rect(194, 196, 12, 118, 2, d.metal(steel)) + d.path("M194 310h12l3 18h-18z", lt(steel, 0.2)) +
			d.path("M176 104c0-14 10-20 24-20s24 6 24 20l-6 72c0 14-8 22-18 22s-18-8-18-22z", handle) +
			d.stroke("M190 104l4 76M210 104l-4 76", dk(d.o, 0.4), 4, ` opacity=".6"`) + d.rect(188, 190, 24, 12, 4, d.k)
	}
	return d.shadow(206, 334, 100, 12) + `<g transform="translate(-66 6) rotate(-16 200 220)">` + one(d.vol(dk(d.s, 0.1))) + `</g>` +
		`<g transform="translate(66 6) rotate(16 200 220)">` + one(d.vol(dk(d.o, 0.18))) + `</g>` + one(d.vol(d.o))
}

func saw(d *brush) string {
	var teeth strings.Builder
	for x := 44.0; x < 252; x += 13 {
		teeth.WriteString("l6.5 10 6.5-10")
	}
	return d.shadow(206, 330, 122, 11) + `<g transform="rotate(-20 200 220)">` +
		d.path("M44 236"+teeth.String()+"V154L44 206z", d.lin([]stop{{0, lt(steel, 0.5)}, {0.6, steel}, {1, lt(steel, 0.3)}}, 0, 0, 1, 1)) +
		d.path("M240 150c40-22 92-16 112 14 14 24 10 66-14 84-20 12-42-2-52-14l-38 6c-10-26-14-60-8-90zm58 24c-12 4-14 34-4 46 10 10 26 14 32 2 8-14 8-32 0-42-6-8-18-10-28-6z", d.diag(d.o), ` fill-rule="evenodd"`) +
		circle(262, 172, 5, lt(steel, 0.4)) + circle(264, 216, 5, lt(steel, 0.4)) + d.gloss("M80 208l130-36", 0.5, 3) + `</g>`
}

func axe(d *brush) string {
	return d.shadow(206, 334, 92, 12) + `<g transform="rotate(24 200 220)">` +
		d.path("M190 88h22c2 80 6 160-2 244-4 8-18 8-22 0 4-80 2-160 2-244z", d.vol(wood)) + d.rect(187, 272, 28, 62, 10, d.vol(d.o)) +
		d.path("M178 96h50v66h-50c-22 0-44 14-68 42-14-50-14-100 2-148 22 26 42 40 66 40z", d.lin([]stop{{0, lt(steel, 0.75)}, {0.22, lt(steel, 0.5)}, {0.3, dk(steel, 0.2)}, {1, dk(steel, 0.42)}})) +
		d.stroke("M112 58c-14 46-14 96-2 144", lt(steel, 0.85), 4) + `</g>`
}

func tape(d *brush) string {
	var marks strings.Builder
	for x := 0.0; x < 9; x++ {
		marks.WriteString(d.stroke("M"+num(282+x*9)+" 298v"+num(8+float64(int(x)%3/2)*8), "#2f3336", 2))
	}
	return d.shadow(206, 332, 112, 13) + d.path("M220 296h146v26H220z", d.vert("#f2cf5b")) + marks.String() + d.rect(360, 290, 8, 40, 2, d.metal(steel)) +
		d.path("M92 190c0-56 46-92 104-92s98 36 98 92v122c0 10-6 16-16 16H120c-16 0-28-10-28-28z", d.diag(d.o)) +
		circle(190, 208, 72, dk(d.o, 0.35)) + circle(188, 205, 66, d.diag(lt(d.s, 0.1))) + circle(188, 205, 24, d.diag(dk(d.o, 0.1))) +
		d.rect(232, 96, 40, 20, 8, d.k) + d.gloss("M110 180c4-34 26-56 60-64", 0.35, 6)
}

func headlamp(d *brush) string {
	return d.shadow(206, 332, 108, 12) +
		d.path("M84 240c0-80 50-136 116-136s116 56 116 136c0 24-14 34-14 34 6-90-36-138-102-138S92 184 98 274c0 0-14-10-14-34z", d.lin([]stop{{0, dk(d.o, 0.1)}, {0.5, lt(d.o, 0.2)}, {1, dk(d.o, 0.3)}})) +
		d.path("M94 268c30 40 182 40 212 0l-8-38c-40 28-156 28-196 0z", d.diag(d.o)) + d.stroke("M104 252c46 30 146 30 192 0", d.k, 4) +
		d.rect(140, 224, 120, 92, 24, d.diag("#3a4045")) + circle(200, 270, 37, "#20252a") + circle(200, 270, 31, d.metal(steel)) + circle(200, 270, 24, d.lin([]stop{{0, "#ffffff"}, {0.5, "#fff1bf"}, {1, "#e9c25f"}}, 0, 0, 1, 1)) +
		d.rect(178, 214, 44, 12, 6, d.k) + d.gloss("M154 242c4-6 10-8 18-8", 0.4, 4)
}

func binoculars(d *brush) string {
	half := func(x float64) string {
		return d.path("M"+num(x-24)+" 116h48l22 150c2 40-92 40-94 0z", d.vol(dk(d.o, 0.2))) + d.rect(x-30, 96, 60, 30, 9, d.vol("#33383d")) +
			d.ellipse(x, 278, 48, 40, "#24282c") + d.ellipse(x, 280, 38, 31, d.lin([]stop{{0, lt(d.o, 0.5)}, {0.45, "#3b5a78"}, {1, "#141a22"}}, 0, 0, 1, 1)) + d.gloss("M"+num(x-22)+" 270c4-10 12-14 22-14", 0.55, 5)
	}
	return d.shadow(204, 324, 116, 13) + d.rect(172, 152, 56, 34, 10, "#33383d") + half(138) + half(262) +
		d.rect(184, 132, 32, 84, 12, d.metal("#4a5157")) + d.stroke("M186 150h28M186 166h28M186 182h28", d.k, 3)
}

func poles(d *brush) string {
	one := d.rect(196, 112, 8, 208, 3, d.metal(steel)) + d.rect(194, 156, 12, 18, 4, d.k) + d.rect(194, 230, 12, 18, 4, d.k) + d.path("M190 74h20l-3 60h-14z", d.vol("#3a4045")) +
		d.rect(188, 66, 24, 16, 7, d.diag(d.o)) + d.ellipse(200, 300, 22, 6, d.o) + d.path("M196 318h8l-4 16z", "#5c6368")
	return d.shadow(206, 334, 92, 11) + `<g transform="translate(-16 0) rotate(-17 200 334)">` + one + `</g><g transform="translate(16 0) rotate(17 200 334)">` + one + `</g>` +
		d.stroke("M128 88c-22 34-8 60 10 54M272 88c22 34 8 60-10 54", dk(d.o, 0.2), 5)
}

func lock(d *brush) string {
	return d.shadow(206, 334, 96, 13) + d.stroke("M132 232v-54c0-88 136-88 136 0v54", dk(steel, 0.35), 30) + d.stroke("M129 232v-54c0-80 120-86 132-20", lt(steel, 0.35), 8, ` opacity=".8"`) +
		d.rect(84, 226, 232, 100, 24, d.lin([]stop{{0, lt(d.o, 0.25)}, {0.5, d.o}, {1, dk(d.o, 0.35)}}, 0, 0, 0, 1)) + d.rect(84, 252, 26, 48, 6, dk(d.o, 0.4)) + d.rect(290, 252, 26, 48, 6, dk(d.o, 0.4)) +
		circle(200, 274, 26, d.metal(d.k)) + d.path("M194 262h12v10l5 18h-22l5-18z", "#22262a") + d.gloss("M108 242h110", 0.45, 6)
}
