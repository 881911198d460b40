import { fileURLToPath } from 'node:url';
import { type Assets, loadAssets } from '../../core/http/assets.ts';
import { loadTranslations, type Translations } from '../../core/http/i18n.ts';
import { createRenderer, type Renderer } from '../../core/http/render.ts';

export const VIEWS = fileURLToPath(new URL('../../views', import.meta.url));

/** The real templates and texts, throwing on anything missing. */
export function strictRenderer(views: readonly { dir: string; prefix?: string }[] = [{ dir: VIEWS }]): Renderer {
  read ??= { assets: loadAssets([{ dir: `${VIEWS}/assets` }]), translations: loadTranslations([{ dir: `${VIEWS}/locales` }]) };
  return createRenderer({ views, translations: read.translations, assetUrl: read.assets.url, strict: true });
}

let read: { readonly assets: Assets; readonly translations: Translations } | null = null;
