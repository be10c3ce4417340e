package art

import "strings"

// Machines of the desk and the pocket, and watches.

func laptop(d *brush) string {
	const m = "#aeb6bc"
	return d.shadow(206, 330, 134, 11) +
		d.rect(106, 108, 188, 160, 12, dk(m, 0.55)) +
		d.rect(116, 118, 168, 140, 5, d.lin([]stop{{0, lt(d.o, 0.55)}, {0.55, d.w}, {1, lt(d.k, 0.25)}}, 0, 0, 1, 1)) +
		d.path("M116 214c40-40 70 18 110-22 24-24 42-14 58-4v65a5 5 0 0 1-5 5H121a5 5 0 0 1-5-5z", d.diag(d.o)) +
		d.path("M116 238c50-30 90 20 168-10v25a5 5 0 0 1-5 5H121a5 5 0 0 1-5-5z", dk(d.o, 0.25), ` opacity=".8"`) +
		circle(244, 152, 15, lt(d.k, 0.4)) +
		d.path("M104 268h192l36 48c4 6 0 12-8 12H76c-8 0-12-6-8-12z", d.diag(m)) +
		d.path("M122 276h156l14 24H108z", dk(m, 0.45)) +
		d.stroke("M118 284h164M114 292h172", lt(m, 0.15), 1.5, ` opacity=".5"`) +
		d.rect(172, 304, 56, 14, 3, dk(m, 0.15)) +
		d.path("M66 318c2 8 6 10 12 10h244c6 0 10-2 12-10z", dk(m, 0.4)) +
		d.gloss("M126 128h60", 0.5, 4)
}

func screen(d *brush) string {
	const m = "#8f979d"
	return d.shadow(204, 338, 90, 10) +
		d.path("M176 266h48l10 56h-68z", d.metal(m)) +
		d.ellipse(200, 326, 74, 11, dk(m, 0.25)) + d.ellipse(200, 322, 74, 11, d.metal(lt(m, 0.2))) +
		d.rect(66, 96, 268, 180, 12, dk(m, 0.6)) +
		d.rect(76, 106, 248, 156, 5, d.lin([]stop{{0, lt(d.o, 0.6)}, {0.5, d.w}, {1, lt(d.k, 0.3)}}, 0, 0, 1, 1)) +
		d.path("M76 214c54-64 88 8 140-36 44-36 84-8 108 4v75a5 5 0 0 1-5 5H81a5 5 0 0 1-5-5z", d.diag(d.o)) +
		d.path("M76 238c70-34 120 26 248-10v29a5 5 0 0 1-5 5H81a5 5 0 0 1-5-5z", dk(d.o, 0.28), ` opacity=".85"`) +
		circle(266, 142, 20, lt(d.k, 0.4)) + d.gloss("M88 118h74", 0.5, 4)
}

func camera(d *brush) string {
	const m = "#3a3f44"
	return d.shadow(206, 322, 124, 13) +
		d.path("M156 138l14-28h60l14 28z", d.diag(dk(m, 0.1))) +
		d.rect(82, 136, 236, 180, 22, d.diag(m)) +
		d.path("M82 192h236v84H82z", d.diag(d.o)) +
		d.rect(102, 118, 38, 20, 6, d.vol("#b9bec4")) + circle(288, 160, 10, d.k) +
		circle(200, 230, 72, dk(m, 0.35)) + circle(200, 230, 62, d.metal("#9aa1a7")) + circle(200, 230, 50, dk(m, 0.5)) +
		circle(200, 230, 38, d.diag(lt(d.o, 0.1))) + circle(200, 230, 20, dk(d.o, 0.55)) +
		d.ellipse(184, 212, 11, 8, "#fff", ` opacity=".75"`) + d.gloss("M100 154h34", 0.35, 5)
}

