/* An answer or a note that is begun while its conversation is still being opened: what is typed meanwhile stands in it. */
const own = JSON.parse(document.body.dataset.keys ?? '{}');
const opening = () => document.querySelector('#rows li:has(> .row1.htmx-request)')?.id.slice(1);
const isTyping = ({ target }) => target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
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
    const id = opening();
    if (begun?.id !== id) begun = null;
    if (begun) hold(key);
    else if (id && ['r', 'n'].includes(own[key] ?? key)) begun = { id, key, text: '' };
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);

document.addEventListener('htmx:after:swap', () => {
  if (!begun || !document.querySelector(`#composer[action^="/conversations/${begun.id}/"]`)) return;
  const { key, text } = begun;
  begun = null;
  document.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
  document.execCommand('insertText', false, text);
});
