import { z } from 'zod';
import { foldersFor } from '../folders/allow.ts';
import { folderChoices } from '../folders/view.ts';
import type { PageContext, Route } from '../http/context.ts';
import { idParam, orRedraw, readForm, typed } from '../http/params.ts';
import type { InboxDirectory } from '../inboxes/directory.ts';
import { isForPeople } from '../lib/address-text.ts';
import { listTeams } from '../teams/list.ts';
import { type Preferences, readPreferences, savePreferences, stopEvent } from './choices.ts';
import { CHANNELS, type Choices, type Chosen, DIGESTS, eventOf, NOTIFICATION_EVENTS } from './events.ts';
import { readNotification } from './read.ts';
import { PLACES, type Places } from './types.ts';

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
  /** The places of which he may hear. */
  const offered = async (ctx: PageContext) => {
    const folders = await foldersFor(ctx.scope, 'see');
    const teams = (await listTeams(ctx.scope)).filter(({ memberIds }) => memberIds.includes(ctx.agent.id));
    return {
      inboxIds: directory
        .openTo(ctx.agent.id)
        .map(({ id, name, address }) => ({ value: id, text: isForPeople(address) ? `${name} · ${address}` : name })),
      folderIds: folderChoices(ctx.t, folders),
      teamIds: teams.map(({ id, name }) => ({ value: id, text: name })),
    };
  };

  const draw = async (ctx: PageContext, wishes: Preferences, errors: Record<string, string> = {}): Promise<void> => {
    const { choices, quiet, digest } = wishes;
    const rows = NOTIFICATION_EVENTS.map((event) => ({ event, channels: CHANNELS.map((name) => ({ name, on: choices[event][name] })) }));
    const values = { quietFrom: quiet?.from ?? '', quietUntil: quiet?.until ?? '', digest };
    const known = await offered(ctx);
    // One alone is no choice.
    const places = PLACES.filter((kind) => known[kind].length > 1).map((kind) => {
      const chosen: readonly number[] = wishes[kind];
      return { kind, choices: known[kind].map((one) => ({ ...one, isTicked: chosen.includes(one.value) })) };
    });
    ctx.page('notifications/choices', { rows, channels: CHANNELS, values, places, errors }, Object.keys(errors).length > 0 ? 422 : 200);
  };

  /** Those that are ticked and his to see. */
  const readPlaces = async (ctx: PageContext): Promise<Places> => {
    const { inboxIds, folderIds, teamIds } = await offered(ctx);
    const tickedOf = <Id>(kind: keyof Places, known: readonly { readonly value: Id }[]): readonly Id[] => {
      const ticked = new Set([ctx.form[kind] ?? []].flat().map(String));
      return known.flatMap(({ value }) => (ticked.has(String(value)) ? [value] : []));
    };
    return {
      inboxIds: tickedOf('inboxIds', inboxIds),
      folderIds: tickedOf('folderIds', folderIds),
      teamIds: tickedOf('teamIds', teamIds),
    };
  };

  const save = async (ctx: PageContext): Promise<void> => {
    const [choices, places] = [readChoices(ctx.form), await readPlaces(ctx)];
    await orRedraw(
      ctx,
      async () => {
        const { quietFrom: from, quietUntil: until, digest } = readForm(QUIET, ctx.form);
        const quiet = from === '' || from === until ? null : { from, until };
        await savePreferences(ctx.scope, ctx.agent.id, { choices, quiet, digest, ...places });
        ctx.toast(ctx.t('common.saved'));
        ctx.seeOther('/notifications/choices');
      },
      (errors) => {
        const { quietFrom = '', quietUntil = '' } = typed(ctx, 'quietFrom', 'quietUntil');
        const digest = DIGESTS.find((one) => one === ctx.form['digest']) ?? 'never';
        return draw(ctx, { choices, quiet: { from: quietFrom, until: quietUntil }, digest, ...places }, errors);
      },
    );
  };

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
