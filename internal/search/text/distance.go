package text

// Distance is the number of slips (a letter missed, added, changed, or two neighbours swapped) between two words,
// counted up to limit; beyond it limit+1 is returned. A doubled letter and the vowels that Russian speech merges
// (о/а, е/и, ы/и) cost the same as any slip: Slips weighs them.
func Distance(a, b string, limit int) int {
	d := weighted([]rune(a), []rune(b), limit, func(rune, rune) int { return 2 })
	return (d + 1) / 2
}

// Slips is Distance in half slips: confusions that the ear or the keyboard makes likely cost one, others two.
func Slips(a, b string, limit int) int {
	return weighted([]rune(a), []rune(b), limit, confusion)
}

// weighted is optimal string alignment in half slips, cut off when every way is past limit slips.
func weighted(a, b []rune, limit int, change func(x, y rune) int) int {
	over := 2 * (limit + 1)
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return over
	}
	prev2, prev, cur := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = 2 * j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = 2 * i
		best := cur[0]
		for j := 1; j <= len(b); j++ {
			cur[j] = cell(a, b, i, j, prev2, prev, cur, change)
			best = min(best, cur[j])
		}
		if best >= over {
			return over
		}
		prev2, prev, cur = prev, cur, prev2
	}
	return min(prev[len(b)], over)
}

func cell(a, b []rune, i, j int, prev2, prev, cur []int, change func(x, y rune) int) int {
	sub := prev[j-1]
	if a[i-1] != b[j-1] {
		sub += change(a[i-1], b[j-1])
	}
	v := min(sub, prev[j]+2, cur[j-1]+2)
	if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] && a[i-1] != a[i-2] {
		v = min(v, prev2[j-2]+2)
	}
	return v
}

func confusion(x, y rune) int {
	if soundsLike[[2]rune{x, y}] || soundsLike[[2]rune{y, x}] {
		return 1
	}
	return 2
}

var soundsLike = func() map[[2]rune]bool {
	m := map[[2]rune]bool{}
	for _, p := range []string{"оа", "еи", "еэ", "ыи", "йи", "бп", "вф", "гк", "дт", "жш", "зс", "щш", "цс", "юу", "яа", "ьъ", "ae", "ei", "ou", "iy", "sz", "ck", "vw", "bp", "dt"} {
		r := []rune(p)
		m[[2]rune{r[0], r[1]}] = true
	}
	return m
}()

// Tolerance is how many slips a word of so many letters may have and still be taken for another.
func Tolerance(letters int) int {
	switch {
	case letters < 4:
		return 0
	case letters < 6:
		return 1
	case letters < 13:
		return 2
	}
	return 3
}
