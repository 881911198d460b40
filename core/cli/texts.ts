import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Translate } from '../http/context.ts';
import { loadTranslations, translator } from '../http/i18n.ts';
import { InvalidError } from '../lib/errors.ts';
import { PLUGINS, ROOT } from './installation.ts';

/** English texts of the product and of every plugin under `plugin.<name>.`. Read only when something has to be explained. */
export function englishTexts(): Translate {
  const plugins = readdirSync(PLUGINS, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return translator(
    loadTranslations([
      { dir: join(ROOT, 'views/locales') },
      ...plugins.map(({ name }) => ({ dir: join(PLUGINS, name, 'locales'), prefix: `plugin.${name}` })),
    ]),
    'en',
  );
}

/** The same error with its fields in words: keys of a page, or of the plugin's own problems. */
export function inWords(error: InvalidError, channel: string): InvalidError {
  const t = englishTexts();
  const said = (text: string): string => (text.includes('.') ? t(text) : t(`plugin.${channel}.problems.${text}`));
  return new InvalidError(Object.fromEntries(Object.entries(error.fields).map(([name, text]) => [name, said(text)])));
}
