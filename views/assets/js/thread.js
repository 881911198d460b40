/* Opens a conversation at its first unread message, tells the server that it was read, keeps the end in sight as it grows. */
const pane = () => document.querySelector('.talk[data-conversation]');
let shown = null;
let wasAtEnd = true;

/* Whoever has stepped on in the list meanwhile keeps his row. */
const isElsewhere = () => document.activeElement.matches('.row1:not([aria-current])');

function toEnd(talk) {
  const list = talk.querySelector('.msgs');
  list.scrollTop = list.scrollHeight;
}

function place(talk, focus) {
  const named = location.hash.startsWith('#message-') ? document.getElementById(location.hash.slice(1)) : null;
  const first = named ?? talk.querySelector('#first-unread');
  if (first) first.scrollIntoView({ block: 'start' });
  else toEnd(talk);
  if (focus && !isElsewhere()) talk.querySelector('h1')?.focus({ preventScroll: true });
}

function markRead(talk) {
  const form = talk.querySelector('form[data-reads]');
  if (!form || document.hidden || form.dataset.sent === form.dataset.reads) return;
  form.dataset.sent = form.dataset.reads;
  fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)), headers: { 'HX-Request': 'true' } }).then(
    ({ ok }) => (ok ? document.querySelector(`#c${talk.dataset.conversation} .row1`)?.classList.remove('new') : delete form.dataset.sent),
    () => delete form.dataset.sent,
  );
}

function look(focus) {
  const talk = pane();
  if (!talk) {
    shown = null;
    return;
  }
  if (shown !== talk.dataset.conversation) {
    shown = talk.dataset.conversation;
    place(talk, focus);
  } else if (wasAtEnd) toEnd(talk);
  markRead(talk);
}

document.addEventListener('htmx:before:swap', () => {
  const list = pane()?.querySelector('.msgs');
  wasAtEnd = !!list && list.scrollHeight - list.scrollTop - list.clientHeight < 60;
});
/* At once: while this part settles others come, and before each of them it is asked anew whether the end was in sight. */
document.addEventListener('htmx:before:settle', () => wasAtEnd && pane() && toEnd(pane()));
document.addEventListener('htmx:after:swap', () => look(true));
document.addEventListener('visibilitychange', () => look(false));
/* What comes anew reaches as far back as what stands here. */
document.addEventListener('htmx:config:request', ({ detail }) => {
  detail.ctx.request.headers['X-Shown-From'] = document.querySelector('#msgs > [name=from]:last-of-type')?.value ?? '';
});
/* Prints the conversation, or the one message that the choice stands in. */
document.addEventListener('click', ({ target }) => {
  const choice = target.closest?.('[data-print]');
  if (!choice) return;
  const one = choice.closest('.msg');
  one?.classList.add('printed');
  window.print();
  one?.classList.remove('printed');
});
look(false);
