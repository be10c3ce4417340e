package art

// Furniture and what hangs, lies and stands about a home; care of the body.

func table(d *brush) string {
	const w = "#b07a45"
	return d.shadow(204, 338, 132, 11) +
		d.stroke("M120 222l-14 112M280 222l14 112", dk(w, 0.2), 13) + d.stroke("M158 214l-6 98M242 214l6 98", dk(w, 0.4), 9) +
		d.path("M64 204c0-26 272-26 272 0v12c0 26-272 26-272 0z", dk(w, 0.25)) +
		d.ellipse(200, 204, 136, 24, d.diag(lt(w, 0.12))) +
		d.stroke("M100 200c60-10 140-10 200 0M92 210c70 8 150 8 216 0", dk(w, 0.15), 2, ` opacity=".5"`) +
		d.body(176, 156, 48, 44, 7, d.vol(d.o)) + d.ellipse(200, 156, 24, 6, dk(d.o, 0.4)) +
		d.stroke("M198 154c-4-20-16-30-26-42M204 154c4-22 18-30 28-40M200 154c0-24 2-34 4-52", "#6d7a4a", 4) +
		circle(170, 108, 10, d.k) + circle(234, 110, 9, lt(d.k, 0.3)) + circle(204, 96, 11, d.k)
}

func bed(d *brush) string {
	const w = "#b07a45"
	return d.shadow(206, 330, 138, 12) +
		d.rect(84, 116, 232, 120, 16, d.diag(w)) +
		d.rect(98, 132, 204, 90, 10, lt(w, 0.16)) +
		d.path("M70 216c0-14 8-20 20-20h220c12 0 20 6 20 20v84H70z", lt(d.s, 0.55)) +
		d.rect(104, 176, 88, 44, 16, d.diag(lt(d.s, 0.7))) + d.rect(208, 176, 88, 44, 16, d.diag(lt(d.s, 0.7))) +
		d.path("M64 236c60 16 212 16 272 0v66c0 8-6 12-14 12H78c-8 0-14-4-14-12z", d.lin([]stop{{0, lt(d.o, 0.3)}, {0.6, d.o}, {1, dk(d.o, 0.2)}})) +
		d.path("M64 236c60 16 212 16 272 0v18c-60 16-212 16-272 0z", lt(d.o, 0.45)) +
		d.stroke("M132 262v48M200 266v48M268 262v48", dk(d.o, 0.2), 2, ` opacity=".5"`) +
		d.rect(76, 312, 18, 20, 4, dk(w, 0.2)) + d.rect(306, 312, 18, 20, 4, dk(w, 0.2))
}

func shelf(d *brush) string {
	const w = "#b07a45"
	return d.shadow(206, 340, 102, 10) +
		d.rect(112, 86, 176, 250, 6, dk(w, 0.4)) +
		d.rect(122, 94, 156, 68, 2, dk(w, 0.6)) + d.rect(122, 174, 156, 68, 2, dk(w, 0.6)) + d.rect(122, 254, 156, 72, 2, dk(w, 0.6)) +
		d.rect(132, 108, 16, 54, 2, d.o) + d.rect(150, 114, 14, 48, 2, d.k) + d.rect(166, 104, 18, 58, 2, lt(d.o, 0.35)) + d.rect(186, 112, 14, 50, 2, d.s) +
		d.body(222, 124, 38, 34, 5, d.vol(d.k)) +
		d.path("M140 242c-4-26 10-40 24-40s28 14 24 40z", d.vol(d.s)) + d.rect(212, 192, 16, 50, 2, d.s) + d.rect(230, 186, 18, 56, 2, d.o) + d.rect(250, 194, 14, 48, 2, dk(d.o, 0.2)) +
		d.rect(136, 276, 60, 50, 6, d.diag(lt(w, 0.2))) + d.rect(208, 280, 58, 46, 6, d.diag(d.o)) + d.rect(158, 296, 16, 6, 3, dk(w, 0.3)) +
		d.stroke("M114 168h172M114 248h172M114 88h172", lt(w, 0.2), 8) + d.stroke("M116 90v242M284 90v242", d.lin([]stop{{0, lt(w, 0.2)}, {1, w}}), 9)
}

