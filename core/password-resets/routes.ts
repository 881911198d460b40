import { z } from 'zod';
import { nameOf } from '../agents/types.ts';
import type { PageContext, Route } from '../http/context.ts';
import { newPasswordFields, orRedraw, queryText, REPEAT_PROBLEM, readForm, samePasswords, typedText } from '../http/params.ts';
import { errorFacts, type Log } from '../lib/log.ts';
import { TooManyError } from '../lib/rate-limit.ts';
import { readGeneral } from '../settings/general.ts';
import { askForReset, createResetLimits, resetWaitMs } from './ask.ts';
import { type MailRenderer, passwordMail } from './mail.ts';
import { LinkDeadError, linkOwner, redeemLink } from './redeem.ts';
import type { SendSystemMail } from './types.ts';

const ASK = z.object({ email: z.string().max(320) });
const CHOICE = z.object({ token: z.string().max(100), ...newPasswordFields }).refine(samePasswords, REPEAT_PROBLEM);

export interface PasswordResetRouteDeps {
  readonly renderer: MailRenderer;
  readonly sendSystemMail: SendSystemMail;
  readonly publicUrl: string;
  readonly log: Log;
}

/** "Forgotten password?" and the page where a link from a reset or an invitation leads. */
export function passwordResetRoutes({ renderer, sendSystemMail, publicUrl, log }: PasswordResetRouteDeps): readonly Route[] {
  const limits = createResetLimits();

  const mailLink = async (ctx: PageContext, email: string): Promise<void> => {
    try {
      const found = await askForReset(ctx.scope, limits, { email, publicUrl });
      if (!found) return;
      const { companyName } = await readGeneral(ctx.scope);
      const taken = await sendSystemMail(passwordMail(renderer, { kind: 'reset', companyName, ...found }));
      log.info(taken ? 'password_reset_mailed' : 'password_reset_not_mailed', { agentId: found.agent.id });
    } catch (error) {
      log.error('password_reset_failed', errorFacts(error));
    }
  };

  // The answer does not wait for the mail, so neither its words nor its time tell whether the account exists.
  const ask = (ctx: PageContext): void => {
    const { email } = readForm(ASK, ctx.form);
    const waitMs = resetWaitMs(limits, ctx.ip, ctx.scope.now());
    if (waitMs > 0) throw new TooManyError(waitMs);
    void mailLink(ctx, email);
    ctx.page('password-resets/asked');
  };

  const showChoice = async (ctx: PageContext): Promise<void> => {
    const token = queryText(ctx, 'token', 100);
    await orDead(ctx, async () => choice(ctx, token, nameOf(await linkOwner(ctx.scope, token)), {}));
  };

  const choose = (ctx: PageContext): Promise<void> =>
    orDead(ctx, async () => {
      const token = typedText(ctx, 'token');
      const owner = await linkOwner(ctx.scope, token);
      const save = async (): Promise<void> => {
        const form = readForm(CHOICE, ctx.form);
        await redeemLink(ctx.scope, form.token, form.password);
        ctx.toast(ctx.t('password-resets.done'));
        ctx.seeOther('/login');
      };
      await orRedraw(ctx, save, (errors) => choice(ctx, token, nameOf(owner), errors));
    });

  return [
    { method: 'GET', path: '/password-resets/new', may: 'public', handle: (ctx) => ctx.page('password-resets/new') },
    { method: 'POST', path: '/password-resets', may: 'public', handle: ask },
    { method: 'GET', path: '/password-resets/choice', may: 'public', handle: showChoice },
    { method: 'POST', path: '/password-resets/choice', may: 'public', handle: choose },
  ];
}

function choice(ctx: PageContext, token: string, name: string, errors: Record<string, string>): void {
  ctx.set('Referrer-Policy', 'no-referrer');
  ctx.page('password-resets/choice', { token, name, errors }, Object.keys(errors).length > 0 ? 422 : 200);
}

async function orDead(ctx: PageContext, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof LinkDeadError)) throw error;
    ctx.page('password-resets/dead', {}, error.status);
  }
}
