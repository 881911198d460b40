import test from 'ava';
import { ownPath } from '../../core/http/own-path.ts';

const FOREIGN = [
  '//evil.example',
  '///evil.example',
  '////evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '\\/evil.example',
  '/\\/evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '/\r//evil.example',
  '\t//evil.example',
  ' //evil.example',
  '/ /evil.example',
  'https://evil.example',
  'https:evil.example',
  'https:/evil.example',
  'HTTPS://evil.example',
  'http:\\\\evil.example',
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'data:text/html,x',
  'vbscript:x',
  'mailto:a@b',
  'evil.example',
  '@evil.example',
  ':80@evil.example',
  '/.//evil.example',
  '/..//evil.example',
  '/a/..//evil.example',
  '/%0a/../..//evil.example',
  '/\u0000/evil',
  '/\u2028/evil',
  '/\uFF0F\uFF0Fevil.example',
  '?next=//evil.example',
  '#',
  '',
  `/${'a'.repeat(3000)}`,
  null,
  undefined,
  42,
  ['/a'],
  { toString: () => '/a' },
];

test('forty-two forms of a foreign address all lead home', (t) => {
  for (const form of FOREIGN) t.is(ownPath(form), '/', JSON.stringify(form));
});

test('a path of our own is kept with its query', (t) => {
  for (const path of ['/', '/conversations', '/conversations/42?tab=notes&q=a%20b', '/a//b', '/search?q=https://x.example/', '/a:b@c'])
    t.is(ownPath(path), path);
  t.is(ownPath('/a/../b'), '/b');
  t.is(ownPath('/a#part'), '/a#part');
  t.is(ownPath('nonsense', '/profile'), '/profile');
});
