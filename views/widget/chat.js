// Long because: it is one script with one state, which the browsers of strangers load in one request.
// The live talk in the frame. What was not taken yet and the token stay in this browser, so the next page of the website goes on with it.
(() => {
  const KEY = 'centrala-talk';
  const FIRST_RETRY_MS = 3000;
  const FIRST_COUNT_MS = 5000;
  const LAST_COUNT_MS = 120000;
  const OLD_MS = 3600000;
  const PATIENCE_MS = 40000;
  // On the stream there is something each twenty seconds.
  const QUIET_MS = 50000;
  const loadedAt = Date.now();
  const LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789';
  const at = (selector) => document.querySelector(selector);
  const [chat, list, asking, trouble, form] = ['#chat', '#lines', '#asking', '#trouble', '#say'].map(at);
  const language = chat.dataset.language;
  const csrf = form.elements._csrf.value;

  // Browsers that keep nothing for frames of others keep the talk as long as the page.
  let memory = '{}';
  const read = () => {
    try {
      memory = localStorage.getItem(KEY) ?? memory;
    } catch {}
    return { token: '', waiting: [], isAsked: false, name: '', ...JSON.parse(memory) };
  };
  let isKept = false;
  const change = (part) => {
    memory = JSON.stringify({ ...read(), ...part });
    try {
      localStorage.setItem(KEY, memory);
      isKept = true;
    } catch {
      isKept = false;
    }
  };

  let asks = 'nothing';
  let newest = 0;
  let isSending = false;
  let retry;
  let again;
  // A connection that a phone has lost may never say so.
  const ask = (path, options) => {
    const lost = new AbortController();
    setTimeout(() => lost.abort(), PATIENCE_MS);
    return fetch(path, { ...options, signal: lost.signal });
  };
  const retryMs = (answer) => 1000 * (Number(answer?.headers.get('Retry-After')) || 5);
  let isOpen = location.hash !== '#closed';
  const isSeen = () => isOpen && !document.hidden;

  // The page around, once it has spoken; browsers show this frame on the company's websites alone.
  let around = null;
  let waiting = 0;
  const tell = () => around && parent.postMessage({ runs: read().token !== '', waiting }, around);
  const forget = (token) => read().token === token && change({ token: '', isAsked: false, name: '' });

  const log = list.parentElement;
  let isAtEnd = true;
  const scroll = () => {
    log.scrollTop = log.scrollHeight;
  };
  log.addEventListener('scroll', () => {
    isAtEnd = log.scrollTop + log.clientHeight > log.scrollHeight - 30;
  });
  // The keys of a phone, a question or a trouble take its room: the last line stays in view.
  new ResizeObserver(() => isAtEnd && scroll()).observe(log);

  // What is written as an address leads there.
  const linked = (text) =>
    text.split(/(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]])/).map((part, n) => {
      return n % 2 === 0
        ? part
        : Object.assign(document.createElement('a'), { href: part, target: '_blank', rel: 'noopener', textContent: part });
    });

  const bubble = ({ id, key, name, text, at: when }) => {
    const own = key && list.querySelector(`[data-key="${key}"]`);
    const item = own || document.createElement('li');
    item.className = key ? 'own' : 'ours';
    if (key) item.dataset.key = key;
    item.classList.toggle('is-waiting', !id);
    const parts = { b: name, p: text, time: when && new Date(when).toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit' }) };
    const filled = Object.entries(parts).filter(([, content]) => content);
    item.replaceChildren(
      ...filled.map(([tag, content]) => {
        const part = document.createElement(tag);
        part.append(...linked(content));
        return part;
      }),
    );
    if (!own) list.append(item);
    scroll();
  };

  const step = (name) => {
    asking.hidden = name === null;
    for (const part of asking.children) part.hidden = part.dataset.step !== name;
    at('#waits').hidden = asks !== 'required';
    at('#arrived').hidden = asks === 'required';
    // Whoever is writing on is not interrupted.
    if (name && name !== 'consent') asking.querySelector(`[data-step="${name}"] :is(input, button)`).focus();
    scroll();
  };
  const say = (problem) => {
    trouble.hidden = !problem;
    trouble.textContent = problem ? trouble.dataset[problem] : '';
  };

  const show = async () => {
    const { token } = read();
    const answer = await ask(`/widget/chat?after=${newest}`, { headers: { 'X-Visitor': token } });
    clearTimeout(again);
    if (answer.status === 429) again = setTimeout(() => refresh().catch(() => {}), retryMs(answer));
    if (!answer.ok) return void document.body.classList.toggle('is-talk', !chat.hidden);
    const now = await answer.json();
    if (token && !now.isKnown) forget(token);
    asks = now.asks;
    for (const line of now.lines) {
      newest = Math.max(newest, line.id);
      bubble(line);
    }
    for (const line of read().waiting) if (line.text) bubble(line);
    chat.hidden = !now.isOpen && list.children.length === 0;
    at('#absent').hidden = now.isOpen;
    document.body.classList.toggle('is-talk', !chat.hidden);
    waiting = 0;
    tell();
  };

  // In turn, so that no line comes twice; behind a closed window not at all, for what it was given counts as delivered.
  let asked = Promise.resolve();
  const refresh = () => {
    asked = asked.catch(() => {}).then(() => (isSeen() ? show() : undefined));
    return asked;
  };

  // One after the other, each until it was taken: the first one that was begins the talk.
  const send = async () => {
    const [first] = read().waiting;
    if (isSending || !first) return;
    if (asks === 'required' && !first.email) return step('consent');
    isSending = true;
    const body = new URLSearchParams({ _csrf: csrf, lang: language, ...first });
    const answer = await ask('/widget/chat', { method: 'POST', body, headers: { 'X-Visitor': read().token } }).catch(() => null);
    const said = await answer?.json().catch(() => null);
    isSending = false;
    // Asked for now: more may have been written meanwhile.
    const others = read().waiting.filter(({ key }) => key !== first.key);
    if (answer?.ok) {
      if (first.text) bubble({ ...first, id: 1, at: new Date() });
      change({ waiting: others, ...(said?.token ? { token: said.token } : {}) });
      if (first.email) asks = 'nothing';
      say('');
      if (said?.token) {
        listen();
        tell();
      }
      if (asks === 'optional' && !read().isAsked) step('consent');
      await refresh().catch(() => {});
      return send();
    }
    if (said?.fields?.email) {
      const { name, email, ...line } = first;
      change({ waiting: line.text ? [line, ...others] : others });
      step('email');
      at('#c-wrong').textContent = said.fields.email;
      return asks === 'required' ? undefined : send();
    }
    // Its form is too old by now, and that of a fresh page is not; what waits goes on from there.
    if (answer?.status === 403 && isKept && Date.now() - loadedAt > OLD_MS) return location.reload();
    say(answer?.status === 429 ? 'many' : 'later');
    clearTimeout(retry);
    retry = setTimeout(send, retryMs(answer));
  };

  const random = (chars) => Array.from(crypto.getRandomValues(new Uint8Array(chars)), (byte) => LETTERS[byte & 31]).join('');
  // Said again with the same two it is one line, and begins one talk: the answer to the first time may be lost.
  const marks = () => ({ key: random(16), begin: random(32) });

  // A header carries the token, which EventSource cannot send. While nobody looks nothing is held open.
  let listening = null;
  const listen = async (wait = FIRST_RETRY_MS) => {
    listening?.abort();
    const { token } = read();
    if (!token || !isSeen()) return;
    listening = new AbortController();
    const { signal } = listening;
    const lost = new AbortController();
    signal.addEventListener('abort', () => lost.abort());
    let quiet;
    const hear = () => {
      clearTimeout(quiet);
      quiet = setTimeout(() => lost.abort(), QUIET_MS);
    };
    let pause = wait;
    try {
      hear();
      const answer = await fetch('/widget/chat/live', { headers: { 'X-Visitor': token }, signal: lost.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      pause = FIRST_RETRY_MS;
      const text = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let part = await text.read(); !part.done; part = await text.read()) {
        hear();
        if (part.value.includes('data:')) await refresh();
      }
    } catch {}
    clearTimeout(quiet);
    if (signal.aborted) return;
    await refresh().catch(() => {});
    setTimeout(() => signal.aborted || listen(Math.min(pause * 2, 30000)), pause);
  };

  // A closed window learns how much waits, from a question now and then: rarer each time, and none while nobody looks at the page.
  let counting = null;
  const count = async (pause = FIRST_COUNT_MS) => {
    counting?.abort();
    const { token } = read();
    if (!token || isOpen || document.hidden) return;
    counting = new AbortController();
    const { signal } = counting;
    const answer = await fetch('/widget/chat/waiting', { headers: { 'X-Visitor': token }, signal }).catch(() => null);
    const now = answer?.ok ? await answer.json().catch(() => null) : null;
    if (signal.aborted) return;
    const isNew = now !== null && now.waiting !== waiting;
    if (now) {
      waiting = now.waiting;
      if (!now.isKnown) forget(token);
      tell();
    }
    const next = isNew ? FIRST_COUNT_MS : Math.min(pause * 1.5, LAST_COUNT_MS);
    setTimeout(() => signal.aborted || count(next), next);
  };

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const text = form.elements.text.value.trim();
    if (text === '') return;
    const line = { ...marks(), text };
    change({ waiting: [...read().waiting, line] });
    bubble(line);
    form.reset();
    // On a phone the keys stay.
    form.elements.text.focus();
    send();
  });
  form.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  asking.addEventListener('click', ({ target }) => {
    const { go, decline } = target.dataset;
    if (target.type === 'button' && go) step(go);
    if (decline === undefined) return;
    change({ isAsked: true });
    step(asks === 'required' ? 'needed' : null);
    if (asks !== 'required') form.elements.text.focus();
  });
  asking.addEventListener('submit', (event) => {
    event.preventDefault();
    const { go } = event.target.dataset;
    if (go) return step(go);
    step(null);
    at('#c-wrong').textContent = '';
    const given = { name: at('#c-name').value, email: at('#c-email').value };
    const [first, ...others] = read().waiting;
    // Insisted on, it comes with the first words, which wait for it; else those may be on their way already.
    const lines =
      asks === 'required' && first ? [{ ...first, ...given }, ...others] : [...read().waiting, { ...marks(), text: '', ...given }];
    change({ isAsked: true, waiting: lines });
    send();
    form.elements.text.focus();
  });
  // Who opens it to write has a place to write; on a phone the keys would cover what he came to read.
  const offer = () => {
    const isFree = document.hasFocus() && document.activeElement === document.body;
    if (isFree && matchMedia('(pointer: fine)').matches) form.elements.text.focus();
  };
  let isBegun = false;
  const begin = async () => {
    isBegun = true;
    try {
      await refresh();
    } catch {
      isBegun = false;
      return document.body.classList.remove('is-talk');
    }
    offer();
    listen();
    await send();
  };
  // A window that is closed or behind another tab has not been given what it would show.
  const look = () => {
    listening?.abort();
    if (!isSeen()) return count();
    counting?.abort();
    if (!isBegun) return begin();
    refresh().catch(() => {});
    listen();
  };
  document.addEventListener('visibilitychange', look);
  addEventListener('message', ({ source, origin, data }) => {
    if (source !== parent || (data !== 'open' && data !== 'closed')) return;
    around = origin;
    if (isOpen !== (data === 'open')) {
      isOpen = !isOpen;
      look();
    }
    if (isOpen) offer();
    tell();
  });
  document.addEventListener('keydown', ({ key, isComposing }) => {
    if (key === 'Escape' && !isComposing && around) parent.postMessage('close', around);
  });
  look();
})();
