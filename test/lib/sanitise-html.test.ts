import { readFileSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { cleanCss } from '../../core/lib/clean-css.ts';
import type { SafeHtml } from '../../core/lib/safe-html.ts';
import { hasRemoteImages, sanitiseFragment, sanitiseHtml, sanitiseWithin } from '../../core/lib/sanitise-html.ts';
import { corpusFiles, xssVectors } from '../support/corpora.ts';
import { cpuMs } from '../support/cpu-time.ts';

const FORBIDDEN_TAG =
  /^<\/?(script|svg|math|iframe|object|embed|applet|form|input|button|select|textarea|base|meta|link|video|audio|template|frame|frameset|noscript|portal)\b/i;
const FORBIDDEN_ATTRIBUTE =
  /^(on.*|hx-.*|data-.*|x-.*|v-.*|@.*|:.*|_|srcdoc|srcset|formaction|action|background|poster|ping|xlink:.*|autofocus|contenteditable|http-equiv)$/i;

/** The result as a plain text, so that it compares with one. */
const mail = (html: string): string => sanitiseHtml(html);

/** Everything a browser would see as a tag must be one we allow, with attributes we allow. */
function assertHarmless(t: ExecutionContext, html: string, from: string): void {
  for (const [tag, inside = ''] of html.matchAll(/<\/?[a-z!?][^\s/>]*([^>]*)>?/gi)) {
    if (FORBIDDEN_TAG.test(tag)) t.fail(`${from.slice(0, 200)} left ${tag}`);
    for (const [, name = '', value = ''] of inside.matchAll(/\s([^\s=]+)(?:="([^"]*)")?/g)) {
      if (FORBIDDEN_ATTRIBUTE.test(name)) t.fail(`${from.slice(0, 200)} left the attribute ${name}`);
      if (/^(href|src)$/i.test(name) && !/^(https?:\/\/|mailto:|tel:|cid:|#|data:image\/(png|gif|jpe?g|webp|bmp);base64,)/i.test(value))
        t.fail(`${from} left ${name}=${value}`);
      if (name === 'style' && /url\(\s*["']?(?!data:)|expression|javascript:|@import|&lt;/i.test(value))
        t.fail(`${from} left style=${value}`);
    }
  }
  for (const [, css = ''] of html.matchAll(/<style[^>]*>([\s\S]*?)<\/style>/g)) {
    if (/@import|url\(\s*["']?(?!data:)|expression\s*\(|javascript:|position\s*:\s*fixed|</i.test(css)) t.fail(`${from} left ${css}`);
  }
}

for (const [name, sanitise] of Object.entries({ 'a mail': sanitiseHtml, 'what agents write': sanitiseFragment })) {
  test(`No vector of the hostile lists leaves anything that runs in ${name}`, (t) => {
    const vectors = xssVectors();
    for (const vector of vectors) {
      const safe = sanitise(vector);
      assertHarmless(t, safe, vector);
      if (sanitise(safe) !== safe) t.fail(`${vector} is changed by a second pass`);
    }
    t.true(vectors.length > 6000);
  });
}

test('Markup that htmx or other scripts of our page would obey does not survive', (t) => {
  for (const vector of [
    '<div data-hx-post="/agents" data-hx-trigger="load">x</div>',
    '<div hx-get="/x" hx-trigger="load[alert(1)]">x</div>',
    `<div data-hx-vals="js:{a: alert(1)}" data-action="click->x">x</div>`,
    '<div id="nav" hx-swap-oob="true">x</div>',
    '<p x-data="{}" x-init="alert(1)" @click="x" :class="y" _="on load x">x</p>',
    '<form action="/x" method="post"><input name="a" value="b"><button>x</button></form>',
    '<a href="/settings/agents">x</a>',
  ]) {
    t.regex(sanitiseHtml(vector), /^<?(div id="nav"|div|p|a)?>?x(<\/(div|p|a)>)?$/, vector);
  }
});

test('A link leads only to a whole address, in a new window that knows nothing of ours', (t) => {
  t.is(
    mail('<a href="https://example.com/?a=1&amp;b=2">x</a>'),
    '<a href="https://example.com/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer nofollow">x</a>',
  );
  t.is(mail('<a href="//example.com/x">x</a>'), '<a href="https://example.com/x" target="_blank" rel="noopener noreferrer nofollow">x</a>');
  t.is(mail('<a href="#part">x</a>'), '<a href="#part">x</a>');
  for (const href of [
    'javascript:alert(1)',
    'java\tscript:alert(1)',
    '&#106;avascript:alert(1)',
    'vbscript:x',
    'data:text/html,x',
    'file:///etc/passwd',
    '../x',
    '',
  ])
    t.is(mail(`<a href="${href}">x</a>`), '<a>x</a>', href);
});

test('Pictures keep remote, inline and embedded sources, and nothing else', (t) => {
  for (const src of ['https://example.com/a.png', 'cid:part1@example.com', 'data:image/png;base64,iVBORw0KGgo='])
    t.is(mail(`<img src="${src}" alt="x">`), `<img alt="x" src="${src}" />`);
  for (const src of ['data:image/svg+xml;base64,PHN2Zz4=', 'data:text/html,x', '/logo.png', 'javascript:x'])
    t.is(mail(`<img src="${src}">`), '<img />', src);
  t.is(
    mail('<img srcset="https://a/b 1x"><table background="https://a/b"><tr><td>x</td></tr></table>'),
    '<img /><table><tr><td>x</td></tr></table>',
  );
});

test('Whether a mail would load remote pictures can be asked', (t) => {
  t.true(hasRemoteImages(sanitiseHtml('<p>a<img width="1" src="http://t.example.com/p.gif">')));
  t.false(hasRemoteImages(sanitiseHtml('<img src="cid:x"> src="http://t.example.com"')));
});

test('Styles keep the layout but load nothing and cover nothing', (t) => {
  const cases: readonly (readonly [string, string])[] = [
    ['color: red; padding:0 4px', 'color: red; padding:0 4px'],
    ['background:#fff url(https://e.com/a.png) no-repeat', 'background:#fff none no-repeat'],
    ['background:\\75\\72\\6C(//e.com/a)', 'background:none'],
    ['background:u/**/rl(//e.com/a)', 'background:none'],
    ["background:image-set('//e.com/a' 1x)", 'background:none'],
    ['position : fixed; top:0', 'position:static; top:0'],
    ['width:expression(alert(1))', 'width:none)'],
    ['background:url("data:image/png;base64,AAAA")', 'background:url("data:image/png;base64,AAAA")'],
    ['behavior:url(x.htc);color:red', ';color:red'],
  ];
  for (const [css, safe] of cases) t.is(mail(`<style>p{${css}}</style>`), `<style>p{${safe}}</style>`, css);
  t.is(mail('<style>@import "//e.com/a.css";@import url(//e.com/b);p{color:red}</style>'), '<style>p{color:red}</style>');
  t.is(mail('<style>@font-face{font-family:f;src:url(//e.com/f)}p{color:red}</style>'), '<style>p{color:red}</style>');
  t.is(
    mail('<style>@media (max-width:600px){.a{width:100%!important}}</style>'),
    '<style>@media (max-width:600px){.a{width:100%!important}}</style>',
  );
  t.is(mail('<style>a{}</sty<b>le></style><p>x'), '<style>a{}/styb>le></style><p>x</p>');
  t.is(mail('<style>p{color:red'), '<style>p{color:red</style>');
});

test('The templates of real mail keep their tables, styles and classes', async (t) => {
  for (const file of await corpusFiles('layout-postmark', '**/*.html')) {
    const html = readFileSync(file, 'utf8');
    const safe = sanitiseHtml(html);
    // One cell in them has two class attributes: the first counts, as in browsers.
    const count = (text: string, pattern: RegExp): number => (text.replace(/<!--[\s\S]*?-->/g, '').match(pattern) ?? []).length;
    for (const pattern of [/<table/g, /<td/g, /<style/g, /\sclass="[^"]/g, /\sstyle="[^"]/g, /\sbgcolor=/g, /<img/g])
      t.true(count(safe, pattern) >= count(html, pattern) * 0.97, `${file} ${pattern}`);
    t.is(mail(safe), safe);
  }
});

test('A megabyte of hostile markup is sanitised in bounded time', (t) => {
  const bombs = {
    nested: '<div>'.repeat(200_000),
    unclosed: '<b>'.repeat(100_000) + '</i>'.repeat(100_000),
    quotes: `<a ${'x="'.repeat(300_000)}`,
    urls: `<style>${'url('.repeat(250_000)}`,
    comments: `<style>${'/*'.repeat(500_000)}`,
    fonts: `<style>${'@font-face'.repeat(100_000)}`,
    escapes: `<style>${'\\75'.repeat(300_000)}`,
    brackets: '<'.repeat(1_000_000),
    styles: '<style>'.repeat(140_000),
    tables: '<table><tr><td>'.repeat(60_000),
    dashes: `<style>${'-a'.repeat(500_000)}`,
    spaces: `<style>url(${' '.repeat(1_000_000)}`,
  };
  for (const [name, bomb] of Object.entries(bombs)) {
    const start = cpuMs();
    sanitiseHtml(bomb);
    t.true(cpuMs() - start < 5000, `${name} took ${Math.round(cpuMs() - start)} ms`);
  }
});

test('What agents write keeps its marks and pictures but no classes, ids or style sheets', (t) => {
  const written = '<div class="a" id="b"><b>x</b><ul><li style="color:red">y</li></ul><style>p{}</style><img src="cid:1"></div>';
  const expected = '<div><b>x</b><ul><li style="color:red">y</li></ul><img src="cid:1" /></div>';
  t.is<string, string>(sanitiseFragment(written), expected);
  const safe: SafeHtml = sanitiseFragment(expected);
  t.is<string, string>(safe, expected);
});

test('a page that is too long loses the largest pictures in it before any of its words, and says that something is missing', (t) => {
  const picture = (chars: number): string => `<img src="data:image/png;base64,${'A'.repeat(chars)}">`;
  const page = `<p>Przed</p>${picture(300_000)}<p>W środku</p>${picture(40)}<p>Po obrazku</p>`;
  t.is(sanitiseWithin(page, 400_000), sanitiseHtml(page));
  const lean = sanitiseWithin(page, 200_000);
  t.regex(lean, /Przed.*W środku.*base64,A{40}".*Po obrazku<\/p><p>\[…\]<\/p>$/);
  t.notRegex(lean, /A{41}/);
  const cut = sanitiseWithin(`<p title="${'x'.repeat(500)}">${'słowo '.repeat(100)}</p><p>koniec</p>`, 300);
  t.regex(cut, /<p>\[…\]<\/p>$/, 'also when the cut is inside a tag');
  t.notRegex(cut, /koniec/);
});

test('a style sheet between the marks of a comment, as Outlook writes it, keeps its first rule', (t) => {
  const outlook = '<style><!--\n/* Style Definitions */\np.MsoNormal, li.MsoNormal\n\t{margin:0cm;}\n--></style><p class=MsoNormal>x</p>';
  t.regex(sanitiseHtml(outlook), /^<style>\s*p\.MsoNormal, li\.MsoNormal\s*\{margin:0cm;\}\s*<\/style><p class="MsoNormal">x<\/p>$/);
  t.is(cleanCss('ur<!--l(https://x.test/a)'), 'ur l(https://x.test/a)');
});
