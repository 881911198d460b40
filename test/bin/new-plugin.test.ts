// In a process of its own: it awaits before it declares its tests.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test from 'ava';
import { createPlugin, NewPluginError } from '../../core/bin/new-plugin.ts';
import { loadPlugins } from '../../core/plugins/loader.ts';
import { declarePluginTests } from '../contract/suite.ts';

/** A house of its own: everything linked but plugins/, so that the new folder's imports lead to the real core. */
const root = mkdtempSync(join(tmpdir(), 'centrala-new-plugin-'));
for (const name of ['core', 'test', 'node_modules']) symlinkSync(resolve(import.meta.dirname, '../..', name), join(root, name));
const plugins = join(root, 'plugins');
mkdirSync(plugins);
createPlugin('channel', plugins, 'paper-mail');
createPlugin('filter', plugins, 'word-list');

declarePluginTests(test, await loadPlugins(plugins), 'new ');

test.after.always(() => rmSync(root, { recursive: true, force: true }));

const CASES = [
  ['channel', 'paper-mail', 'Paper Mail'],
  ['filter', 'word-list', 'Word List'],
] as const;

for (const [kind, name, title] of CASES)
  test(`a new ${kind} carries its name everywhere and nothing of the skeleton’s`, (t) => {
    const files = readdirSync(join(plugins, name), { recursive: true, encoding: 'utf8', withFileTypes: true }).filter((one) =>
      one.isFile(),
    );
    const texts = files.map((one) => readFileSync(join(one.parentPath, one.name), 'utf8'));
    t.false(texts.some((text) => /skeleton|szkielet/i.test(text)));
    t.true(texts.some((text) => text.includes(`name: '${name}'`)));
    t.true(texts.some((text) => text.includes(`"title": "${title}"`)));
  });

test('a name that is taken or cannot be a folder, URL and column value makes nothing', (t) => {
  t.throws(() => createPlugin('filter', plugins, 'paper-mail'), { instanceOf: NewPluginError, message: /exists already/ });
  for (const name of [
    '',
    'Paper',
    '1mail',
    'a b',
    '../evil',
    'a/b',
    'a--b',
    '-a',
    'a-',
    'a_b',
    'żółw',
    'skeleton',
    '_skeleton',
    'x'.repeat(31),
    '__proto__',
  ])
    t.throws(() => createPlugin('channel', plugins, name), { instanceOf: NewPluginError }, name);
  t.deepEqual(readdirSync(plugins).sort(), ['paper-mail', 'word-list']);
});
