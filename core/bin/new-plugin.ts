import { cpSync, existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const MAX_NAME_CHARS = 30;
const PLUGINS = resolve(import.meta.dirname, '../../plugins');
const KINDS = { channel: '_skeleton', filter: '_skeleton-filter' } as const;
export type Kind = keyof typeof KINDS;

/** Why a plugin folder could not be made: a sentence for the person at the terminal. */
export class NewPluginError extends Error {}

/**
 * Copies the skeleton of this kind to `plugins/<name>`, with the name put in everywhere, and answers the path. The copy passes the contract
 * suite as it is. Throws NewPluginError for a name that is not lower case with hyphens or is taken; then nothing is written.
 */
export function createPlugin(kind: Kind, pluginsDir: string, name: string): string {
  if (!NAME.test(name) || name.length > MAX_NAME_CHARS || name === 'skeleton')
    throw new NewPluginError(`"${name}" cannot be the name of a ${kind}: lower-case letters, digits and single hyphens, like web-chat.`);
  const target = join(pluginsDir, name);
  if (existsSync(target)) throw new NewPluginError(`${target} exists already.`);
  const half = join(pluginsDir, `_new-${name}`);
  cpSync(join(PLUGINS, KINDS[kind]), half, { recursive: true, errorOnExist: true, force: false });
  for (const path of readdirSync(half, { recursive: true, encoding: 'utf8' })) rename(join(half, path), name);
  renameSync(half, target);
  return target;
}

function rename(path: string, name: string): void {
  if (!statSync(path).isFile()) return;
  const title = name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');
  const text = readFileSync(path, 'utf8').replace(/"title": "(?:Skeleton|Szkielet)"/, `"title": "${title}"`);
  writeFileSync(path, text.replaceAll('skeleton', name));
}

if (import.meta.main) {
  const [kind = '', name = ''] = process.argv.slice(2);
  try {
    if (kind !== 'channel' && kind !== 'filter') throw new NewPluginError('What is to be made: a channel or a filter?');
    const path = createPlugin(kind, PLUGINS, name);
    console.log(`Made ${path}. It passes the contract suite as it is: npm test test/contract/channel.test.ts`);
    console.log(`Next: docs/plugins.md, ${kind === 'channel' ? '"write a channel in an hour"' : '"A filter"'}.`);
  } catch (error) {
    if (!(error instanceof NewPluginError)) throw error;
    console.error(`centrala: ${error.message}`);
    process.exitCode = 64;
  }
}
