/* The list beside what is open: marks the open row, counts in the title, says new messages aloud, counts what is picked in it. */
const rows = () => document.querySelectorAll('#rows .row1');

function markOpen() {
  for (const row of rows()) {
    if (new URL(row.href).pathname === location.pathname) row.setAttribute('aria-current', 'true');
    else row.removeAttribute('aria-current');
  }
}

function countInTitle() {
  const counter = document.querySelector('[data-title-count]');
  if (!counter) return;
  const bare = document.title.replace(/^\(\d+\+?\) /, '');
  const count = counter.textContent.trim();
  document.title = count && count !== '0' ? `(${count}) ${bare}` : bare;
}

let newest = -1;
function announce() {
  const list = document.getElementById('rows');
  const region = document.getElementById('announce');
  if (!list || !region) return;
  const before = newest;
  newest = Math.max(newest, 0);
  for (const row of rows()) {
    const last = Number(row.dataset.last);
    if (last <= newest) continue;
    newest = last;
    if (before < 0 || !row.classList.contains('new')) continue;
    const text = (selector) => row.querySelector(selector)?.lastChild?.textContent.trim() ?? '';
    region.textContent = list.dataset.announce.replace('{name}', text('.who')).replace('{subject}', text('.subj'));
  }
}

/* Rows picked for what is done with several: counted, picked in ranges with Shift or all at once, forgotten once that has begun. */
const picks = () => [...document.querySelectorAll('#rows .pick')];
let latest = null;

function count() {
  const words = document.querySelector('[data-picked]');
  if (words) words.textContent = words.dataset.picked.replace('{n}', picks().filter((one) => one.checked).length);
  const all = document.querySelector('[data-pick-all]');
  if (all) all.hidden = picks().length === 0;
}

function range(to) {
  const all = picks();
  const from = all.indexOf(latest);
  if (from < 0) return;
  const [a, b] = [from, all.indexOf(to)].sort((x, y) => x - y);
  for (const one of all.slice(a, b + 1)) one.checked = to.checked;
}

document.addEventListener('click', ({ target, shiftKey }) => {
  if (target.matches?.('#rows .pick')) {
    if (shiftKey) range(target);
    latest = target;
  } else if (target.closest?.('[data-pick-all]')) {
    const isOn = picks().some((one) => !one.checked);
    for (const one of picks()) one.checked = isOn;
  } else return;
  count();
});

document.addEventListener('reset', () => setTimeout(count));
document.addEventListener('bulk', () => document.getElementById('bulk')?.reset());

function refresh() {
  markOpen();
  countInTitle();
  announce();
  count();
}

document.addEventListener('htmx:finally:swap', refresh);
document.addEventListener('htmx:after:history:push', markOpen);
refresh();
