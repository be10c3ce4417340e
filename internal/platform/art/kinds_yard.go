package art

import "strings"

// The yard, the bath-house and the animals.

func hose(d *brush) string {
	ring := func(y float64, c string) string {
		return `<ellipse cx="196" cy="` + num(y) + `" rx="102" ry="40" fill="none" stroke="` + c + `" stroke-width="22"/>` +
			`<ellipse cx="196" cy="` + num(y-4) + `" rx="102" ry="40" fill="none" stroke="` + lt(d.o, 0.45) + `" stroke-width="3" opacity=".7"/>`
	}
	return d.shadow(204, 334, 124, 14) + ring(286, dk(d.o, 0.22)) + ring(264, dk(d.o, 0.1)) + ring(242, d.o) + ring(220, lt(d.o, 0.08)) +
		d.stroke("M292 230c34 10 20-76-28-92", lt(d.o, 0.04), 20) +
		`<g transform="rotate(-52 250 128)">` + d.rect(226, 70, 40, 62, 9, d.vol(d.k)) + d.rect(232, 52, 28, 24, 5, d.metal(steel)) + d.rect(222, 118, 48, 16, 6, d.vol("#3a4045")) + `</g>` +
		d.ellipse(196, 220, 66, 20, d.f, ` opacity=".35"`)
}

func besom(d *brush) string {
	const leaf = "#5d8f4e"
	var leaves strings.Builder
	for i := range 46 {
		a, b := float64(i*37%150), float64(i*53%128)
		leaves.WriteString(d.path("M0 0c10-9 22-8 28 2-10 8-20 8-28-2z", mix(leaf, d.k, float64(i%5)*0.08), ` transform="translate(`+num(116+a)+" "+num(86+b)+`) rotate(`+num(float64(i*47%160)-120)+`)"`))
	}
	return d.shadow(206, 336, 96, 12) + `<g transform="rotate(186 200 204)">` +
		d.path("M186 226h28l8 100c0 8-44 8-44 0z", d.vol("#8d6a45")) + d.stroke("M192 232l-4 92M204 232l2 94M212 232l6 88", dk("#8d6a45", 0.4), 2) +
		d.path("M100 176c-4-62 40-100 100-100s106 40 100 100c-4 44-56 62-72 74h-56c-16-12-68-30-72-74z", d.diag(dk(leaf, 0.24))) + leaves.String() +
		d.rect(178, 236, 44, 12, 5, d.s) + d.rect(179, 254, 42, 10, 5, d.o) + `</g>`
}

func seeds(d *brush) string {
	packet := func(fill, art string) string {
		return d.rect(136, 96, 128, 212, 8, fill) + d.path("M136 104c0-5 3-8 8-8h112c5 0 8 3 8 8v18H136z", lt(d.s, 0.35)) + d.stroke("M146 109h108", d.k, 3, ` stroke-dasharray="4 6"`) +
			circle(200, 202, 46, lt(d.w, 0.5)) + art + d.rect(156, 264, 88, 8, 4, lt(d.s, 0.4)) + d.rect(172, 280, 56, 6, 3, lt(d.s, 0.4), ` opacity=".7"`)
	}
	tomato := circle(200, 208, 26, "#d0482f") + circle(192, 200, 6, "#ee8a72") + d.path("M200 186l-14-6 10-1 4-9 4 9 10 1z", "#3f7d3a")
	sprout := d.stroke("M200 234v-36", "#3f7d3a", 5) + d.path("M200 204c-4-22-18-30-32-28 0 18 12 30 32 28zM200 204c4-22 18-30 32-28 0 18-12 30-32 28z", "#5d9a4c")
	var grains strings.Builder
	for i := range 7 {
		grains.WriteString(d.ellipse(float64(96+i*33), float64(322+i*7%12), 7, 4.5, "#b98a4e", ` transform="rotate(`+num(float64(i*40%90)-40)+` `+num(float64(96+i*33))+` 324)"`))
	}
	return d.shadow(206, 318, 112, 12) + `<g transform="translate(34 2) rotate(11 200 210)">` + packet(d.diag(dk(d.o, 0.16)), sprout) + `</g>` +
		`<g transform="translate(-30 6) rotate(-7 200 210)">` + packet(d.diag(d.o), tomato) + `</g>` + grains.String()
}

func sack(d *brush) string {
	return d.shadow(206, 336, 96, 13) +
		d.path("M124 112h152c-8 22-6 34 2 56 8 40 10 90 4 142-2 14-10 22-24 22H142c-14 0-22-8-24-22-6-52-4-102 4-142 8-22 10-34 2-56z", d.vol(d.o)) +
		d.path("M124 112h152l-6 24H130z", dk(d.o, 0.2)) + d.stroke("M132 124h136", d.s, 3, ` stroke-dasharray="6 6"`) +
		d.path("M146 178h108c6 40 6 72 2 104H144c-4-32-4-64 2-104z", lt(d.s, 0.3)) +
		`<g fill="` + d.k + `"><path d="M200 224c-20 0-32 16-32 28 0 14 16 12 32 12s32 2 32-12c0-12-12-28-32-28z"/><ellipse cx="168" cy="224" rx="9" ry="12"/><ellipse cx="188" cy="208" rx="9" ry="13"/><ellipse cx="212" cy="208" rx="9" ry="13"/><ellipse cx="232" cy="224" rx="9" ry="12"/></g>` +
		d.stroke("M132 190c-4 40-4 84 0 120", lt(d.o, 0.4), 5, ` opacity=".5"`)
}

