import type { Present } from './presence.ts';

/** Those who answer, by name, and those who only look. */
export const hereView = (others: readonly Present[]) => ({
  answering: others.filter(({ isAnswering }) => isAnswering).map(({ name }) => name),
  looking: others.filter(({ isAnswering }) => !isAnswering).map(({ agentId, name }) => ({ id: agentId, name })),
});
