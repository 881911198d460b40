import test from 'ava';
import { htmlToText } from '../../core/lib/html-to-text.ts';
import { sanitiseHtml } from '../../core/lib/sanitise-html.ts';
import { cpuMs } from '../support/cpu-time.ts';

const text = (html: string): string => htmlToText(sanitiseHtml(html));

test('Blocks become lines and paragraphs are set apart', (t) => {
  t.is(text('<p>One</p><p>Two<br>three</p><div>Four</div>'), 'One\n\nTwo\nthree\n\nFour');
});

test('Lists, tables and pictures stay readable as text', (t) => {
  t.is(text('<ul><li>a</li><li>b</li></ul>'), '- a\n\n- b');
  t.is(text('<table><tr><td>Cena</td><td>12 zł</td></tr></table>'), 'Cena 12 zł');
  t.is(text('<img src="cid:x" alt="Logo &amp; co">'), 'Logo & co');
});

test('A numbered list keeps its numbers, also around another one, and words in blocks stand beside their mark', (t) => {
  t.is(text('<ol start="3"><li>c<ul><li>x</li></ul></li><li><div>d</div></li></ol>'), '3. c\n\n- x\n\n4. d');
  t.is(text('<ol><li><p>a</p></li></ol><ul><li><div>b</div></li></ul>'), '1. \n\na\n\n- b'.replace('1. \n\n', '1. '));
});

test('A link tells its address once', (t) => {
  t.is(text('<a href="https://example.com/a?b=1&amp;c=2">Tutaj</a>'), 'Tutaj <https://example.com/a?b=1&c=2>');
  t.is(text('<a href="https://example.com/">www.example.com</a>'), 'www.example.com');
});

test('Styles and scripts leave no words and entities are read', (t) => {
  t.is(text('<style>p{color:red}</style><script>x</script>&lt;b&gt; &amp;amp; Zażółć&nbsp;gęślą'), '<b> &amp; Zażółć gęślą');
});

test('What was typed line by line keeps its lines and its columns', (t) => {
  t.is(
    text('<p>Błąd:</p><pre class="x">\nif a:\n    b = <b>1</b>\n\n  c   d\n</pre><p>Proszę  o\npomoc</p>'),
    'Błąd:\n\nif a:\n    b = 1\n\n  c   d\n\nProszę o pomoc',
  );
});

test('a mail of nothing but spaces is read in no time', (t) => {
  const from = cpuMs();
  t.is(htmlToText(sanitiseHtml(`x${'<i> </i>'.repeat(120_000)}y<p> <br> <br> z`)), 'x y\n\nz');
  t.true(cpuMs() - from < 3_000);
});
