import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ExecutionContext, TestFn } from 'ava';
import { InvalidError } from '../../core/lib/errors.ts';
import type { Plugin, SettingField } from '../../core/plugins/contract.ts';
import { valuesWithDefaults } from '../../core/plugins/fields.ts';
import { CHECKLIST_RULES, fieldsOf, flatKeys, localeKeysOf, MANIFEST } from './manifest.ts';

const ICONS = join(resolve(import.meta.dirname, '../..'), 'node_modules/@tabler/icons/icons/outline');
const WRONG_VALUES = ['\0', 'x'.repeat(10_000), 7, null, [], {}, 'smtp://u:secret@', true];

/** "settings.relayUrl.label" and its text, of one language of the plugin in `dir`. */
export const localeTexts = (dir: string, language: string): ReadonlyMap<string, string> =>
  flatKeys(JSON.parse(readFileSync(join(dir, `locales/${language}.json`), 'utf8')));

/** Declares what holds for a plugin of any kind. */
export function declareCommonTests(test: TestFn, title: (sentence: string) => string, plugin: Plugin, dir: string): void {
  const { manifest } = plugin;
  const file = (path: string): string => readFileSync(join(dir, path), 'utf8');

  test(title('the manifest is complete and its icon exists'), (t) => {
    t.deepEqual(MANIFEST.parse(manifest), manifest as never);
    t.true(existsSync(join(ICONS, `${manifest.icon}.svg`)), manifest.icon);
    const keys = fieldsOf(plugin).map(({ key }) => key);
    t.is(new Set(keys).size, keys.length);
    for (const field of fieldsOf(plugin))
      if (field.type === 'choice' && field.default !== undefined) t.true(field.choices.includes(field.default), field.key);
    t.true(file('plugin.ts').split('\n').length <= 121, 'plugin.ts is wiring, not logic');
  });

  test(title('both languages have the same texts and cover the manifest'), (t) => {
    const [pl, en] = [localeTexts(dir, 'pl'), localeTexts(dir, 'en')];
    t.deepEqual([...pl.keys()].sort(), [...en.keys()].sort());
    for (const key of localeKeysOf(plugin)) t.true(pl.has(key), key);
    for (const [key, text] of [...pl, ...en]) t.not(text.trim(), '', key);
  });

  test(title('README and checklist say what holds'), (t) => {
    t.true(file('README.md').length > 200);
    const lines = file('checklist.yaml')
      .split('\n')
      .filter((line) => line.trim() !== '' && !line.startsWith('#'));
    for (const line of lines) t.regex(line, /^[a-z-]+: (?:done|(?:todo|exempt): \S.{5,})$/);
    t.deepEqual(lines.map((line) => line.split(':', 1)[0]).sort(), [...CHECKLIST_RULES[manifest.kind]].sort());
  });

  test(title('plugin-wide settings work with their defaults, and wrong ones are named by field'), (t) => {
    const fields = manifest.pluginSettings ?? [];
    t.is(plugin.readPluginSettings === undefined, fields.length === 0, 'fields and their reader go together');
    const defaults = valuesWithDefaults(fields, {});
    if (plugin.readPluginSettings) t.deepEqual(plugin.readPluginSettings(defaults), plugin.readPluginSettings({ ...defaults }));
    namesWrongOnes(t, fields, defaults, (values) => plugin.readPluginSettings?.(values), localeTexts(dir, 'en'));
  });
}

/** Whatever stands in one of the fields, `read` takes it or raises InvalidError with a known field and a problem that has a text. */
export function namesWrongOnes(
  t: ExecutionContext<unknown>,
  fields: readonly SettingField[],
  good: Readonly<Record<string, unknown>>,
  read: (values: Readonly<Record<string, unknown>>) => unknown,
  problems: ReadonlyMap<string, string>,
): void {
  const keys = fields.map(({ key }) => key);
  for (const key of keys)
    for (const wrong of WRONG_VALUES) {
      try {
        read({ ...good, [key]: wrong });
      } catch (error) {
        if (!(error instanceof InvalidError)) throw error;
        for (const [name, problem] of Object.entries(error.fields)) {
          t.true(keys.includes(name), name);
          t.true(problems.has(`problems.${problem}`), problem);
        }
      }
    }
}
