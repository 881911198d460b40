import { ownVariables } from '../company/read.ts';
import { COMPANY_VARIABLES } from '../company/types.ts';
import { type Scope, transact } from '../db/scope.ts';
import { InvalidError } from '../lib/errors.ts';
import { namesInLetter } from '../lib/liquid.ts';
import { writeSetting } from '../settings/settings.ts';
import { fillIn } from './fill-in.ts';
import { SAMPLE } from './sample.ts';
import { allAcknowledgements, deleteAddressesBefore, findAcknowledgement, putAcknowledgement } from './store.ts';
import type { Acknowledgement } from './types.ts';

/** Says to whoever keeps something in memory that an acknowledgement was changed. */
export const CHANGED = 'acknowledgements.changed_at';
const KEPT_MS = 2 * 24 * 3_600_000;

/** Keeps what an inbox answers by itself. Raises invalid with the field whose text cannot be filled in. */
export async function saveAcknowledgement(scope: Scope, one: Acknowledgement): Promise<void> {
  fillIn(one, SAMPLE);
  const known = [...COMPANY_VARIABLES, ...(await ownVariables(scope)).keys()];
  for (const field of ['subject', 'text'] as const) {
    const read = namesInLetter(one[field], 'text');
    const unknown = 'names' in read && read.names.some((name) => name.startsWith('company.') && !known.includes(name));
    if (unknown) throw new InvalidError({ [field]: 'acknowledgements.problems.liquid' });
  }
  await transact(scope, async (tx) => {
    await putAcknowledgement(tx, one);
    await writeSetting(tx, CHANGED, tx.now().toISOString());
  });
}

/** What the inbox answers by itself; null = never set. */
export const acknowledgementOf = findAcknowledgement;

/** All that were ever set. */
export const listAcknowledgements = allAcknowledgements;

/** Forgets who got one, after it no longer matters. Answers how many. */
export const forgetAddresses = (scope: Scope): Promise<number> =>
  transact(scope, (tx) => deleteAddressesBefore(tx, new Date(tx.now().getTime() - KEPT_MS)));
