import { z } from 'zod';
import { changeAvailability } from '../agents/availability.ts';
import { changeOwnEmail, changeOwnPassword } from '../agents/change-password.ts';
import { existingAgent } from '../agents/edit-agent.ts';
import { chooseRing, chooseTheme, editProfile } from '../agents/edit-profile.ts';
import type { Faces } from '../agents/faces.ts';
import { AVAILABILITIES, RINGS, THEMES } from '../agents/types.ts';
import { keyNamesOf } from '../api-keys/api-keys.ts';
import type { Blobs } from '../blobs/blobs.ts';
import type { PageContext, Route } from '../http/context.ts';
import { ownPath } from '../http/own-path.ts';
import {
  emailField,
  lineField,
  newPasswordFields,
  optionalLineField,
  orRedraw,
  REPEAT_PROBLEM,
  readForm,
  samePasswords,
  typed,
} from '../http/params.ts';
import { LANGUAGES } from '../lib/language.ts';
import { morningIn } from '../lib/local-time.ts';
import { limitGuesses } from '../lib/rate-limit.ts';
import { removePicture, savePicture } from '../pictures/save.ts';
import { MAX_UPLOAD_BYTES } from '../pictures/types.ts';
import { endSessions } from '../sessions/end-sessions.ts';
import { enter, type SessionWriter } from '../sessions/enter.ts';
import { openSessions } from '../sessions/start-session.ts';
import { readGeneral } from '../settings/general.ts';
import { readOptions } from '../statistics/options.ts';
import { profileView } from './view.ts';

const DETAILS = z.object({
  firstName: lineField(100),
  lastName: lineField(100),
  jobTitle: optionalLineField(100),
  language: z.enum(LANGUAGES),
});
const EMAIL = z.object({ email: emailField, current: z.string().min(1, 'forms.required').max(4_000, 'forms.too_long') });
const PASSWORD = z
  .object({ old: z.string().min(1, 'forms.required').max(4_000, 'forms.too_long'), ...newPasswordFields })
  .refine(samePasswords, REPEAT_PROBLEM);
const THEME = z.object({ theme: z.enum(THEMES), back: z.string().optional() });

const RING = z.object({ ring: z.enum(RINGS) });
/** For how long somebody is not there. */
const UNTIL = ['', 'half_hour', 'hour', 'day', 'morning'] as const;
const AVAILABILITY = z.object({
  availability: z.enum(AVAILABILITIES),
  until: z.enum(UNTIL).catch('').default(''),
  back: z.string().optional(),
});

export interface ProfileRouteDeps {
  readonly sessionCookie: SessionWriter;
  readonly blobs: Pick<Blobs, 'read'>;
  readonly faces: Pick<Faces, 'forget'>;
}

