import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test from 'ava';
import { createChannel, NewChannelError } from '../../core/bin/new-channel.ts';
import { loadPlugins } from '../../core/plugins/loader.ts';
import { declarePluginTests } from '../contract/suite.ts';

/** A house of its own: everything linked but plugins/, so that the new folder's imports lead to the real core. */
const root = mkdtempSync(join(tmpdir(), 'centrala-new-channel-'));
for (const name of ['core', 'test', 'node_modules']) symlinkSync(resolve(import.meta.dirname, '../..', name), join(root, name));
const plugins = join(root, 'plugins');
mkdirSync(plugins);
createChannel(plugins, 'paper-mail');

declarePluginTests(test, await loadPlugins(plugins), 'new channel ');

test.after.always(() => rmSync(root, { recursive: true, force: true }));

test('a new channel carries its name everywhere and nothing of the skeleton’s', (t) => {
  const files = readdirSync(join(plugins, 'paper-mail'), { recursive: true, encoding: 'utf8', withFileTypes: true }).filter((one) =>
    one.isFile(),
  );
  const texts = files.map((one) => readFileSync(join(one.parentPath, one.name), 'utf8'));
  t.false(texts.some((text) => /skeleton|szkielet/i.test(text)));
  t.true(texts.some((text) => text.includes("name: 'paper-mail'")));
  t.true(texts.some((text) => text.includes('"title": "Paper Mail"')));
});

test('a name that is taken or cannot be a folder, URL and column value makes nothing', (t) => {
  t.throws(() => createChannel(plugins, 'paper-mail'), { instanceOf: NewChannelError, message: /exists already/ });
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
    t.throws(() => createChannel(plugins, name), { instanceOf: NewChannelError }, name);
  t.deepEqual(readdirSync(plugins), ['paper-mail']);
});
