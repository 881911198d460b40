import type { PageContext, Route } from '../http/context.ts';
import { saveDays } from '../http/days-form.ts';
import type { InboxRecord } from '../inboxes/types.ts';
import type { Endpoints } from '../messages/endpoint.ts';
import type { Plugins } from '../plugins/host.ts';
import { purgeLog } from '../purges/run.ts';
import { learning } from './learn.ts';
import { changeSpamDays, previewPurge } from './retention.ts';

export interface SpamRouteDeps {
  readonly plugins: Pick<Plugins, 'list'>;
  readonly endpoints: Pick<Endpoints, 'find'>;
  readonly inboxes: () => readonly InboxRecord[];
}

/** Settings → Mail → Spam: filters, thresholds of each inbox, what will be deleted next and what was. */
export function spamRoutes({ plugins, endpoints, inboxes }: SpamRouteDeps): readonly Route[] {
  const filters = (ctx: PageContext) =>
    plugins
      .list()
      .filter(({ plugin }) => plugin?.manifest.kind === 'filter')
      .map(({ name, state, health }) => {
        const shown = state === 'running' && health?.state === 'failing' ? 'failing' : state;
        return {
          name,
          title: ctx.t(`plugin.${name}.title`),
          state: shown,
          stateText: ctx.t(`plugins.state.${shown}`),
          trouble: health?.problem ? ctx.t(`plugin.${name}.problems.${health.problem}`) : null,
        };
      });

  const thresholds = () =>
    inboxes().flatMap(({ id, name }) => {
      const policy = endpoints.find(id)?.policy;
      return policy ? [{ id, name, tagScore: policy.tagScore, spamScore: policy.spamScore }] : [];
    });

  const draw = async (ctx: PageContext, days: string | null, errors: Record<string, string>, status = 200): Promise<void> => {
    const preview = await previewPurge(ctx.scope);
    const found = {
      filters: filters(ctx),
      learning: await learning(ctx.scope),
      inboxes: thresholds(),
      preview,
      log: await purgeLog(ctx.scope, 'spam'),
    };
    ctx.page('spam/index', { ...found, days: days ?? String(preview.days), errors }, status);
  };

  const save = (ctx: PageContext): Promise<void> => saveDays(ctx, '/spam', changeSpamDays, (days, errors) => draw(ctx, days, errors, 422));

  return [
    { method: 'GET', path: '/spam', may: 'administrator', handle: (ctx) => draw(ctx, null, {}) },
    { method: 'POST', path: '/spam', may: 'administrator', handle: save },
  ];
}
