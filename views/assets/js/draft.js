/* Keeps what is written: in this tab at once, on the server within two seconds and when the page is left. */
const WAIT_MS = 1_200;
const AGAIN_MS = 5_000;
const LEAVING_MS = 20_000;
const timers = new WeakMap();
let isLeaving = false;
/* Where its writer writes on after an answer of the server: what was refused stands there again, and in a live talk what was sent is followed by more (and the keys of his phone stay). */
let writesOn = null;

const drawer = (form) => `draft ${form.dataset.owner} ${form.dataset.draft}`;
const composers = () => document.querySelectorAll('form.composer');

function fieldsOf(form) {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === 'string' && name !== '_csrf') fields.append(name, value);
  return fields.toString();
}

/* While it is being sent nothing can be typed into it or sent again; a failure gives it back. */
function busy(form, on) {
  if (on) form.dataset.sending = 'yes';
  else delete form.dataset.sending;
  form.inert = on;
  if (!on) (form.querySelector('.edit') ?? form.elements.text).focus();
}

function say(form, state) {
  const label = form.querySelector('.saved span');
  if (label) label.textContent = label.dataset[state] ?? '';
}

/* To somebody nobody here has written with goes what a typing error made of an address, too. */
function warn(form, addresses) {
  const line = form.querySelector('.cnote');
  if (!line) return;
  line.hidden = addresses === '';
  line.textContent = addresses === '' ? '' : line.dataset.firstTime.replace('{addresses}', () => addresses);
}

/* What was typed in a conversation while somebody merged it into this one goes on here, where what the server had of it stands already. */
function cameAlong(form) {
  for (const id of form.dataset.cameFrom?.split(' ') ?? []) {
    const other = `draft ${form.dataset.owner} /conversations/${id}/draft`;
    const text = sessionStorage.getItem(other);
    if (!new URLSearchParams(text ?? '').get('text')?.startsWith(form.elements.text.value.trimEnd())) continue;
    sessionStorage.removeItem(other);
    sessionStorage.setItem(drawer(form), text);
    // His next key is a letter, too, and no command.
    busy(form);
    return text;
  }
  return null;
}

/* Puts back what this tab kept and the server never confirmed: the session or the server had ended meanwhile. */
function restore(form) {
  if (form.dataset.kept) return;
  form.dataset.kept = 'yes';
  const text = sessionStorage.getItem(drawer(form)) ?? cameAlong(form);
  if (text === null) return;
  const kept = new URLSearchParams(text);
  // Whoever was ticked among others than are offered now says nothing of these.
  const now = new FormData(form);
  const isOffered = (name) => kept.getAll(name).join() === now.getAll(name).join();
  const skipped = isOffered('offeredTo') && isOffered('offeredCopies') ? [] : ['to', 'copied', 'onlySender'];
  for (const field of form.elements) {
    if (skipped.includes(field.name)) continue;
    if (field.type === 'checkbox' || field.type === 'radio') field.checked = kept.getAll(field.name).includes(field.value);
    else if (kept.has(field.name) && (field.type !== 'hidden' || field.name === 'html')) field.value = kept.get(field.name);
  }
  say(form, 'restored');
  again(form, WAIT_MS);
}

function forget(form) {
  if (sessionStorage.getItem(drawer(form)) === form.dataset.savedAs) sessionStorage.removeItem(drawer(form));
}

function save(form, last = false) {
  clearTimeout(timers.get(form));
  timers.delete(form);
  if (!form.dataset.draft || form.dataset.sending) return;
  const seen = fieldsOf(form);
  if (form.dataset.savedAs === seen) return;
  // What the server has is not known again before it answers: going back to what was saved before is a change, too.
  delete form.dataset.savedAs;
  const headers = { 'HX-Request': 'true', 'X-CSRF-Token': form.elements._csrf.value, 'Content-Type': 'application/x-www-form-urlencoded' };
  const failed = (state) => {
    say(form, state);
    again(form, AGAIN_MS);
  };
  fetch(form.dataset.draft, { method: 'PUT', body: seen, headers, keepalive: last && seen.length < 60_000 }).then(
    (answer) => {
      // Without a session the answer leads to the log-in form.
      if (answer.headers.has('HX-Redirect')) return failed('ended');
      if (!answer.ok) return failed('failed');
      form.dataset.savedAs = seen;
      // What comes next may have been made before the last words came to the server: until it is here, they stay in the tab, too.
      if (isLeaving || !form.isConnected) setTimeout(forget, LEAVING_MS, form);
      else forget(form);
      say(form, 'done');
      warn(form, decodeURIComponent(answer.headers.get('X-First-Time') ?? ''));
      if (form.dataset.marked) return;
      // The first time: its row in the list gets the mark of a draft.
      form.dataset.marked = 'yes';
      document.body.dispatchEvent(new CustomEvent('live:conversations'));
    },
    () => failed('failed'),
  );
}

