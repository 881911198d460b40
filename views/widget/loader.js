// Stands on the company's website: a round button in a corner, and the form of Centrala in a frame above it.
(() => {
  const widget = WIDGET;
  const place = new URL('.', document.currentScript.src).href;
  const spoken = (document.documentElement.lang || '').slice(0, 2).toLowerCase();
  const language = widget.texts[spoken] ? spoken : widget.language;
  const texts = widget.texts[language];

  const style = `
    :host { all: initial; position: fixed; z-index: 2147483000; bottom: ${widget.offsetY}px; ${widget.side}: ${widget.offsetX}px; }
    button { width: 60px; height: 60px; border: 0; border-radius: 50%; padding: 0; overflow: hidden; cursor: pointer; display: block;
      background: ${widget.colour}; color: ${widget.ink}; box-shadow: 0 4px 16px rgb(0 0 0 / .28); margin-${widget.side === 'right' ? 'left' : 'right'}: auto; }
    button:focus-visible { outline: 3px solid ${widget.colour}; outline-offset: 3px; }
    svg { width: 30px; height: 30px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; display: block; margin: auto; }
    img { width: 100%; height: 100%; object-fit: cover; display: block; background: #fff; }
    iframe { display: block; border: 0; width: 360px; height: min(600px, calc(100vh - ${widget.offsetY + 90}px)); margin-bottom: 12px; border-radius: 14px;
      background: #fff; box-shadow: 0 8px 32px rgb(0 0 0 / .3); }
    [hidden] { display: none; }
    @media (max-width: 480px) { iframe { width: calc(100vw - ${2 * widget.offsetX}px); } }`;

  // Open on one page, it is open on the next one of the same visit.
  const remembered = () => {
    try {
      return sessionStorage.getItem('centrala-widget');
    } catch {
      return null;
    }
  };
  const remember = (state) => {
    try {
      sessionStorage.setItem('centrala-widget', state);
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
    let frame = null;
    let hasFace = false;

    const draw = () => {
      const isOpen = frame !== null && !frame.hidden;
      button.replaceChildren(isOpen ? cross : hasFace ? face : bubble);
      button.setAttribute('aria-label', isOpen ? texts.close : texts.open);
      button.setAttribute('aria-expanded', String(isOpen));
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
    const show = () => {
      if (frame === null) {
        frame = document.createElement('iframe');
        frame.title = texts.open;
        frame.src = `${place}widget?${new URLSearchParams({ lang: language, page: location.href.slice(0, 2000) })}`;
        root.prepend(frame);
      } else frame.hidden = !frame.hidden;
      remember(frame.hidden ? '' : 'open');
      // All that it is told: a talk behind a closed window has not been seen.
      frame.contentWindow?.postMessage(frame.hidden ? 'closed' : 'open', new URL(place).origin);
      draw();
    };
    const toggle = () => {
      show();
      (frame.hidden ? button : frame).focus();
    };
    button.addEventListener('click', toggle);
    root.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && frame && !frame.hidden) toggle();
    });
    root.append(button);
    document.body.append(host);
    draw();
    look();
    setInterval(look, 60000);
    if (remembered() === 'open') show();
  };
  if (document.body) start();
  else addEventListener('DOMContentLoaded', start);
})();
