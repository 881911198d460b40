import { z } from 'zod';
import type { PageContext, Route } from '../http/context.ts';
import { orRedraw, readForm, switchField } from '../http/params.ts';
import { InvalidError } from '../lib/errors.ts';
import type { Keyring } from '../lib/secrets.ts';
import type { Called } from './call.ts';
import { newWebhookKey, readAlarms, saveAlarms } from './settings.ts';
import { MAX_PING_MINUTES } from './types.ts';
import type { Alarms } from './watch.ts';

export interface AlarmDeps {
  readonly keyring: Keyring;
  readonly alarms: Pick<Alarms, 'tryOut'>;
}

const address = z
  .string()
  .default('')
  .transform((text) => text.trim())
  .refine((text) => text === '' || (/^https?:\/\//i.test(text) && URL.canParse(text) && text.length <= 2_000), 'alarms.address_wrong');
const FORM = z.object({
  isMailOn: switchField,
  isWebhookOn: switchField,
  webhook: address,
  isPingOn: switchField,
  ping: address,
  pingMinutes: z.coerce
    .number('alarms.minutes_wrong')
    .int('alarms.minutes_wrong')
    .min(1, 'alarms.minutes_wrong')
    .max(MAX_PING_MINUTES, 'alarms.minutes_wrong'),
});

/** Settings → Alarms: mail, a signed webhook, a dead man's switch. Addresses are never shown again, only their hosts. */
export function alarmRoutes({ keyring, alarms }: AlarmDeps): readonly Route[] {
  const show = async (
    ctx: PageContext,
    { errors = {}, key = null }: { errors?: Readonly<Record<string, string>>; key?: string | null } = {},
  ): Promise<void> => {
    const { webhook, webhookKey, ping, ...rest } = await readAlarms(ctx.scope, keyring);
    const hostOf = (url: string | null): string | null => url && new URL(url).host;
    const isWrong = Object.keys(errors).length > 0;
    const typed = isWrong ? { pingMinutes: String(ctx.form['pingMinutes'] ?? '') } : {};
    const values = { ...rest, ...typed, webhookHost: hostOf(webhook), pingHost: hostOf(ping), hasKey: webhookKey !== null };
    ctx.page('alarms/show', { values, errors, key }, isWrong ? 422 : 200);
  };

  const reveal = async (ctx: PageContext): Promise<void> => {
    ctx.set('Cache-Control', 'no-store');
    await show(ctx, { key: await newWebhookKey(ctx.scope, keyring) });
  };

  const save = (ctx: PageContext): Promise<void> =>
    orRedraw(
      ctx,
      async () => {
        const form = readForm(FORM, ctx.form);
        const known = await readAlarms(ctx.scope, keyring);
        const chosen = (name: 'webhook' | 'ping', isOn: boolean): string | null => {
          if (!isOn) return null;
          const url = form[name] || known[name];
          if (!url) throw new InvalidError({ [name]: 'forms.required' });
          return url;
        };
        const wanted = { webhook: chosen('webhook', form.isWebhookOn), ping: chosen('ping', form.isPingOn) };
        await saveAlarms(ctx.scope, keyring, { ...wanted, isMailOn: form.isMailOn, pingMinutes: form.pingMinutes });
        ctx.toast(ctx.t('common.saved'));
        // Nothing is sent unsigned: the first address brings a key.
        if (wanted.webhook !== null && known.webhookKey === null) return reveal(ctx);
        ctx.seeOther('/alarms');
      },
      (errors) => show(ctx, { errors }),
    );

  const tryOut = async (ctx: PageContext): Promise<void> => {
    const { webhook, ping } = await alarms.tryOut();
    const said = (name: 'webhook' | 'ping', called: Called | null): readonly string[] => {
      if (called === null) return [];
      if (called.problem === null) return [ctx.t(`alarms.tried.${name}`)];
      const problem = ctx.t(`alarms.problem.${called.problem}`, { detail: called.detail });
      return [ctx.t(`alarms.failed.${name}`, { problem })];
    };
    // One message: a second one would take the place of the first.
    const lines = [...said('webhook', webhook), ...said('ping', ping)];
    const isBad = lines.length === 0 || (webhook?.problem ?? null) !== null || (ping?.problem ?? null) !== null;
    ctx.toast(lines.join(' ') || ctx.t('alarms.nobody'), isBad ? 'problem' : undefined);
    ctx.seeOther('/alarms');
  };

  return [
    { method: 'GET', path: '/alarms', may: 'administrator', handle: (ctx) => show(ctx) },
    { method: 'POST', path: '/alarms', may: 'administrator', handle: save },
    { method: 'POST', path: '/alarms/trial', may: 'administrator', handle: tryOut },
    { method: 'POST', path: '/alarms/key', may: 'administrator', handle: reveal },
  ];
}
