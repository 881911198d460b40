/* Keeps what is written: to the server within two seconds, and at once when the page is left. Deletes nothing by itself. */
const WAIT_MS = 1_200;
const timers = new WeakMap();

function say(form, state) {
  const label = form.querySelector('.saved span');
  if (label) label.textContent = label.dataset[state] ?? '';
}

function save(form, leaving = false) {
  clearTimeout(timers.get(form));
  timers.delete(form);
  if (!form.dataset.draft || form.dataset.sending) return;
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === 'string') fields.append(name, value);
  const seen = fields.toString();
  if (form.dataset.savedAs === seen) return;
  const headers = { 'HX-Request': 'true', 'X-CSRF-Token': form.elements._csrf.value };
  fetch(form.dataset.draft, { method: 'PUT', body: fields, headers, keepalive: leaving && seen.length < 60_000 }).then(
    (answer) => {
      if (answer.ok) form.dataset.savedAs = seen;
      say(form, answer.ok ? 'done' : 'failed');
      if (!answer.ok) again(form, 5_000);
    },
    () => {
      say(form, 'failed');
      again(form, 5_000);
    },
  );
}

function again(form, waitMs = WAIT_MS) {
  if (!form.isConnected) return;
  clearTimeout(timers.get(form));
  timers.set(
    form,
    setTimeout(() => save(form), waitMs),
  );
}

const changed = ({ target }) => {
  const form = target.closest?.('form.composer');
  if (!form) return;
  delete form.dataset.sending;
  again(form);
};
for (const name of ['input', 'composed', 'change']) document.addEventListener(name, changed);

const saveNow = () => {
  for (const form of document.querySelectorAll('form.composer')) if (timers.has(form)) save(form, true);
};
document.addEventListener('htmx:before:swap', saveNow);
document.addEventListener('visibilitychange', () => document.hidden && saveNow());
window.addEventListener('pagehide', saveNow);
document.addEventListener(
  'submit',
  ({ target }) => {
    if (!target.matches('form.composer')) return;
    clearTimeout(timers.get(target));
    timers.delete(target);
    target.dataset.sending = 'yes';
  },
  true,
);
