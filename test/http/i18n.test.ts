import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { loadTranslations, translator } from '../../core/http/i18n.ts';

function locales(t: ExecutionContext, files: Readonly<Record<string, unknown>>): string {
  const dir = mkdtempSync(join(tmpdir(), 'locales-'));
  t.teardown(() => rmSync(dir, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(dir, name, '..'), { recursive: true });
    writeFileSync(join(dir, name), JSON.stringify(content));
  }
  return dir;
}

const COUNTED = { one: '{n} wiadomość', few: '{n} wiadomości', many: '{n} wiadomości', other: '{n} wiadomości' };

test('a counted text takes the plural form of its language', (t) => {
  const dir = locales(t, {
    'pl/list.json': { 'list.count': { ...COUNTED, many: '{n} wiadomości (wiele)' } },
    'en/list.json': { 'list.count': { one: '{n} message', other: '{n} messages' } },
  });
  const translations = loadTranslations([{ dir }]);
  const pl = translator(translations, 'pl');
  const en = translator(translations, 'en');
  t.deepEqual(
    [1, 2, 5, 22, 112].map((n) => pl('list.count', { n })),
    ['1 wiadomość', '2 wiadomości', '5 wiadomości (wiele)', '22 wiadomości', '112 wiadomości (wiele)'],
  );
  t.is(en('list.count', { n: 1 }), '1 message');
  t.is(en('list.count', { n: 12345 }), '12,345 messages');
});

test('a value is put in as it is and a placeholder without a value stays', (t) => {
  const dir = locales(t, { 'pl/a.json': { greeting: 'Witaj, {name}! {more}' } });
  t.is(translator(loadTranslations([{ dir }]), 'pl')('a.greeting', { name: '<b>{more}$1' }), 'Witaj, <b>{more}$1! {more}');
});

test('keys may be nested or dotted, and the noun of the file may be left out', (t) => {
  const dir = locales(t, { 'pl/a.json': { list: { title: 'Lista' }, 'a.other': 'Inne' } });
  t.deepEqual([...loadTranslations([{ dir }]).pl.keys()], ['a.list.title', 'a.other']);
});

test("a plugin's texts stand under the prefix it is given", (t) => {
  const dir = locales(t, { 'pl.json': { settings: { host: { label: 'Serwer' } } }, 'en.json': { 'settings.host.label': 'Server' } });
  const translations = loadTranslations([{ dir, prefix: 'plugin.demo' }]);
  t.is(translator(translations, 'en')('plugin.demo.settings.host.label'), 'Server');
  t.is(translator(translations, 'pl')('plugin.demo.settings.host.label'), 'Serwer');
});

test('a missing text throws in tests, and in production shows its key and is logged once', (t) => {
  const translations = loadTranslations([]);
  t.throws(() => translator(translations, 'pl', { strict: true })('a.b'), { message: /no text for a\.b/ });
  const events: string[] = [];
  const log = { info: () => {}, warn: (event: string) => events.push(event), error: () => {} };
  const lenient = translator(translations, 'pl', { log });
  t.is(lenient('a.b') + lenient('a.b'), 'a.ba.b');
  t.deepEqual(events, ['text_missing']);
});

test('a text given twice stops the start', (t) => {
  const dir = locales(t, { 'pl/a.json': { 'a.b': 'x', b: 'y' } });
  t.throws(() => loadTranslations([{ dir }]), { message: /given twice/ });
});