func speaker(d *brush) string {
	var holes strings.Builder
	for r := range 5 {
		for i := range 7 {
			holes.WriteString(circle(float64(146+i*18+r%2*9-4), float64(196+r*16), 3.4, dk(d.o, 0.5)))
		}
	}
	return d.shadow(204, 336, 96, 13) +
		d.stroke("M146 140c0-50 108-50 108 0", dk(d.k, 0.1), 12) +
		d.rect(112, 132, 176, 200, 40, d.vol(d.o)) +
		d.rect(130, 176, 140, 110, 26, lt(d.o, 0.14)) + holes.String() +
		d.rect(160, 300, 24, 10, 5, d.s) + circle(212, 305, 6, d.s) + circle(236, 305, 6, d.k) +
		d.gloss("M128 168c0-12 8-20 18-24", 0.45, 6)
}

func printer(d *brush) string {
	body := lt(d.s, 0.3)
	return d.shadow(206, 330, 130, 12) +
		d.path("M132 110h136v90H132z", "#fffdf8") + d.rect(148, 128, 74, 6, 3, d.o) + d.rect(148, 144, 96, 4, 2, dk(d.s, 0.2)) + d.rect(148, 156, 84, 4, 2, dk(d.s, 0.2)) +
		d.path("M82 200c0-14 8-22 22-22h192c14 0 22 8 22 22v92c0 10-6 16-16 16H98c-10 0-16-6-16-16z", d.lin([]stop{{0, lt(body, 0.3)}, {0.6, body}, {1, dk(body, 0.22)}})) +
		d.path("M82 200c0-14 8-22 22-22h192c14 0 22 8 22 22v14H82z", d.diag(d.o)) +
		d.rect(116, 252, 168, 16, 6, dk(d.o, 0.55)) +
		d.path("M130 262h140l14 64H116z", "#fffdf8") + d.rect(150, 282, 84, 5, 2, d.o, ` opacity=".8"`) + d.rect(146, 296, 108, 4, 2, dk(d.s, 0.2)) +
		circle(294, 234, 6, d.k) + d.rect(256, 230, 24, 8, 4, dk(body, 0.25))
}

func charger(d *brush) string {
	return d.shadow(188, 330, 104, 12) +
		d.stroke("M196 300c60 40 130 20 128-40s-70-50-66-104 52-52 52-52", dk(d.o, 0.25), 9) +
		d.stroke("M196 298c60 38 128 18 126-42s-70-50-66-104 52-50 52-50", lt(d.o, 0.2), 3) +
		`<g transform="rotate(12 312 96)">` + d.rect(296, 78, 40, 24, 6, d.diag(d.o)) + d.rect(334, 83, 22, 14, 4, d.metal("#c3c9cd")) + `</g>` +
		d.rect(120, 142, 12, 44, 4, d.metal("#b9bec4")) + d.rect(168, 142, 12, 44, 4, d.metal("#b9bec4")) +
		d.rect(84, 178, 132, 148, 24, d.diag(lt(d.s, 0.45))) +
		d.rect(100, 196, 100, 64, 12, d.diag(d.o)) +
		d.path("M154 204l-24 30h18l-6 24 26-32h-18z", d.k) +
		d.rect(118, 286, 26, 10, 5, dk(d.s, 0.5)) + d.rect(156, 286, 26, 10, 5, dk(d.s, 0.5)) +
		d.gloss("M98 202c0-8 6-10 10-10", 0.6, 5)
}

func watch(d *brush) string {
	return d.shadow(206, 338, 66, 11) +
		d.path("M168 92h64l10 76h-84zM158 250h84l-10 84h-64z", d.vol(d.o)) +
		d.stroke("M186 106h28M186 118h28M186 312h28M186 324h28", dk(d.o, 0.35), 3) +
		circle(200, 210, 78, d.metal("#b9a06a")) + circle(200, 210, 66, d.diag(lt(d.s, 0.55))) +
		d.rect(276, 200, 16, 20, 4, d.metal("#b9a06a")) +
		d.stroke("M200 154v12M200 254v12M144 210h12M244 210h12", dk(d.s, 0.6), 5) +
		d.stroke("M200 212v-38", "#2a2622", 6) + d.stroke("M200 212l28 18", "#2a2622", 6) + d.stroke("M200 212l-14 38", d.k, 3) +
		circle(200, 211, 6, d.k) + d.gloss("M152 190c6-20 18-32 34-38", 0.6, 6)
}
