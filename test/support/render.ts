import { fileURLToPath } from 'node:url';
import { loadAssets } from '../../core/http/assets.ts';
import { loadTranslations } from '../../core/http/i18n.ts';
import { createRenderer, type Renderer } from '../../core/http/render.ts';

export const VIEWS = fileURLToPath(new URL('../../views', import.meta.url));

/** The real templates and texts, throwing on anything missing. */
export function strictRenderer(views: readonly { dir: string; prefix?: string }[] = [{ dir: VIEWS }]): Renderer {
  const assets = loadAssets([{ dir: `${VIEWS}/assets` }]);
  const translations = loadTranslations([{ dir: `${VIEWS}/locales` }]);
  return createRenderer({ views, translations, assetUrl: assets.url, strict: true });
}
