import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { madeOnce } from './made-once.ts';
import { modulePath } from './module-path.ts';
import { versionOf } from './version-of.ts';

/** All outline icons by name, each a list of elements with their attributes: one file instead of five thousand. */
const ICONS = modulePath('@tabler/icons/tabler-nodes-outline.json');

const OWN_FILE = fileURLToPath(import.meta.url);

/** One SVG sprite of the Tabler outline icons in use. */
export interface Icons {
  /** URL fragment source: the sprite's content hash; changes when an icon is added. */
  version(): string;
  svg(): string;
  /** True when the icon is in the sprite, after adding it when Tabler has it. */
  has(name: string): boolean;
}

/** Starts the sprite with the icons that `sources` (templates) name as `icon('x'` or `icon: 'x'`; others join at first use. */
export function createIcons(sources: readonly string[]): Icons {
  const symbols = symbolsOf(sources);
  let built: { svg: string; version: string } | null = null;
  const build = (): { svg: string; version: string } => {
    if (built) return built;
    const body = [...symbols.keys()].sort().map((name) => symbols.get(name));
    const svg = `<svg xmlns="http://www.w3.org/2000/svg">${body.join('')}</svg>`;
    built = { svg, version: versionOf(svg) };
    return built;
  };
  return {
    version: () => build().version,
    svg: () => build().svg,
    has: (name) => {
      if (!symbols.has(name)) {
        symbols.set(name, readSymbol(name, readIcons()));
        built = null;
      }
      return symbols.get(name) !== '';
    },
  };
}

/** Icon name → its symbol, empty when Tabler has none of this name. Kept between starts, since they are looked for in a long file. */
function symbolsOf(sources: readonly string[]): Map<string, string> {
  const names = new Set(
    sources.flatMap((source) => [...source.matchAll(/\bicon(?:\(|\s*[:=])\s*'([a-z0-9-]+)'/g)].map(([, name = '']) => name)),
  );
  const make = (): string => {
    const file = readIcons();
    return JSON.stringify([...names].map((name) => [name, readSymbol(name, file)]));
  };
  const read = (text: string): Map<string, string> => new Map(JSON.parse(text));
  const madeOf = [readFileSync(modulePath('@tabler/icons/package.json'), 'utf8'), readFileSync(OWN_FILE, 'utf8'), ...names];
  return madeOnce({ kind: 'icons', extension: 'json', madeOf, make, load: (file) => read(readFileSync(file, 'utf8')) }) ?? read(make());
}

const readIcons = (): string => readFileSync(ICONS, 'utf8');

/** The part of the file that is this icon, so that the rest of its two megabytes is never made into objects. */
function readSymbol(name: string, file: string): string {
  const key = `\n  "${name}": `;
  const from = file.indexOf(key);
  if (from === -1) return '';
  const nodes: [string, Record<string, string>][] = JSON.parse(file.slice(from + key.length, file.indexOf('\n  ]', from) + 4));
  const attributes = 'viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round"';
  const written = (pairs: Record<string, string>): string =>
    Object.entries(pairs)
      .map(([attribute, value]) => ` ${attribute}="${value}"`)
      .join('');
  return `<symbol id="${name}" ${attributes}>${nodes.map(([tag, pairs]) => `<${tag}${written(pairs)}/>`).join('')}</symbol>`;
}
