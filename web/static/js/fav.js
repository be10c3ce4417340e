// The heart turns at once and the server is told; if it refuses, the heart turns back.
const favour = async (button) => {
  const on = button.getAttribute('aria-pressed') === 'true';
  const turn = (to) => {
    button.setAttribute('aria-pressed', String(to));
    button.value = to ? '0' : '1';
  };
  const body = new URLSearchParams(new FormData(button.form, button));
  turn(!on);
  try {
    const answer = await fetch(button.getAttribute('formaction') || button.form.action, { method: 'POST', body, headers: { Accept: 'application/json' }, redirect: 'manual' });
    if (!answer.ok && answer.type !== 'opaqueredirect') throw new Error(answer.statusText);
  } catch {
    turn(on);
  }
};

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-fav]');
  if (!button?.form) return;
  event.preventDefault();
  favour(button);
});
