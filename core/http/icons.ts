import { readFileSync } from 'node:fs';
import { sha256 } from '../lib/secrets.ts';
import { modulePath } from './module-path.ts';

/** All outline icons by name, each a list of elements with their attributes: one file instead of five thousand. */
const ICONS = modulePath('@tabler/icons/tabler-nodes-outline.json');

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
  // Empty: Tabler has none of this name.
  const symbols = new Map<string, string>();
  let built: { svg: string; version: string } | null = null;
  const add = (name: string, file: string): void => {
    symbols.set(name, readSymbol(name, file));
    built = null;
  };
  const build = (): { svg: string; version: string } => {
    if (built) return built;
    const body = [...symbols.keys()].sort().map((name) => symbols.get(name));
    const svg = `<svg xmlns="http://www.w3.org/2000/svg">${body.join('')}</svg>`;
    built = { svg, version: sha256(svg).slice(0, 12) };
    return built;
  };
  const file = readIcons();
  for (const source of sources) {
    for (const match of source.matchAll(/\bicon(?:\(|\s*[:=])\s*'([a-z0-9-]+)'/g)) add(match[1] ?? '', file);
  }
  return {
    version: () => build().version,
    svg: () => build().svg,
    has: (name) => {
      if (!symbols.has(name)) add(name, readIcons());
      return symbols.get(name) !== '';
    },
  };
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
  return `<symbol id="tabler-${name}" ${attributes}>${nodes.map(([tag, pairs]) => `<${tag}${written(pairs)}/>`).join('')}</symbol>`;
}
