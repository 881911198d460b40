/* Says that this window has a conversation open, and that somebody writes an answer in it; silence for a while says that he has gone. */
const BEAT_MS = 20_000;
const TYPED_MS = 10_000;
let here = null;
let typedAt = 0;

function tell(state, id = here) {
  const _csrf = document.querySelector('[name=_csrf]')?.value;
  if (!id || !_csrf) return;
  const body = new URLSearchParams({ state, _csrf });
  const request = { method: 'POST', body, headers: { 'HX-Request': 'true' }, keepalive: state === 'left' };
  fetch(`/conversations/${id}/presence`, request).catch(() => {});
}
const look = () => !document.hidden && tell('looking');

function arrive() {
  const now = document.querySelector('.talk[data-conversation]')?.dataset.conversation ?? null;
  if (now === here) return;
  if (here) tell('left');
  here = now;
  typedAt = 0;
  look();
}

for (const name of ['input', 'composed'])
  document.addEventListener(name, ({ target }) => {
    const form = target.closest?.('.talk form.composer');
    if (form?.elements.kind.value !== 'reply' || form.elements.text.value.trim() === '' || Date.now() - typedAt < TYPED_MS) return;
    typedAt = Date.now();
    tell('answering');
  });
document.addEventListener('submit', () => (typedAt = 0), true);
document.addEventListener('htmx:after:swap', arrive);
document.addEventListener('visibilitychange', look);
addEventListener('pagehide', () => tell('left'));
addEventListener('pageshow', ({ persisted }) => persisted && look());
setInterval(look, BEAT_MS);
arrive();
