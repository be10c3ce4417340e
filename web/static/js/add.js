// Adds to the cart without leaving the page. The server answers {count, message} when asked for
// JSON; whatever else it says, the plain form does the same thing.
const add = async (form, submitter) => {
  submitter?.setAttribute('aria-busy', 'true');
  let answer;
  try {
    answer = await fetch(submitter?.getAttribute('formaction') || form.action, {
      method: 'POST',
      body: new URLSearchParams(new FormData(form, submitter)),
      headers: { Accept: 'application/json' },
      redirect: 'manual',
    });
  } catch {
    return form.submit(); // offline: the browser says so better than we can
  } finally {
    submitter?.removeAttribute('aria-busy');
  }
  if (answer.type === 'opaqueredirect') return location.reload();
  if (!answer.ok || !answer.headers.get('Content-Type')?.includes('json')) return form.submit();
  const { count, message } = await answer.json();
  for (const badge of document.querySelectorAll('[data-cart-count]')) {
    badge.textContent = count;
    badge.hidden = !count;
  }
  say(message);
  const label = submitter?.dataset.done;
  if (!label) return;
  const name = submitter.getAttribute('aria-label'); // its words are those that are seen, with the goods after them
  if (name) submitter.setAttribute('aria-label', name.replace(submitter.textContent.trim(), label));
  submitter.textContent = label;
};

const say = (text) => {
  const live = document.getElementById('live');
  if (live) live.textContent = text || '';
};

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (!form.matches('[data-add]') || event.submitter?.matches('[data-fav], [name=now]')) return; // "buy now" goes on
  event.preventDefault();
  add(form, event.submitter);
});
