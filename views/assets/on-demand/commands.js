/* The command bar: what the buttons of this page do, where one can go, and what the words find. It has no list of its own: it reads the page and asks the server. */
const bar = document.getElementById('commands');
const [input, list, told] = ['input', '[role=listbox]', '[role=status]'].map((one) => bar.querySelector(one));
const USED = `centrala-commands-${bar.dataset.owner}`;
/* Keys that the agent chose: which act each does. */
const OWN = JSON.parse(document.body.dataset.keys ?? '{}');
const CONTROLS = 'a[href], button, summary[data-key], label:has([type=radio], [type=file])';
const NOT_HERE = '.brand, .bell *, .split [data-choices], .own *, .styling *, [hidden] *, [data-command-bar], .msg:has(~ .msg) *';
const SHOWN_USED = 5;
const SHOWN = 120;

const used = () => JSON.parse(localStorage.getItem(USED) ?? '[]');
const fold = (text) =>
  text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replaceAll('ł', 'l')
    .replace(/\s+/g, ' ')
    .trim();

let acts = [];
let more = [];
let places = [];
let found = [];
let shown = [];
let asked = 0;
let pending = Promise.resolve();

/* What is seen of a control, without its key and the small print; closed menus count as seen. */
const isDrawn = (one) => getComputedStyle(one).display !== 'none';
const isSeen = (one) => one === document.body || (isDrawn(one) && isSeen(one.parentElement));
const textOf = (one) =>
  [...one.childNodes]
    .map((node) => node.data ?? (node.matches?.('kbd, small, svg, [aria-hidden=true]') || !isDrawn(node) ? '' : textOf(node)))
    .join('')
    .trim();

function option(made, text, hint, key) {
  Object.assign(made, { className: 'menu-item', role: 'option', tabIndex: -1 });
  const part = (tag, words) => words && made.append(Object.assign(document.createElement(tag), { textContent: words }));
  part('span', text);
  part('small', hint);
  part('kbd', key);
  return made;
}

function choice(control, group, menu = '') {
  const text = control.ariaLabel ?? textOf(control);
  const hint = [menu, control.querySelector('small')?.textContent].filter(Boolean).join(', ');
  const act = control.dataset.key ?? control.dataset.bulk ?? '';
  const key = Object.keys(OWN).find((one) => OWN[one] === act && act !== '') ?? (act in OWN ? '' : act);
  const button = Object.assign(document.createElement('button'), { type: 'button' });
  button.append(control.querySelector('.avatar, svg, .dot')?.cloneNode(true) ?? '');
  const id = control.matches('a') ? control.getAttribute('href') : `${group}: ${hint} ${text}`;
  return { id, group, control, words: fold(`${text} ${hint}`), option: option(button, text, hint, key.length === 1 && key) };
}

/* The picked come before what is open, as with keys. */
const isPicking = () => !!document.querySelector('#rows .pick:checked');

/* One choice for every control of the page that stands in a part marked data-acts, whose value is the heading. */
function readActs() {
  const parts = [...document.querySelectorAll(isPicking() ? '[data-acts]:not(.thread *)' : '[data-acts]')];
  const controls = parts.flatMap((part) => [...part.querySelectorAll(CONTROLS)]);
  return controls
    .filter((control) => !control.disabled && !control.matches(NOT_HERE) && isSeen(control))
    .map((control) => {
      const menu = control.closest('.menu-body')?.parentElement.querySelector('summary').title;
      return choice(control, control.closest('[data-acts]').dataset.acts, menu);
    });
}

async function fetched(path, options = {}) {
  const answer = await fetch(path, { headers: { 'HX-Request': 'true', 'HX-Request-Type': 'partial' }, ...options }).catch(() => null);
  // A document that neither runs nor loads anything.
  return new DOMParser().parseFromString(answer?.ok ? await answer.text() : '', 'text/html');
}

/* The same for what else can be done with the picked: the buttons that "more" would show, each pressed in the form of the picked. */
async function readMore() {
  const more = document.querySelector('#bulk [data-picker]');
  if (!more || !isPicking()) return [];
  const { form } = more;
  const page = await fetched(more.formAction, { method: 'POST', body: new URLSearchParams([...new FormData(form)]) });
  return [...page.querySelectorAll('button[name=act]')].map((button) => {
    const control = Object.assign(form.querySelector('[name=act]').cloneNode(), { value: button.value, hidden: true });
    const press = () => {
      form.append(control);
      window.htmx.process(control);
      control.click();
    };
    return { ...choice(button, form.dataset.acts), control: form, press };
  });
}

/* In the workspace a list or a conversation comes into its panes; elsewhere, and for all other places, a page is opened. */
function inPanes(link) {
  const isShown = document.getElementById('panes') && /^\/conversations(\/\d+)?$/.test(link.pathname);
  if (isShown) link.setAttribute('hx-boost', 'select:"#panes > *" target:"#panes" swap:innerHTML');
  return link;
}

/* The links of the server's answer, each below the heading of its part. */
async function ask(path) {
  const page = await fetched(path);
  return [...page.querySelectorAll('section')].flatMap((part) =>
    [...part.querySelectorAll('a')].map((link) => ({
      id: link.getAttribute('href'),
      group: part.querySelector('h2').textContent,
      words: fold(textOf(link)),
      option: inPanes(option(document.adoptNode(link))),
    })),
  );
}

/* Whether the letters follow each other from the beginning of a word on, with gaps of two at most. */
function isNear(words, typed) {
  let at = 0;
  return [...typed].every((letter, n) => {
    const next = words.indexOf(letter, at);
    const isClose = next >= 0 && next - at < (n === 0 ? 1 : 3);
    at = next + 1;
    return isClose;
  });
}

