// Passkeys: the one thing of an account that a form alone cannot do. What a page offers is hidden
// until the browser turns out to know passkeys.
class Problem extends Error {}

const known = window.PublicKeyCredential && PublicKeyCredential.parseRequestOptionsFromJSON;
for (const box of known ? document.querySelectorAll('[data-passkey]') : []) {
  const adds = box.dataset.passkey === 'add';
  const button = box.querySelector('button');
  const say = box.querySelector('[role=status]');

  const post = async (url, body) => {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      body: JSON.stringify(body),
    });
    const data = await answer.json();
    if (!answer.ok) throw new Problem(Object.values(data.fields || {})[0] || data.title);
    return data;
  };

  const run = async () => {
    const { ceremony, options } = await post(box.dataset.options, { password: value('key_password') });
    const credential = adds
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options.publicKey) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options.publicKey) });
    const remember = document.getElementById('remember');
    const { location: next } = await post(box.dataset.finish, {
      ceremony,
      credential: credential.toJSON(),
      name: value('key_name'),
      next: box.dataset.next || '',
      remember: !!remember && remember.checked,
    });
    location.assign(next);
  };

  const value = (name) => {
    const input = box.querySelector(`[name=${name}]`);
    return input ? input.value : '';
  };

  const start = async (event) => {
    event.preventDefault();
    say.hidden = true;
    button.setAttribute('aria-busy', 'true');
    try {
      await run();
    } catch (error) {
      // Closing the browser's own window is an answer, not a failure.
      if (error.name !== 'AbortError') {
        say.textContent = error instanceof Problem ? error.message : box.dataset.failed;
        say.hidden = false;
      }
    } finally {
      button.removeAttribute('aria-busy');
    }
  };

  if (adds) box.addEventListener('submit', start);
  else button.addEventListener('click', start);
  box.hidden = false;
}