func pillow(d *brush) string {
	pad := func(y, c string) string {
		return d.path("M82 "+y+"c-8-22 6-30 26-24 58 14 126 14 184 0 20-6 34 2 26 24-8 18-8 36 0 54 8 22-6 30-26 24-58-14-126-14-184 0-20 6-34-2-26-24 8-18 8-36 0-54z", c)
	}
	return d.shadow(206, 330, 132, 13) + pad("244", d.diag(d.o)) + pad("168", d.diag(lt(d.s, 0.4))) +
		d.stroke("M112 194c56 12 120 12 176 0M112 178c56 12 120 12 176 0", d.o, 3, ` opacity=".6"`) +
		d.stroke("M120 290c52-10 108-10 160 0", dk(d.o, 0.25), 2, ` opacity=".5"`) +
		d.gloss("M102 164c40 10 66 12 92 12", 0.6, 6)
}

func clock(d *brush) string {
	return d.shadow(206, 338, 74, 11) +
		d.path("M140 322l22-36 20 12-18 32zM260 322l-22-36-20 12 18 32z", dk(d.o, 0.3)) +
		circle(200, 210, 112, d.diag(d.o)) + circle(200, 210, 94, d.diag(lt(d.s, 0.6))) +
		d.stroke("M200 130v14M200 276v14M120 210h14M266 210h14", dk(d.o, 0.2), 7) +
		d.stroke("M240 141l-5 9M269 170l-9 5M160 141l5 9M131 170l9 5M240 279l-5-9M269 250l-9-5M160 279l5-9M131 250l9-5", dk(d.s, 0.3), 4) +
		d.stroke("M200 212v-52", "#2a2622", 8) + d.stroke("M200 212l38 24", "#2a2622", 8) + circle(200, 211, 9, d.k) +
		d.gloss("M128 178c10-26 28-42 50-50", 0.6, 7)
}

func frame(d *brush) string {
	const w = "#b07a45"
	return d.shadow(206, 336, 92, 11) +
		d.path("M232 300l44 34h-20l-40-28z", dk(w, 0.5)) +
		d.rect(108, 88, 184, 240, 8, d.diag(w)) + d.rect(126, 106, 148, 204, 3, "#fffaf0") +
		d.rect(142, 126, 116, 164, 2, lt(d.o, 0.6)) +
		circle(222, 164, 17, lt(d.k, 0.2)) +
		d.path("M142 240c30-46 50-6 76-34 18-20 30-8 40 2v82H142z", d.diag(d.o)) +
		d.path("M142 266c44-26 70 10 116-10v34H142z", dk(d.o, 0.3)) +
		d.gloss("M118 110v130", 0.35, 5)
}

func rug(d *brush) string {
	return d.shadow(206, 330, 134, 12) +
		d.path("M110 250h210l28 66c2 6-2 12-8 12H96z", d.lin([]stop{{0, lt(d.o, 0.25)}, {1, dk(d.o, 0.1)}})) +
		d.path("M128 274h200l6 14H124zM120 298h218l6 14H118z", d.s, ` opacity=".85"`) +
		d.path("M70 206c0-30 24-40 44-40h202c20 0 30 16 30 40s-10 44-30 44H114c-20 0-44-14-44-44z", d.lin([]stop{{0, lt(d.o, 0.25)}, {0.45, d.o}, {1, dk(d.o, 0.35)}}, 0, 0, 0, 1)) +
		d.path("M170 166h26v84h-26zM256 166h26v84h-26z", d.s, ` opacity=".85"`) + d.path("M198 166h8v84h-8zM244 166h8v84h-8z", d.k) +
		d.ellipse(110, 208, 38, 42, dk(d.o, 0.25)) + d.ellipse(110, 208, 28, 31, d.s) + d.ellipse(110, 208, 19, 21, d.o) + d.ellipse(110, 208, 9, 10, d.s)
}

