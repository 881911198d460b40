import { z } from 'zod';
import { allow } from '../conversations/allow.ts';
import type { PageContext, Route } from '../http/context.ts';
import { idParam } from '../http/params.ts';
import { ConflictError } from '../lib/errors.ts';
import { findAct } from './acts.ts';
import { undoAct } from './undo.ts';

/** Where to go afterwards: the page of the rule, or the conversation. */
const UNDOING = z.object({ from: z.literal('rule').optional().catch(undefined) });

/** Taking back what a rule did. */
export function ruleActRoutes(): readonly Route[] {
  const reversal = async (ctx: PageContext): Promise<void> => {
    const act = await findAct(ctx.scope, idParam(ctx, 'rule_acts'));
    await allow(ctx.scope, 'conversation:move', act.conversationId);
    try {
      const { left } = await undoAct(ctx.scope, act.id);
      const what = left.map((one) => ctx.t(`rules.left.${one}`)).join(', ');
      ctx.toast(left.length === 0 ? ctx.t('rules.toast.undone') : ctx.t('rules.toast.undone_but', { what }));
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      ctx.toast(ctx.t(`rules.conflict.${error.code}`), 'problem');
    }
    const isOnRule = UNDOING.parse(ctx.form).from === 'rule' && act.ruleId !== null && ctx.agent.permissions.includes('rules');
    ctx.seeOther(isOnRule ? `/rules/${act.ruleId}/acts` : `/conversations/${act.conversationId}`);
  };
  return [{ method: 'POST', path: '/rule-acts/:id/reversal', may: 'agent', handle: reversal }];
}