function again(form, waitMs) {
  if (!form.isConnected) return;
  clearTimeout(timers.get(form));
  timers.set(
    form,
    setTimeout(() => save(form), waitMs),
  );
}

function changed({ target }) {
  const form = target.closest?.('form.composer');
  if (!form?.dataset.draft || form.dataset.sending) return;
  again(form, WAIT_MS);
  sessionStorage.setItem(drawer(form), fieldsOf(form));
}
for (const name of ['input', 'composed', 'change']) document.addEventListener(name, changed);

const saveNow = () => {
  for (const form of composers()) if (timers.has(form)) save(form, true);
};
document.addEventListener('htmx:before:swap', saveNow);
window.addEventListener('beforeunload', () => {
  isLeaving = true;
  setTimeout(() => (isLeaving = false), LEAVING_MS);
});
document.addEventListener('visibilitychange', () => document.hidden && saveNow());
window.addEventListener('pagehide', saveNow);
window.addEventListener('pageshow', ({ persisted }) => persisted && document.querySelector('form.composer[inert]') && location.reload());
document.addEventListener(
  'submit',
  ({ target }) => {
    if (!target.matches('form.composer')) return;
    clearTimeout(timers.get(target));
    timers.delete(target);
    busy(target, true);
  },
  true,
);

/* Throwing it away carries along what stands there: nothing older may be saved after it. */
document.addEventListener(
  'click',
  ({ target }) => {
    const form = target.closest?.('[data-discards]')?.form;
    if (!form) return;
    clearTimeout(timers.get(form));
    timers.delete(form);
    form.dataset.sending = 'yes';
  },
  true,
);

/* Taking a message or a draft back carries along what stands in its composer: the server joins both, so nothing older may be saved over them. */
const composerOf = (form) =>
  form.dataset?.undo && document.querySelector(`form.composer[data-draft="/conversations/${form.dataset.undo}/draft"]`);
document.addEventListener(
  'submit',
  ({ target }) => {
    const form = composerOf(target);
    if (!form) return;
    clearTimeout(timers.get(form));
    timers.delete(form);
    form.dataset.sending = 'yes';
  },
  true,
);
document.addEventListener('htmx:after:request', ({ target, detail }) => {
  const form = composerOf(target);
  if (!form) return;
  if (detail.ctx.response.status < 400) sessionStorage.removeItem(drawer(form));
  else delete form.dataset.sending;
});
document.addEventListener(
  'htmx:finally:request',
  ({ target }) => target.matches?.('[data-undo]') && target.closest('[data-toast]')?.remove(),
);

/* The server has what was written, as a message or as a draft with a problem, unless it asks to log in or did not answer. */
document.addEventListener('htmx:after:request', ({ target, detail }) => {
  const form = target.closest?.('form.composer');
  const { status, headers } = detail.ctx.response;
  if (!form || headers.get('HX-Redirect')?.startsWith('/login')) return;
  if (status === 422) writesOn = 'form.composer:has(.cproblem)';
  else writesOn = status < 400 && form.dataset.goesOn !== undefined && form.inert ? 'form.composer[data-goes-on]' : null;
  if (status < 400 || status === 422) sessionStorage.removeItem(drawer(form));
  else busy(form, false);
});
document.addEventListener('htmx:error', ({ target }) => {
  const form = target.closest?.('form.composer');
  if (!form) return;
  busy(form, false);
  again(form, AGAIN_MS);
});

const restoreAll = () => composers().forEach(restore);
document.addEventListener('htmx:after:swap', () => {
  restoreAll();
  const next = writesOn && document.querySelector(`${writesOn}:not([inert])`);
  if (!next) return;
  writesOn = null;
  if (document.activeElement !== document.body) return;
  const { text } = next.elements;
  text.focus();
  text.setSelectionRange(1e6, 1e6);
});
restoreAll();
