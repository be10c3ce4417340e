package art

import "strings"

// Tools, the garden, the road, sport and travel.

func hammer(d *brush) string {
	const steel, w = "#8f979d", "#c99458"
	return d.shadow(206, 332, 104, 12) +
		`<g transform="rotate(-26 200 220)">` + d.rect(186, 140, 28, 196, 12, d.vol(w)) + d.rect(184, 262, 32, 74, 12, d.vol(d.o)) +
		d.stroke("M188 280h24M188 296h24M188 312h24", dk(d.o, 0.4), 3) +
		d.path("M148 106h92c10 0 16 6 16 16v10c0 10-6 16-16 16h-92c-30 0-48 8-62 22 4-42 26-64 62-64z", d.metal(steel)) +
		d.rect(246, 98, 34, 58, 8, d.metal(lt(steel, 0.1))) + d.rect(190, 100, 20, 52, 4, dk(steel, 0.35)) + `</g>` +
		`<g transform="translate(250 300) rotate(8)">` + d.rect(-4, -58, 8, 62, 2, d.metal("#b9bec4")) + d.ellipse(0, -58, 13, 5, "#d5d9dc") + `</g>`
}

func drill(d *brush) string {
	const dark = "#33383d"
	return d.shadow(196, 334, 96, 12) +
		d.path("M166 214h60l14 82h-58z", d.diag(dk(d.o, 0.15))) +
		d.rect(150, 288, 116, 44, 10, d.diag(dark)) + d.rect(164, 300, 60, 8, 4, d.k) +
		d.path("M96 136c0-16 10-26 26-26h124c14 0 20 8 20 20v64c0 14-8 24-22 24H122c-16 0-26-10-26-26z", d.lin([]stop{{0, lt(d.o, 0.3)}, {0.4, d.o}, {1, dk(d.o, 0.3)}}, 0, 0, 0, 1)) +
		d.path("M266 138h30l14 12v28l-14 12h-30z", d.metal(dark)) + d.rect(308, 156, 52, 14, 3, d.metal("#b9bec4")) + d.path("M360 156l14 7-14 7z", "#c3c9cd") +
		d.path("M226 214h24c2 18-2 30-12 40l-8-2z", dark) + d.rect(112, 132, 60, 10, 5, dk(d.o, 0.35)) + d.rect(112, 150, 60, 10, 5, dk(d.o, 0.35)) + circle(214, 160, 15, d.s) + circle(214, 160, 7, d.k) +
		d.gloss("M128 120h100", 0.45, 5)
}

func toolbox(d *brush) string {
	return d.shadow(206, 332, 132, 12) +
		d.stroke("M148 176v-34c0-12 8-20 20-20h64c12 0 20 8 20 20v34", dk(d.o, 0.45), 15) + d.stroke("M148 172v-30c0-12 8-20 20-20h64", lt(d.o, 0.1), 4) +
		d.path("M78 198c0-14 8-24 22-24h200c14 0 22 10 22 24v24H78z", d.lin([]stop{{0, lt(d.o, 0.25)}, {0.6, d.o}, {1, dk(d.o, 0.25)}})) +
		d.path("M72 222h256v92c0 10-6 16-16 16H88c-10 0-16-6-16-16z", d.lin([]stop{{0, lt(d.o, 0.12)}, {0.6, dk(d.o, 0.08)}, {1, dk(d.o, 0.35)}})) +
		d.rect(112, 208, 40, 36, 6, d.metal("#c3c9cd")) + d.rect(248, 208, 40, 36, 6, d.metal("#c3c9cd")) +
		d.rect(164, 252, 72, 44, 6, lt(d.s, 0.3)) + d.rect(176, 264, 48, 6, 3, d.k) + d.rect(182, 278, 36, 5, 2, d.k, ` opacity=".6"`) + d.gloss("M92 194c0-6 6-10 12-10h60", 0.5, 5)
}

