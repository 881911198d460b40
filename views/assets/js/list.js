/* The list beside what is open: marks the open row, counts in the title, says new messages aloud. */
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

function refresh() {
  markOpen();
  countInTitle();
  announce();
}

document.addEventListener('htmx:after:swap', refresh);
document.addEventListener('htmx:after:history:push', markOpen);
refresh();
