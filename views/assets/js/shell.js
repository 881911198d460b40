// Menus, toasts and focus keys of every page. State lives in the document only.
const openMenus = () => document.querySelectorAll('details[data-menu][open]');

function close(menu, refocus) {
  menu.open = false;
  if (refocus) menu.querySelector('summary')?.focus();
}

// Ctrl+K, or the menu, opens the command bar at once; its script comes at its first use.
const bar = document.getElementById('commands');
function command(event) {
  event.preventDefault();
  for (const menu of openMenus()) close(menu, true);
  if (bar.open) return bar.close();
  if (document.querySelector('dialog[open]')) return;
  bar.showModal();
  import(bar.dataset.script).then(
    (script) => script.open(),
    () => bar.close(),
  );
}

document.addEventListener('click', (event) => {
  if (bar && event.target.closest?.('[data-command-bar]')) return command(event);
  for (const menu of openMenus()) if (!menu.contains(event.target)) close(menu, false);
  event.target.closest?.('[data-dismiss]')?.closest('[data-toast]')?.remove();
});

// An open menu stays open while what is around it is fetched anew, until something in it was done.
htmx.registerExtension('menus', {
  htmx_before_morph_attr: (element, { attrName }) => attrName !== 'open' || !element.matches('[data-menu]'),
});
document.addEventListener('htmx:after:request', ({ target, detail }) => {
  const menu = target.closest?.('a, button, form')?.closest('details[data-menu][open]');
  if (menu && detail.ctx.response.status < 400) close(menu, menu.contains(document.activeElement));
});

// What an act answers is shown also when the control it was done with has gone meanwhile, with a part of the page that came anew.
document.addEventListener('htmx:after:request', ({ detail: { ctx } }) => {
  if (ctx.request.method !== 'GET' && ctx.swap === 'none' && !ctx.target?.isConnected) ctx.target = document.body;
});

// What a proxy says in place of Centrala is no part of a page: it counts as no answer.
document.addEventListener('htmx:before:response', ({ detail: { ctx } }) => {
  const { status, headers, raw } = ctx.response;
  if (status >= 400 && !headers.get('Vary')?.includes('HX-Request')) raw.text = () => Promise.reject(status);
});

document.addEventListener('keydown', (event) => {
  if (bar && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key === 'k') return command(event);
  const menu = event.target.closest?.('details[data-menu]');
  if (event.key === 'Escape') for (const open of openMenus()) close(open, true);
  if (!menu?.open || !['ArrowDown', 'ArrowUp', 'Home', 'End'].includes(event.key)) return;
  const items = [...menu.querySelectorAll('.menu-body a, .menu-body button')];
  const at = items.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at < 0 ? items.length - 1 : at - 1, Home: 0, End: items.length - 1 }[event.key];
  items[(next + items.length) % items.length]?.focus();
  event.preventDefault();
});

// <button data-copy="id"> copies the text of that element; where the browser forbids it (plain HTTP) the text is selected instead.
document.addEventListener('click', async ({ target }) => {
  const button = target.closest?.('[data-copy]');
  const source = button && document.getElementById(button.dataset.copy);
  if (!source) return;
  getSelection().selectAllChildren(source);
  await navigator.clipboard?.writeText(source.textContent).then(
    () => {
      document.getElementById('announce').textContent = button.dataset.copied ?? '';
      button.classList.add('is-done');
      setTimeout(() => button.classList.remove('is-done'), 1500);
    },
    () => {},
  );
});

// <div data-visible-when="route=relay"> is shown while that choice of the same form has this value (or one of several, with | between); without scripts always.
function applyChoices(form) {
  for (const part of form.querySelectorAll('[data-visible-when]')) {
    const [name, values] = part.dataset.visibleWhen.split('=');
    part.hidden = !values.split('|').includes(form.elements[name]?.value);
  }
}

document.addEventListener('change', ({ target }) => target.form && applyChoices(target.form));
for (const form of document.forms) applyChoices(form);

// A toast leaves after eight seconds, or when its way back (data-lasts, seconds) is closed, but not while someone points at it or has focus in it, and never when it reports a problem.
function schedule(toast) {
  if (toast.dataset.timed || toast.classList.contains('is-problem')) return;
  toast.dataset.timed = 'yes';
  if (toast.dataset.lasts) return setTimeout(() => toast.remove(), toast.dataset.lasts * 1000);
  const leave = () => (toast.matches(':hover, :focus-within') ? setTimeout(leave, 2000) : toast.remove());
  setTimeout(leave, 8000);
}

const toasts = document.getElementById('toasts');
if (toasts) {
  const scheduleAll = () => toasts.querySelectorAll('[data-toast]').forEach(schedule);
  new MutationObserver(scheduleAll).observe(toasts, { childList: true, subtree: true });
  scheduleAll();
  const template = document.getElementById('toast-template');
  const show = (text, kind) => {
    const note = template.content.querySelector(kind === 'problem' ? '.is-problem' : '[data-toast]').cloneNode(true);
    note.querySelector('[data-text]').textContent = text;
    toasts.append(note);
  };
  // The server says what happened to a part of the page by the header HX-Trigger: {"toast": {text, kind}}.
  document.addEventListener('toast', ({ detail }) => show(detail.text, detail.kind));
  // What a person started (by a key, too, but not a live update) found no server: said anew each time, standing there once, and until the server answers again.
  const { offline } = template.dataset;
  const takeBack = () => {
    for (const text of toasts.querySelectorAll('[data-text]')) if (text.textContent === offline) text.closest('[data-toast]').remove();
  };
  document.addEventListener('htmx:after:request', takeBack);
  document.addEventListener('htmx:error', ({ detail }) => {
    const { isTrusted, type } = detail.ctx?.sourceEvent ?? {};
    if (!isTrusted && type !== 'click') return;
    takeBack();
    show(offline, 'problem');
  });
}

// A form that connects somewhere before it is saved (data-busy="Checking…") says so and cannot be sent twice.
document.addEventListener('submit', ({ target: form, submitter, defaultPrevented }) => {
  if (defaultPrevented || !form.dataset.busy) return;
  setTimeout(() => {
    form.setAttribute('aria-busy', 'true');
    for (const button of form.querySelectorAll('button[type="submit"]')) button.disabled = true;
    const label = submitter?.querySelector('span');
    if (!label) return;
    submitter.dataset.text = label.textContent;
    label.textContent = form.dataset.busy;
    document.getElementById('announce').textContent = form.dataset.busy;
  });
});

// Coming back by the browser's button finds the form as it was.
addEventListener('pageshow', ({ persisted }) => {
  if (!persisted) return;
  for (const form of document.querySelectorAll('form[aria-busy]')) {
    form.removeAttribute('aria-busy');
    for (const button of form.querySelectorAll('button[type="submit"]')) {
      button.disabled = false;
      if (button.dataset.text) button.querySelector('span').textContent = button.dataset.text;
    }
  }
});

// The menus of the head lead back to what is open now, which need not be what this page was made for.
const place = () => location.pathname + location.search;
const madeFor = place();
document.addEventListener('submit', ({ target }) => {
  if (target.matches('.topbar form') && target.elements.back && place() !== madeFor) target.elements.back.value = place();
});

// The menu of settings is longer than a screen: it begins where this page is in it.
const here = document.querySelector('.settings-menu .active');
if (here) here.closest('nav').scrollTop = here.offsetTop - innerHeight / 2;

// A form that came back with problems begins at the first of them.
document.querySelector('main [aria-invalid="true"]')?.focus();
