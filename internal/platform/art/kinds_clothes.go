package art

import "strings"

// Clothes, laid out or hung.

// hanger is what a shirt, a dress and a coat hang on; their collars begin at y = 96.
func (d *brush) hanger() string {
	return d.stroke("M200 88V74c0-4 14-6 14-18 0-8-6-14-14-14s-14 6-14 13", "#8f979d", 5) + d.stroke("M124 124l76-36 76 36", "#c99458", 8)
}

func tshirt(d *brush) string {
	return d.shadow(200, 326, 104, 12, 0.22) +
		d.path("M158 96c18 24 66 24 84 0l38 18 50 70-40 30-24-30v128c0 6-4 10-10 10H144c-6 0-10-4-10-10V184l-24 30-40-30 50-70z", d.lin([]stop{{0, lt(d.o, 0.28)}, {0.5, d.o}, {1, dk(d.o, 0.2)}})) +
		d.stroke("M158 97c18 28 66 28 84 0", dk(d.o, 0.28), 9) +
		d.stroke("M134 184v-30M266 184v-30", dk(d.o, 0.22), 3, ` opacity=".6"`) +
		d.stroke("M76 188l30 23M324 188l-30 23", dk(d.o, 0.2), 3, ` opacity=".6"`) +
		d.stroke("M138 308h124", dk(d.o, 0.2), 3, ` opacity=".6"`) +
		d.path("M226 168l13 16-13 16-13-16z", d.k) +
		d.stroke("M160 236c6 30 4 50-2 70M238 246c-4 24-2 44 4 62", dk(d.o, 0.2), 4, ` opacity=".35"`)
}

func shirt(d *brush) string {
	var buttons strings.Builder
	for y := 140.0; y <= 300; y += 32 {
		buttons.WriteString(circle(200, y, 4.5, d.k))
	}
	return d.shadow(200, 328, 104, 12, 0.22) + d.hanger() +
		d.path("M164 98l36 14 36-14 46 24 44 146-40 12-22-68v98c0 6-4 10-10 10H146c-6 0-10-4-10-10v-98l-22 68-40-12 44-146z", d.lin([]stop{{0, lt(d.o, 0.3)}, {0.5, lt(d.o, 0.06)}, {1, dk(d.o, 0.18)}})) +
		d.path("M190 110h20v210h-20z", lt(d.o, 0.2), ` opacity=".7"`) + d.stroke("M190 114v206M210 114v206", dk(d.o, 0.2), 2, ` opacity=".6"`) + buttons.String() +
		d.path("M164 98c6-12 22-14 36-14s30 2 36 14c-8 16-22 22-36 22s-28-6-36-22z", dk(d.o, 0.3)) +
		d.path("M162 100c10-4 22 6 38 20-8 8-14 16-20 22-12-10-18-26-18-42zM238 100c-10-4-22 6-38 20 8 8 14 16 20 22 12-10 18-26 18-42z", lt(d.o, 0.34)) +
		d.rect(222, 166, 32, 34, 4, dk(d.o, 0.1)) + d.stroke("M222 176h32", dk(d.o, 0.28), 2) +
		d.path("M70 252l40 12 4-14-40-12zM330 252l-40 12-4-14 40-12z", dk(d.o, 0.22))
}

func trousers(d *brush) string {
	return d.shadow(200, 334, 84, 11, 0.24) +
		d.path("M140 92h120l18 232c0 6-4 8-8 8h-44c-5 0-8-3-8-8l-18-150-18 150c0 5-3 8-8 8h-44c-4 0-8-2-8-8z", d.lin([]stop{{0, lt(d.o, 0.24)}, {0.45, d.o}, {0.55, dk(d.o, 0.14)}, {1, dk(d.o, 0.22)}})) +
		d.rect(137, 86, 126, 22, 5, dk(d.o, 0.24)) + circle(200, 97, 5, d.k) +
		d.stroke("M156 84v26M244 84v26", dk(d.o, 0.36), 6) +
		d.stroke("M200 108v66", dk(d.o, 0.36), 3) + d.stroke("M142 146c14-2 24-14 26-36M258 146c-14-2-24-14-26-36", dk(d.o, 0.3), 3) +
		d.stroke("M158 150l-10 170M242 150l10 170", lt(d.o, 0.34), 3, ` opacity=".55"`) +
		d.path("M123 310h52l-2 16c0 4-3 6-6 6h-38c-4 0-7-2-7-7zM277 310h-52l2 16c0 4 3 6 6 6h38c4 0 7-2 7-7z", dk(d.o, 0.16))
}

func dress(d *brush) string {
	return d.shadow(200, 336, 108, 12, 0.22) + d.hanger() +
		d.path("M166 98c8 26 60 26 68 0l22 12c-6 24-4 46 0 66l-6 18c20 44 40 84 52 124-60 22-144 22-204 0 12-40 32-80 52-124l-6-18c4-20 6-42 0-66z", d.lin([]stop{{0, lt(d.o, 0.3)}, {0.5, d.o}, {1, dk(d.o, 0.24)}})) +
		d.path("M150 194h100l4 16H146z", d.k) + d.path("M194 192h14l4 20h-22z", lt(d.k, 0.3)) +
		d.stroke("M170 216c-8 40-20 78-34 112M200 216v118M230 216c8 40 20 78 34 112", dk(d.o, 0.28), 4, ` opacity=".45"`) +
		d.stroke("M166 98c8 28 60 28 68 0", dk(d.o, 0.3), 5) +
		d.stroke("M102 304c60 20 136 20 196 0", lt(d.s, 0.2), 5, ` stroke-dasharray="2 12"`) +
		d.gloss("M160 130c-2 16 0 30 2 44", 0.3, 5)
}

