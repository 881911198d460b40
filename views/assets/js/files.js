/* Attachments of the composer: chosen, dropped or pasted files gather in its one file input and show as removable pills. */
const inputOf = (form) => form.querySelector('input[type=file]');

function put(form, files) {
  const bag = new DataTransfer();
  for (const file of files) bag.items.add(file);
  const input = inputOf(form);
  input.files = bag.files;
  input.gathered = [...bag.files];
  show(form);
}

function add(form, files) {
  if (files.length > 0) put(form, [...(inputOf(form).gathered ?? []), ...files]);
}

function show(form) {
  const box = form.querySelector('.cfiles');
  box.replaceChildren(
    ...(inputOf(form).gathered ?? []).map((file, index) => {
      const button = Object.assign(document.createElement('button'), { type: 'button', className: 'pill', textContent: `${file.name} ×` });
      button.setAttribute('aria-label', box.dataset.remove.replace('{name}', file.name));
      button.addEventListener('click', () =>
        put(
          form,
          inputOf(form).gathered.filter((_, at) => at !== index),
        ),
      );
      return button;
    }),
  );
}

const composerAt = (target) => target.closest?.('form.composer') ?? target.closest?.('.talk')?.querySelector('form.composer');
document.addEventListener('change', ({ target }) => {
  if (target.type === 'file' && target.form?.matches('.composer')) add(target.form, [...target.files]);
});
document.addEventListener(
  'paste',
  (event) => {
    const form = event.target.closest?.('form.composer');
    const files = [...(event.clipboardData?.files ?? [])];
    if (!form || files.length === 0 || event.clipboardData.types.includes('text/plain')) return;
    event.preventDefault();
    event.stopPropagation();
    add(form, files);
  },
  true,
);
for (const name of ['dragover', 'dragleave', 'drop']) {
  document.addEventListener(name, (event) => {
    const form = event.dataTransfer?.types.includes('Files') ? composerAt(event.target) : null;
    if (!form) return;
    event.preventDefault();
    form.classList.toggle('dropping', name === 'dragover');
    if (name === 'drop') add(form, [...event.dataTransfer.files]);
  });
}
