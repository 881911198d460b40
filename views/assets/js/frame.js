/* Gives each mail frame the height of its content. The frame runs no script; it shares our origin only so that it can be measured. */
const MAX_PX = 30_000;
const watched = new WeakMap();

function adjust(frame) {
  const page = frame.contentDocument;
  if (!page?.body) return;
  const root = page.documentElement;
  const tall = page.compatMode === 'CSS1Compat' ? Math.max(root.offsetHeight, page.body.scrollHeight) : root.offsetHeight;
  const bar = root.scrollWidth > root.clientWidth ? 18 : 0;
  frame.style.height = `${Math.min(MAX_PX, Math.max(40, Math.ceil(tall) + bar))}px`;
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