func soap(d *brush) string {
	return d.shadow(206, 328, 120, 13) +
		d.ellipse(204, 304, 124, 26, dk(d.s, 0.15)) + d.ellipse(204, 296, 124, 26, d.diag(lt(d.s, 0.35))) +
		d.path("M104 236c0-20 14-28 34-28h128c22 0 36 10 36 28v36c0 20-14 28-36 28H138c-20 0-34-8-34-28z", d.vert(d.o)) +
		d.path("M104 236c0-20 14-28 34-28h128c22 0 36 10 36 28s-14 26-36 26H138c-20 0-34-8-34-26z", lt(d.o, 0.28)) +
		d.ellipse(203, 236, 62, 15, "none", ` stroke="`+d.s+`" stroke-width="4"`) +
		d.stroke("M180 238c8-8 14-8 22 0s14 8 22 0", d.s, 4) +
		circle(270, 178, 24, "#ffffff8c") + circle(302, 148, 14, "#ffffff73") + circle(238, 158, 10, "#ffffff80") + circle(262, 170, 5, "#fff") +
		d.gloss("M122 232c2-6 10-10 18-10", 0.7, 6)
}

func toothbrush(d *brush) string {
	brush := func(turn, c string) string {
		return `<g transform="rotate(` + turn + ` 200 300)">` + d.rect(193, 96, 14, 200, 7, d.vol(c)) + d.rect(190, 92, 20, 52, 6, c) +
			d.rect(176, 96, 18, 44, 4, "#fffdf8") + d.stroke("M182 100v36M188 100v36", lt(d.o, 0.3), 2) + `</g>`
	}
	return d.shadow(200, 338, 72, 12) + brush("-14", "#c99458") + brush("13", d.k) +
		d.path("M144 204h112l-10 118c0 8-6 12-14 12h-64c-8 0-14-4-14-12z", d.vol(d.o)) +
		d.ellipse(200, 204, 56, 12, dk(d.o, 0.4)) +
		brush2(d) + d.gloss("M160 222l8 92", 0.5, 6)
}

// brush2 is the band on the tumbler that the brushes stand in.
func brush2(d *brush) string {
	return d.path("M146 232c30 14 78 14 108 0l-3 30c-30 14-72 14-102 0z", d.s, ` opacity=".9"`)
}

func perfume(d *brush) string {
	return d.shadow(204, 334, 90, 12) +
		d.rect(176, 92, 48, 46, 8, d.vol(d.k)) + d.rect(184, 136, 32, 22, 3, d.metal("#c9b26a")) +
		d.rect(118, 156, 164, 176, 26, d.lin([]stop{{0, lt(d.o, 0.6)}, {0.5, lt(d.o, 0.35)}, {1, d.o}}, 0, 0, 1, 1)) +
		d.path("M132 226c40 14 96-14 136 0v80c0 10-6 14-14 14H146c-8 0-14-4-14-14z", d.diag(d.o), ` opacity=".8"`) +
		d.rect(156, 218, 88, 62, 6, lt(d.s, 0.4)) + d.rect(172, 238, 56, 6, 3, d.k) + d.rect(184, 254, 32, 5, 2, d.k, ` opacity=".6"`) +
		d.gloss("M136 184c0-10 6-14 14-14M136 204v90", 0.6, 6)
}

func plant(d *brush) string {
	const leaf = "#5f8a4a"
	return d.shadow(200, 340, 80, 12) +
		d.stroke("M200 236c-4-50-2-90 0-120M200 220c-20-30-44-40-62-44M200 210c18-34 42-46 64-50", dk(leaf, 0.3), 5) +
		d.path("M200 128c-22-14-26-38-14-58 24 10 30 36 14 58z", d.diag(lt(leaf, 0.15))) +
		d.path("M148 182c-30 6-52-6-62-30 28-10 54 2 62 30z", d.diag(leaf)) + d.path("M254 166c4-30 24-46 52-44 0 28-22 48-52 44z", d.diag(leaf)) +
		d.path("M188 176c-28-4-44-22-44-48 28 0 46 20 44 48z", d.diag(lt(leaf, 0.1))) + d.path("M210 188c8-26 28-38 54-32-6 26-28 40-54 32z", d.diag(dk(leaf, 0.1))) +
		d.path("M138 226h124l-16 96c-1 8-6 12-14 12h-64c-8 0-13-4-14-12z", d.vol(d.o)) +
		d.rect(130, 214, 140, 30, 8, d.vol(lt(d.o, 0.08))) +
		d.stroke("M150 276c30 12 70 12 100 0", d.s, 4, ` opacity=".75"`) + d.gloss("M156 256l8 60", 0.45, 6)
}
