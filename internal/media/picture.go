package media

// Picture says how an image is shown: which of its sizes the browser should choose and whether it
// is worth loading before the rest. It is the view of the component PictureTag.
type Picture struct {
	Image
	Sizes string // the sizes attribute, for example "(min-width: 60em) 300px, 50vw"; "" means 100vw
	Class string // class of the <img>
	Eager bool   // true for the one picture that the first view is about
	// Fallback is shown where there is no image: the address of the drawn illustration.
	Fallback string
}

func (p Picture) sizes() string {
	if p.Sizes == "" {
		return "100vw"
	}
	return p.Sizes
}

func (p Picture) loading() string {
	if p.Eager {
		return "eager"
	}
	return "lazy"
}

func (p Picture) priority() string {
	if p.Eager {
		return "high"
	}
	return "auto"
}

// box is the size that the <img> reserves before its bytes arrive.
func (p Picture) box() (w, h int) { return fit(p.W, p.H, 640) }
