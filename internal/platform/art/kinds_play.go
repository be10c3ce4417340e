package art

import "strings"

// Play, hobbies, pets, the office and the workshop; hats, gloves and jewellery.

func bear(d *brush) string {
	const fur = "#b5804c"
	return d.shadow(204, 340, 100, 12) +
		d.ellipse(140, 112, 28, 28, d.diag(fur)) + d.ellipse(260, 112, 28, 28, d.diag(fur)) + d.ellipse(140, 114, 15, 15, lt(fur, 0.4)) + d.ellipse(260, 114, 15, 15, lt(fur, 0.4)) +
		d.ellipse(128, 250, 30, 44, d.diag(fur), ` transform="rotate(24 128 250)"`) + d.ellipse(272, 250, 30, 44, d.diag(dk(fur, 0.1)), ` transform="rotate(-24 272 250)"`) +
		d.ellipse(200, 270, 72, 68, d.diag(fur)) + d.ellipse(200, 280, 44, 44, lt(fur, 0.42)) +
		d.ellipse(150, 320, 34, 24, d.diag(fur)) + d.ellipse(250, 320, 34, 24, d.diag(dk(fur, 0.08))) + d.ellipse(146, 322, 18, 14, lt(fur, 0.42)) + d.ellipse(254, 322, 18, 14, lt(fur, 0.42)) +
		d.ellipse(200, 160, 82, 70, d.diag(fur)) + d.ellipse(200, 184, 38, 30, lt(fur, 0.5)) +
		circle(170, 152, 7, "#2a2018") + circle(230, 152, 7, "#2a2018") + d.ellipse(200, 172, 13, 9, "#2a2018") + d.stroke("M200 180v10c-8 10-16 8-20 4M200 190c8 10 16 8 20 4", "#2a2018", 3) +
		d.path("M200 226l-40-16v34zM200 226l40-16v34z", d.diag(d.o)) + circle(200, 226, 11, dk(d.o, 0.2))
}

func blocks(d *brush) string {
	cube := func(x, y float64, c string, sign string) string {
		return `<g transform="translate(` + num(x) + ` ` + num(y) + `)">` + d.path("M0 26l22-26h92l-18 26z", lt(c, 0.35)) + d.path("M96 26l18-26v84l-18 28z", dk(c, 0.3)) +
			d.rect(0, 26, 96, 88, 6, d.diag(c)) + d.rect(12, 38, 72, 64, 4, d.s) + sign + `</g>`
	}
	return d.shadow(206, 332, 124, 12) +
		cube(86, 214, d.o, d.stroke("M34 88l14-34 14 34M40 78h16", d.o, 7)) +
		cube(200, 216, d.k, d.stroke("M36 54h22M36 54v36h14c14 0 14-20 0-20H38", d.k, 7)) +
		cube(142, 100, lt(d.o, 0.12), d.stroke("M36 54v36h14c16 0 14-18 2-18 10 0 10-18-2-18zM36 72h16", dk(d.o, 0.1), 7))
}

func stroller(d *brush) string {
	rim := func(x, y, r float64) string {
		return `<circle cx="` + num(x) + `" cy="` + num(y) + `" r="` + num(r) + `" fill="none" stroke="#33383d" stroke-width="10"/>` + circle(x, y, r-7, lt(d.s, 0.4)) + circle(x, y, 6, "#6d757b")
	}
	return d.shadow(200, 336, 118, 11) +
		d.stroke("M292 118l-40 20-112 156M142 226l130 76", "#8f979d", 9) + d.stroke("M282 108l26 16", d.k, 13) +
		d.path("M98 190h158c6 48-22 82-72 82s-86-32-86-82z", d.diag(d.o)) +
		d.path("M98 190c0-66 40-98 92-96v96z", d.lin([]stop{{0, lt(d.o, 0.4)}, {1, d.o}})) + d.stroke("M190 96c-30 16-46 50-46 94M190 96c-12 22-16 56-16 94", dk(d.o, 0.25), 3, ` opacity=".7"`) +
		d.path("M92 184h170c6 0 6 16 0 16H92c-6 0-6-16 0-16z", d.s) + rim(136, 304, 30) + rim(274, 304, 30) + d.gloss("M112 162c6-24 20-40 38-48", 0.5, 6)
}

