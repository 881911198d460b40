import type { PluginStatus } from './host.ts';

/** What running plugins urgently want an administrator to see. */
export const urgentProblems = (statuses: readonly Pick<PluginStatus, 'name' | 'health'>[]) =>
  statuses.flatMap(({ name, health }) =>
    health?.isUrgent && health.problem !== null ? [{ plugin: name, problem: health.problem, detail: health.detail }] : [],
  );