func coat(d *brush) string {
	return d.shadow(200, 336, 112, 12, 0.24) + d.hanger() +
		d.path("M158 96l42 18 42-18 40 20 40 156-34 10-22-64 10 108c0 4-2 8-8 8H132c-6 0-8-4-8-8l10-108-22 64-34-10 40-156z", d.lin([]stop{{0, lt(d.o, 0.2)}, {0.5, dk(d.o, 0.06)}, {1, dk(d.o, 0.32)}})) +
		d.stroke("M206 158v172", dk(d.o, 0.42), 3) +
		d.path("M158 96c-4 24 10 50 42 82 6-14 8-26 6-40-18-14-34-28-48-42z", lt(d.o, 0.16)) + d.path("M242 96c4 24-8 46-36 72-6-8-8-18-6-34 16-10 30-22 42-38z", dk(d.o, 0.1)) +
		d.path("M158 96c10-12 24-14 42-14s32 2 42 14l-42 40z", dk(d.o, 0.45)) +
		circle(190, 204, 6, d.k) + circle(222, 204, 6, d.k) + circle(190, 248, 6, d.k) + circle(222, 248, 6, d.k) +
		d.path("M140 256l34 6-2 14-33-6zM266 256l-30 6 2 14 29-6z", dk(d.o, 0.34)) +
		d.path("M73 258l34 10 4-16-34-10zM327 258l-34 10-4-16 34-10z", dk(d.o, 0.3))
}

func socks(d *brush) string {
	sock := func(fill, cuff string) string {
		return d.path("M150 92h62v120c0 14 10 22 28 34l26 18c18 14 8 46-18 46-30 0-98-28-98-74z", fill) +
			d.path("M238 246l28 18c18 14 8 46-18 46-6 0-14-1-23-4 2-24 4-42 13-60z", cuff) +
			d.path("M150 206c-2 30 10 52 34 70 14-20 12-52-4-66-10-8-22-8-30-4z", cuff, ` opacity=".8"`) +
			d.rect(145, 84, 72, 34, 8, cuff) + d.stroke("M158 88v26M170 88v26M182 88v26M194 88v26M206 88v26", dk(d.o, 0.3), 2, ` opacity=".5"`) +
			d.stroke("M152 140h58M152 156h58", d.k, 6)
	}
	return d.shadow(206, 326, 112, 12, 0.24) +
		`<g transform="translate(44 -4) rotate(5 200 200)">` + sock(d.diag(dk(d.o, 0.16)), dk(d.s, 0.16)) + `</g>` +
		`<g transform="translate(-38 12)">` + sock(d.diag(d.o), d.s) + `</g>`
}

func belt(d *brush) string {
	return d.shadow(204, 326, 118, 13) +
		d.path("M84 250c0-52 52-92 116-92s116 40 116 92-52 70-116 70-116-18-116-70zm40 4c0 30 34 40 76 40s76-10 76-40-34-56-76-56-76 26-76 56z", d.diag(dk(d.o, 0.12)), ` fill-rule="evenodd"`) +
		d.path("M84 250c0 52 52 70 116 70s116-18 116-70v34c0 40-52 56-116 56S84 324 84 284z", d.lin([]stop{{0, dk(d.o, 0.3)}, {0.35, lt(d.o, 0.16)}, {1, dk(d.o, 0.4)}})) +
		d.stroke("M92 276c20 34 66 38 108 38s88-4 108-38", lt(d.s, 0.2), 2, ` stroke-dasharray="7 6" opacity=".8"`) +
		`<g fill="none" stroke-linejoin="round"><rect x="158" y="288" width="62" height="60" rx="8" stroke="` + dk(d.k, 0.25) + `" stroke-width="13"/><rect x="158" y="287" width="62" height="60" rx="8" stroke="` + lt(d.k, 0.35) + `" stroke-width="7"/></g>` +
		d.stroke("M190 318h36", lt(d.k, 0.2), 8) + circle(250, 322, 4, dk(d.o, 0.6)) + circle(272, 316, 4, dk(d.o, 0.6)) + circle(291, 306, 4, dk(d.o, 0.6))
}

func towel(d *brush) string {
	fold := func(y, h float64, fill string) string {
		return d.rect(96, y, 208, h, 22, fill) + d.path("M282 "+num(y)+"c30 0 30 "+num(h)+" 0 "+num(h)+"-12-4-12-"+num(h-8)+" 0-"+num(h)+"z", dk(d.o, 0.14), ` opacity=".5"`) +
			d.stroke("M112 "+num(y+h/2)+"h150", dk(d.o, 0.18), 2, ` opacity=".4"`)
	}
	var waffle strings.Builder
	for i := range 11 {
		waffle.WriteString(d.stroke("M"+num(112+float64(i)*17)+" 188v34", dk(d.o, 0.16), 2, ` opacity=".45"`))
	}
	return d.shadow(206, 332, 124, 13) + fold(276, 54, d.diag(lt(d.s, 0.25))) + fold(226, 56, d.diag(lt(d.o, 0.35))) + fold(174, 58, d.diag(d.o)) + waffle.String() +
		d.path("M150 174h34v58h-34z", d.s, ` opacity=".85"`) + d.path("M156 174h5v58h-5zM172 174h5v58h-5z", d.k, ` opacity=".8"`) +
		d.stroke("M282 176c22 8 22 46 0 54", dk(d.o, 0.3), 3, ` opacity=".6"`) + d.gloss("M112 184h100", 0.35, 5)
}