func puzzle(d *brush) string {
	const tile = "M0 0h38c-8-22 32-22 24 0h38v38c22-8 22 32 0 24v38H62c8-22-32-22-24 0H0V62c-22 8-22-32 0-24z"
	piece := func(at, c string) string { return `<g transform="` + at + `">` + d.path(tile, d.diag(c)) + `</g>` }
	return d.shadow(206, 330, 118, 12) + `<g transform="translate(4 0)">` +
		piece("translate(96 118)", d.o) + piece("translate(198 118)", d.k) + piece("translate(96 220)", lt(d.o, 0.45)) + piece("translate(222 214) rotate(14 50 50)", d.s) + `</g>` + d.gloss("M106 130h22", 0.5, 5)
}

func chess(d *brush) string {
	var squares strings.Builder
	for i := range 12 {
		x := float64(86 + i%6*38)
		c := "#f0dcb4"
		if (i+i/6)%2 == 1 {
			c = "#7a4a28"
		}
		squares.WriteString(d.path("M"+num(x+float64(1-i/6)*10)+" "+num(270+float64(i/6)*24)+"h36l-4 24h-36z", c))
	}
	piece := func(x string, c string, head string) string {
		return `<g transform="translate(` + x + ` 0)">` + d.ellipse(0, 284, 36, 11, dk(c, 0.3)) + d.path("M-34 280c0-14 14-20 18-50l4-44h24l4 44c4 30 18 36 18 50 0 8-68 8-68 0z", d.vol(c)) + d.ellipse(0, 186, 22, 7, lt(c, 0.2)) + head + `</g>`
	}
	return d.shadow(206, 326, 132, 12) + d.path("M78 258h244l14 66c0 6-4 8-8 8H72c-4 0-8-2-8-8z", "#8a5a32") + squares.String() +
		piece("146", d.o, circle(0, 160, 24, d.diag(d.o))) + piece("252", lt(d.s, 0.35), d.path("M-22 180l-8-46 18 14 12-24 12 24 18-14-8 46z", d.diag(lt(d.s, 0.3)))+circle(0, 118, 7, d.k))
}

func petbowl(d *brush) string {
	var food strings.Builder
	for i, x := range []float64{142, 168, 196, 224, 252, 156, 184, 212, 238} {
		food.WriteString(d.ellipse(x, float64(212-i/5*14+i%2*4), 19, 13, d.diag("#9a6234")))
	}
	return d.shadow(200, 330, 122, 14) + food.String() +
		d.path("M104 220h192l28 88c4 12-4 22-18 22H94c-14 0-22-10-18-22z", d.lin([]stop{{0, lt(d.o, 0.3)}, {0.55, d.o}, {1, dk(d.o, 0.3)}})) +
		d.path("M104 220c30 14 162 14 192 0l4 14c-40 14-160 14-200 0z", dk(d.o, 0.25)) +
		`<g fill="` + d.s + `"><ellipse cx="200" cy="296" rx="22" ry="17"/><circle cx="172" cy="276" r="9"/><circle cx="190" cy="264" r="9"/><circle cx="211" cy="264" r="9"/><circle cx="229" cy="276" r="9"/></g>` + d.gloss("M110 250l-14 56", 0.45, 7)
}

