/* "@" at the start of a word in a note opens the people of the company; the one chosen is put in by name. */
const dialog = document.getElementById('mention');
const list = dialog?.querySelector('select');
let form = null;
let range = null;

/* Whether the caret is where a word begins. */
function beginsWord(target) {
  if (target.matches('textarea')) return /(^|[\s(])$/.test(target.value.slice(0, target.selectionStart));
  const { anchorNode: node, anchorOffset: at } = getSelection();
  return node.nodeType !== Node.TEXT_NODE || /(^|[\s(\u200b])$/.test(node.data.slice(0, at));
}

async function open(composer) {
  form = composer;
  range = form.classList.contains('rich') ? getSelection().getRangeAt(0).cloneRange() : null;
  dialog.returnValue = '';
  dialog.showModal();
  const answer = await fetch('/followers/people', { headers: { 'HX-Request': 'true', 'HX-Request-Type': 'partial' } }).catch(() => null);
  const text = answer?.ok && !answer.headers.has('HX-Redirect') ? await answer.text() : '';
  list.replaceChildren(...new DOMParser().parseFromString(text, 'text/html').querySelectorAll('option'));
  list.selectedIndex = 0;
  list.focus();
}

document.addEventListener('beforeinput', (event) => {
  const { data, target, cancelable } = event;
  const composer = target.closest?.('form.composer');
  if (data !== '@' || !cancelable || !dialog || composer?.elements.kind?.value !== 'note') return;
  if (!target.matches('.edit, textarea') || !beginsWord(target)) return;
  event.preventDefault();
  open(composer);
});
list?.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter') return;
  event.preventDefault();
  dialog.close('put');
});
list?.addEventListener('dblclick', () => dialog.close('put'));
dialog?.addEventListener('close', () => {
  if (range) {
    form.querySelector('.edit').focus();
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  }
  const name = dialog.returnValue === 'put' ? list.value : '';
  form.dispatchEvent(new CustomEvent('put', { detail: { text: name ? `@${name} ` : '@' } }));
});