func wheel(d *brush) string {
	const rim, rubber = "#b9bec4", "#2f3336"
	var spokes, tread strings.Builder
	for i := range 5 {
		spokes.WriteString(`<g transform="rotate(` + num(float64(i)*72) + ` 200 212)">` + d.path("M190 212l-9-62h38l-9 62z", d.diag(rim)) + circle(200, 190, 4, dk(rim, 0.5)) + `</g>`)
	}
	for i := range 20 {
		tread.WriteString(`<path d="M200 90v16" stroke="#1c1f21" stroke-width="7" transform="rotate(` + num(float64(i)*18) + ` 200 212)"/>`)
	}
	return d.shadow(206, 336, 92, 12) + circle(200, 212, 124, d.diag(lt(rubber, 0.08))) + tread.String() +
		circle(200, 212, 96, dk(rubber, 0.4)) + circle(200, 212, 80, d.diag(dk(rim, 0.1))) + circle(200, 212, 68, dk(rubber, 0.2)) + spokes.String() +
		circle(200, 212, 20, d.diag(d.o)) + circle(200, 212, 8, d.s) + d.gloss("M104 178c12-34 34-56 62-66", 0.25, 7)
}

func watering(d *brush) string {
	m := lt(d.o, 0.08)
	return d.shadow(196, 336, 96, 13) +
		d.stroke("M150 182c-70-40-96 70-18 104", dk(d.o, 0.2), 14) + d.stroke("M160 174c0-60 96-60 96 0", dk(d.o, 0.1), 13) +
		d.path("M262 272l70-128 14 6-58 150z", d.diag(dk(d.o, 0.14))) +
		`<g transform="rotate(-28 338 140)">` + d.ellipse(338, 140, 34, 12, d.metal(d.k)) + d.ellipse(338, 136, 34, 10, lt(d.k, 0.3)) + `</g>` +
		d.body(134, 182, 140, 146, 15, d.metal(m)) + d.ellipse(204, 182, 70, 15, dk(d.o, 0.45)) +
		d.stroke("M134 226a70 15 0 0 0 140 0M134 286a70 15 0 0 0 140 0", dk(d.o, 0.3), 4, ` opacity=".6"`) + d.gloss("M158 212v104", 0.4, 6)
}

func spade(d *brush) string {
	const w, steel = "#c99458", "#9aa1a7"
	return d.shadow(206, 336, 88, 11) + `<g transform="rotate(14 200 220)">` +
		d.stroke("M178 84h44", d.o, 15) + d.rect(192, 84, 16, 170, 6, d.vol(w)) +
		d.path("M150 226c30-10 70-10 100 0l-4 60c-4 32-30 50-46 58-16-8-42-26-46-58z", d.metal(steel)) +
		d.path("M188 214h24v40c0 8-24 8-24 0z", dk(steel, 0.3)) + d.stroke("M200 262v62", dk(steel, 0.2), 3, ` opacity=".6"`) + `</g>` +
		d.path("M262 334c4-30 34-34 46-12 16-6 26 4 26 14z", d.vert("#6a4a30")) + d.path("M92 334c6-20 28-20 38-4 8-4 16 0 18 6z", d.vert("#6a4a30"))
}

func tent(d *brush) string {
	return d.shadow(206, 326, 144, 12) +
		d.path("M62 318L196 110l78 26 70 182z", dk(d.o, 0.22)) +
		d.path("M62 318L196 110l88 208z", d.lin([]stop{{0, lt(d.o, 0.35)}, {0.6, d.o}, {1, dk(d.o, 0.12)}})) +
		d.path("M196 110l78 26 70 182h-60z", d.diag(dk(d.o, 0.15))) +
		d.path("M124 318l62-140 54 140z", dk(d.o, 0.55)) + d.path("M186 178l54 140h-34c-4-50-10-90-20-140z", d.diag(d.k)) + d.path("M186 178l-62 140h28c16-48 26-88 34-140z", d.diag(lt(d.k, 0.2))) +
		d.stroke("M196 110v-18M62 318l-18 12M344 318l20 12", "#6a5a40", 4) + d.path("M196 92l30 8-30 10z", d.k) + d.gloss("M170 164l-60 104", 0.35, 6)
}

func ball(d *brush) string {
	return d.shadow(210, 332, 90, 14) + circle(200, 218, 112, d.lin([]stop{{0, lt(d.s, 0.7)}, {0.6, lt(d.s, 0.2)}, {1, dk(d.s, 0.35)}}, 0, 0, 1, 1)) +
		d.path("M200 168l44 32-17 52h-54l-17-52z", d.diag(d.o)) +
		d.path("M150 120c30-18 70-18 100 0l-50 24zM304 176c14 32 10 66-4 92l-26-46zM96 176c-14 32-10 66 4 92l26-46zM148 316l16-46 36 52c-18 4-36 2-52-6zM252 316l-16-46-36 52c18 4 36 2 52-6z", d.diag(d.o)) +
		d.stroke("M200 144v24M244 200l30 22M156 200l-30 22M173 252l-9 18M227 252l9 18", dk(d.o, 0.2), 5) + d.gloss("M118 178c10-26 26-42 46-52", 0.6, 8)
}

