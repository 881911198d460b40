import type { PageContext, Route } from '../http/context.ts';
import { contentDisposition } from '../http/files.ts';
import { within } from '../lib/within.ts';
import type { Doctor, Examined } from './doctor/examine.ts';
import { inWords } from './doctor/finding.ts';

export interface HealthDeps {
  readonly doctor: Doctor;
  /** The support bundle as a file. */
  readonly bundle: () => Promise<Buffer>;
}

/** The first lines are worth waiting for; after that the page fills itself. */
const FIRST_MS = 3_000;

const WORST_FIRST = ['broken', 'note', 'ok'];

/** Settings → Health: what the doctor saw, the worst first; and the bundle for whoever helps. */
export function healthRoutes({ doctor, bundle }: HealthDeps): readonly Route[] {
  const values = (ctx: PageContext, { findings, at, isRunning }: Examined) => ({
    at,
    isRunning,
    wrong: findings.filter(({ state }) => state === 'broken').length,
    lines: findings
      .toSorted((a, b) => WORST_FIRST.indexOf(a.state) - WORST_FIRST.indexOf(b.state))
      .map(({ state, what, seen, advice }) => ({
        state,
        what: inWords(ctx.t, what),
        seen: inWords(ctx.t, seen),
        advice: advice === null ? '' : inWords(ctx.t, advice),
      })),
  });
  return [
    {
      method: 'GET',
      path: '/health/checks',
      may: 'administrator',
      handle: async (ctx) => ctx.page('health/show', values(ctx, await firstLook(doctor))),
    },
    {
      method: 'GET',
      path: '/health/checks/state',
      may: 'administrator',
      handle: (ctx) => ctx.fragment('health/_state', values(ctx, doctor.look())),
    },
    {
      method: 'POST',
      path: '/health/checks',
      may: 'administrator',
      handle: (ctx) => {
        doctor.again();
        ctx.seeOther('/health/checks');
      },
    },
    {
      method: 'GET',
      path: '/health/bundle',
      may: 'administrator',
      handle: async (ctx) => {
        ctx.set({
          'Content-Type': 'application/gzip',
          'Content-Disposition': contentDisposition('centrala-support.json.gz'),
          'Cache-Control': 'no-store',
        });
        ctx.body = await bundle();
      },
    },
  ];
}

function firstLook(doctor: Doctor): Examined | Promise<Examined> {
  const known = doctor.look();
  return known.at === null ? within(FIRST_MS, doctor.wait(), () => known) : known;
}
