// Small comforts of forms: a pressed button shows that it works, a second press sends nothing, a
// chosen order applies itself, a long text is counted, unsaved work is not lost by accident.
const sent = new WeakSet();

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== 'post') return;
  if (sent.has(form)) return event.preventDefault();
  sent.add(form);
  setTimeout(() => sent.delete(form), 10000); // a download leaves the page where it is
  delete form.dataset.dirty;
  event.submitter?.setAttribute('aria-busy', 'true');
});

// A page that comes back from the browser's memory may be sent again.
addEventListener('pageshow', (event) => {
  if (!event.persisted) return;
  for (const form of document.forms) sent.delete(form);
  for (const busy of document.querySelectorAll('[aria-busy]')) busy.removeAttribute('aria-busy');
});

document.addEventListener('change', (event) => {
  const form = event.target.form;
  if (!form) return;
  if (form.matches('[data-autosubmit]') || event.target.matches('[data-autosubmit]')) form.requestSubmit();
  if (event.target.closest('[data-qty]') && event.target.matches('input')) form.requestSubmit(form.querySelector('[value=set]'));
  if (form.matches('[data-guard]')) form.dataset.dirty = '1';
});

addEventListener('beforeunload', (event) => {
  if (document.querySelector('form[data-dirty]')) event.preventDefault();
});

document.addEventListener('input', (event) => {
  const field = event.target;
  const counter = field.id && document.querySelector(`[data-count="${CSS.escape(field.id)}"]`);
  if (counter) counter.textContent = `${[...field.value].length} / ${field.maxLength}`;
});

// Files may be dropped on the zone; their names are shown.
for (const zone of document.querySelectorAll('[data-drop]')) {
  const input = zone.querySelector('input[type=file]');
  const names = zone.querySelector('[data-drop-names]');
  input.addEventListener('change', () => {
    names.textContent = [...input.files].map((file) => file.name).join(', ');
  });
  zone.addEventListener('dragover', (event) => event.preventDefault());
  zone.addEventListener('drop', (event) => {
    event.preventDefault();
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event('change', { bubbles: true }));
  });
}

document.addEventListener('click', (event) => {
  if (event.target.closest('[data-print]')) {
    event.preventDefault();
    print();
  }
  const copy = event.target.closest('[data-copy]');
  if (copy) {
    event.preventDefault();
    navigator.clipboard?.writeText(copy.dataset.copy).then(() => {
      copy.textContent = copy.dataset.done || copy.textContent;
    });
  }
});

// What only works with a script is shown only when there is one, and a button that a script presses
// steps aside; also in a part that htmx puts in later.
const dress = (part) => {
  for (const hidden of part.querySelectorAll('[data-js]')) hidden.hidden = false;
  for (const extra of part.querySelectorAll('[data-autosubmit] button[type=submit]')) extra.classList.add('sr');
};
dress(document);
document.addEventListener('htmx:load', (event) => dress(event.target));
