/* Shows a message's pictures and texts over the page, one after another; a PDF opens in a tab of its own, as everything does without this. */
const dialog = document.getElementById('preview');
let files = [];
let at = 0;

function made({ href, dataset }) {
  if (dataset.preview === 'picture') return Object.assign(document.createElement('img'), { src: href, alt: dataset.name });
  const frame = Object.assign(document.createElement('iframe'), { src: href, title: dataset.name });
  frame.setAttribute('sandbox', '');
  return frame;
}

function show(next) {
  at = (next + files.length) % files.length;
  const file = files[at];
  dialog.querySelector('h2').textContent = file.dataset.name;
  dialog.querySelector('small').textContent = dialog.dataset.count.replace('{at}', at + 1).replace('{all}', files.length);
  dialog.querySelector('a').href = new URL(file.href).pathname;
  dialog.querySelector('.stage').replaceChildren(made(file));
  for (const button of dialog.querySelectorAll('[data-step]')) button.hidden = files.length < 2;
}

document.addEventListener('click', (event) => {
  const { target } = event;
  const file = target.closest?.('[data-preview]');
  const step = target.closest?.('#preview [data-step]');
  if (step) show(at + Number(step.dataset.step));
  if (target === dialog) dialog.close();
  if (!dialog || !file || file.dataset.preview === 'pdf' || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  files = [...file.closest('.msg').querySelectorAll('[data-preview]:not([data-preview=pdf])')];
  dialog.showModal();
  show(files.indexOf(file));
});
dialog?.addEventListener('keydown', ({ key }) => {
  if (key === 'ArrowRight') show(at + 1);
  if (key === 'ArrowLeft') show(at - 1);
});
dialog?.addEventListener('close', () => {
  dialog.querySelector('.stage').replaceChildren();
  files[at]?.focus();
});
