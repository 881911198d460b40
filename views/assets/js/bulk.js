/* Rows picked for what is done with several: counted, picked in ranges with Shift or all at once, forgotten once that has begun. */
const picks = () => [...document.querySelectorAll('#rows .pick')];
let last = null;

function count() {
  const words = document.querySelector('[data-picked]');
  if (words) words.textContent = words.dataset.picked.replace('{n}', picks().filter((one) => one.checked).length);
  const all = document.querySelector('[data-pick-all]');
  if (all) all.hidden = picks().length === 0;
}

function range(to) {
  const all = picks();
  const from = all.indexOf(last);
  if (from < 0) return;
  const [a, b] = [from, all.indexOf(to)].sort((x, y) => x - y);
  for (const one of all.slice(a, b + 1)) one.checked = to.checked;
}

document.addEventListener('click', ({ target, shiftKey }) => {
  if (target.matches?.('#rows .pick')) {
    if (shiftKey) range(target);
    last = target;
  } else if (target.closest?.('[data-pick-all]')) {
    const isOn = picks().some((one) => !one.checked);
    for (const one of picks()) one.checked = isOn;
  } else return;
  count();
});

document.addEventListener('reset', () => setTimeout(count));
document.addEventListener('bulk', () => document.getElementById('bulk')?.reset());
document.addEventListener('htmx:after:swap', count);
count();