func bicycle(d *brush) string {
	wheels := ""
	for _, x := range []float64{122, 282} {
		wheels += `<circle cx="` + num(x) + `" cy="266" r="60" fill="none" stroke="#2f3336" stroke-width="11"/><circle cx="` + num(x) + `" cy="266" r="52" fill="none" stroke="#b9bec4" stroke-width="4"/>` +
			d.stroke("M"+num(x)+" 218v96M"+num(x-48)+" 266h96M"+num(x-34)+" 232l68 68M"+num(x+34)+" 232l-68 68", "#9aa1a7", 1.6) + circle(x, 266, 9, "#6d757b")
	}
	return d.shadow(206, 332, 140, 10) + wheels +
		d.stroke("M122 266l42-92h86l-52 92zM164 174l34 92M250 174l32 92M250 174l-8-34", dk(d.o, 0.15), 12) + d.stroke("M124 262l42-90h82M168 178l32 84M252 178l30 84", lt(d.o, 0.35), 3) +
		d.stroke("M242 140h30c14 0 18 18 4 24", "#33383d", 9) + d.stroke("M164 174l-8-26", "#33383d", 8) + d.path("M128 140c20-6 42-6 58 2 0 8-14 10-28 10s-30-4-30-12z", d.k) + circle(198, 266, 15, "#33383d") + d.stroke("M198 266l14 30h14", "#6d757b", 6)
}

func sled(d *brush) string {
	const w = "#c99458"
	return d.shadow(206, 330, 144, 10) +
		d.stroke("M66 322h236c44 0 52-56 16-66", "#6d757b", 10) + d.stroke("M84 296h220c34 0 40-44 12-52", "#8f979d", 7) +
		d.stroke("M116 250l-10 70M190 250v70M262 250l8 70", dk(w, 0.3), 11) +
		d.rect(78, 238, 220, 15, 6, dk(w, 0.15)) + d.rect(84, 220, 216, 15, 6, d.vert(lt(w, 0.15))) + d.rect(92, 202, 210, 15, 6, d.vert(d.o)) + d.rect(98, 184, 204, 15, 6, d.vert(lt(w, 0.15))) +
		d.stroke("M100 184v-56h62", dk(w, 0.2), 11) + d.stroke("M318 252c40-30 30-100-30-112", d.k, 5)
}

func mat(d *brush) string {
	return d.shadow(206, 330, 130, 12) +
		d.path("M134 254h176l34 62c4 8 0 12-8 12H116z", d.diag(lt(d.o, 0.12))) + d.stroke("M140 272h182M136 292h196M130 312h210", dk(d.o, 0.18), 2, ` opacity=".6"`) +
		d.path("M66 262c0-46 30-66 66-66h178v66c0 40-24 66-62 66H132c-38 0-66-24-66-66z", d.lin([]stop{{0, lt(d.o, 0.3)}, {0.45, d.o}, {1, dk(d.o, 0.38)}}, 0, 0, 0, 1)) +
		d.ellipse(132, 262, 66, 66, dk(d.o, 0.15)) + d.ellipse(132, 262, 54, 54, lt(d.o, 0.25)) + d.ellipse(132, 262, 42, 42, d.o) + d.ellipse(132, 262, 30, 30, lt(d.o, 0.3)) + d.ellipse(132, 262, 17, 17, dk(d.o, 0.35)) +
		d.path("M208 196h20v132h-20zM268 196h20v128l-20 3z", d.k) + d.gloss("M180 210h110", 0.4, 6)
}

func suitcase(d *brush) string {
	return d.shadow(204, 344, 92, 11) +
		d.stroke("M166 132V92c0-8 4-12 12-12h44c8 0 12 4 12 12v40", "#8f979d", 9) +
		d.rect(112, 126, 176, 204, 24, d.vol(d.o)) + d.stroke("M146 130v196M178 128v200M222 128v200M254 130v196", dk(d.o, 0.22), 4, ` opacity=".7"`) +
		d.path("M112 214h176v14H112z", dk(d.o, 0.4)) + d.rect(186, 204, 28, 34, 5, d.metal("#c9b26a")) +
		d.rect(180, 150, 40, 12, 6, d.k) + circle(140, 336, 12, "#33383d") + circle(260, 336, 12, "#33383d") + d.gloss("M126 156c0-10 6-16 14-18", 0.5, 6)
}
