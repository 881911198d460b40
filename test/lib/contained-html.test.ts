import test from 'ava';
import { containedHtml, scopedCss } from '../../core/lib/contained-html.ts';
import type { SafeHtml } from '../../core/lib/safe-html.ts';

const scoped = (css: string): string => scopedCss(css, '.a .b');

test('rules of a quoted mail reach what stands in it and nothing else', (t) => {
  t.is(scoped('p.MsoNormal, li.MsoNormal\n{margin:0cm; font:"Ż"}\n'), '.a .b p.MsoNormal,.a .b li.MsoNormal{margin:0cm; font:"Ż"}');
  t.is(
    scoped('body{margin:0}html body > p{color:red}:root{--x:1}*{top:0}'),
    '.a .b{margin:0}.a .b > p{color:red}.a .b{--x:1}.a .b *{top:0}',
  );
  t.is(
    scoped('a[href^="x"]:hover,tr:nth-child(2n + 1)::after{content:"}"}'),
    '.a .b a[href^="x"]:hover,.a .b tr:nth-child(2n + 1)::after{content:"}"}',
  );
  t.is(
    scoped('@media (max-width:600px) and screen{p{width:100%}body{top:0}}i{top:0}'),
    '@media (max-width:600px) and screen{.a .b p{width:100%}.a .b{top:0}}.a .b i{top:0}',
  );
});

test('what is no rule for what stands in a mail is left out, and the others stay', (t) => {
  const css = '@keyframes x{from{top:0}to{top:1px}}@page W{size:1pt}p{top:0}@layer x{p{top:0}}i{& b{top:0}}b{left:0}';
  t.is(scoped(css), '.a .b p{top:0}.a .b b{left:0}');
});

test('a rule that could look or reach out of the quoted mail is left out', (t) => {
  for (const css of [
    ...['~ p{top:0}', '+ p{top:0}', '> p{top:0}', 'p:is(body p){top:0}', 'p:not(blockquote p){top:0}', ':has(p){top:0}', 'p || td{top:0}'],
    ...['@page{margin:0}', '@keyframes x{', '@scope (body){p{top:0}}', 'p{& b{top:0}}', '@layer x{p{top:0}}', '{top:0}'],
    ...['p:is( { } body *{top:0} ){top:0}', 'p["{}]body *{top:0}', 'p[x="\n"]{} body{top:0}', 'a{top:0', '}body *{top:0}', 'p(]{top:0}'],
    ...[
      '@media screen{p{top:0}',
      '@media "x{p{top:0}}',
      "p{content:'}body{x:y}",
      '--> p{top:0}',
      'p[a]b"]{top:0}',
      'p{}/*{} b{top:0}',
      'p{} \\62 {top:0}',
    ],
  ])
    t.is(scoped(css), '', css);
});

test('a mail with styles stands in a box that cuts off what is moved out of it; one without stays as it is', (t) => {
  const contained = (html: string) => String(containedHtml(html as SafeHtml, '1'));
  t.is(contained('<p class="x">a</p>'), '<p class="x">a</p>');
  t.is(
    contained('<p style="position:absolute;top:-900px">a</p>'),
    '<div class="box-1" style="position:relative;overflow:hidden"><div class="body-1"><p style="position:absolute;top:-900px">a</p></div></div>',
  );
  t.regex(
    contained('<style media="screen">p{top:0}</style>a<style>p::x('),
    /<div class="body-1"><style media="screen">\.box-1 \.body-1 p\{top:0\}<\/style>a<\/div>/,
  );
});
