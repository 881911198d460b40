import type { CheckState } from '../health/readiness.ts';

/** Whom the machine tells by itself, beside its pages. An address is null where nobody is to be called. */
export interface AlarmSettings {
  readonly isMailOn: boolean;
  /** Called with a signed JSON body when something stops working and when it works again. */
  readonly webhook: string | null;
  /** What the body is signed with; null before the first webhook. */
  readonly webhookKey: string | null;
  /** Called every `pingMinutes` while all is well: whoever misses the call gives the alarm (a dead man's switch). */
  readonly ping: string | null;
  readonly pingMinutes: number;
}

/** Something that does not work, as `/ready` names it; free of secrets and persons. */
export type Trouble = Pick<CheckState, 'name' | 'detail' | 'says'>;

export const MAX_PING_MINUTES = 1_440;
