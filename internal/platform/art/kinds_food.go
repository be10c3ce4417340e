package art

import "strings"

// Food and drink, and what it is cooked and kept in.

func pan(d *brush) string {
	const iron = "#454a4f"
	return d.shadow(186, 322, 118, 13) +
		d.path("M268 262l70-52c10-7 20 8 11 17l-64 62z", d.diag(d.o)) +
		d.path("M72 256c2 46 44 68 108 68s106-22 108-68z", d.vol(iron)) +
		d.ellipse(180, 256, 108, 34, lt(iron, 0.3)) +
		d.ellipse(180, 260, 97, 27, d.diag(dk(iron, 0.3))) +
		d.path("M128 258c6-16 34-16 50-14s40-6 48 10-16 24-46 24-58-4-52-20z", "#fffaf0") +
		d.ellipse(180, 257, 20, 11, d.diag("#f0a92e")) +
		d.gloss("M88 272c8 22 30 34 56 40", 0.3, 5)
}

func board(d *brush) string {
	const w, steel = "#c99458", "#c3c9cd"
	return d.shadow(206, 330, 110, 12) +
		d.path("M122 118c0-12 8-18 18-18h120c12 0 18 8 18 18v196c0 10-6 16-18 16H140c-12 0-18-6-18-16z", d.diag(w)) +
		d.stroke("M146 128v178M172 120v192M228 120v192M254 128v178", dk(w, 0.16), 2, ` opacity=".5"`) +
		circle(200, 126, 11, dk(w, 0.45)) +
		`<g transform="rotate(24 220 230)">` + d.path("M212 118c22 24 30 62 28 108h-30z", d.lin([]stop{{0, lt(steel, 0.6)}, {0.5, steel}, {1, dk(steel, 0.2)}})) +
		d.rect(208, 224, 34, 12, 3, dk(steel, 0.3)) +
		d.rect(210, 234, 26, 84, 10, d.vol(d.o)) + circle(223, 256, 3, d.s) + circle(223, 282, 3, d.s) + `</g>` +
		d.gloss("M134 140v120", 0.3, 5)
}

func jug(d *brush) string {
	glass := lt(d.o, 0.72)
	return d.shadow(200, 338, 84, 13) +
		d.stroke("M252 166c64-8 60 106 4 118", dk(d.o, 0.05), 16) +
		d.stroke("M252 164c60-8 56 100 4 112", lt(d.o, 0.4), 4, ` opacity=".7"`) +
		d.path("M134 136h124l-10 182c0 10-6 16-16 16h-72c-10 0-16-6-16-16z", glass) +
		d.path("M139 214c30 12 82-12 114 0l-5 104c0 10-6 16-16 16h-72c-10 0-16-6-16-16z", d.lin([]stop{{0, lt(d.o, 0.45)}, {0.4, lt(d.o, 0.6)}, {1, lt(d.o, 0.15)}})) +
		d.path("M134 136l-30-18c-6-2-8 4-4 8l38 44z", d.diag(d.o)) +
		d.path("M132 112h128c6 0 8 4 8 10v14H124v-14c0-6 2-10 8-10z", d.vol(d.o)) +
		d.rect(176, 98, 44, 16, 6, dk(d.o, 0.15)) +
		d.gloss("M152 156l8 150", 0.65, 7) +
		d.gloss("M236 160l-4 60", 0.4, 4)
}

func carton(d *brush) string {
	return d.shadow(206, 336, 84, 12) +
		d.path("M134 166l32-46h88l24 46z", lt(d.s, 0.5)) +
		d.path("M244 166l10-46 36 40-2 8z", dk(d.s, 0.12)) +
		d.rect(150, 98, 112, 26, 4, d.diag(d.o)) +
		d.path("M134 166h110v166H142c-5 0-8-3-8-8z", lt(d.s, 0.65)) +
		d.path("M244 166l46-6v156l-46 16z", dk(d.s, 0.08)) +
		d.path("M134 226c30-22 74 18 110-6v112H142c-5 0-8-3-8-8z", d.vert(d.o)) +
		d.path("M244 220l46-14v110l-46 16z", dk(d.o, 0.3)) +
		d.path("M190 184c16 20 22 32 22 44a22 22 0 0 1-44 0c0-12 6-24 22-44z", d.diag(d.k)) +
		d.gloss("M180 222c-2 8 0 14 6 18", 0.7, 4) +
		d.rect(158, 276, 62, 6, 3, d.s) + d.rect(168, 290, 42, 5, 2, d.s, ` opacity=".7"`)
}

