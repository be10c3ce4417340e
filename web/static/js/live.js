// After htmx swapped a part, its [data-say] is said aloud: how many were found, what was changed.
document.addEventListener('htmx:afterSwap', (event) => {
  const news = event.detail.elt?.querySelector?.('[data-say]') || document.querySelector('[data-say]');
  const live = document.getElementById('live');
  if (news && live) live.textContent = news.dataset.say || news.textContent;
});
