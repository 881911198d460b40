/*
 * Turns each frame of /live into the DOM event `live:<name>` on body; parts of the page refetch themselves on it.
 * One tab of the browser holds the stream and tells the others, so that many tabs do not use up its connections.
 */
const wanted = () => {
  const names = new Set();
  for (const part of document.querySelectorAll('[hx-trigger*="live:"]')) {
    for (const [, name] of part.getAttribute('hx-trigger').matchAll(/live:([\w-]+)/g)) names.add(name);
  }
  return names;
};
const fire = (name) => document.body.dispatchEvent(new CustomEvent(`live:${name}`));
const fireAll = () => {
  for (const name of wanted()) fire(name);
};

const channel = 'BroadcastChannel' in window ? new BroadcastChannel('centrala-live') : null;
const everywhere = (name) => {
  channel?.postMessage(name);
  if (name === '*') fireAll();
  else fire(name);
};
channel?.addEventListener('message', ({ data }) => (data === '*' ? fireAll() : fire(data)));

let source = null;
let opened = 0;

function open() {
  source = new EventSource('/live');
  source.addEventListener('changed', ({ data }) => everywhere(data));
  source.addEventListener('open', () => {
    opened += 1;
    document.documentElement.dataset.live = 'on';
    if (opened > 1) everywhere('*');
  });
  source.addEventListener('error', () => {
    document.documentElement.dataset.live = 'off';
    if (source.readyState === EventSource.CLOSED) setTimeout(open, 15_000);
  });
}

function begin() {
  if (!navigator.locks) return open();
  navigator.locks.request('centrala-live', () => {
    open();
    return new Promise(() => {});
  });
}

if (wanted().size > 0) begin();

let hiddenAt = 0;
document.addEventListener('visibilitychange', () => {
  if (document.hidden) hiddenAt = Date.now();
  else if (Date.now() - hiddenAt > 5_000) fireAll();
});
window.addEventListener('pageshow', ({ persisted }) => persisted && fireAll());
