import { z } from 'zod';
import type { Scope } from '../db/scope.ts';
import type { PageContext, Route } from '../http/context.ts';
import { orRedraw, queryText, readForm } from '../http/params.ts';
import { InvalidError, NotFoundError } from '../lib/errors.ts';
import { readLocalTime } from '../lib/local-time.ts';
import { type Look, reading, type Shown } from './look.ts';
import { momentName, momentView, spansView } from './moment-view.ts';
import { PASSWORD, type PasswordAgain } from './password-again.ts';
import type { BackupSource, Restorer } from './restorer.ts';
import type { BackupRunner } from './runner.ts';

export interface MomentDeps {
  readonly restorer: Pick<Restorer, 'begin'>;
  readonly runner: Pick<BackupRunner, 'progress'>;
  readonly look: Look;
  /** Of this installation; null before the first backup. */
  readonly source: () => BackupSource | null;
  readonly timeZone: (scope: Scope) => Promise<string>;
  readonly passwordAgain: PasswordAgain;
}

const TYPED = z.object({ name: z.string().trim().max(100, 'forms.too_long') });

/** Settings → Backups → A moment: any second that the kept changes reach, what is restored for it, and the order to do it. */
export function momentRoutes({ restorer, runner, look, source, timeZone, passwordAgain }: MomentDeps): readonly Route[] {
  const mustHaveSource = (): BackupSource => {
    const from = source();
    if (!from) throw new NotFoundError('Backup');
    return from;
  };

  const show = async (ctx: PageContext, text: string, errors: Readonly<Record<string, string>> = {}): Promise<void> => {
    const zone = await timeZone(ctx.scope);
    const from = source();
    const { spans, problem } = await reading(async () => ({ spans: from ? spansView(await look.spans(from), zone) : [] }), { spans: [] });
    const at = readLocalTime(text, zone);
    const wrong = text !== '' && at === null ? { at: ctx.t('backups.moment.wrong') } : {};
    const chosen = await reading(async () => ({ shown: at ? ((await look.moment(mustHaveSource(), at)) as Shown | null) : null }), {
      shown: null,
    });
    const isWrong = Object.keys({ ...errors, ...wrong }).length > 0;
    ctx.page(
      'backups/moment',
      {
        ...{ spans, zone, typed: text, errors: { ...wrong, ...errors }, isBusy: runner.progress() !== null },
        problem: problem ?? chosen.problem,
        moment: at && chosen.shown && momentView(chosen.shown, at, zone),
      },
      isWrong ? 422 : 200,
    );
  };

  const begin = async (ctx: PageContext): Promise<void> => {
    const text = String(ctx.form['at'] ?? '').slice(0, 30);
    await orRedraw(
      ctx,
      async () => {
        await passwordAgain(ctx.scope, ctx.agent, readForm(PASSWORD, ctx.form).current);
        const zone = await timeZone(ctx.scope);
        const at = readLocalTime(text, zone);
        if (at === null) throw new InvalidError({ at: 'backups.moment.wrong' });
        if (readForm(TYPED, ctx.form).name !== momentName(at, zone)) throw new InvalidError({ name: 'backups.moment.name_wrong' });
        const from = mustHaveSource();
        const shown = await look.moment(from, at);
        const ticket = shown.problem || runner.progress() ? null : restorer.begin(from, at);
        if (ticket === null) ctx.toast(ctx.t('backups.restore.problem.busy'), 'problem');
        ctx.seeOther(ticket === null ? '/backups/moment' : `/restorations/${ticket}`);
      },
      (errors) => show(ctx, text, errors),
    );
  };

  return [
    { method: 'GET', path: '/backups/moment', may: 'administrator', handle: (ctx) => show(ctx, queryText(ctx, 'at', 30)) },
    { method: 'POST', path: '/backups/moment/restoration', may: 'administrator', handle: begin },
  ];
}
