/* The picker of labels or folders: opened by its link, by l, L or v, narrowed while one types, moved in by arrows; Enter takes the first that fits. */
const picker = () => document.getElementById('picker');
const field = () => document.getElementById('picker-name');
const same = (text) => text.trim().replace(/\s+/g, ' ').toLowerCase();
const bare = (text) =>
  same(text)
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replaceAll('ł', 'l');
const choices = () =>
  [...picker().querySelectorAll('li .menu-item, [data-create]')]
    .filter((one) => !one.closest('[hidden]'))
    .sort((a, b) => a.matches('[data-create]') - b.matches('[data-create]'));

function narrow() {
  const typed = field()?.value ?? '';
  const labels = [...picker().querySelectorAll('#picker-labels li')];
  for (const one of labels) one.hidden = !bare(one.textContent).includes(bare(typed));
  const create = picker().querySelector('[data-create]');
  if (create) create.hidden = !create.dataset.words || same(typed) === '' || labels.some((one) => same(one.textContent) === same(typed));
  if (create && !create.hidden) create.querySelector('span').textContent = create.dataset.words.replace('{name}', () => typed.trim());
  picker().querySelector('[data-none]').hidden = labels.some((one) => !one.hidden) || (create && !create.hidden);
}

let wanted = false;
document.addEventListener('click', ({ target }) => {
  if (target.closest?.('[data-picker]')) wanted = true;
  if (target === picker() || target.closest?.('#picker [data-close]')) picker().close();
});

document.addEventListener('htmx:after:swap', () => {
  if (!picker()?.firstElementChild) return;
  if (picker().querySelector('[data-done]')) return picker().close();
  if (wanted && !picker().open) picker().showModal();
  wanted = false;
  if (picker().open) narrow();
});

document.addEventListener('input', ({ target }) => target === field() && narrow());

document.addEventListener('keydown', (event) => {
  if (!picker()?.open || !picker().contains(event.target)) return;
  const { key } = event;
  if (key === 'Enter' && event.target === field()) {
    event.preventDefault();
    choices()[0]?.click();
    field().select();
  } else if (key === 'ArrowDown' || key === 'ArrowUp') {
    event.preventDefault();
    const all = [field(), ...choices()];
    all[(all.indexOf(document.activeElement) + (key === 'ArrowDown' ? 1 : all.length - 1)) % all.length].focus();
  }
});