func paints(d *brush) string {
	var dabs strings.Builder
	for i, v := range [][3]float64{{138, 210, 17}, {168, 166, 17}, {220, 150, 17}, {270, 174, 17}, {144, 262, 15}} {
		dabs.WriteString(circle(v[0], v[1], v[2], []string{d.o, d.k, "#c2453a", "#e0a83a", "#3f6fb0"}[i]) + circle(v[0]-5, v[1]-5, 4, "#ffffff80"))
	}
	return d.shadow(206, 328, 122, 12) +
		d.path("M200 110c70 0 122 36 122 88 0 34-30 40-58 40-34 0-42 14-30 34 14 26-2 48-40 48-64 0-112-46-112-108 0-60 50-102 118-102z", d.diag("#c99458")) + d.ellipse(206, 250, 14, 12, dk("#c99458", 0.5)) + dabs.String() +
		`<g transform="rotate(38 290 230)">` + d.rect(284, 140, 12, 140, 5, d.vol(d.o)) + d.rect(282, 118, 16, 30, 2, d.metal("#c3c9cd")) + d.path("M283 118h14c2-18-4-30-7-40-3 10-9 22-7 40z", dk(d.k, 0.2)) + `</g>`
}

func yarn(d *brush) string {
	return d.shadow(200, 330, 104, 13) + d.stroke("M110 96l180 216M300 100L120 306", "#c99458", 10) + circle(108, 94, 12, d.k) + circle(302, 98, 12, d.k) +
		circle(200, 226, 100, d.diag(d.o)) +
		d.stroke("M116 190c50-46 120-46 166-6M106 222c56-56 140-52 188-8M112 260c50-60 130-60 178-18M136 296c40-44 90-46 130-18", lt(d.o, 0.35), 5, ` opacity=".85"`) +
		d.stroke("M150 142c-30 60-26 120 14 170M190 128c-34 60-30 130 18 196M234 132c-30 56-26 120 22 176", dk(d.o, 0.25), 5, ` opacity=".55"`) +
		d.stroke("M262 300c40 34 70 20 90 6", d.o, 6)
}

func pencils(d *brush) string {
	pen := func(x, turn, c string) string {
		return `<g transform="rotate(` + turn + ` ` + x + ` 240) translate(` + x + ` 0)">` + d.rect(-9, 112, 18, 130, 2, d.vol(c)) + d.path("M-9 112L0 82l9 30z", "#f0dcb4") + d.path("M-3 92L0 82l3 10z", c) + `</g>`
	}
	return d.shadow(202, 338, 82, 12) + pen("168", "-12", d.k) + pen("192", "-3", d.o) + pen("214", "6", "#c2453a") + pen("236", "16", "#3f6fb0") +
		d.rect(180, 120, 16, 100, 2, lt(d.s, 0.3), ` transform="rotate(-20 188 220)"`) +
		d.body(136, 206, 128, 122, 13, d.vol(d.o)) + d.ellipse(200, 206, 64, 13, dk(d.o, 0.5)) +
		d.path("M136 206a64 13 0 0 0 128 0v26a64 13 0 0 1-128 0z", lt(d.o, 0.1)) + d.rect(166, 258, 68, 40, 5, d.s) + d.rect(178, 270, 44, 5, 2, d.k) + d.rect(184, 282, 32, 4, 2, d.k, ` opacity=".6"`) + d.gloss("M154 242v78", 0.45, 6)
}

func firstaid(d *brush) string {
	return d.shadow(206, 332, 126, 12) + d.stroke("M158 160v-20c0-12 8-18 18-18h48c10 0 18 6 18 18v20", dk(d.o, 0.4), 13) +
		d.rect(82, 156, 236, 172, 26, d.lin([]stop{{0, lt(d.o, 0.22)}, {0.6, d.o}, {1, dk(d.o, 0.25)}}, 0, 0, 1, 1)) + d.stroke("M84 214h232", dk(d.o, 0.3), 4) +
		circle(200, 240, 56, lt(d.s, 0.55)) + d.path("M188 204h24v24h24v24h-24v24h-24v-24h-24v-24h24z", d.diag(d.o)) + d.gloss("M98 186c0-12 8-18 18-18h50", 0.45, 6)
}

