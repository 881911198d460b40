import { changeWidget } from '../../core/widget/settings.ts';
import { USUAL, type WidgetSettings } from '../../core/widget/types.ts';
import type { App } from './app.ts';

/** Switches it on for a website, past the five seconds for which what was before is remembered. */
export async function widgetOn(app: Pick<App, 'scope' | 'base'>, settings: Partial<WidgetSettings> = {}): Promise<void> {
  await changeWidget(app.scope, { ...USUAL, isOn: true, sites: ['https://firma.pl'], ...settings });
}
