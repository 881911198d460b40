/* Choosing a template: ";" at the start of a word, or its button, opens the list over the composer; Enter puts it in at the caret. */
const find = (selector) => document.querySelector(`#choices ${selector}`);
const HEADERS = { 'HX-Request': 'true', 'HX-Request-Type': 'partial' };
let form = null;
let range = null;
let typed = '';
let asked = 0;
let listed = Promise.resolve();

const fields = () => new URLSearchParams([...new FormData(form)].filter(([name, value]) => typeof value === 'string' && name !== '_csrf'));
const where = () => new URLSearchParams([...fields()].filter(([name]) => name === 'inboxId' || name === 'moreTo'));

/* The server's answer as a document that neither runs nor loads anything; null when it is none, or a newer one was asked for. */
async function ask(path, options = {}) {
  asked += 1;
  const mine = asked;
  const answer = await fetch(path, { ...options, headers: { ...HEADERS, ...options.headers } }).catch(() => null);
  const text = answer?.ok && !answer.headers.has('HX-Redirect') ? await answer.text() : null;
  return mine === asked && text !== null ? new DOMParser().parseFromString(text, 'text/html') : null;
}

async function list() {
  const q = find('input').value;
  const found = await ask(`${form.dataset.draft}/choices?${new URLSearchParams([...where(), ['q', q]])}`);
  if (!found) return;
  find('#choices-list').replaceChildren(...found.querySelectorAll('li'));
  void select(find('[data-choice]'));
}

async function select(option) {
  find('[aria-selected=true]')?.setAttribute('aria-selected', 'false');
  option?.setAttribute('aria-selected', 'true');
  option?.scrollIntoView({ block: 'nearest' });
  find('input').setAttribute('aria-activedescendant', option?.id ?? '');
  find('[data-choose]').disabled = !option;
  const shown = option && (await ask(`${form.dataset.draft}/choices/${option.dataset.choice}?${where()}`));
  if (shown || !option) find('.choices-preview').replaceChildren(...(shown?.body.children ?? []));
}

/* What was typed last is listed first: Enter never takes a row of an older list. */
async function choose() {
  await listed;
  const option = find('[aria-selected=true]');
  if (!option) return;
  const body = fields();
  body.set('cannedResponseId', option.dataset.choice);
  const answer = await ask(`${form.dataset.draft}/insertion`, {
    method: 'POST',
    body,
    headers: { 'X-CSRF-Token': form.elements._csrf.value },
  });
  const letter = answer?.getElementById('inserted')?.elements;
  if (!letter) return find('.choices-preview').replaceChildren(document.getElementById('choices').dataset.failed);
  form.querySelector('.ckept').replaceWith(answer.querySelector('.ckept'));
  form.querySelector('.ckept').dispatchEvent(new Event('change', { bubbles: true }));
  const subject = form.elements.subject;
  if (subject && subject.value === '') subject.value = letter.subject.value;
  leave({ text: letter.text.value, html: letter.html.value });
}

/* Back to where the caret was, with what goes in there. */
function leave(detail) {
  document.getElementById('choices').close();
  if (range) {
    form.querySelector('.edit')?.focus();
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  }
  if (detail.text || detail.html) form.dispatchEvent(new CustomEvent('put', { detail }));
  else if (!range) form.elements.text.focus();
}
const cancel = () => leave({ text: typed && typed + find('input').value });

function open(composer, by) {
  const dialog = document.getElementById('choices');
  if (!dialog || dialog.open) return;
  form = composer;
  typed = by;
  const selection = getSelection();
  const inside = selection.rangeCount > 0 && form.querySelector('.edit')?.contains(selection.anchorNode);
  range = form.classList.contains('rich') && inside ? selection.getRangeAt(0).cloneRange() : null;
  find('input').value = '';
  find('#choices-list').replaceChildren();
  dialog.showModal();
  listed = list();
}

/* Whether the caret is where a word begins. */
function beginsWord(target) {
  if (target.matches('textarea')) return /(^|\s)$/.test(target.value.slice(0, target.selectionStart));
  const { startContainer: node, startOffset: at } = getSelection().getRangeAt(0);
  const before =
    node.nodeType === Node.TEXT_NODE ? node.data.slice(0, at) || node.previousSibling?.textContent : node.childNodes[at - 1]?.textContent;
  return /(^|[\s\u200b])$/.test(before ?? '');
}

document.addEventListener('beforeinput', (event) => {
  const { data, target, cancelable } = event;
  if (data !== ';' || !cancelable || !target.matches?.('form.composer .edit, form.composer textarea') || !beginsWord(target)) return;
  event.preventDefault();
  open(target.closest('form'), ';');
});
document.addEventListener('click', (event) => {
  const { target } = event;
  const button = target.closest?.('form.composer [data-choices]');
  if (button) {
    event.preventDefault();
    open(button.form, '');
  }
  if (!target.closest?.('#choices')) return;
  const option = target.closest('[data-choice]');
  if (option) select(option);
  if (target.closest('[data-choose]')) choose();
  else if (target.closest('[data-cancel]') || target.id === 'choices') cancel();
});
document.addEventListener('dblclick', ({ target }) => target.closest?.('#choices [data-choice]') && choose());
document.addEventListener('input', ({ target }) => {
  if (!target.matches?.('#choices input')) return;
  // A smile is no search.
  if (typed && /^[\s)(-]/.test(target.value)) cancel();
  else listed = list();
});
document.addEventListener('keydown', (event) => {
  if (!event.target.closest?.('#choices')) return;
  const options = [...document.querySelectorAll('#choices [data-choice]')];
  const at = options.findIndex((one) => one.getAttribute('aria-selected') === 'true');
  const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === 'Escape') cancel();
  else if (move) select(options[(at + move + options.length) % options.length]);
  else if (event.key !== 'Enter' || event.target.matches('[data-cancel]')) return;
  else choose();
  event.preventDefault();
});
document.addEventListener(
  'cancel',
  (event) => {
    if (event.target.id !== 'choices') return;
    event.preventDefault();
    cancel();
  },
  true,
);
