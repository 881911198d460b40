import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import nunjucks from 'nunjucks';
import { COMPANY_ZONE } from '../lib/day.ts';
import { NO_FACE } from '../lib/face.ts';
import { type DateStyle, formatDate } from '../lib/format-date.ts';
import { type KeyAct, keyOf, pressedKeys } from '../lib/keys.ts';
import type { Language } from '../lib/language.ts';
import { localTime, mornings } from '../lib/local-time.ts';
import { type Log, silentLog } from '../lib/log.ts';
import { settingsHome } from '../lib/permissions.ts';
import type { CurrentAgent, Translate } from './context.ts';
import { avatarColour, formatAgo, formatBytes, formatNumber, initials } from './format.ts';
import { type Translations, translator } from './i18n.ts';
import { iconDrawer } from './icon-drawer.ts';
import { createIcons } from './icons.ts';
import { quickenTemplates } from './quick-templates.ts';
import { shareMacros } from './shared-macros.ts';
import type { Site, Toast } from './site.ts';
import { compileTemplates } from './template-code.ts';

/** What templates and macros count on; a screen adds its own values beside these. */
export interface PageLocals {
  readonly language: Language;
  /** The logged-in agent, or null before log-in. */
  readonly agent?: CurrentAgent | null;
  /** For `csrfField()` and the header that htmx sends. */
  readonly csrfToken?: string;
  /** Path and query of the page, to mark the menu and to come back after switching the language. */
  readonly path?: string;
  readonly toasts?: readonly Toast[];
  /** `timeZone`: IANA name, default Europe/Warsaw. */
  readonly site?: {
    readonly companyName: string;
    readonly timeZone?: string;
    readonly isDiskFull?: boolean;
    readonly faces?: Site['faces'];
  };
  /** It came from another machine without TLS. */
  readonly isInClear?: boolean;
  /** When the request came, before anything was read: for relative times and to tell a page's age; default the clock. */
  readonly now?: Date;
  readonly [name: string]: unknown;
}

export interface Renderer {
  /** Renders `<template>.njk` of the view folders, or `plugins/<name>/<template>`; throws when the template or a text is missing. */
  render(template: string, locals: PageLocals): string;
  translator(language: Language): Translate;
  /** The sprite's SVG, for the asset `icons.svg`. */
  readonly sprite: () => string;
}

export interface RendererOptions {
  /** Folders with templates; `prefix` stands before the names of a plugin's: `plugins/email/`. */
  readonly views: readonly { readonly dir: string; readonly prefix?: string }[];
  readonly translations: Translations;
  /** URL with content hash of an asset name such as "css/app.css"; throws when there is none. */
  readonly assetUrl: (name: string) => string;
  /** Throw on missing texts, icons and printed undefined values (tests); otherwise they are logged. */
  readonly strict?: boolean;
  readonly log?: Log;
}

shareMacros();
quickenTemplates();

/** Reads and compiles all templates once. Only these files are ever templates: texts that people write are values. */
export function createRenderer(options: RendererOptions): Renderer {
  const { strict = false, log = silentLog } = options;
  const sources = readTemplates(options.views);
  const icons = createIcons([...sources.values()]);
  const translate = {
    pl: translator(options.translations, 'pl', { strict, log }),
    en: translator(options.translations, 'en', { strict, log }),
  };
  const loader = {
    getSource: (name: string) => {
      const src = compiled(name);
      if (src === null) throw new Error(`no template ${name}`);
      // The declared type knows only texts.
      return { src: src as string, path: name, noCache: false };
    },
  };
  const settings = { autoescape: true, throwOnUndefined: strict, trimBlocks: true, lstripBlocks: true };
  const environment = new nunjucks.Environment(loader, settings);
  const compiled = compileTemplates(sources, environment, settings);
  // Rendering is synchronous, so macros, which see no locals, read those of the render in progress here.
  let current: PageLocals = { language: 'pl' };
  const zone = (): string => current.site?.timeZone ?? COMPANY_ZONE;
  const safe = (html: string): nunjucks.runtime.SafeString => new nunjucks.runtime.SafeString(html);
  const icon = iconDrawer(icons, strict, log);
  const csrfField = (): nunjucks.runtime.SafeString =>
    safe(`<input type="hidden" name="_csrf" value="${escapeAttribute(current.csrfToken ?? '')}">`);
  const date = (at: unknown, style: DateStyle = 'datetime'): string => formatDate(at, style, current.language, zone());
  const keyFor = (act: KeyAct): string => keyOf(current.agent?.keys ?? {}, act);
  const globals: Readonly<Record<string, unknown>> = {
    t: (key: string, values?: Record<string, string | number>) => translate[current.language](key, values),
    hasText: (key: string) => options.translations[current.language].has(key),
    icon,
    csrfField,
    asset: options.assetUrl,
    initials,
    avatarColour,
    face: (id: unknown) => current.site?.faces?.get(Number(id)) ?? NO_FACE,
    settingsHome,
    pressedKeys: () => JSON.stringify(pressedKeys(current.agent?.keys ?? {})),
    keyFor,
    // The act that a key does with a control, and the key that does it for this agent.
    keyed: (act: KeyAct) =>
      safe(` data-key="${escapeAttribute(act)}"${keyFor(act) ? ` aria-keyshortcuts="${escapeAttribute(keyFor(act))}"` : ''}`),
    hinted: (text: string, act: KeyAct) => (keyFor(act) ? `${text} (${keyFor(act)})` : text),
    date,
    ago: (at: unknown) => formatAgo(at, current.now ?? new Date(), current.language, zone()),
    bytes: (value: number) => formatBytes(value, current.language),
    number: (value: number) => formatNumber(value, current.language),
    mornings: () => mornings(current.now ?? new Date(), zone()),
  };
  for (const [name, value] of Object.entries(globals)) environment.addGlobal(name, value);
  environment.addFilter('date', date);
  // A day, or a time of an unknown zone: as it was written, wherever it is read.
  environment.addFilter('asWritten', (at: string, style: DateStyle) =>
    formatDate(at.length > 10 ? `${at}Z` : at, style, current.language, 'UTC'),
  );
  environment.addFilter('localTime', (at: Date) => localTime(at, zone()));
  environment.addFilter('initials', initials);
  environment.addFilter('avatarColour', avatarColour);
  environment.addFilter('ago', (at: unknown) => formatAgo(at, current.now ?? new Date(), current.language, zone()));
  environment.addFilter('bytes', (value: number) => formatBytes(value, current.language));
  environment.addFilter('number', (value: number) => formatNumber(value, current.language));
  environment.addFilter('iso', (at: unknown) => (at instanceof Date ? at.toISOString() : String(at ?? '')));

  return {
    translator: (language) => translate[language],
    sprite: icons.svg,
    render: (template, locals) => {
      const before = current;
      current = locals;
      try {
        return environment.render(template.endsWith('.njk') ? template : `${template}.njk`, locals);
      } finally {
        current = before;
      }
    },
  };
}

/** Template name → source, for every `.njk` below the folders. */
export function readTemplates(views: RendererOptions['views']): ReadonlyMap<string, string> {
  const sources = new Map<string, string>();
  for (const { dir, prefix = '' } of views) {
    for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !entry.name.endsWith('.njk')) continue;
      const file = join(entry.parentPath, entry.name);
      sources.set(prefix + relative(dir, file).replaceAll('\\', '/'), readFileSync(file, 'utf8'));
    }
  }
  return sources;
}

const escapeAttribute = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
