/* Gives each mail frame the height of its content, and unfolds what was quoted for the time of printing. The frame runs no script; it shares our origin only so that it can be measured. */
const MAX_PX = 30_000;
/* A mail made for a wide window is shrunk to fit, but no further than one can read. */
const SMALLEST = 0.5;
const watched = new WeakMap();

function adjust(frame) {
  const page = frame.contentDocument;
  if (!page?.body) return;
  const root = page.documentElement;
  root.style.zoom = '';
  if (root.scrollWidth > root.clientWidth) root.style.zoom = Math.max(SMALLEST, root.clientWidth / root.scrollWidth);
  const shrunk = Number(root.style.zoom || 1);
  const tall = page.compatMode === 'CSS1Compat' ? Math.max(root.offsetHeight, page.body.scrollHeight) : root.offsetHeight;
  const bar = root.scrollWidth > root.clientWidth ? 18 : 0;
  frame.style.height = `${Math.min(MAX_PX, Math.max(40, Math.ceil(tall * shrunk) + bar))}px`;
}

/* The line below the frame says that pictures are blocked, or that this sender's are shown; neither when there are none. */
function tellPictures(frame, page) {
  const bar = (name) => document.getElementById(frame.id.replace('body-', `${name}-`));
  const remote = page.querySelector('img[src^="http"]') !== null || /url\(["']?https?:/.test(page.head.innerHTML);
  const shown = page.querySelector('meta[http-equiv]')?.content.includes('https:') ?? false;
  bar('pictures')?.toggleAttribute('hidden', !remote || shown);
  const asked = new URL(page.URL).searchParams.has('images');
  bar('pictures-on')?.toggleAttribute('hidden', !remote || !shown || asked);
}

function watch(frame) {
  const page = frame.contentDocument;
  if (!page?.body || page.URL === 'about:blank' || watched.get(frame) === page) return;
  watched.set(frame, page);
  tellPictures(frame, page);
  adjust(frame);
  new ResizeObserver(() => adjust(frame)).observe(page.body);
}

document.addEventListener('load', ({ target }) => target.matches?.('iframe.mailframe') && watch(target), true);
const watchAll = () => {
  for (const frame of document.querySelectorAll('iframe.mailframe')) if (frame.contentDocument?.readyState === 'complete') watch(frame);
};
document.addEventListener('htmx:after:swap', watchAll);
watchAll();

/* Folds that were opened, and how their summaries looked. */
const unfolded = new Map();
window.addEventListener('beforeprint', () => {
  const frames = [...document.querySelectorAll('iframe.mailframe')].filter((frame) => frame.contentDocument);
  for (const page of [document, ...frames.map((frame) => frame.contentDocument)])
    for (const fold of page.querySelectorAll(page === document ? '.msg .fold:not([open])' : 'details:not([open])')) {
      const { style } = fold.firstElementChild;
      unfolded.set(fold, style.cssText);
      style.setProperty('display', 'none', 'important');
      fold.open = true;
    }
  for (const frame of frames) adjust(frame);
});
window.addEventListener('afterprint', () => {
  for (const [fold, look] of unfolded) {
    fold.open = false;
    fold.firstElementChild.style.cssText = look;
  }
  unfolded.clear();
});
