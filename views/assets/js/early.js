/* An answer or a note that is begun while its conversation is still being opened: what is typed meanwhile stands in it. */
const own = JSON.parse(document.body.dataset.keys ?? '{}');
const isTyping = ({ target }) => target.isContentEditable || target.matches?.('textarea, select, input:not([type=checkbox], [type=radio])');
/* Its request, by itself: the list may be made anew meanwhile. */
let opening = null;
let begun = null;

function hold(key) {
  if (key === 'Escape') begun = null;
  else if (key === 'Backspace') begun.text = begun.text.slice(0, -1);
  else if (key === 'Enter') begun.text += '\n';
  else if (key.length === 1) begun.text += key;
}

document.addEventListener(
  'keydown',
  (event) => {
    const { key, ctrlKey, metaKey, altKey, isTrusted } = event;
    if (!isTrusted || ctrlKey || metaKey || altKey || isTyping(event)) return;
    const id = opening?.id;
    if (begun?.id !== id) begun = null;
    if (begun) hold(key);
    else if (id && ['r', 'n'].includes(own[key] ?? key)) begun = { id, key, text: '' };
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);

document.addEventListener('htmx:before:request', ({ target, detail: { ctx } }) => {
  const [, id] = /^\/conversations\/(\d+)$/.exec(target.closest?.('a')?.pathname) ?? [];
  if (id) opening = { ctx, id };
});
document.addEventListener('htmx:finally:request', ({ detail: { ctx } }) => {
  if (opening?.ctx === ctx) opening = null;
});

document.addEventListener('htmx:after:swap', () => {
  if (!begun || !document.querySelector(`#composer[action^="/conversations/${begun.id}/"]`)) return;
  const { key, text } = begun;
  begun = null;
  document.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
  document.execCommand('insertText', false, text);
});
