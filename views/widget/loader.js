// Stands on the company's website: a round button in a corner, and the form of Centrala in a frame above it.
(() => {
  const widget = WIDGET;
  const place = new URL('.', document.currentScript.src).href;
  const home = new URL(place).origin;
  const spoken = (document.documentElement.lang || '').slice(0, 2).toLowerCase();
  const language = widget.texts[spoken] ? spoken : widget.language;
  const texts = widget.texts[language];

  const style = `
    :host { all: initial; position: fixed; z-index: 2147483000; bottom: ${widget.offsetY}px; ${widget.side}: ${widget.offsetX}px; }
    button { width: 60px; height: 60px; border: 0; border-radius: 50%; padding: 0; position: relative; cursor: pointer; display: block;
      background: ${widget.colour}; color: ${widget.ink}; box-shadow: 0 4px 16px rgb(0 0 0 / .28); margin-${widget.side === 'right' ? 'left' : 'right'}: auto; }
    button:focus-visible { outline: 3px solid ${widget.colour}; outline-offset: 3px; }
    svg { width: 30px; height: 30px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; display: block; margin: auto; }
    img { width: 100%; height: 100%; border-radius: 50%; object-fit: cover; display: block; background: #fff; }
    iframe { display: block; border: 0; width: 360px; height: min(600px, calc(100vh - ${widget.offsetY + 90}px)); margin-bottom: 12px; border-radius: 14px;
      background: #fff; box-shadow: 0 8px 32px rgb(0 0 0 / .3); }
    b { position: absolute; top: -4px; right: -4px; min-width: 24px; height: 24px; padding: 0 6px; box-sizing: border-box; border-radius: 12px;
      background: #b3261e; color: #fff; border: 2px solid #fff; font: 700 13px/20px system-ui, sans-serif; text-align: center; }
    [role=status] { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
    [hidden] { display: none; }
    @media (max-width: 480px) {
      :host(.is-open) { inset: 0; display: flex; flex-direction: column-reverse; background: ${widget.colour}; }
      :host(.is-open) iframe { flex: 1; width: 100%; height: auto; min-height: 0; margin: 0; border-radius: 0; box-shadow: none; }
      :host(.is-open) button { flex: none; width: 48px; height: 44px; margin: 0 4px 0 auto; border-radius: 8px; box-shadow: none; }
      :host(.is-open) button:focus-visible { outline-color: ${widget.ink}; outline-offset: -4px; }
    }`;

  // Open on one page, it is open on the next one of the same visit. That a talk runs is known until it ends.
  const [OPEN, TALK] = [
    ['sessionStorage', 'centrala-widget'],
    ['localStorage', 'centrala-talk-runs'],
  ];
  const isKept = ([store, key]) => {
    try {
      return window[store].getItem(key) === 'yes';
    } catch {
      return false;
    }
  };
  const keep = ([store, key], is) => {
    try {
      if (is) window[store].setItem(key, 'yes');
      else window[store].removeItem(key);
    } catch {}
  };

  const icon = (path) => {
    const drawing = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    drawing.setAttribute('viewBox', '0 0 24 24');
    drawing.setAttribute('aria-hidden', 'true');
    const line = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    line.setAttribute('d', path);
    drawing.append(line);
    return drawing;
  };

  const start = () => {
    if (document.getElementById('centrala-widget')) return;
    const host = document.createElement('div');
    host.id = 'centrala-widget';
    const root = host.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    root.adoptedStyleSheets = [sheet];

    const bubble = icon('M4 5h16v11h-9l-5 4v-4h-2z');
    const cross = icon('M6 6l12 12M18 6l-12 12');
    const face = document.createElement('img');
    face.alt = '';
    const button = document.createElement('button');
    button.type = 'button';
    const badge = document.createElement('b');
    const heard = document.createElement('span');
    heard.setAttribute('role', 'status');
    let frame = null;
    let hasFace = false;
    let waiting = 0;

    const isOpen = () => frame !== null && !frame.hidden;
    const draw = () => {
      const shown = isOpen() ? 0 : waiting;
      badge.textContent = shown > 9 ? '9+' : String(shown);
      const news = shown > 0 ? `${texts.waiting}: ${badge.textContent}` : '';
      if (heard.textContent !== news) heard.textContent = news;
      button.replaceChildren(isOpen() ? cross : hasFace ? face : bubble, ...(news ? [badge] : []));
      button.setAttribute('aria-label', isOpen() ? texts.close : [texts.open, news].filter(Boolean).join('. '));
      button.setAttribute('aria-expanded', String(isOpen()));
      // On a phone it fills the screen then.
      host.classList.toggle('is-open', isOpen());
    };
    // Who is there changes: asked again each minute, while somebody looks.
    const look = () => {
      if (!document.hidden) face.src = `${place}widget/face?${Math.floor(Date.now() / 60000)}`;
    };
    face.addEventListener('load', () => {
      hasFace = true;
      draw();
    });
    face.addEventListener('error', () => {
      hasFace = false;
      draw();
    });
    // All that it is told: a talk behind a closed window has not been seen.
    const tell = () => frame.contentWindow?.postMessage(isOpen() ? 'open' : 'closed', home);
    const load = (hidden) => {
      frame = document.createElement('iframe');
      frame.title = texts.open;
      frame.hidden = hidden;
      frame.src = `${place}widget?${new URLSearchParams({ lang: language, page: location.href.slice(0, 2000) })}${hidden ? '#closed' : ''}`;
      frame.addEventListener('load', tell);
      root.prepend(frame);
    };
    const show = () => {
      if (frame === null) load(false);
      else {
        frame.hidden = !frame.hidden;
        tell();
      }
      keep(OPEN, isOpen());
      draw();
    };
    const toggle = () => {
      show();
      (frame.hidden ? button : frame).focus();
    };
    button.addEventListener('click', toggle);
    root.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && isOpen()) toggle();
    });
    // All that it tells: whether a talk runs, how much of it waits, and Escape, which is pressed in there.
    addEventListener('message', ({ source, origin, data }) => {
      if (frame === null || source !== frame.contentWindow || origin !== home) return;
      if (data === 'close') return void (isOpen() && toggle());
      if (typeof data?.waiting !== 'number') return;
      keep(TALK, data.runs);
      waiting = data.waiting;
      draw();
    });
    root.append(button, heard);
    document.body.append(host);
    draw();
    look();
    setInterval(look, 60000);
    if (isKept(OPEN)) show();
    else if (isKept(TALK)) load(true);
  };
  if (document.body) start();
  else addEventListener('DOMContentLoaded', start);
})();
