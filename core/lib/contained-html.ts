import type { SafeHtml } from './safe-html.ts';

/** What is placed or moved out of the box is cut off at its edge. */
const BOX = 'position:relative;overflow:hidden';
const MEDIA = /^@(?:media|supports)\b[^{};"'<]*$/i;

/**
 * A stranger's HTML as it may stand in a letter of ours beside our own words: its style sheets reach only what is inside, and nothing of it lies over
 * what is not. Otherwise the mail that is answered could hide the answer, or put words before it, at everybody who gets it. `name` tells several apart.
 */
export function containedHtml(html: SafeHtml, name: string): SafeHtml {
  if (!/<style\b|\sstyle="/i.test(html)) return html;
  const [outer, inner] = [`box-${name}`, `body-${name}`];
  const scoped = html.replace(/<style([^>]*)>([\s\S]*?)(?:<\/style>|$)/g, (_, attributes: string, css: string) => {
    const kept = scopedCss(css, `.${outer} .${inner}`);
    return kept === '' ? '' : `<style${attributes}>${kept}</style>`;
  });
  return `<div class="${outer}" style="${BOX}"><div class="${inner}">${scoped}</div></div>` as SafeHtml;
}

/** Cleaned CSS whose every rule begins with `scope`. Empty where it cannot be told for sure what belongs to what. */
export function scopedCss(css: string, scope: string): string {
  if (/\/\*|[\\<]/.test(css)) return '';
  let [out, at] = ['', 0];
  /** Blocks of `@media` that are open. */
  let open = 0;
  while (at < css.length) {
    const end = nextOf(css, at, '{};');
    if (end === null) return '';
    const [prelude, mark] = [css.slice(at, end).trim(), css[end] ?? ''];
    at = end + 1;
    if (mark === '}' || mark === '') {
      if (prelude !== '' || (mark === '}' && open === 0)) return '';
      if (mark === '}') open -= 1;
      out += mark;
    } else if (mark === '{' && MEDIA.test(prelude)) {
      open += 1;
      out += `${prelude}{`;
    } else if (mark === '{') {
      const close = closingOf(css, at);
      if (close === null) return '';
      const block = css.slice(at, close).trim();
      // A rule in a rule may name what is around the other.
      const selectors = prelude.startsWith('@') || block.includes('{') ? [] : scopedSelectors(prelude, scope);
      if (selectors.length > 0) out += `${selectors.join(',')}{${block}}`;
      at = close + 1;
    }
  }
  return open === 0 ? out : '';
}

/** Where the block ends that began before `from`. */
function closingOf(css: string, from: number): number | null {
  let depth = 1;
  for (let at = nextOf(css, from, '{}'); at !== null && at < css.length; at = nextOf(css, at + 1, '{}')) {
    depth += css[at] === '{' ? 1 : -1;
    if (depth === 0) return at;
  }
  return null;
}

/** Where the first of `marks` stands outside of strings and brackets, or the end; null where those do not end. */
function nextOf(css: string, from: number, marks: string): number | null {
  const brackets: string[] = [];
  for (let at = from; at < css.length; at += 1) {
    const sign = css[at] ?? '';
    if (sign === '"' || sign === "'") {
      const end = css.indexOf(sign, at + 1);
      if (end < 0 || /[\n\r\f]/.test(css.slice(at, end))) return null;
      at = end;
    } else if (sign === '(' || sign === '[') brackets.push(sign === '(' ? ')' : ']');
    else if (sign === ')' || sign === ']') {
      if (brackets.pop() !== sign) return null;
    } else if ('{}'.includes(sign) && brackets.length > 0) return null;
    else if (brackets.length === 0 && marks.includes(sign)) return at;
  }
  return brackets.length === 0 ? css.length : null;
}

/** Words between brackets may hold anything but a comma; a list of selectors in them could look at what is around the box. */
function scopedSelectors(prelude: string, scope: string): readonly string[] {
  return prelude.split(',').flatMap((written) => {
    const selector = written.trim().replace(/^(?:html|:root)\s+(?=body\b)/i, '');
    const isPlain = /^[\w.#*:[]/.test(selector) && !/[|&]|\((?!(?:odd|even|[\dn+\s-]{1,20})\))/i.test(selector);
    if (!isPlain || /["'[\]]/.test(selector.replace(/\[[\w-]+(?:[~^$*]?=(?:"[^"']*"|'[^"']*'|[\w-]+))?\]/g, ''))) return [];
    const inside = selector.replace(/^(?:html|body|:root)(?![\w-])/i, '');
    return [inside === selector ? `${scope} ${selector}` : `${scope}${inside}`];
  });
}