/* How well words fit what was typed: their beginning, a word's, those of several words in any order, inside, nearly; 0 = not. */
function pointsOf(words, typed) {
  const at = words.indexOf(typed);
  if (at === 0) return 6;
  if (words[at - 1] === ' ') return 5;
  if (typed.split(' ').every((part) => ` ${words}`.includes(` ${part}`))) return 4;
  if (at > 0) return 3;
  return typed.length > 2 && words.split(' ').some((_, n, all) => isNear(all.slice(n).join(' '), typed)) ? 1 : 0;
}

const NEAR = ['.bulk', '.thread', '.list', 'main'];
const distance = ({ control }) => (control ? NEAR.findIndex((one) => control.closest(one)) + 1 || 6 : 5);

function fitting() {
  const typed = fold(input.value);
  const lately = used();
  const isExact = /^#?\d+$|@/.test(typed);
  // What is nearest first: what is picked, what is open, the list, other places, the menus of every page. What is offered twice is one choice.
  const inOrder = [...acts, ...more, ...places].sort((a, b) => distance(a) - distance(b));
  const unique = inOrder.filter(({ id }, n, all) => all.findIndex((one) => one.id === id) === n);
  const known = unique.map((one) => {
    const at = lately.indexOf(one.id);
    const points = pointsOf(one.words, typed);
    if (at < 0 || points === 0) return { ...one, points };
    if (typed === '' && at < SHOWN_USED) return { ...one, group: bar.dataset.recent, points: 9 - at / 9 };
    return { ...one, points: points + 1 - at / 99 };
  });
  const hits = found.map((one) => ({ ...one, isFound: true, points: isExact ? 9 : 0.5 }));
  return [...known, ...hits]
    .filter(({ points }) => points > 0)
    .sort((a, b) => b.points - a.points)
    .slice(0, SHOWN);
}

function select(one) {
  for (const { option: other } of shown) other.ariaSelected = other === one?.option;
  input.setAttribute('aria-activedescendant', one?.option.id ?? '');
  one?.option.scrollIntoView({ block: 'nearest' });
}
const selected = () => shown.find(({ option: one }) => one.ariaSelected === 'true');

/* Whether it was chosen with an arrow: then it stays chosen when more comes. */
let isMoved = false;
function draw() {
  const before = isMoved ? selected()?.id : null;
  const groups = Map.groupBy(fitting(), ({ group }) => group);
  shown = [...groups.values()].flat();
  shown.forEach(({ option: one }, at) => {
    one.id = `command-${at}`;
  });
  const boxes = [...groups].map(([name, ones]) => {
    const box = Object.assign(document.createElement('div'), { role: 'group', ariaLabel: name });
    const heading = Object.assign(document.createElement('p'), { className: 'quiet small', textContent: name, ariaHidden: 'true' });
    box.append(heading, ...ones.map((one) => one.option));
    return box;
  });
  list.replaceChildren(...boxes);
  window.htmx.process(list);
  told.textContent = shown.length > 0 ? bar.dataset.count.replace('{n}', shown.length) : bar.dataset.none;
  select(shown.find(({ id }) => id === before) ?? shown[0]);
}

async function search() {
  asked += 1;
  const mine = asked;
  const q = input.value.trim();
  const isAsked = q.length > 1 || Number(q) > 0;
  if (isAsked) await new Promise((done) => setTimeout(done, 120));
  if (mine !== asked) return;
  const hits = isAsked ? await ask(`/commands?${new URLSearchParams({ q })}`) : [];
  if (mine !== asked || !bar.open) return;
  found = hits;
  acts = readActs();
  draw();
}

/* As a hand would: a menu opens at its first choice, what is written begins in its field. */
function press(control) {
  control.click();
  const next = control.matches('summary') ? control.parentElement : control.querySelector('[type=radio]')?.form;
  next?.querySelector('.menu-body button, .edit, textarea')?.focus();
}

document.addEventListener('click', ({ target }) => {
  if (target === bar || target.closest?.('#commands [data-close]')) return bar.close();
  const one = shown.find(({ option: other }) => other.contains(target));
  if (!one) return;
  localStorage.setItem(USED, JSON.stringify([...new Set([one.id, ...used()])].slice(0, 30)));
  bar.close();
  if (one.press) return one.press();
  // A link goes by itself. What the page has drawn anew meanwhile is looked for again.
  const control = one.control?.isConnected ? one.control : readActs().find(({ id }) => id === one.id)?.control;
  if (one.control && control) press(control);
});

input.addEventListener('input', () => {
  isMoved = false;
  // Parts of the page may have come meanwhile.
  acts = readActs();
  draw();
  pending = search();
});
input.addEventListener('keydown', async (event) => {
  const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!move && event.key !== 'Enter') return;
  event.preventDefault();
  isMoved ||= !!move;
  if (move && shown.length > 0) return select(shown[(shown.indexOf(selected()) + move + shown.length) % shown.length]);
  // Never what was found for other words.
  if (!selected() || selected().isFound) await pending;
  selected()?.option.click();
});
document.addEventListener('htmx:after:swap', () => {
  if (!bar.open) return;
  acts = readActs();
  draw();
});
bar.addEventListener('close', () => {
  input.value = '';
  asked += 1;
  found = [];
});

/** Called each time it opens; what was typed before this script came is kept. */
export async function open() {
  isMoved = false;
  acts = readActs();
  more = [];
  draw();
  if (input.value !== '') pending = search();
  more = await readMore();
  places = await ask('/commands');
  draw();
}
