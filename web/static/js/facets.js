// A choice among the filters swaps the list beside them and leaves the form in its place, so that
// what is being typed there is never lost. The new counts are put in only while the form still
// stands as it was asked about, and never around the field that has the focus.
const asked = new WeakMap();
const state = (form) => new URLSearchParams(new FormData(form)).toString();

document.addEventListener('htmx:beforeRequest', ({ detail }) => {
  if (detail.elt.matches('.facets form')) asked.set(detail.xhr, state(detail.elt));
});

document.addEventListener('htmx:afterSwap', ({ detail }) => {
  const form = detail.requestConfig?.elt;
  const before = asked.get(detail.xhr);
  asked.delete(detail.xhr);
  if (before === undefined || before !== state(form)) return;
  const page = new DOMParser().parseFromString(detail.xhr.responseText, 'text/html');
  const fresh = page.querySelector('.facets form');
  if (fresh) renew(form, fresh);
});

const renew = (form, fresh) => {
  const groups = [...form.querySelectorAll('details[data-facet]')];
  const kept = groups.find((group) => group.contains(document.activeElement));
  const open = new Map(groups.map((group) => [group.dataset.facet, group.open]));
  for (const child of [...form.children]) if (child !== kept) child.remove();
  let passed = !kept;
  for (const child of [...fresh.children]) {
    const name = child.dataset.facet;
    if (kept && name === kept.dataset.facet) {
      passed = true;
      continue;
    }
    if (open.has(name)) child.open = open.get(name);
    if (passed) form.append(child);
    else kept.before(child);
  }
};
