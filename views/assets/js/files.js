/* Attachments of the composer: chosen, dropped or pasted files gather in its one file input and show as removable pills. Without one it takes none. */
const inputOf = (form) => form.querySelector('input[type=file]');

/* The server has them only when the composer is sent: until then they stay with their conversation while others are read, and leaving the page is asked about. */
const waiting = new Map();
function remember(form) {
  const files = inputOf(form)?.gathered ?? [];
  if (files.length > 0) waiting.set(form.dataset.draft, files);
  else waiting.delete(form.dataset.draft);
}

function put(form, files) {
  const bag = new DataTransfer();
  for (const file of files) bag.items.add(file);
  const input = inputOf(form);
  input.files = bag.files;
  input.gathered = [...bag.files];
  remember(form);
  show(form);
  measure(form);
}

function add(form, files) {
  if (files.length > 0 && inputOf(form)) put(form, [...(inputOf(form).gathered ?? []), ...files]);
}

function show(form) {
  const box = form.querySelector('.cfiles');
  box.replaceChildren(
    ...(inputOf(form).gathered ?? []).map((file, index) => {
      const button = Object.assign(document.createElement('button'), { type: 'button', className: 'pill', title: file.name });
      button.append(Object.assign(document.createElement('span'), { textContent: file.name }), '×');
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

/* As core/messages/size.ts counts: base64 makes files a third larger. Answers what is too much, or ''. */
const MB = 1024 * 1024;
const encoded = (bytes) => Math.ceil(Math.ceil(bytes / 3) * 4 * (78 / 76));
function measure(form) {
  const bar = form.querySelector('.csize');
  const kept = [...form.querySelectorAll('.ckept [name=dropped]:not(:checked)')].map((box) => Number(box.dataset.bytes));
  const files = [...kept, ...(inputOf(form)?.gathered ?? []).map(({ size }) => size)];
  const text = new Blob([form.elements.text.value, form.elements.html.value]).size;
  const bytes = files.reduce((sum, size) => sum + encoded(size) + 500, encoded(text) + 2000);
  const { most, maxMb, fits, many, big } = bar.dataset;
  const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
  const isBig = bytes > maxMb * MB;
  const isMany = files.length > most;
  const size = isBig ? Math.ceil((bytes / MB) * 10) / 10 : bytes / MB;
  const values = { files: files.length, most, max: maxMb, size: number.format(size) };
  bar.hidden = files.length === 0;
  bar.firstElementChild.value = Math.min(1, bytes / (maxMb * MB));
  bar.classList.toggle('is-over', isBig || isMany);
  bar.lastElementChild.textContent = (isMany ? many : isBig ? big : fits).replace(/\{(\w+)\}/g, (_, name) => values[name]);
  return isMany || isBig;
}
const measureAll = () => document.querySelectorAll('form.composer').forEach(measure);
document.addEventListener('htmx:after:swap', measureAll);
document.addEventListener('change', ({ target }) => target.closest?.('.ckept') && measure(target.closest('form')));
measureAll();

/* Before anything of it goes up; everybody else hears of a submit after this. */
window.addEventListener(
  'submit',
  (event) => {
    const { target: form, submitter } = event;
    if (!form.matches('form.composer') || submitter?.hasAttribute('formaction') || !measure(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    form.querySelector('.csize').scrollIntoView({ block: 'nearest' });
  },
  true,
);

/* What is on its way is not offered again, unless it came back. */
document.addEventListener('submit', ({ target }) => target.matches('form.composer') && waiting.delete(target.dataset.draft), true);
document.addEventListener('htmx:error', ({ target }) => {
  const form = target.closest?.('form.composer');
  if (form) remember(form);
});
document.addEventListener('htmx:after:request', ({ target, detail }) => {
  const form = target.closest?.('form.composer');
  const { status, headers } = detail.ctx.response;
  if (form && ((status >= 400 && status !== 422) || headers.get('HX-Redirect')?.startsWith('/login'))) remember(form);
});
document.addEventListener('htmx:after:swap', () => {
  for (const form of document.querySelectorAll('form.composer')) {
    const files = waiting.get(form.dataset.draft);
    if (files && inputOf(form) && !inputOf(form).gathered) put(form, files);
  }
});
window.addEventListener('beforeunload', (event) => waiting.size > 0 && event.preventDefault());

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
