import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../lib/secrets.ts';
import { modulePath } from './module-path.ts';

const FOLDER = modulePath('@tabler/icons/icons/outline');

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
  const symbols = new Map<string, string>();
  let built: { svg: string; version: string } | null = null;
  const has = (name: string): boolean => {
    if (symbols.has(name)) return true;
    const symbol = readSymbol(name);
    if (symbol === null) return false;
    symbols.set(name, symbol);
    built = null;
    return true;
  };
  const build = (): { svg: string; version: string } => {
    if (built) return built;
    const body = [...symbols.keys()].sort().map((name) => symbols.get(name));
    const svg = `<svg xmlns="http://www.w3.org/2000/svg">${body.join('')}</svg>`;
    built = { svg, version: sha256(svg).slice(0, 12) };
    return built;
  };
  for (const source of sources) {
    for (const match of source.matchAll(/\bicon(?:\(|\s*[:=])\s*'([a-z0-9-]+)'/g)) has(match[1] ?? '');
  }
  return { version: () => build().version, svg: () => build().svg, has };
}

function readSymbol(name: string): string | null {
  const file = join(FOLDER, `${name}.svg`);
  if (!/^[a-z0-9-]+$/.test(name) || !existsSync(file)) return null;
  const paths = readFileSync(file, 'utf8').match(/<path (?!stroke="none")[^>]*>/g) ?? [];
  const attributes = 'viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round"';
  return `<symbol id="tabler-${name}" ${attributes}>${paths.join('')}</symbol>`;
}
