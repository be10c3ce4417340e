package browsertest

// finder runs inside the page. It finds a control by the name a person would use and does one thing
// with it; it answers "done" or why not. Real events are sent, so scripts of the page react.
const finder = `function(verb, name, value) {
  const norm = s => (s || '').replace(/[\s\u00a0]+/g, ' ').trim();
  const want = norm(name);
  const shown = e => !!(e.offsetWidth || e.offsetHeight || e.getClientRects().length);
  const nameOf = e => {
    const by = e.getAttribute('aria-labelledby');
    if (e.getAttribute('aria-label')) return norm(e.getAttribute('aria-label'));
    if (by) return norm(by.split(/\s+/).map(id => (document.getElementById(id) || {}).textContent).join(' '));
    if (e.labels && e.labels.length) return norm([...e.labels].map(l => l.textContent).join(' '));
    return norm(e.tagName === 'INPUT' ? e.value : e.textContent);
  };
  const pick = list => list.find(e => nameOf(e) === want) || list.find(e => norm(e.textContent) === want) ||
    list.find(e => nameOf(e).startsWith(want)) || list.find(e => nameOf(e).includes(want));
  const all = sel => [...document.querySelectorAll(sel)].filter(e => shown(e) || e.type === 'radio' || e.type === 'checkbox');
  const fire = (e, ...types) => types.forEach(t => e.dispatchEvent(new Event(t, {bubbles: true})));
  if (verb === 'press') {
    const e = pick(all('a[href],button,summary,input[type=submit],[role=button],[role=option]')) ||
      pick(all('label'));
    if (!e) return 'nothing to press';
    if (e.disabled) return 'it is disabled';
    e.scrollIntoView({block: 'center'});
    e.click();
    return 'done';
  }
  // Text goes into a field only: a radio of the same name would take it in silence.
  const typed = verb === 'fill' ? ':not([type=radio]):not([type=checkbox])' : '';
  const e = pick(all('input:not([type=hidden])' + typed + ',select,textarea'));
  if (!e) return 'no such control';
  e.scrollIntoView({block: 'center'});
  if (verb === 'click') {
    if (!e.checked || e.type === 'checkbox') e.click();
    return 'done';
  }
  e.focus();
  if (verb === 'focus') {
    if (e.select) e.select();
    return 'done';
  }
  if (verb === 'choose') {
    const o = [...e.options].find(o => norm(o.textContent) === norm(value)) || [...e.options].find(o => norm(o.textContent).includes(norm(value)));
    if (!o) return 'no such option';
    e.value = o.value;
    fire(e, 'input', 'change');
    return 'done';
  }
  e.value = value;
  fire(e, 'input', 'change');
  return 'done';
}`
