// What exchanges parts of a page (htmx) is fetched when the page has been shown, so that it takes nothing
// from the first view. What was chosen before it came is told to it then.
const later = document.currentScript?.dataset.later;
const chosen = new Set();

const note = (event) => {
  const part = event.target.closest('[data-hx-trigger*=change]');
  if (part) chosen.add(part);
};

const fetchLater = () => {
  if (document.querySelector(`script[src="${later}"]`)) return;
  const script = document.createElement('script');
  script.src = later;
  script.onload = () => {
    document.removeEventListener('change', note);
    for (const part of chosen) part.dispatchEvent(new Event('change'));
  };
  document.head.append(script);
};

if (later) {
  document.addEventListener('change', note);
  addEventListener('load', () => {
    new PerformanceObserver(fetchLater).observe({ type: 'paint', buffered: true });
    setTimeout(fetchLater, 500); // a tab in the background paints nothing
  });
}
