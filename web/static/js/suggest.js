// Suggestions while typing: the links of the server's fragment become the options of a list that
// arrow keys walk. Without a script the search box is a search box.
for (const input of document.querySelectorAll('[data-suggest]')) {
  const box = document.createElement('div');
  box.className = 'sugg';
  box.id = `${input.id}-list`;
  box.setAttribute('role', 'listbox');
  box.setAttribute('aria-label', input.labels[0]?.textContent || '');
  let options = [];
  let active = -1;
  let timer;
  let asked = 0;

  const close = () => {
    box.remove();
    active = -1;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  };
  const show = (html) => {
    const links = new DOMParser().parseFromString(html, 'text/html').querySelectorAll('a[href]');
    options = [...links].map((link, i) => {
      link.setAttribute('role', 'option');
      link.setAttribute('tabindex', '-1');
      link.id = `${box.id}-${i}`;
      return link;
    });
    if (!options.length) return close();
    box.replaceChildren(...options);
    active = -1;
    input.form.append(box);
    input.setAttribute('aria-expanded', 'true');
  };
  const ask = async () => {
    const text = input.value.trim();
    const turn = ++asked;
    if (text.length < 2) return close();
    try {
      const answer = await fetch(`${input.dataset.suggest}?q=${encodeURIComponent(text)}`, { headers: { Accept: 'text/html' } });
      const html = answer.ok ? await answer.text() : '';
      if (turn === asked && document.activeElement === input) show(html);
    } catch {
      close();
    }
  };
  const move = (step) => {
    if (!box.isConnected) return ask();
    active = (active + step + options.length + 1) % (options.length + 1);
    options.forEach((option, i) => option.setAttribute('aria-selected', String(i === active)));
    if (options[active]) {
      input.setAttribute('aria-activedescendant', options[active].id);
      options[active].scrollIntoView({ block: 'nearest' });
    } else input.removeAttribute('aria-activedescendant');
  };

  input.setAttribute('role', 'combobox');
  input.setAttribute('aria-autocomplete', 'list');
  input.setAttribute('aria-controls', box.id);
  input.setAttribute('aria-expanded', 'false');
  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 120);
  });
  input.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown') move(1);
    else if (event.key === 'ArrowUp') move(-1);
    else if (event.key === 'Escape' && box.isConnected) close();
    else if (event.key === 'Enter' && options[active] && box.isConnected) options[active].click();
    else return;
    event.preventDefault();
  });
  input.form.addEventListener('focusout', (event) => {
    if (!input.form.contains(event.relatedTarget)) setTimeout(close, 150);
  });
}
