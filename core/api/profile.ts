import { z } from 'zod';
import { availabilityAt, changeAvailability } from '../agents/availability.ts';
import { existingAgent } from '../agents/edit-agent.ts';
import { chooseRing, editProfile } from '../agents/edit-profile.ts';
import { type Agent, AVAILABILITIES, RINGS } from '../agents/types.ts';
import { type Scope, transact } from '../db/scope.ts';
import { LANGUAGES } from '../lib/language.ts';
import { heldBy, PERMISSIONS } from '../lib/permissions.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { givenInstant, id, instant, named } from './schemas.ts';

const text = z.string().trim().max(100);
const availability = z.enum(AVAILABILITIES).describe('Whether he is there: colleagues see it, and nothing is kept from him by it.');
const UNTIL = 'Until when he is busy or away; null = until he says so.';
const profile = named(
  'Profile',
  z.strictObject({
    id,
    email: z.string(),
    firstName: z.string(),
    lastName: z.string(),
    jobTitle: z.string(),
    language: z.enum(LANGUAGES),
    role: z.enum(['administrator', 'agent']),
    permissions: z.array(z.enum(PERMISSIONS)).describe('An administrator holds all of them.'),
    availability,
    availableAgainAt: instant.nullable().describe(UNTIL),
    ring: z.enum(RINGS).describe('How long browsers ring.'),
  }),
);

/** Whoever the key stands for, as he is and as he says he is. */
export function profileEndpoints(): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/profile',
      summary: 'Whom the key stands for',
      response: profile,
      handle: async ({ scope, agent }) => view(scope, await existingAgent(scope, agent.id)),
    }),
    endpoint({
      method: 'PATCH',
      path: '/profile',
      summary: 'Change his own name, language, ring, or say that he is busy or away',
      body: z
        .strictObject({
          firstName: text.min(1),
          lastName: text.min(1),
          jobTitle: text,
          language: z.enum(LANGUAGES),
          ring: z.enum(RINGS),
          availability,
          availableAgainAt: givenInstant.nullable().describe(UNTIL),
        })
        .partial(),
      response: profile,
      handle: async ({ scope, agent, body: { ring, availability: said, availableAgainAt: until, ...details } }) => {
        await transact(scope, async (tx) => {
          const { firstName, lastName, jobTitle, language, ...before } = await existingAgent(tx, agent.id);
          if (Object.keys(details).length > 0)
            await editProfile(tx, agent.id, { firstName, lastName, jobTitle, language, ...given(details) });
          if (ring !== undefined) await chooseRing(tx, agent.id, ring);
          if (said === undefined && until === undefined) return;
          await changeAvailability(tx, agent.id, said ?? before.availability, until ? new Date(until) : null);
        });
        return view(scope, await existingAgent(scope, agent.id));
      },
    }),
  ];
}

/** Without what was not said. */
const given = <T extends object>(details: T): { [K in keyof T]: NonNullable<T[K]> } =>
  Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined)) as { [K in keyof T]: NonNullable<T[K]> };

function view(scope: Scope, agent: Agent): z.input<typeof profile> {
  const { id: number, email, firstName, lastName, jobTitle, language, role, ring } = agent;
  const now = availabilityAt(agent, scope.now());
  return { id: number, email, firstName, lastName, jobTitle, language, role, permissions: [...heldBy(agent)], ...now, ring };
}
