import { chooseKeys } from '../agents/edit-profile.ts';
import type { PageContext, Route } from '../http/context.ts';
import { typedText } from '../http/params.ts';
import { KEY_ACTS, type KeyAct, keyOf, keyProblems, type OwnKeys } from '../lib/keys.ts';
import { composed } from '../lib/text.ts';
import { keyText } from './view.ts';

/** My profile → Keys: each act's own key, or none. */
export function keyRoutes(): readonly Route[] {
  const show = (ctx: PageContext, own: OwnKeys, status = 200): void => {
    const problems = status === 200 ? new Map() : keyProblems(own);
    const problemOf = (act: KeyAct): string => {
      const problem = problems.get(act);
      if (!problem) return '';
      return problem.kind === 'wrong' ? ctx.t('profile.keys.wrong') : ctx.t('profile.keys.taken', { by: ctx.t(keyText(problem.by)) });
    };
    const acts = KEY_ACTS.map((act, at) => ({ at, usual: act, text: keyText(act), key: keyOf(own, act), problem: problemOf(act) }));
    ctx.page('profile/keys', { acts, isUsual: Object.keys(own).length === 0 }, status);
  };

  const save = async (ctx: PageContext): Promise<void> => {
    const typed = KEY_ACTS.map((act, at): [KeyAct, string] => [act, composed(typedText(ctx, `key-${at}`).trim(), 1)]);
    const own: OwnKeys = Object.fromEntries(typed.filter(([act, key]) => key !== act));
    if (keyProblems(own).size > 0) return show(ctx, own, 422);
    await chooseKeys(ctx.scope, ctx.agent.id, own);
    ctx.toast(ctx.t('common.saved'));
    ctx.seeOther('/profile/keys');
  };

  const restore = async (ctx: PageContext): Promise<void> => {
    await chooseKeys(ctx.scope, ctx.agent.id, {});
    ctx.toast(ctx.t('profile.keys.restored'));
    ctx.seeOther('/profile/keys');
  };

  return [
    { method: 'GET', path: '/profile/keys', may: 'agent', handle: (ctx) => show(ctx, ctx.agent.keys) },
    { method: 'POST', path: '/profile/keys', may: 'agent', handle: save },
    { method: 'POST', path: '/profile/keys/defaults', may: 'agent', handle: restore },
  ];
}
