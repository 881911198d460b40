/* Marks the words of a search in the list and in the open conversation, mail frames among them. They are ranges that the browser paints: the page itself stays as it is. */
const NAME = 'found';
const MAX_RANGES = 2_000;
const PLACES = '#rows :is(.who, .subj, .snip), .talk h1, .msg :is(.text, .rich, .file span), .msg header b';
const FRAME_STYLE = `::highlight(${NAME}) { background-color: #ffe58a; color: #1c2733; }`;
const styled = new WeakSet();

/* As core/lib/text.ts folds words for the index. */
const fold = (text) =>
  text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replaceAll('ł', 'l');

function wanted() {
  const words = (document.getElementById('rows')?.dataset.found ?? '').split(' ').filter((word) => word !== '');
  const begun = words.filter((word) => word.endsWith('*')).map((word) => word.slice(0, -1));
  return words.length > 0 && ((word) => words.includes(word) || begun.some((start) => word.startsWith(start)));
}

function rangesIn(root, isWanted, ranges) {
  const page = root.ownerDocument;
  const walker = page.createTreeWalker(root, 4);
  while (ranges.length < MAX_RANGES && walker.nextNode()) {
    const node = walker.currentNode;
    for (const { 0: word, index } of node.data.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
      if (!isWanted(fold(word))) continue;
      const range = page.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      ranges.push(range);
    }
  }
}

function paint(view, roots, isWanted) {
  view.CSS.highlights.delete(NAME);
  if (!isWanted) return;
  const ranges = [];
  for (const root of roots) rangesIn(root, isWanted, ranges);
  if (ranges.length > 0) view.CSS.highlights.set(NAME, new view.Highlight(...ranges));
}

function paintFrame(frame, isWanted) {
  const [page, view] = [frame.contentDocument, frame.contentWindow];
  if (!page?.body || page.readyState !== 'complete') return;
  if (isWanted && !styled.has(page)) {
    styled.add(page);
    const sheet = new view.CSSStyleSheet();
    sheet.replaceSync(FRAME_STYLE);
    page.adoptedStyleSheets = [...page.adoptedStyleSheets, sheet];
  }
  paint(view, [page.body], isWanted);
}

function paintAll() {
  const isWanted = wanted();
  paint(window, document.querySelectorAll(PLACES), isWanted);
  for (const frame of document.querySelectorAll('iframe.mailframe')) paintFrame(frame, isWanted);
}

if (CSS.highlights) {
  document.addEventListener('load', ({ target }) => target.matches?.('iframe.mailframe') && paintFrame(target, wanted()), true);
  document.addEventListener('htmx:after:swap', paintAll);
  paintAll();
}
