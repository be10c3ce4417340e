// On a phone the filters are a sheet that its address opens. When htmx puts a new one in its place,
// nobody has asked for that one: the address is, once more, so that the sheet stays open.
let opened = false;
document.addEventListener('htmx:beforeSwap', () => {
  opened = !!document.querySelector('#facets:target');
});
document.addEventListener('htmx:afterSettle', () => {
  if (opened && !document.querySelector('#facets:target')) location.replace('#facets');
});
