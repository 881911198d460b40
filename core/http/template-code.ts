import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire, getCompileCacheDir } from 'node:module';
import { dirname, join } from 'node:path';
import nunjucks from 'nunjucks';
import { sha256 } from '../lib/secrets.ts';
import { modulePath } from './module-path.ts';

/** Template name → maker of the functions that nunjucks calls. */
type Makers = Readonly<Record<string, () => unknown>>;

/** What a loader gives to nunjucks: a compiled template, or its text. */
type Template = string | { readonly type: 'code'; readonly obj: unknown };

const KEPT_MS = 7 * 24 * 60 * 60_000;
const load = createRequire(import.meta.url);

/**
 * All templates, compiled. That is the slowest part of a start, so it is done once for each state of the templates and kept as a module
 * beside Node's own compile cache, where there is one. `options` are those of the environment. Throws for a template that is wrong.
 */
export function compileTemplates(
  sources: ReadonlyMap<string, string>,
  env: nunjucks.Environment,
  options: Readonly<Record<string, unknown>>,
  folder: string | null = cacheFolder(),
): (name: string) => Template | null {
  const file = folder && join(folder, `templates-${stateOf(sources, options)}.cjs`);
  const makers = file && (loaded(file) ?? made(file, sources, env));
  if (!makers) return (name) => sources.get(name) ?? null;
  return (name) => {
    const make = makers[name];
    return make ? { type: 'code', obj: make() } : null;
  };
}

/** Changes with any template, with the options and with nunjucks: all that the code is made of. */
const stateOf = (sources: ReadonlyMap<string, string>, options: Readonly<Record<string, unknown>>): string =>
  sha256(JSON.stringify([readFileSync(modulePath('nunjucks/package.json'), 'utf8'), options, [...sources]])).slice(0, 16);

function cacheFolder(): string | null {
  const node = getCompileCacheDir();
  return node === undefined ? null : dirname(node);
}

/** Null when there is none or it is damaged. */
function loaded(file: string): Makers | null {
  try {
    return load(file);
  } catch {
    return null;
  }
}

/** Null when the folder cannot be written: then nunjucks compiles at each start, which only takes longer. */
function made(file: string, sources: ReadonlyMap<string, string>, env: nunjucks.Environment): Makers | null {
  const parts = [...sources].map(([name, source]) => `exports[${JSON.stringify(name)}] = function () {${codeOf(name, source, env)}};\n`);
  const fresh = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(fresh, parts.join(''));
    renameSync(fresh, file);
    forgetOld(dirname(file));
  } catch {
    return null;
  }
  return loaded(file);
}

function codeOf(name: string, source: string, env: nunjucks.Environment): string {
  // The declared type of the wrapper's argument is that of one template; it gets a list of all, here of one.
  const wrapper = (all: unknown): string => (all as readonly { readonly template: string }[]).map(({ template }) => template).join('');
  return nunjucks.precompileString(source, { name, env, wrapper });
}

/** Those of earlier versions; one that somebody still uses is made again. */
function forgetOld(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (name.startsWith('templates-') && statSync(path).mtimeMs < Date.now() - KEPT_MS) rmSync(path);
  }
}
