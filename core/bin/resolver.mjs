// Loaded before all else into each process and thread of ours (`--import`): finds their modules where Node would, in half the time
// (docs/decisions/0621-our-modules-are-found-without-looking.md).
import { registerHooks } from 'node:module';
import { unpackCompiled } from './compiled.mjs';

unpackCompiled();

const ROOT = new URL('../../', import.meta.url).href;
/** A plugin may bring packages of its own. */
const PLUGINS = `${ROOT}plugins/`;
const MODULES = `${ROOT}node_modules/`;

const HTTP = new URL('http.mjs', import.meta.url).href;

/** Packages and modules of Node by the names that our files import them under. */
const found = new Map();

registerHooks({
  resolve(specifier, context, next) {
    const { parentURL = '', conditions } = context;
    if (!conditions.includes('import')) return next(specifier, context);
    if (specifier === 'node:http' || specifier === 'http') return { url: HTTP, format: 'module', shortCircuit: true };
    if (!parentURL.startsWith(ROOT) || parentURL.startsWith(MODULES)) return next(specifier, context);
    if (/^\.\.?\/.*\.ts$/.test(specifier))
      return { url: new URL(specifier, parentURL).href, format: 'module-typescript', shortCircuit: true };
    if (specifier.startsWith('.') || parentURL.startsWith(PLUGINS)) return next(specifier, context);
    const known = found.get(specifier) ?? { ...next(specifier, context), shortCircuit: true };
    found.set(specifier, known);
    return known;
  },
});
