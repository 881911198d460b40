/* The rich editor over a form's textarea. Without it, or switched to plain text, the textarea is what is sent. */
const INLINE = { B: 'B', STRONG: 'B', I: 'I', EM: 'I', U: 'U', S: 'S', STRIKE: 'S', DEL: 'S', A: 'A', BR: 'BR' };
const BLOCK = { UL: 'UL', OL: 'OL', LI: 'LI', BLOCKQUOTE: 'BLOCKQUOTE' };
for (const tag of 'P DIV H1 H2 H3 H4 H5 H6 TR CAPTION PRE SECTION ARTICLE ASIDE MAIN HEADER FOOTER NAV ADDRESS FIGURE FIGCAPTION DL DT DD'.split(
  ' ',
))
  BLOCK[tag] = 'DIV';
const LINES = Object.keys(BLOCK).join();
const ALIGNED = /^(center|right)$/;
const DROPPED = 'script,style,template,title,iframe,object,noscript,svg,math';

/* The lines of a text whose breaks are seen. */
const written = ({ data, parentElement }) =>
  parentElement.closest('pre') ? data.split('\n').flatMap((line, at) => (at > 0 ? [document.createElement('br'), line] : [line])) : [data];

/* A row of a table becomes a line, in which the words and numbers of two cells must not become one. Cells with lines of their own are apart anyway. */
const followsCell = (cell) => {
  if (!cell.matches('td, th') || !cell.previousElementSibling) return false;
  const cells = [...cell.parentElement.children];
  return !cells.some((one) => one.querySelector(LINES)) && cells.filter((one) => one.textContent.trim() !== '').length > 1;
};

/* Builds new elements from a short list and copies nothing else; the document that it reads from never loads or runs anything. */
function clean(html) {
  const source = new DOMParser().parseFromString(html, 'text/html');
  for (const element of source.querySelectorAll(DROPPED)) element.remove();
  const copy = (from, into) => {
    for (const node of from.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) into.append(...written(node));
      if (node.nodeType !== Node.ELEMENT_NODE) continue;
      if (followsCell(node)) into.append(' | ');
      const tag = INLINE[node.tagName] ?? BLOCK[node.tagName];
      const made = tag ? into.appendChild(document.createElement(tag)) : into;
      const href = node.getAttribute('href') ?? '';
      if (tag === 'A' && /^(https?:|mailto:|tel:)/i.test(href)) made.setAttribute('href', href);
      const to = node.getAttribute('align') ?? '';
      if (BLOCK[node.tagName] && ALIGNED.test(to)) made.setAttribute('align', to);
      copy(node, made);
    }
  };
  const fragment = document.createDocumentFragment();
  copy(source.body, fragment);
  return fragment;
}

const markOf = (item) => (item.parentElement.tagName === 'OL' ? `${[...item.parentElement.children].indexOf(item) + 1}. ` : '- ');

/* The words line by line as one sees them, items of lists marked as the server marks them. The browser's own innerText makes two lines of an empty one. */
function textOf(edit) {
  const lines = [];
  let line = null;
  let mark = '';
  const write = (words) => {
    line = (line ?? mark) + words;
    mark = '';
  };
  const end = () => {
    if (line !== null) lines.push(line);
    line = null;
  };
  const read = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      const words = node.data.replace(/[ \t\n]+/g, ' ');
      if (line !== null) write(words);
      else if (words.trim() !== '' || words.includes('\u00a0')) write(words.replace(/^ /, ''));
      return;
    }
    const isBlock = node.matches(LINES);
    if (isBlock) end();
    if (node.tagName === 'LI') mark = markOf(node);
    if (node.tagName === 'BR') write('');
    node.childNodes.forEach(read);
    if (isBlock || node.tagName === 'BR') end();
  };
  edit.childNodes.forEach(read);
  end();
  return lines.join('\n').replaceAll('\u200b', '').replaceAll('\u00a0', ' ').trimEnd();
}

const paragraphs = (text) => {
  const box = document.createElement('div');
  for (const line of text.split('\n')) {
    const block = box.appendChild(document.createElement('div'));
    if (line === '') block.append(document.createElement('br'));
    else block.append(line);
  }
  return box.innerHTML;
};

/* How the block of the caret is aligned: 'center', 'right', or as usual. An attribute and no style, which the policy of the page forbids to read. */
const side = () => {
  const at = getSelection().anchorNode;
  const element = at?.nodeType === Node.ELEMENT_NODE ? at : at?.parentElement;
  return element?.closest('.edit [align]')?.getAttribute('align') ?? '';
};
const align = (e, to) => {
  const isOff = side() === to;
  e.forEachBlock((block) => (isOff ? block.removeAttribute('align') : block.setAttribute('align', to)), true);
  e.focus();
};

const link = (e, button) => {
  const url = window.prompt(button.dataset.ask, 'https://');
  if (url && /^(https?:|mailto:|tel:)/i.test(url)) e.makeLink(url);
};

