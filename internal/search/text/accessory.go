package text

import "strings"

// Accessories are the stems of words for things that are made for other things: cases, cables, stands. Beside another noun
// such a word says what is sold, and the other what it goes with: a laptop lock is a lock, «крышка кастрюли» a lid. Who
// types one of them means it. Adapters are not here: shops put them into the box and name them last.
func Accessories() []string { return stems(accessories) }

// Conjunctions are the stems of words after which a title speaks of another thing: «кружка с подставкой» is a cup.
func Conjunctions() []string { return stems("with and w plus incl including с со и плюс") }

const accessories = `
accessory arm armband backpack bag battery belt bezel bracket briefcase brush cable cage cap carrier cart cartridge case
charger cleaner clip connector cooler cord cover cradle cushion dock drum enclosure extender film filter foil fuser
grip guard handle hanger holder hood hose housing kit lamp lead lens lid lock mat mount pad pillow plate pouch
printhead protector rack rail reader refill ribbon roller screen shade shelf shell skin sleeve splitter
stand strap stylus support tape tip toner tray tripod trolley warranty
аккумулятор бампер держатель запчасть зарядка кабель картридж коврик кронштейн крепление крышка накладка насадка
пленка подставка пульт ремешок стекло стойка сумка чехол штатив`

func stems(words string) []string {
	list := strings.Fields(words)
	for i, w := range list {
		list[i] = Stem(Fold(w))
	}
	return list
}
