import { type Scope, transact } from '../db/scope.ts';
import { ConflictError, NotFoundError } from '../lib/errors.ts';
import { activateKey, deleteSigningKey, findSigningKey, retireActiveKey, sendingDomainId } from './store.ts';
import type { SigningKeyId } from './types.ts';

/** From the next mail on this key signs; the one before is retired. Raises key_unpublished when its record was not seen yet. */
export async function signWithKey(scope: Scope, domain: string, id: SigningKeyId): Promise<void> {
  await changeKey(scope, domain, id, async (tx) => {
    await retireActiveKey(tx, domain);
    if (!(await activateKey(tx, id)))
      throw new ConflictError('key_unpublished', 'The record of this key is not in the DNS yet', 'Check it first, then sign with it.');
  });
}

/** A key that signs is retired: mail goes out unsigned. Any other is forgotten. */
export async function removeKey(scope: Scope, domain: string, id: SigningKeyId): Promise<void> {
  await changeKey(scope, domain, id, async (tx, isActive) => {
    if (isActive) await retireActiveKey(tx, domain);
    else await deleteSigningKey(tx, id);
  });
}

type Work = (tx: Parameters<typeof retireActiveKey>[0], isActive: boolean) => Promise<void>;

async function changeKey(scope: Scope, domain: string, id: SigningKeyId, work: Work): Promise<void> {
  await transact(scope, async (tx) => {
    const key = await findSigningKey(tx, domain, id);
    if (!key) throw new NotFoundError('Signing key');
    await work(tx, key.state === 'active');
    tx.emit({ type: 'sending_domain.changed', data: { sendingDomainId: await sendingDomainId(tx, domain), name: domain } });
  });
}