func leash(d *brush) string {
	return d.shadow(206, 330, 108, 13) + d.stroke("M118 186c-34-86 96-110 110-26 8 60-96 58-110 110-8 44 120 66 174 26", dk(d.o, 0.3), 20) +
		d.stroke("M118 183c-34-86 96-110 110-26 8 60-96 58-110 110-8 44 120 66 174 26", d.o, 14) +
		d.stroke("M118 183c-34-86 96-110 110-26 8 60-96 58-110 110-8 44 120 66 174 26", lt(d.s, 0.2), 2, ` stroke-dasharray="6 6" opacity=".8"`) +
		d.rect(104, 180, 30, 34, 6, d.metal(d.k)) + circle(302, 280, 15, dk(d.k, 0.1)) + circle(302, 280, 8, d.f) +
		`<g fill="none" stroke-linecap="round"><path d="M306 264c4-30 40-28 38 0-2 20-26 22-32 8" stroke="` + dk(steel, 0.25) + `" stroke-width="10"/><path d="M306 262c4-28 38-28 36 0" stroke="` + lt(steel, 0.5) + `" stroke-width="4"/></g>`
}

func scratcher(d *brush) string {
	var rope strings.Builder
	for y := 118.0; y < 300; y += 9 {
		rope.WriteString(d.stroke("M170 "+num(y)+"c18 7 42 7 60 0", "#8a6a3c", 2.5, ` opacity=".7"`))
	}
	return d.shadow(206, 336, 104, 13) + d.path("M100 300h200l14 24c0 8-6 12-14 12H100c-8 0-14-4-14-12z", d.diag(d.o)) + d.path("M100 300h200l6 10H94z", lt(d.o, 0.25)) +
		d.rect(170, 110, 60, 194, 4, d.vol("#d2b27c")) + rope.String() + d.rect(138, 86, 124, 28, 12, d.diag(lt(d.o, 0.1))) +
		d.stroke("M254 112c6 22 4 34 2 50", d.k, 3) + circle(256, 174, 14, d.diag(d.k)) + circle(251, 169, 4, lt(d.k, 0.5))
}

func petbed(d *brush) string {
	return d.shadow(204, 330, 136, 14) + d.path("M62 246c0-56 62-82 138-82s138 26 138 82v36c0 34-62 50-138 50S62 316 62 282z", d.vol(d.o)) +
		d.ellipse(200, 246, 116, 52, dk(d.o, 0.45)) + d.path("M88 252c10-38 60-44 112-44s102 6 112 44c-6 30-60 44-112 44S94 282 88 252z", d.diag(lt(d.s, 0.2))) +
		d.stroke("M128 256c24 16 120 16 144 0", dk(d.s, 0.2), 3, ` opacity=".6"`) +
		`<g fill="` + lt(d.s, 0.4) + `"><ellipse cx="200" cy="316" rx="11" ry="7"/><circle cx="188" cy="306" r="4"/><circle cx="196" cy="302" r="4"/><circle cx="205" cy="302" r="4"/><circle cx="212" cy="306" r="4"/></g>` +
		d.gloss("M78 240c6-30 40-48 84-54", 0.35, 6)
}

func sleepingbag(d *brush) string {
	var spiral strings.Builder
	for _, r := range []float64{52, 40, 28, 16} {
		spiral.WriteString(`<circle cx="292" cy="248" r="` + num(r) + `" fill="none" stroke="` + dk(d.o, 0.25) + `" stroke-width="3"/>`)
	}
	strap := func(x float64) string {
		return d.path("M"+num(x)+" 172h16c-16 40-16 112 0 152h-16c-18-40-18-112 0-152z", d.k) + d.rect(x-10, 236, 22, 26, 4, d.metal(steel))
	}
	return d.shadow(206, 330, 140, 13) +
		d.path("M106 172h186c50 0 50 152 0 152H106c-48 0-48-152 0-152z", d.lin([]stop{{0, lt(d.o, 0.3)}, {0.4, d.o}, {1, dk(d.o, 0.35)}}, 0, 0, 0, 1)) +
		d.stroke("M190 174c-16 44-16 104 0 148M262 174c-8 20-12 48-12 74", dk(d.o, 0.3), 3, ` opacity=".4"`) +
		d.ellipse(292, 248, 40, 76, lt(d.o, 0.16)) + `<g transform="translate(292 248) scale(.56 1.2) translate(-292 -248)">` + spiral.String() + circle(292, 248, 8, d.s) + `</g>` +
		strap(128) + strap(216) + d.stroke("M136 170c10-40 78-40 88 0", dk(d.k, 0.1), 9) + d.gloss("M92 196c6-8 14-12 24-12", 0.45, 5)
}
