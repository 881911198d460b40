import { z } from 'zod';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { readSetting, writeSetting } from '../settings/settings.ts';
import { MAX_GREETING_CHARS, MAX_OFFSET, MAX_SITES, SIDES, USUAL, type WidgetSettings } from './types.ts';

const KEY = 'widget';
const offset = z.number().int().min(0).max(MAX_OFFSET);
const SCHEMA = z
  .object({
    isOn: z.boolean(),
    sites: z.array(z.string().max(300)).max(MAX_SITES),
    colour: z.string().regex(/^#[0-9a-f]{6}$/),
    side: z.enum(SIDES),
    offsetX: offset,
    offsetY: offset,
    greeting: z.string().max(MAX_GREETING_CHARS),
    showsAgent: z.boolean(),
  })
  .partial();

/** As it was saved; what was never set, or is of another shape than today's, is as usual. */
export async function readWidget(scope: Scope): Promise<WidgetSettings> {
  const kept = await readSetting(scope, KEY);
  const parsed = SCHEMA.safeParse(kept === null ? {} : JSON.parse(kept));
  const known = parsed.success ? Object.fromEntries(Object.entries(parsed.data).filter(([, value]) => value !== undefined)) : {};
  return { ...USUAL, ...known };
}

export async function changeWidget(scope: Scope | WriteScope, settings: WidgetSettings): Promise<void> {
  const value = JSON.stringify(settings);
  await transact(scope, async (tx) => {
    if ((await readSetting(tx, KEY)) !== value) await writeSetting(tx, KEY, value);
  });
}

/** An address as people paste it, to the origin that browsers compare; null when it is none. Without a scheme it is https. */
export function originOf(address: string): string | null {
  const typed = address.trim();
  const url = URL.parse(/^https?:\/\//i.test(typed) ? typed : `https://${typed}`);
  return url && url.hostname !== '' && url.username === '' && /^[a-z0-9.[\]:-]+$/i.test(url.host) ? url.origin : null;
}

/** Black or white, whichever is read better upon a colour (WCAG 2.2, relative luminance). */
export function inkOn(colour: string): '#000000' | '#ffffff' {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 ? '#ffffff' : '#000000';
}
