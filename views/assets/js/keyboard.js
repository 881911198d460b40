/* Keys for an agent who never takes the hand off the keyboard. Each presses a control that is on the page anyway. */
/* Letters go where they are written or chosen by; a box that was ticked with the mouse takes none. */
const typing = (target) => target.isContentEditable || target.matches?.('textarea, select, input:not([type=checkbox], [type=radio])');
const press = (selector) => {
  const control = document.querySelector(selector);
  control?.click();
  return !!control;
};
const focus = (selector) => {
  const field = document.querySelector(selector);
  field?.focus();
  return !!field;
};

function step(by) {
  const rows = [...document.querySelectorAll('#rows .row1, [data-row]')];
  if (rows.length === 0) return false;
  const at = document.activeElement;
  const focused = rows.findIndex((row) => row === at || row.closest('#rows > li')?.contains(at));
  const from = focused >= 0 ? focused : rows.findIndex((row) => row.hasAttribute('aria-current'));
  const next = rows[Math.min(rows.length - 1, Math.max(0, from + by))];
  next.focus();
  next.scrollIntoView({ block: 'nearest' });
  return true;
}

function write(kind) {
  const choice = document.querySelector(`form.composer input[name=kind][value=${kind}]`);
  if (!choice) return false;
  choice.checked = true;
  choice.dispatchEvent(new Event('change', { bubbles: true }));
  return focus('form.composer.rich .edit') || focus('form.composer textarea');
}

/* Sends a message on, or the whole conversation(''). Without a choice what the composer holds. */
function forward(of) {
  const form = document.querySelector('form.composer:has(.as-forward)');
  if (!form) return false;
  const { kind, forwardOf, forwardTo } = form.elements;
  if (of !== undefined) {
    if (![...forwardOf.options].some(({ value }) => value === of)) forwardOf.add(new Option(`#${of}`, of));
    forwardOf.value = of;
  }
  kind.value = 'forward';
  form.querySelector('.as-forward').dispatchEvent(new Event('change', { bubbles: true }));
  forwardTo.focus();
  return true;
}

/** Spam or the trash: for the row that has the focus; without one for the open conversation. */
function away(kind, key) {
  const row = document.activeElement.closest?.('#rows .row1');
  const form = document.getElementById('row-act');
  if (!row || !form) return press(`[data-key="${key}"]`);
  const { ids, act } = form.elements;
  ids.value = row.closest('li').id.slice(1);
  act.value = act.dataset[kind];
  step(1);
  form.requestSubmit();
  return true;
}

/* Opens the choice of moments, the first of them ready for Enter. */
function snooze() {
  const summary = document.querySelector('summary[data-key=h]');
  if (!summary) return false;
  summary.parentElement.open = true;
  return focus('details[open] > summary[data-key=h] + .menu-body button');
}

/* Marks the row that has the focus for what is done with several, or takes the mark away; with Shift all from the last one on. */
function pick(shiftKey) {
  const mark = document.activeElement.closest?.('#rows > li')?.querySelector('.pick');
  mark?.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, shiftKey }));
  return !!mark;
}

/* With rows marked a key is for all of them. */
const bulk = (key) => !!document.querySelector('#rows .pick:checked') && press(`[data-bulk~="${CSS.escape(key)}"]`);

/* Each other letter presses the control that has it. */
const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  o: () => document.activeElement.matches('.row1') && press('.row1:focus'),
  r: () => write('reply'),
  R: () => press('[data-key=R]') && write('reply'),
  n: () => write('note'),
  f: () => forward(),
  h: snooze,
  z: () => press('[data-key=z]') || press('.toast [data-undo] button, .toasts [data-undo] button'),
  x: () => pick(false),
  X: () => pick(true),
  '!': () => away('ofSpam', '!'),
  '#': () => away('ofTrash', '#'),
  '/': () => focus('[data-key="/"]') && !document.activeElement.select(),
  '?': () => {
    document.getElementById('keys')?.showModal();
    return true;
  },
};

/* What an agent chose in place of the usual keys. */
const own = JSON.parse(document.body.dataset.keys ?? '{}');

document.addEventListener(
  'keydown',
  (event) => {
    const { key, target } = event;
    if ((event.ctrlKey || event.metaKey) && key === 'Enter') {
      const form = target.closest('form.composer');
      if (!form) return;
      event.preventDefault();
      event.stopPropagation();
      if (!form.inert) form.requestSubmit(form.querySelector('[data-send]'));
    } else if (key === 'Escape' && typing(target)) {
      target.blur();
    } else if (!event.ctrlKey && !event.metaKey && !event.altKey && !typing(target) && !document.querySelector('dialog[open]')) {
      const act = own[key] ?? key;
      if (bulk(act) || (KEYS[act]?.() ?? press(`[data-key="${CSS.escape(act)}"]`))) event.preventDefault();
    }
  },
  true,
);

document.addEventListener('click', (event) => {
  const link = event.target.closest?.('[data-forward]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !forward(link.dataset.forward)) return;
  event.preventDefault();
  link.closest('details')?.removeAttribute('open');
});

document.addEventListener('click', ({ target }) => target.closest?.('[data-open-keys]') && KEYS['?']());