func helmet(d *brush) string {
	return d.shadow(204, 326, 128, 13) +
		d.path("M96 270c0-84 44-142 104-142s104 58 104 142z", d.lin([]stop{{0, lt(d.o, 0.4)}, {0.5, d.o}, {1, dk(d.o, 0.3)}})) +
		d.path("M178 130c14-6 30-6 44 0v134h-44z", lt(d.o, 0.25)) + d.stroke("M150 148c-16 30-24 70-24 116M250 148c16 30 24 70 24 116", dk(d.o, 0.2), 5, ` opacity=".7"`) +
		d.path("M70 268c60-16 200-16 260 0 16 4 18 34 2 36-60 10-204 10-264 0-16-2-14-32 2-36z", d.diag(dk(d.o, 0.08))) +
		d.rect(170, 220, 60, 32, 6, d.s) + d.rect(182, 232, 36, 7, 3, d.k) + d.gloss("M120 240c4-40 20-70 40-86", 0.45, 7)
}

func hat(d *brush) string {
	return d.shadow(202, 328, 118, 13) + circle(200, 104, 34, d.diag(d.s)) +
		d.stroke("M176 98l-10-8M184 80l-6-12M204 74l4-14M224 88l12-8M228 108l14 4", lt(d.s, 0.3), 6) +
		d.path("M96 270c0-88 40-144 104-144s104 56 104 144z", d.lin([]stop{{0, lt(d.o, 0.3)}, {0.5, d.o}, {1, dk(d.o, 0.28)}})) +
		d.stroke("M112 226l22-18 22 18 22-18 22 18 22-18 22 18 22-18 22 18", d.s, 6) + d.stroke("M128 192l18-14 18 14 18-14 18 14 18-14 18 14 18-14 18 14", d.k, 5) +
		d.rect(84, 250, 232, 70, 26, d.diag(lt(d.s, 0.15))) + d.stroke("M116 256v58M144 254v62M172 252v66M200 252v66M228 252v66M256 254v62M284 256v58", dk(d.s, 0.22), 3, ` opacity=".6"`)
}

func mittens(d *brush) string {
	one := func(at, c string) string {
		return `<g transform="` + at + `">` + d.path("M0 190c-16-40-14-96 8-112 26-18 60-6 64 26 2 18 0 30 0 40 14-24 38-22 42-4 4 24-18 44-42 74l-2 20H4z", d.diag(c)) +
			d.rect(-4, 226, 82, 50, 12, d.vol(d.s)) + d.stroke("M10 234v34M26 234v34M42 234v34M58 234v34", dk(d.s, 0.2), 3, ` opacity=".6"`) +
			d.stroke("M10 150l14-14 14 14 14-14 14 14M12 174l14-14 14 14 14-14 12 12", d.s, 5) + d.path("M38 98l9 11-9 11-9-11z", d.k) + `</g>`
	}
	return d.shadow(206, 332, 120, 12) + one("translate(206 54)", dk(d.o, 0.1)) + `<g transform="translate(196 0) scale(-1 1)">` + one("translate(2 54)", d.o) + `</g>`
}

func earrings(d *brush) string {
	gold := d.lin([]stop{{0, "#8a6416"}, {0.3, "#f6dc8a"}, {0.6, "#d9a441"}, {1, "#7a5510"}})
	one := func(x string) string {
		return `<g transform="translate(` + x + ` 0)">` + d.stroke("M0 164c-18-20-8-42 10-38 14 4 12 22 0 26", "#c99a34", 5) + circle(0, 176, 12, gold) + d.path("M0 188l-10 16 10 12 10-12z", gold) +
			d.path("M0 206c26 16 36 34 30 54-6 22-54 22-60 0-6-20 4-38 30-54z", gold) + d.ellipse(0, 250, 20, 19, d.diag(d.o)) + d.gloss("M-10 244c2-6 6-8 10-8", 0.8, 4) + circle(0, 282, 6, gold) + `</g>`
	}
	return d.shadow(206, 336, 116, 12) + d.path("M88 300h224l18 26c4 8 0 12-8 12H78c-8 0-12-4-8-12z", dk(d.o, 0.35)) +
		d.path("M96 104c0-10 6-16 16-16h176c10 0 16 6 16 16v200H96z", d.diag(lt(d.s, 0.35))) + d.stroke("M112 290V112c0-6 4-8 8-8h160c4 0 8 2 8 8v178", dk(d.s, 0.12), 2) + one("148") + one("252")
}
