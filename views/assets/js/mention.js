/* "@" at the start of a word in a note opens the people of the company, narrowed while one types; the one chosen is put in by name. */
const dialog = document.getElementById('mention');
const field = dialog?.querySelector('input');
const list = dialog?.querySelector('select');
let form = null;
let range = null;
let people = null;
let listed = null;

const bare = (text) =>
  text
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replaceAll('ł', 'l');

/* Whether the caret is where a word begins. */
function beginsWord(target) {
  if (target.matches('textarea')) return /(^|[\s(])$/.test(target.value.slice(0, target.selectionStart));
  const { anchorNode: node, anchorOffset: at } = getSelection();
  return node.nodeType !== Node.TEXT_NODE || /(^|[\s(\u200b])$/.test(node.data.slice(0, at));
}

function open(composer) {
  form = composer;
  range = form.classList.contains('rich') ? getSelection().getRangeAt(0).cloneRange() : null;
  people = null;
  field.value = '';
  list.replaceChildren();
  dialog.showModal();
  listed = load();
}

async function load() {
  const answer = await fetch('/followers/people', { headers: { 'HX-Request': 'true', 'HX-Request-Type': 'partial' } }).catch(() => null);
  const text = answer?.ok && !answer.headers.has('HX-Redirect') ? await answer.text() : '';
  people = [...new DOMParser().parseFromString(text, 'text/html').querySelectorAll('option')];
  narrow();
}

/* Where nobody is called so, what was typed goes on in the note: so does a name that was typed to its end. */
function narrow() {
  list.replaceChildren(...people.filter(({ text }) => ` ${bare(text)}`.includes(` ${bare(field.value)}`)));
  list.selectedIndex = 0;
  if (!list.value) leave();
}

/* Back to where the caret was, with what goes in there. */
function leave(name) {
  if (!dialog.open) return;
  dialog.close();
  if (range) {
    form.querySelector('.edit').focus();
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  }
  form.dispatchEvent(new CustomEvent('put', { detail: { text: name ? `@${name} ` : `@${field.value}` } }));
}

document.addEventListener('beforeinput', (event) => {
  const { data, target, cancelable } = event;
  const composer = target.closest?.('form.composer');
  if (data !== '@' || !cancelable || !dialog || composer?.elements.kind?.value !== 'note') return;
  if (!target.matches('.edit, textarea') || !beginsWord(target)) return;
  event.preventDefault();
  open(composer);
});
field?.addEventListener('input', () => people && narrow());
dialog?.addEventListener('keydown', (event) => {
  const move = event.target === field && { ArrowDown: 1, ArrowUp: list.length - 1 }[event.key];
  if (move) list.selectedIndex = (list.selectedIndex + move) % list.length;
  else if (event.key === 'Enter' && event.target === list) list.form.requestSubmit();
  else return;
  event.preventDefault();
});
list?.addEventListener('dblclick', () => leave(list.value));
dialog?.addEventListener('submit', (event) => {
  event.preventDefault();
  if (event.submitter?.value === '') leave();
  else listed.then(() => leave(list.value));
});
dialog?.addEventListener('cancel', (event) => {
  event.preventDefault();
  leave();
});
