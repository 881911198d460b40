import type { Context, Middleware } from 'koa';
import type { Metrics } from '../health/metrics.ts';
import type { Readiness } from '../health/readiness.ts';
import { equalSecrets } from '../lib/secrets.ts';

export interface MonitoringDeps {
  readonly readiness: () => Promise<Readiness>;
  readonly metrics: Metrics;
  /** CENTRALA_METRICS_TOKEN; null = only from this machine. */
  readonly metricsToken: string | null;
}

/** /health, /ready and /metrics. Stands before sessions and pages, so that /health answers while the database is away. */
export function monitoring({ readiness, metrics, metricsToken }: MonitoringDeps): Middleware {
  const pages: Readonly<Record<string, (ctx: Context) => Promise<void> | void>> = {
    '/health': (ctx) => answer(ctx, 200, { status: 'ok' }),
    '/ready': async (ctx) => {
      const state = await readiness();
      answer(ctx, state.status === 'ready' ? 200 : 503, state);
    },
    '/metrics': async (ctx) => {
      if (!mayScrape(ctx, metricsToken))
        return answer(ctx, 403, {
          code: 'forbidden',
          message: 'Metrics are for this machine only',
          help: 'Set CENTRALA_METRICS_TOKEN and send it as "Authorization: Bearer TOKEN".',
        });
      ctx.set('Cache-Control', 'no-store');
      ctx.set('Content-Type', metrics.contentType);
      ctx.body = await metrics.text();
    },
  };
  return async (ctx, next) => {
    const page = ctx.method === 'GET' || ctx.method === 'HEAD' ? pages[ctx.path] : undefined;
    if (page && Object.hasOwn(pages, ctx.path)) return page(ctx);
    const from = performance.now();
    await next();
    const route: unknown = ctx['_matchedRoute'];
    metrics.answered({
      method: ctx.method,
      route: typeof route === 'string' ? route : 'none',
      status: ctx.status,
      seconds: (performance.now() - from) / 1000,
    });
  };
}

function answer(ctx: Context, status: number, body: object): void {
  ctx.status = status;
  ctx.set('Cache-Control', 'no-store');
  ctx.body = body;
}

/** A proxy on this machine makes everybody look local, so a forwarded request is never taken for a local one. */
function mayScrape(ctx: Context, token: string | null): boolean {
  const sent = /^Bearer (\S{1,500})$/i.exec(ctx.get('Authorization'))?.[1];
  if (token !== null && sent !== undefined && equalSecrets(sent, token)) return true;
  const isForwarded = ['X-Forwarded-For', 'X-Real-IP', 'Forwarded', 'Via'].some((name) => ctx.get(name) !== '');
  return !isForwarded && /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/.test(ctx.req.socket.remoteAddress ?? '');
}
