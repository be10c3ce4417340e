package art

// Small electronics, and things of glass and stone for the kitchen.

func router(d *brush) string {
	return d.shadow(206, 330, 128, 13) + d.rect(98, 110, 12, 160, 5, d.vol(dk(d.o, 0.35))) + d.rect(290, 110, 12, 160, 5, d.vol(dk(d.o, 0.35))) + d.rect(194, 96, 12, 160, 5, d.vol(dk(d.o, 0.45))) +
		d.path("M84 256h232c10 0 18 6 20 16l6 32c2 14-4 22-16 22H74c-12 0-18-8-16-22l6-32c2-10 10-16 20-16z", d.lin([]stop{{0, lt(d.o, 0.3)}, {0.4, d.o}, {1, dk(d.o, 0.35)}}, 0, 0, 0, 1)) +
		d.rect(76, 290, 248, 8, 4, dk(d.o, 0.4)) + circle(106, 278, 5, "#8fe0b0") + circle(124, 278, 5, "#8fe0b0") + circle(142, 278, 5, d.k) +
		`<g fill="none" stroke="` + lt(d.k, 0.1) + `" stroke-width="7" stroke-linecap="round"><path d="M176 84a34 34 0 0 1 48 0"/><path d="M160 66a58 58 0 0 1 80 0" opacity=".6"/></g>` + d.gloss("M96 266h120", 0.5, 4)
}

func cable(d *brush) string {
	plug := d.rect(-15, 0, 30, 48, 8, d.vol("#3a4045")) + d.rect(-11, -24, 22, 26, 5, d.metal(steel)) + d.rect(-6, -18, 12, 4, 2, "#22262a")
	const run = "M120 176c-20 120 30 146 74 122s72-92 14-108-82 84-10 104 112-24 96-92"
	return d.shadow(206, 334, 112, 13) + d.stroke(run, dk(d.o, 0.35), 17) + d.stroke(run, d.o, 12) + d.stroke(run, lt(d.o, 0.5), 12, ` stroke-dasharray="3 7" opacity=".5"`) +
		`<g transform="translate(122 132) rotate(-4)">` + plug + `</g><g transform="translate(290 158) rotate(10)">` + plug + `</g>`
}

func powerbank(d *brush) string {
	return d.shadow(210, 336, 84, 12) + `<g transform="rotate(8 200 210)">` + d.rect(140, 96, 128, 232, 22, dk(d.o, 0.5)) + d.rect(134, 94, 128, 232, 22, d.diag(d.o)) +
		d.rect(150, 112, 96, 150, 14, lt(d.o, 0.1), ` opacity=".5"`) + d.path("M204 150l-30 52h20l-8 42 34-56h-22z", d.s) +
		circle(170, 290, 5, "#bff0d2") + circle(188, 290, 5, "#bff0d2") + circle(206, 290, 5, "#bff0d2") + circle(224, 290, 5, dk(d.o, 0.4)) + d.rect(176, 318, 44, 10, 4, "#22262a") + d.gloss("M148 124c0-8 6-14 14-14", 0.5, 5) + `</g>`
}

func blender(d *brush) string {
	return d.shadow(206, 336, 76, 12) +
		d.path("M172 84c0-8 8-14 28-14s28 6 28 14l8 96c0 12-10 18-36 18s-36-6-36-18z", d.vol(d.o)) + d.rect(184, 96, 32, 12, 6, lt(d.s, 0.3)) + d.rect(184, 116, 32, 12, 6, d.k) +
		d.rect(186, 194, 28, 74, 6, d.metal(steel)) + d.path("M186 262h28l18 26v18h-64v-18z", d.metal(steel)) +
		d.path("M130 232h140l-12 90c-1 8-8 12-18 12h-80c-10 0-17-4-18-12z", "#ffffff", ` opacity=".35"`) + d.path("M136 276h128l-7 46c-1 8-7 12-17 12h-80c-10 0-16-4-17-12z", lt(d.k, 0.1), ` opacity=".75"`) +
		d.stroke("M130 232h140l-12 90c-1 8-8 12-18 12h-80c-10 0-17-4-18-12z", lt(d.w, 0.7), 3, ` opacity=".8"`) + d.gloss("M146 246l6 64", 0.6, 5)
}

func mortar(d *brush) string {
	stone := mix("#8b8f94", d.o, 0.25)
	return d.shadow(206, 336, 96, 13) + `<g transform="rotate(28 236 160)">` + d.rect(222, 66, 28, 150, 14, d.vol(lt(stone, 0.15))) + `</g>` +
		d.path("M104 190h192c0 64-26 100-56 116v18c0 8-80 8-80 0v-18c-30-16-56-52-56-116z", d.vol(stone)) + d.ellipse(200, 190, 96, 26, dk(stone, 0.5)) + d.ellipse(200, 188, 96, 25, "none", ` stroke="`+lt(stone, 0.35)+`" stroke-width="5"`) +
		d.ellipse(186, 198, 52, 10, d.k, ` opacity=".8"`) + `<g fill="` + lt(stone, 0.4) + `" opacity=".5"><circle cx="140" cy="232" r="3"/><circle cx="166" cy="262" r="2"/><circle cx="238" cy="248" r="3"/><circle cx="256" cy="222" r="2"/><circle cx="206" cy="284" r="2"/></g>`
}
