import { z } from 'zod';
import { transact } from '../db/scope.ts';
import { type Preferences, readPreferences, savePreferences } from '../notifications/choices.ts';
import { CHANNELS, type Choices, DIGESTS, NOTIFICATION_EVENTS } from '../notifications/events.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { named } from './schemas.ts';

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is no time such as 22:00');
const quiet = z
  .strictObject({ from: time, until: time })
  .nullable()
  .describe("From when until when there is no sound and nothing on the desktop, every day, in the company's time zone; null = never.");
const flags = { app: 'An entry behind the bell.', sound: 'A sound.', desktop: 'A note of the operating system.' } as const;
const shape = Object.fromEntries(CHANNELS.map((channel) => [channel, z.boolean().describe(flags[channel])])) as Record<
  keyof typeof flags,
  z.ZodBoolean
>;
const chosen = named('NotificationChoice', z.strictObject(shape));
const events = Object.fromEntries(NOTIFICATION_EVENTS.map((event) => [event, chosen])) as Record<keyof Choices, typeof chosen>;
const some = Object.fromEntries(NOTIFICATION_EVENTS.map((event) => [event, z.strictObject(shape).partial().optional()])) as Record<
  keyof Choices,
  z.ZodOptional<z.ZodObject<{ [Channel in keyof typeof flags]: z.ZodOptional<z.ZodBoolean> }>>
>;
const digest = z.enum(DIGESTS).describe('How often one mail comes with what waits behind the bell; `day`: in the morning.');
const choices = named('NotificationChoices', z.strictObject({ choices: z.strictObject(events), quiet, digest }));

const view = ({ choices: all, quiet: hours, digest: every }: Preferences): z.input<typeof choices> => ({
  choices: Object.fromEntries(NOTIFICATION_EVENTS.map((event) => [event, { ...all[event] }])) as z.input<typeof choices>['choices'],
  quiet: hours && { ...hours },
  digest: every,
});

/** Of what the agent of the key is told, how and when. */
export function notificationChoiceEndpoints(): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/notification-choices',
      summary: 'Of what the agent of the key is told, and how',
      response: choices,
      handle: async ({ scope, agent }) => view(await readPreferences(scope, agent.id)),
    }),
    endpoint({
      method: 'PATCH',
      path: '/notification-choices',
      summary: 'Choose it',
      description: 'What is left out stays. Quiet hours that end when they begin are none.',
      body: z.strictObject({ choices: z.strictObject(some).optional(), quiet: quiet.optional(), digest: digest.optional() }),
      response: choices,
      handle: ({ scope, agent, body }) =>
        transact(scope, async (tx) => {
          const before = await readPreferences(tx, agent.id);
          const after = NOTIFICATION_EVENTS.map((event) => [event, { ...before.choices[event], ...given(body.choices?.[event]) }]);
          const hours = body.quiet === undefined ? before.quiet : body.quiet?.from === body.quiet?.until ? null : body.quiet;
          await savePreferences(tx, agent.id, {
            choices: Object.fromEntries(after) as Choices,
            quiet: hours,
            digest: body.digest ?? before.digest,
          });
          return view(await readPreferences(tx, agent.id));
        }),
    }),
  ];
}

const given = (one: Readonly<Record<string, boolean | undefined>> | undefined): object =>
  Object.fromEntries(Object.entries(one ?? {}).filter(([, is]) => is !== undefined));
