// What one looked at last stays in the browser: a guest needs no cookie for it. The list of ids goes
// along when the strip is asked for; a signed-in person's list is kept by the server, too.
const seenBefore = () => (localStorage.getItem('recent') || '').split(',').filter(Boolean);
const seenNow = document.querySelector('[data-recent]')?.dataset.recent;
const seenStrip = document.querySelector('[data-recent-list]');

if (seenStrip) {
  const query = new URLSearchParams({ ids: seenBefore().join(','), except: seenNow || '' });
  const address = `${seenStrip.dataset.recentList}?${query}`;
  fetch(address, { headers: { Accept: 'text/html' } })
    .then((answer) => (answer.ok ? answer.text() : ''))
    .then((html) => {
      const strip = new DOMParser().parseFromString(html, 'text/html').body;
      seenStrip.replaceChildren(...strip.childNodes);
    })
    .catch(() => {}); // without a network there is no strip, and nothing to say about it
}
if (seenNow) {
  const ids = [seenNow, ...seenBefore().filter((id) => id !== seenNow)].slice(0, 12);
  localStorage.setItem('recent', ids.join(','));
  if (document.querySelector('[data-me]')) {
    // The whole list: what a guest looked at joins the account with the first card after signing in.
    fetch('/recent', { method: 'POST', body: new URLSearchParams({ ids: ids.join(',') }), keepalive: true }).catch(() => {});
  }
}
