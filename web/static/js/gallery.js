// Marks the thumbnail of the picture one sees, and scrolls within the strip instead of jumping.
for (const gallery of document.querySelectorAll('[data-gallery]')) {
  const strip = gallery.querySelector('.gal-strip');
  const thumbs = [...gallery.querySelectorAll('.gal-th a')];
  const mark = (id) => {
    for (const thumb of thumbs) {
      if (thumb.hash === `#${id}`) thumb.setAttribute('aria-current', 'true');
      else thumb.removeAttribute('aria-current');
    }
  };
  for (const thumb of thumbs) {
    thumb.addEventListener('click', (event) => {
      const picture = document.getElementById(thumb.hash.slice(1));
      if (!picture) return;
      event.preventDefault();
      const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
      strip.scrollTo({ left: picture.offsetLeft, behavior: still ? 'auto' : 'smooth' });
      mark(picture.id);
    });
  }
  const watch = new IntersectionObserver(
    (entries) => entries.forEach((entry) => entry.isIntersecting && mark(entry.target.id)),
    { root: strip, threshold: 0.6 },
  );
  for (const picture of strip.querySelectorAll('img')) watch.observe(picture);
}
