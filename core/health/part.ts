import { text, type Words } from './doctor/finding.ts';
import type { CheckState } from './readiness.ts';

/** What /ready calls `disk`, `plugin email` or `inbox 3`, as a person says it. */
export function partName(name: string): Words {
  const [kind = '', of] = name.split(' ');
  return of === undefined ? text(`health.part.name.${kind}`) : text(`health.part.name.${kind}`, { of });
}

/** What is wrong with it; what a plugin says of itself it says in its own words. */
export const partTrouble = ({ detail, says }: Pick<CheckState, 'detail' | 'says'>): Words => says ?? detail ?? text('health.ready.failing');

/** A part that is not well only because it has just begun. */
export const STARTING: Words = text('health.part.starting');
export const isStarting = ({ says }: Pick<CheckState, 'says'>): boolean => typeof says === 'object' && says.key === 'health.part.starting';
