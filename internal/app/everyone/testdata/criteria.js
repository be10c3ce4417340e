// Checks of one page for what axe cannot see. Each function returns a list of complaints in words.
(() => {
  const shown = e => {
    if (e.closest('[hidden],[inert],template,dialog:not([open])')) return false;
    for (let d = e.closest('details:not([open])'); d; d = d.parentElement && d.parentElement.closest('details:not([open])')) {
      const summary = d.querySelector(':scope > summary');
      if (!summary || !summary.contains(e)) return false;
    }
    const style = getComputedStyle(e), box = e.getBoundingClientRect();
    return style.visibility !== 'hidden' && style.display !== 'none' && box.width > 0 && box.height > 0;
  };
  const name = e => {
    const text = (e.getAttribute('aria-label') || e.innerText || e.value || e.name || '').trim().replace(/\s+/g, ' ').slice(0, 40);
    const place = e.className && typeof e.className === 'string' ? '.' + e.className.split(' ').join('.') : '';
    return `<${e.tagName.toLowerCase()}${place}> "${text}"`;
  };
  const hiddenFromEyes = e => { // text for screen readers only, and what slides in when focused
    const box = e.getBoundingClientRect(), style = getComputedStyle(e);
    return box.width <= 1 || box.height <= 1 || box.right < 0 || box.bottom < 0 || style.opacity === '0' || style.clipPath !== 'none';
  };

  // 1.4.10, 1.4.4, 1.4.12: nothing makes the page scroll sideways; what must scroll does so in a region of its own.
  const sideways = () => {
    const width = document.documentElement.clientWidth, list = [];
    if (document.documentElement.scrollWidth <= width + 1) return list;
    for (const e of document.body.querySelectorAll('*')) {
      const box = e.getBoundingClientRect();
      if (box.right > width + 1 && box.width > 0 && !inRegion(e)) list.push(`${name(e)} ends at ${Math.round(box.right)} of ${width}`);
    }
    return list.length ? list.slice(0, 4) : [`the page is ${document.documentElement.scrollWidth} wide in a window of ${width}`];
  };
  const inRegion = e => {
    for (let p = e.parentElement; p && p !== document.body; p = p.parentElement) {
      if (/(auto|scroll|hidden|clip)/.test(getComputedStyle(p).overflowX)) return true;
    }
    return false;
  };

  // 1.4.12: with more space between lines, letters and words no text is cut off.
  const cut = () => [...document.body.querySelectorAll('a,button,label,p,li,td,th,h1,h2,h3,dt,dd,span,summary')].filter(e => {
    const style = getComputedStyle(e);
    return shown(e) && !hiddenFromEyes(e) && e.childElementCount === 0 && e.innerText.trim() &&
      style.overflowY === 'hidden' && style.webkitLineClamp === 'none' && e.scrollHeight > e.clientHeight + 3;
  }).map(e => `${name(e)} is cut off`).slice(0, 4);

  // 2.5.8: a target is 24 by 24, or alone in a circle of 24, or a word in a sentence, or as the browser draws it.
  const targets = () => {
    const all = [...document.querySelectorAll('a[href],button,input:not([type=hidden]),select,textarea,summary,[role=button]')]
      .filter(e => shown(e) && !hiddenFromEyes(e)).map(e => ({e, box: area(e)}));
    const small = all.filter(({e, box}) => (box.width < 23.5 || box.height < 23.5) && !inSentence(e));
    return small.filter(({e, box}) => all.some(o => o.e !== e && !o.e.contains(e) && !e.contains(o.e) && near(box, o.box)))
      .map(({e, box}) => `${name(e)} is ${Math.round(box.width)}×${Math.round(box.height)} with another within reach`).slice(0, 4);
  };
  const area = e => { // a label that wraps its control is part of the target
    const label = e.matches('input') && e.closest('label');
    const card = getComputedStyle(e, '::after').position === 'absolute' && e.closest('article,li'); // the link stretches over it
    return (label || card || e).getBoundingClientRect();
  };
  const inSentence = e => {
    if (getComputedStyle(e).display !== 'inline') return false;
    return [...e.parentElement.childNodes].some(n => n.nodeType === 3 && n.textContent.trim().length > 1);
  };
  const near = (a, b) => { // the circle of 24 around a's middle meets b
    const x = (a.left + a.right) / 2, y = (a.top + a.bottom) / 2;
    const dx = Math.max(b.left - x, 0, x - b.right), dy = Math.max(b.top - y, 0, y - b.bottom);
    return dx * dx + dy * dy < 12 * 12;
  };

  // What Tab must reach, in the order it must reach it.
  const focusable = () => [...document.querySelectorAll('a[href],button,input:not([type=hidden]),select,textarea,summary,iframe,[tabindex]')]
    .filter(e => inWalk(e) && shown(e) && !e.disabled && e.tabIndex >= 0 && !radioOfAGroup(e));
  let walked = document.documentElement;
  const inWalk = e => walked.contains(e);
  const begin = e => { // the next Tab begins at the start of e, wherever a script has moved the focus
    e.tabIndex = -1;
    e.focus({preventScroll: true});
    e.removeAttribute('tabindex');
  };
  const fromTop = () => {
    scrollTo(0, 0);
    begin(document.body);
  };
  const onlyMain = () => { // the next Tab begins where the skip link leads
    walked = document.querySelector('main');
    begin(walked);
  };
  const radioOfAGroup = e => e.type === 'radio' && e.name && !e.checked &&
    [...document.getElementsByName(e.name)].some(o => o.checked && o.form === e.form) ||
    e.type === 'radio' && e.name && !e.checked && [...document.getElementsByName(e.name)].find(o => o.form === e.form) !== e;

  // A ring is drawn around the element, or around what it stretches over, or around the field it sits in.
  const around = e => [e, ...e.querySelectorAll('*'), e.parentElement, e.parentElement?.parentElement, e.nextElementSibling, e.closest('label')].filter(Boolean);
  const outlined = s => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 1 && s.outlineColor !== 'rgba(0, 0, 0, 0)';
  const ringed = e => around(e).some(x => [null, '::before', '::after'].some(part => outlined(getComputedStyle(x, part))));
  const looks = e => around(e).map(x => { const s = getComputedStyle(x); return [s.boxShadow, s.borderColor, s.backgroundColor].join() }).join('|');
  const changes = e => { const on = looks(e); e.blur(); const off = looks(e); e.focus({preventScroll: true}); return on !== off; };

  // 2.4.7, 2.4.11: where the focus is, it is seen, and nothing lies over it.
  const focusSeen = () => {
    const e = document.activeElement;
    if (!e || e === document.body || e.tagName === 'IFRAME') return [];
    const list = ringed(e) || changes(e) ? [] : [`${name(e)} shows no focus`];
    const box = e.getBoundingClientRect();
    if (box.bottom <= 0 || box.top >= innerHeight) return [...list, `${name(e)} has the focus out of sight`];
    const spots = [[.5, .5], [.1, .2], [.9, .2], [.1, .8], [.9, .8]].map(([a, b]) => [box.left + box.width * a, box.top + box.height * b]);
    const free = spots.some(([x, y]) => { const top = document.elementFromPoint(x, y); return top && (e.contains(top) || top.contains(e) || e.closest('label')?.contains(top) || sameCard(e, top)); });
    return free || hiddenFromEyes(e) ? list : [...list, `${name(e)} has the focus under something else`];
  };

  // A card's one big link lies, unseen, over the whole card.
  const sameCard = (e, top) => top.tagName === 'A' && e.closest('article,li') !== null && e.closest('article,li') === top.closest('article,li');

  // 3.3.1, 3.3.3: a refused form says which fields are wrong, in words, tied to the field.
  const refusals = () => {
    const wrong = [...document.querySelectorAll('main [aria-invalid=true]')], list = [];
    for (const e of wrong) {
      const ids = (e.getAttribute('aria-describedby') || '').split(/\s+/).concat(e.getAttribute('aria-errormessage') || []).filter(Boolean);
      if (!ids.some(id => document.getElementById(id)?.innerText.trim())) list.push(`${name(e)} is wrong without words that say so`);
    }
    return list;
  };

  // 3.2.6: what helps, in the order it stands in.
  const help = () => [...document.querySelectorAll('body > header a[href]:not([hreflang]), body > footer a[href]')].filter(a => /\/(help|contacts)$/.test(new URL(a.href).pathname))
    .map(a => a.closest('header,footer').tagName.toLowerCase() + ' ' + new URL(a.href).pathname);

  // 3.3.7, 3.3.8, and 1.3.5 for a person's own data, of which a shop's are none: what a browser or a password manager knows need not be typed, and what is asked is asked once.
  const entry = () => {
    const list = [], once = new Set();
    for (const e of document.querySelectorAll('main input')) {
      if (!shown(e) || e.readOnly) continue;
      if (e.type === 'password') {
        if (!/(current|new)-password/.test(e.autocomplete)) list.push(`${name(e)} does not tell password managers what it is`);
        const paste = new ClipboardEvent('paste', {bubbles: true, cancelable: true});
        if (!e.dispatchEvent(paste)) list.push(`${name(e)} refuses to be pasted into`);
      }
      if (!/\/(seller|admin)\b/.test(location.pathname) && /^(name|phone|email|city|street|flat|postcode)$/.test(e.name) && !e.autocomplete) list.push(`${name(e)} does not say what of an address it is`);
      const token = e.autocomplete && e.autocomplete !== 'off' && e.form && [...document.forms].indexOf(e.form) + e.autocomplete;
      if (token && once.has(token)) list.push(`${name(e)} asks for ${e.autocomplete} once more`);
      once.add(token);
    }
    return list;
  };

  // 3.2.2: everything that can be chosen is chosen; each must keep the focus.
  const choose = () => {
    const list = [...document.querySelectorAll('main :is(select,input[type=checkbox],input[type=radio])')].filter(e => shown(e) && !e.disabled).slice(0, 40).map(e => {
      if (!shown(e)) return ''; // an answer before it has taken the question away
      e.focus({preventScroll: true});
      if (e.tagName === 'SELECT') e.selectedIndex = (e.selectedIndex + 1) % e.options.length;
      else e.checked = !e.checked;
      for (const type of ['input', 'change']) e.dispatchEvent(new Event(type, {bubbles: true}));
      return document.activeElement === e ? '' : `${name(e)} loses the focus when it is chosen`;
    });
    for (const form of document.forms) delete form.dataset.dirty; // or the page asks whether it may be left
    return list.filter(Boolean);
  };

  window.criteria = {sideways, cut, targets, focusable, focusSeen, refusals, name, inWalk, fromTop, onlyMain, help, entry, choose};
})();
