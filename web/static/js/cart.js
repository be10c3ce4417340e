// After htmx swapped the cart, the header's count follows it.
document.addEventListener('htmx:afterSwap', () => {
  const count = document.querySelector('[data-basket]')?.dataset.basket;
  if (count === undefined) return;
  for (const badge of document.querySelectorAll('[data-cart-count]')) {
    badge.textContent = count;
    badge.hidden = count === '0';
  }
});
