import { z } from 'zod';
import type { PageContext, Route } from '../http/context.ts';
import { idParam, orRedraw, readForm, typed } from '../http/params.ts';
import { type Preferences, readPreferences, savePreferences, stopEvent } from './choices.ts';
import { CHANNELS, type Choices, type Chosen, eventOf, NOTIFICATION_EVENTS } from './events.ts';
import { readNotification } from './read.ts';

const TIME = z.union([z.literal(''), z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'notifications.choices.time')]).default('');
const QUIET = z
  .object({ quietFrom: TIME, quietUntil: TIME })
  .refine(({ quietFrom, quietUntil }) => (quietFrom === '') === (quietUntil === ''), {
    path: ['quietUntil'],
    message: 'notifications.choices.both',
  });

/** A box for each event and channel; one that is not there is not ticked. */
function readChoices(form: PageContext['form']): Choices {
  const chosen = (event: string) =>
    Object.fromEntries(CHANNELS.map((channel) => [channel, form[`${event}.${channel}`] === 'on'])) as Chosen;
  return Object.fromEntries(NOTIFICATION_EVENTS.map((event) => [event, chosen(event)])) as Choices;
}

/** My profile → Notifications: of what, how and when; and the switch at each entry of the list. */
export function notificationChoiceRoutes(): readonly Route[] {
  const draw = (ctx: PageContext, { choices, quiet }: Preferences, errors: Record<string, string> = {}): void => {
    const rows = NOTIFICATION_EVENTS.map((event) => ({ event, channels: CHANNELS.map((name) => ({ name, on: choices[event][name] })) }));
    const values = { quietFrom: quiet?.from ?? '', quietUntil: quiet?.until ?? '' };
    ctx.page('notifications/choices', { rows, channels: CHANNELS, values, errors }, Object.keys(errors).length > 0 ? 422 : 200);
  };

  const save = (ctx: PageContext): Promise<void> =>
    orRedraw(
      ctx,
      async () => {
        const { quietFrom: from, quietUntil: until } = readForm(QUIET, ctx.form);
        const quiet = from === '' || from === until ? null : { from, until };
        await savePreferences(ctx.scope, ctx.agent.id, { choices: readChoices(ctx.form), quiet });
        ctx.toast(ctx.t('common.saved'));
        ctx.seeOther('/notifications/choices');
      },
      (errors) => {
        const { quietFrom = '', quietUntil = '' } = typed(ctx, 'quietFrom', 'quietUntil');
        draw(ctx, { choices: readChoices(ctx.form), quiet: { from: quietFrom, until: quietUntil } }, errors);
      },
    );

  const stop = async (ctx: PageContext): Promise<void> => {
    const found = await readNotification(ctx.scope, ctx.agent.id, idParam(ctx, 'notifications'));
    const event = eventOf(found.kind);
    await stopEvent(ctx.scope, ctx.agent.id, event);
    ctx.toast(ctx.t('notifications.stopped', { event: ctx.t(`notifications.event.${event}`) }));
    ctx.seeOther('/notifications/choices');
  };

  return [
    {
      method: 'GET',
      path: '/notifications/choices',
      may: 'agent',
      handle: async (ctx) => draw(ctx, await readPreferences(ctx.scope, ctx.agent.id)),
    },
    { method: 'POST', path: '/notifications/choices', may: 'agent', handle: save },
    { method: 'POST', path: '/notifications/:id/stopping', may: 'agent', handle: stop },
  ];
}
