// Moves the focus to the error summary, so that it is read first, and its links to the fields; without an error, to the
// words about what was just done: whoever goes on by keyboard goes on from there.
const summary = document.querySelector('[data-errsum]');
if (summary) {
  summary.tabIndex = -1;
  summary.focus();
  summary.addEventListener('click', (event) => {
    const link = event.target.closest('a[href^="#"]');
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    field.scrollIntoView({ block: 'center' });
    field.focus({ preventScroll: true });
  });
}
const done = !summary && !location.hash && document.activeElement === document.body && document.querySelector('.flash');
if (done) {
  done.tabIndex = -1;
  done.focus({ preventScroll: true });
}