func fruit(d *brush) string {
	apple := func(x, y, r float64, colour string) string {
		return circle(x, y, r, d.diag(colour)) +
			d.stroke("M"+num(x)+" "+num(y-r+6)+"c0-10 4-16 10-20", "#5d4023", 5) +
			d.gloss("M"+num(x-r*0.55)+" "+num(y-r*0.1)+"c0-12 6-18 12-22", 0.55, 6)
	}
	return d.shadow(200, 330, 116, 14) +
		apple(146, 204, 48, "#d9a23a") + apple(254, 206, 46, "#8aa23f") + apple(200, 186, 54, "#b8453a") +
		d.path("M212 128c14-22 40-24 54-16-8 18-34 26-54 16z", d.diag("#5f8a4a")) +
		d.path("M86 234h228c0 58-42 96-114 96S86 292 86 234z", d.vol(lt(d.s, 0.15))) +
		d.stroke("M98 262c44 22 160 22 204 0", d.o, 5, ` opacity=".55"`) +
		d.stroke("M108 282c44 18 140 18 184 0", d.o, 3, ` opacity=".4"`) +
		d.gloss("M104 252c6 26 22 46 42 56", 0.4, 6)
}

func bread(d *brush) string {
	const crust = "#c07c3a"
	var cuts strings.Builder
	for _, x := range []string{"132", "178", "224", "266"} {
		cuts.WriteString(d.stroke("M"+x+" 204c14 10 22 26 24 48", "#f3d9a8", 9))
	}
	return d.shadow(204, 330, 130, 13) +
		d.path("M76 262c0-52 52-84 124-84s126 32 126 84c0 40-22 62-52 62H128c-30 0-52-22-52-62z", d.diag(crust)) +
		d.path("M76 262c0-52 52-84 124-84s126 32 126 84c-20-34-64-52-126-52s-104 18-124 52z", lt(crust, 0.24), ` opacity=".7"`) + cuts.String() +
		d.path("M60 324h280c6 0 8 8 2 12H58c-6-4-4-12 2-12z", d.vert(d.o)) +
		d.gloss("M98 240c10-20 28-32 48-38", 0.35, 7)
}

func sweets(d *brush) string {
	const dark = "#5a3320"
	var pieces strings.Builder
	for i := range 8 {
		x, y := float64(146+i%2*52), float64(92+i/2*40)
		pieces.WriteString(d.rect(x, y, 48, 36, 5, d.diag(lt(dark, 0.08))) + d.rect(x+8, y+7, 32, 22, 3, lt(dark, 0.14)))
	}
	return d.shadow(210, 334, 96, 12) + `<g transform="rotate(9 200 210)">` +
		d.rect(140, 86, 116, 170, 8, dk(dark, 0.25)) + pieces.String() +
		d.path("M132 204l18-10 16 12 18-12 18 12 16-12 18 12 26-10v128c0 6-4 10-10 10H142c-6 0-10-4-10-10z", d.vert(d.o)) +
		d.path("M132 204l18-10 16 12 18-12 18 12 16-12 18 12 26-10v20H132z", lt(d.s, 0.35)) +
		d.rect(150, 246, 94, 58, 6, d.s) + d.rect(166, 262, 62, 7, 3, d.k) + d.rect(178, 278, 38, 5, 2, d.k, ` opacity=".7"`) + `</g>`
}

func bottle(d *brush) string {
	return d.shadow(200, 338, 66, 12) +
		d.path("M180 98h40v58c0 24 34 34 34 74v92c0 8-6 12-14 12h-80c-8 0-14-4-14-12v-92c0-40 34-50 34-74z", d.vol(d.o)) +
		d.rect(178, 84, 44, 34, 6, d.vol(d.k)) +
		d.path("M146 238h108v66H146z", d.s) +
		d.stroke("M200 292v-36M200 274c-14 0-20-8-22-18 14 0 20 8 22 18zM200 264c12-2 18-10 20-18-12 0-18 8-20 18z", d.o, 3) +
		d.gloss("M164 222c4-16 22-26 26-44", 0.5, 6)
}
