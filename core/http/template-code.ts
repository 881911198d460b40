import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import nunjucks from 'nunjucks';
import { madeOnce } from './made-once.ts';
import { modulePath } from './module-path.ts';

/** Template name → maker of the functions that nunjucks calls. */
type Makers = Readonly<Record<string, () => unknown>>;

/** What a loader gives to nunjucks: a compiled template, or its text. */
type Template = string | { readonly type: 'code'; readonly obj: unknown };

const load = createRequire(import.meta.url);

/**
 * All templates, compiled. That is the slowest part of a start, so it is done once for each state of the templates (and with any other
 * option or version of nunjucks) and kept as a module. `options` are those of the environment. Throws for a template that is wrong.
 */
export function compileTemplates(
  sources: ReadonlyMap<string, string>,
  env: nunjucks.Environment,
  options: Readonly<Record<string, unknown>>,
  folder?: string | null,
): (name: string) => Template | null {
  const ours = ['template-code.ts', 'quick-templates.ts'].map((name) => join(import.meta.dirname, name));
  const maker = [modulePath('nunjucks/package.json'), ...ours].map((file) => readFileSync(file, 'utf8'));
  const madeOf = [...maker, JSON.stringify(options), ...[...sources].flat()];
  const make = (): string =>
    inAscii(
      [...sources].map(([name, source]) => `exports[${JSON.stringify(name)}] = function () {${codeOf(name, source, env)}};\n`).join(''),
    );
  const templates: Makers | null = madeOnce({ kind: 'templates', extension: 'cjs', madeOf, make, load }, folder);
  if (templates === null) return (name) => sources.get(name) ?? null;
  return (name) => {
    const made = templates[name];
    return made ? { type: 'code', obj: made() } : null;
  };
}

/** Letters outside of ASCII, which stand in strings alone, are written as escapes: a file with one of them takes two bytes a character in memory, and this one is long. */
const inAscii = (code: string): string =>
  code.replace(/[^\0-\x7f]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);

function codeOf(name: string, source: string, env: nunjucks.Environment): string {
  // The declared type of the wrapper's argument is that of one template; it gets a list of all, here of one.
  const wrapper = (all: unknown): string => (all as readonly { readonly template: string }[]).map(({ template }) => template).join('');
  return nunjucks.precompileString(source, { name, env, wrapper });
}
