// The heart turns at once and the server is told; if it refuses, the heart turns back. The request
// outlives the page, so a wish is not lost by going on at once.
const favour = async (button) => {
  const on = button.getAttribute('aria-pressed') === 'true';
  const turn = (to) => {
    button.setAttribute('aria-pressed', String(to));
    button.value = to ? '0' : '1';
  };
  const body = new URLSearchParams(new FormData(button.form, button));
  turn(!on);
  button.setAttribute('aria-busy', 'true');
  try {
    const answer = await fetch(button.getAttribute('formaction') || button.form.action, { method: 'POST', body, headers: { Accept: 'application/json' }, redirect: 'manual', keepalive: true });
    if (!answer.ok && answer.type !== 'opaqueredirect') throw new Error(answer.statusText);
  } catch {
    turn(on);
  }
  button.removeAttribute('aria-busy');
};

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-fav]');
  if (!button?.form) return;
  event.preventDefault();
  favour(button);
});
