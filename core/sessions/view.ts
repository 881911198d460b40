import type { Translate } from '../http/context.ts';

export interface LoginView {
  /** Where to go after log-in; a path of our own. */
  readonly next: string;
  readonly email: string;
  /** Text above the form, or ''. */
  readonly problem: string;
}

export const loginView = ({ next, email = '', problem = '' }: Partial<LoginView> & { next: string }): LoginView => ({
  next,
  email,
  problem,
});

/** When the next attempt may come, in whole seconds or minutes, rounded up. */
export function waitText(t: Translate, waitMs: number): string {
  const seconds = Math.ceil(waitMs / 1000);
  return seconds < 100
    ? t('sessions.problem.wait_seconds', { n: seconds })
    : t('sessions.problem.wait_minutes', { n: Math.ceil(seconds / 60) });
}
