// Counts down what the server said is left: the visitor's clock may be wrong, its pace is not.
// Speaks at five minutes and at one; at the end the page is asked for again and tells the truth.
for (const hold of document.querySelectorAll('[data-hold]')) {
  const left = hold.querySelector('[data-hold-left]');
  const bar = hold.querySelector('progress');
  const voice = hold.querySelector('[data-hold-say]');
  const start = performance.now();
  const whole = Number(hold.dataset.left);
  let said = Infinity;
  const tick = () => {
    const rest = Math.max(0, Math.ceil(whole - (performance.now() - start) / 1000));
    left.textContent = `${Math.floor(rest / 60)}:${String(rest % 60).padStart(2, '0')}`;
    bar.value = rest;
    for (const minutes of [5, 1]) {
      if (rest <= minutes * 60 && rest > minutes * 60 - 10 && said > minutes) {
        said = minutes;
        voice.textContent = hold.dataset.warn.replace('{n}', minutes);
      }
    }
    if (rest > 0) return;
    clearInterval(timer);
    voice.textContent = hold.dataset.over;
    setTimeout(() => location.reload(), 1500);
  };
  const timer = setInterval(tick, 1000);
  if (!(whole > 0)) clearInterval(timer);
}