/** My profile: own picture and data, e-mail and password (with the present one), look, and where I am logged in. */
export function profileRoutes({ sessionCookie, blobs, faces }: ProfileRouteDeps): readonly Route[] {
  const guesses = limitGuesses();

  const show = async (ctx: PageContext, errors: Record<string, string> = {}): Promise<void> => {
    const agent = await existingAgent(ctx.scope, ctx.agent.id);
    const entered = typed(ctx, ...['firstName', 'lastName', 'jobTitle', 'language', 'email'].filter((name) => name in ctx.form));
    const sessions = await openSessions(ctx.scope, agent.id);
    const { reading } = await readOptions(ctx.scope);
    const keys = await keyNamesOf(ctx.scope, agent.id);
    ctx.page(
      'profile/show',
      { ...profileView(ctx.t, agent, entered, sessions, ctx.agent.sessionId, errors), reading, keys },
      Object.keys(errors).length > 0 ? 422 : 200,
    );
  };

  const change = (ctx: PageContext, work: () => Promise<void>): Promise<void> =>
    orRedraw(
      ctx,
      async () => {
        await work();
        ctx.toast(ctx.t('common.saved'));
        ctx.seeOther('/profile');
      },
      (errors) => show(ctx, errors),
    );

  // A stolen session must not become a way to guess the password.
  const guess = async (ctx: PageContext, work: () => Promise<void>): Promise<void> => {
    await guesses(String(ctx.agent.id), ctx.scope.now(), work);
    await enter(ctx, sessionCookie, ctx.agent.id);
  };

  const changePassword = async (ctx: PageContext): Promise<void> => {
    const { old, password } = readForm(PASSWORD, ctx.form);
    await guess(ctx, () => changeOwnPassword(ctx.scope, ctx.agent.id, old, password));
  };

  const changeEmail = async (ctx: PageContext): Promise<void> => {
    const { email, current } = readForm(EMAIL, ctx.form);
    await guess(ctx, () => changeOwnEmail(ctx.scope, ctx.agent.id, current, email));
  };

  const picture = (ctx: PageContext): Promise<void> =>
    change(ctx, async () => {
      await savePicture(ctx.scope, blobs, { kind: 'agent', id: ctx.agent.id }, ctx.uploads[0] ?? null);
      faces.forget();
    });
  const noPicture = (ctx: PageContext): Promise<void> =>
    change(ctx, async () => {
      await removePicture(ctx.scope, { kind: 'agent', id: ctx.agent.id });
      faces.forget();
    });

  const availability = async (ctx: PageContext): Promise<void> => {
    const { availability: said, until, back } = readForm(AVAILABILITY, ctx.form);
    await changeAvailability(ctx.scope, ctx.agent.id, said, said === 'available' ? null : await endOf(ctx, until));
    faces.forget();
    ctx.toast(ctx.t(`profile.availability.now.${said}`));
    ctx.seeOther(ownPath(back, '/profile'));
  };

  return [
    { method: 'GET', path: '/profile', may: 'agent', handle: (ctx) => show(ctx) },
    {
      method: 'POST',
      path: '/profile',
      may: 'agent',
      handle: (ctx) => change(ctx, async () => editProfile(ctx.scope, ctx.agent.id, readForm(DETAILS, ctx.form))),
    },
    { method: 'POST', path: '/profile/picture', may: 'agent', handle: picture, maxBodyBytes: MAX_UPLOAD_BYTES },
    { method: 'POST', path: '/profile/picture/removal', may: 'agent', handle: noPicture },
    { method: 'POST', path: '/profile/availability', may: 'agent', handle: availability },
    {
      method: 'POST',
      path: '/profile/ring',
      may: 'agent',
      handle: (ctx) => change(ctx, async () => chooseRing(ctx.scope, ctx.agent.id, readForm(RING, ctx.form).ring)),
    },
    { method: 'POST', path: '/profile/email', may: 'agent', handle: (ctx) => change(ctx, () => changeEmail(ctx)) },
    { method: 'POST', path: '/profile/password', may: 'agent', handle: (ctx) => change(ctx, () => changePassword(ctx)) },
    {
      method: 'POST',
      path: '/profile/theme',
      may: 'agent',
      handle: async (ctx) => {
        const { theme, back } = readForm(THEME, ctx.form);
        await chooseTheme(ctx.scope, ctx.agent.id, theme);
        ctx.seeOther(ownPath(back, '/profile'));
      },
    },
    {
      method: 'POST',
      path: '/profile/logout-everywhere',
      may: 'agent',
      handle: async (ctx) => {
        await endSessions(ctx.scope, ctx.agent.id);
        sessionCookie.clear(ctx);
        ctx.seeOther('/login');
      },
    },
  ];
}

/** When he is there again by what he chose; null = when he says so. */
async function endOf(ctx: PageContext, until: (typeof UNTIL)[number]): Promise<Date | null> {
  const now = ctx.scope.now();
  if (until === '') return null;
  if (until === 'half_hour' || until === 'hour') return new Date(now.getTime() + (until === 'hour' ? 60 : 30) * 60_000);
  const { timeZone } = await readGeneral(ctx.scope);
  return morningIn(now, timeZone, 1, until === 'day' ? 0 : 8);
}
