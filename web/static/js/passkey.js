// Signs in or registers with a passkey. A form says where the options come from (data-begin) and
// which ceremony it is (data-passkey="create" or "get"); the answer goes into its hidden field
// "credential" and the form is sent as any other. Without support the form stays hidden.
const ceremony = async (form) => {
  const began = await fetch(form.dataset.begin, {
    method: 'POST',
    body: new URLSearchParams(new FormData(form)),
    headers: { Accept: 'application/json' },
  });
  if (!began.ok) throw new Error(String(began.status));
  const options = await began.json();
  const publicKey = options.publicKey || options;
  const credential = form.dataset.passkey === 'create'
    ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) })
    : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
  form.elements.credential.value = JSON.stringify(credential.toJSON());
  form.submit();
};

for (const form of document.querySelectorAll('form[data-passkey]')) {
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) continue;
  form.hidden = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const note = form.querySelector('[data-passkey-error]');
    if (note) note.hidden = true;
    ceremony(form).catch(() => {
      if (note) note.hidden = false;
    }).finally(() => form.querySelector('[aria-busy]')?.removeAttribute('aria-busy'));
  });
}
