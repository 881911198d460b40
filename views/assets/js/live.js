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
const fire = (name) => {
  for (const one of name === '*' ? wanted() : [name]) document.body.dispatchEvent(new CustomEvent(`live:${one}`));
};

let source = null;

/*
 * The token of a form is good for one session (core/http/csrf.ts). Whoever logs in again in another tab goes on in this one with the token of
 * his new page, so that what he was writing here is sent; nobody takes a token of somebody else.
 */
const { agent, askedAt } = document.body.dataset;
const headers = document.body.attributes['hx-headers:inherited'];
function renew(data) {
  headers.value = data.headers;
  for (const part of document.querySelectorAll('[name=_csrf]')) part.value = JSON.parse(data.headers)['X-CSRF-Token'];
}

/*
 * What the tab with the stream says to all of them, itself too. `live` is shown to whoever looks at the page (css/layout.css). A change that nobody
 * was told of, since it fell between the making of this page and its listening or while the stream was down, is fetched once.
 */
const { dataset } = document.documentElement;
let known = '';
function hear({ live, changedAt, name }) {
  if (live) dataset.live = live;
  if (name) fire(name);
  else if (changedAt && changedAt !== known && (known || changedAt >= askedAt)) fire('*');
  if (changedAt && (known || !name)) known = changedAt;
}
const channel = new BroadcastChannel('centrala-live');
function tell(data) {
  channel.postMessage(data);
  hear(data);
}

channel.addEventListener('message', ({ data }) => {
  if (data.agent === agent) renew(data);
  if (data.asks && source && known) channel.postMessage({ changedAt: known, live: dataset.live });
  hear(data);
});

function open() {
  source = new EventSource('/live');
  source.addEventListener('changed', ({ data, lastEventId }) => tell({ name: data, changedAt: lastEventId }));
  source.addEventListener('opened', ({ lastEventId }) => tell({ live: 'on', changedAt: lastEventId }));
  source.addEventListener('error', () => {
    tell({ live: 'off' });
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
channel.postMessage({ asks: true, agent, headers: headers.value });

let hiddenAt = 0;
document.addEventListener('visibilitychange', () => {
  if (document.hidden) hiddenAt = Date.now();
  else if (Date.now() - hiddenAt > 5_000) fire('*');
});

/*
 * A refresh nobody asked for does not lead to the log-in form while someone writes: his next act, or the draft being kept, tells him.
 * Nor does it ask once more for the page that he is on his way to: what that page has to say is said once.
 */
let leadsTo = null;
document.addEventListener('htmx:before:response', (event) => {
  const { sourceEvent, response } = event.detail.ctx;
  const place = response.headers.get('HX-Redirect');
  if (!place) return;
  const isRefresh = sourceEvent?.type.startsWith('live:');
  const isWriting = document.activeElement?.matches('input, textarea, [contenteditable]');
  if (isRefresh && (place === leadsTo || (isWriting && place.startsWith('/login')))) event.preventDefault();
  else leadsTo = place;
});
addEventListener('pageshow', ({ persisted }) => {
  leadsTo = null;
  if (persisted) fire('*');
});
