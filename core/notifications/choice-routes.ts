import { z } from 'zod';
import type { PageContext, Route } from '../http/context.ts';
import { idParam, orRedraw, readForm, typed } from '../http/params.ts';
import type { InboxDirectory } from '../inboxes/directory.ts';
import type { InboxId } from '../lib/ids.ts';
import { type Preferences, readPreferences, savePreferences, stopEvent } from './choices.ts';
import { CHANNELS, type Choices, type Chosen, DIGESTS, eventOf, NOTIFICATION_EVENTS } from './events.ts';
import { readNotification } from './read.ts';

const TIME = z.union([z.literal(''), z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'notifications.choices.time')]).default('');
const QUIET = z
  .object({ quietFrom: TIME, quietUntil: TIME, digest: z.enum(DIGESTS).default('never') })
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

export interface ChoiceRouteDeps {
  readonly directory: Pick<InboxDirectory, 'openTo'>;
}

/** My profile → Notifications: of what, how and when; and the switch at each entry of the list. */
export function notificationChoiceRoutes({ directory }: ChoiceRouteDeps): readonly Route[] {
  const draw = (ctx: PageContext, { choices, quiet, digest, inboxIds }: Preferences, errors: Record<string, string> = {}): void => {
    const rows = NOTIFICATION_EVENTS.map((event) => ({ event, channels: CHANNELS.map((name) => ({ name, on: choices[event][name] })) }));
    const values = { quietFrom: quiet?.from ?? '', quietUntil: quiet?.until ?? '', digest };
    const inboxes = directory.openTo(ctx.agent.id).map(({ id, name, address }) => ({ id, name, address, isTicked: inboxIds.includes(id) }));
    ctx.page('notifications/choices', { rows, channels: CHANNELS, values, inboxes, errors }, Object.keys(errors).length > 0 ? 422 : 200);
  };

  /** Those that are ticked and his to see. */
  const inboxesOf = (ctx: PageContext): readonly InboxId[] => {
    const ticked = new Set([ctx.form['inboxIds'] ?? []].flat().map(String));
    return directory.openTo(ctx.agent.id).flatMap(({ id }) => (ticked.has(String(id)) ? [id] : []));
  };

  const save = (ctx: PageContext): Promise<void> =>
    orRedraw(
      ctx,
      async () => {
        const { quietFrom: from, quietUntil: until, digest } = readForm(QUIET, ctx.form);
        const quiet = from === '' || from === until ? null : { from, until };
        await savePreferences(ctx.scope, ctx.agent.id, { choices: readChoices(ctx.form), quiet, digest, inboxIds: inboxesOf(ctx) });
        ctx.toast(ctx.t('common.saved'));
        ctx.seeOther('/notifications/choices');
      },
      (errors) => {
        const { quietFrom = '', quietUntil = '' } = typed(ctx, 'quietFrom', 'quietUntil');
        const digest = DIGESTS.find((one) => one === ctx.form['digest']) ?? 'never';
        draw(
          ctx,
          { choices: readChoices(ctx.form), quiet: { from: quietFrom, until: quietUntil }, digest, inboxIds: inboxesOf(ctx) },
          errors,
        );
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
