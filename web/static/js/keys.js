// One-key work for moderators: a key presses the control that carries it (data-key), a digit picks
// the reason with that number. Never while typing, and it can be switched off for good.
const keysOff = () => localStorage.getItem('keys') === 'off';
const showKeys = () => {
  for (const toggle of document.querySelectorAll('[data-keys-toggle]')) {
    toggle.hidden = false;
    toggle.setAttribute('aria-pressed', String(!keysOff()));
  }
};

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || keysOff() || !document.querySelector('[data-keys]')) return;
  if (event.target.matches('textarea, select, [contenteditable], input:not([type=radio], [type=checkbox])')) return;
  const key = event.key.toUpperCase();
  const reason = /^[1-9]$/.test(key) && document.querySelectorAll('[data-keys] input[type=radio]')[Number(key) - 1];
  const control = reason || document.querySelector(`[data-key="${CSS.escape(key)}"]`) || byPlace(event);
  if (!control) return;
  event.preventDefault();
  control.focus();
  control.click();
});

// On a Russian layout the key named A writes «Ф»: the place of the key counts.
const byPlace = (event) => {
  const letter = /^Key([A-Z])$/.exec(event.code)?.[1];
  return letter && document.querySelector(`[data-key="${letter}"]`);
};

document.addEventListener('click', (event) => {
  if (!event.target.closest('[data-keys-toggle]')) return;
  event.preventDefault();
  localStorage.setItem('keys', keysOff() ? 'on' : 'off');
  showKeys();
});
showKeys();