/* The format of each tool, what gives it and what takes it away. */
const TOOLS = {
  bold: ['B', 'bold', 'removeBold'],
  italic: ['I', 'italic', 'removeItalic'],
  underline: ['U', 'underline', 'removeUnderline'],
  strike: ['S', 'strikethrough', 'removeStrikethrough'],
  list: ['UL', 'makeUnorderedList', 'removeList'],
  numbers: ['OL', 'makeOrderedList', 'removeList'],
  quote: ['BLOCKQUOTE', 'increaseQuoteLevel', 'decreaseQuoteLevel'],
  link: ['A', link, 'removeLink'],
};
function press(e, button) {
  const { tool } = button.dataset;
  if (ALIGNED.test(tool)) return align(e, tool);
  const [format, give, take] = TOOLS[tool];
  if (e.hasFormat(format)) e[take]();
  else if (give === link) link(e, button);
  else e[give]();
}

/* Forms that wait for their editor: a swap meanwhile may take any mark off the form itself, and must not bring a second one. */
const waiting = new WeakSet();

async function enrich(form) {
  // What has just been put in gets its attributes anew in a moment, and would lose the marks of the editor; its own swap comes here then.
  if (waiting.has(form) || form.querySelector('.edit') || form.closest('.htmx-settling')) return;
  waiting.add(form);
  const { default: Squire } = await import(form.dataset.editor);
  waiting.delete(form);
  const area = form.elements.text;
  const html = form.elements.html;
  const described = { role: 'textbox', ariaMultiLine: true, ariaLabel: area.ariaLabel };
  const edit = Object.assign(document.createElement('div'), { className: 'edit', ...described });
  edit.dataset.placeholder = area.placeholder;
  area.before(edit);
  const editor = new Squire(edit, { sanitizeToDOMFragment: clean, blockTag: 'DIV' });
  const empty = () => edit.classList.toggle('is-empty', edit.textContent === '' && !edit.querySelector('li,blockquote'));
  const read = () => {
    if (!form.classList.contains('rich')) return;
    area.value = textOf(edit);
    html.value = area.value === '' ? '' : editor.getHTML();
  };
  const rich = (on) => {
    form.classList.toggle('rich', on);
    form.classList.toggle('plain', !on);
    if (on) {
      editor.setHTML(html.value || paragraphs(area.value));
      editor.moveCursorToEnd();
    } else {
      html.value = '';
      area.setSelectionRange(1e6, 1e6);
    }
    empty();
  };
  // The editor reports its own setting up, too.
  const held = () => `${area.value}\n${html.value}`;
  editor.addEventListener('input', () => {
    const before = held();
    empty();
    read();
    if (held() !== before) form.dispatchEvent(new Event('composed', { bubbles: true }));
  });
  editor.addEventListener('pathChange', () => {
    for (const button of form.querySelectorAll('[data-tool]')) {
      const [format] = TOOLS[button.dataset.tool] ?? [];
      if (format) button.ariaPressed = editor.hasFormat(format);
    }
  });
  const showSide = () => {
    const now = side();
    for (const one of ['center', 'right']) form.querySelector(`[data-tool=${one}]`)?.setAttribute('aria-pressed', one === now);
  };
  for (const name of ['cursor', 'select', 'input']) editor.addEventListener(name, showSide);
  // Puts a text in at the caret, so that undoing takes it out again: HTML where the form is rich and there is some.
  form.addEventListener('put', ({ detail }) => {
    if (!form.classList.contains('rich')) {
      // After a dialog the field has the focus and not the selection, until it gets it anew.
      area.blur();
      area.focus();
      document.execCommand('insertText', false, detail.text);
      return;
    }
    edit.focus();
    if (detail.html || detail.text.includes('\n')) editor.insertHTML(detail.html || paragraphs(detail.text));
    else editor.insertPlainText(detail.text);
  });
  form.addEventListener('click', ({ target }) => {
    const put = target.closest('[data-put]');
    if (put) form.dispatchEvent(new CustomEvent('put', { detail: { text: put.dataset.put } }));
    const button = target.closest('[data-tool]');
    if (button) press(editor, button);
    const toggle = target.closest('[data-plain]');
    if (!toggle) return;
    const on = form.classList.contains('rich');
    read();
    rich(!on);
    toggle.setAttribute('aria-pressed', on);
    (on ? area : edit).focus();
  });
  form.addEventListener('submit', read, true);
  // Whoever was writing in the plain field, which hides now, writes on where he was.
  const isWriting = document.activeElement === area;
  rich(form.dataset.format !== 'plain');
  if (isWriting && form.classList.contains('rich')) edit.focus();
}

const enrichAll = () => document.querySelectorAll('form[data-editor]').forEach(enrich);
document.addEventListener('htmx:after:swap', enrichAll);
enrichAll();
