import type { Blobs } from '../blobs/blobs.ts';
import { recordBlob } from '../blobs/store.ts';
import { type Scope, transact } from '../db/scope.ts';
import { InvalidError } from '../lib/errors.ts';
import { pictureSize } from '../lib/picture-size.ts';
import { deletePicture, putPicture } from './store.ts';
import { MAX_PICTURE_BYTES, MAX_SIDE, type Owner } from './types.ts';

/** Gives somebody a stored file as his picture, in place of the one before. Raises invalid where it is none, too large or not square. */
export async function savePicture(
  scope: Scope,
  blobs: Pick<Blobs, 'read'>,
  owner: Owner,
  file: { readonly sha256: string; readonly bytes: number } | null,
): Promise<void> {
  if (file === null || file.bytes === 0) throw new InvalidError({ picture: 'forms.required' });
  const contentType = await checkedType(blobs, owner, file);
  await transact(scope, async (tx) => {
    await recordBlob(tx, file);
    await putPicture(tx, owner, { sha256: file.sha256, contentType });
    tx.emit({ type: 'picture.changed', data: { agentId: owner.kind === 'agent' ? owner.id : null } });
  });
}

/** Where there is none nothing happens. Its file goes with the nightly collection. */
export async function removePicture(scope: Scope, owner: Owner): Promise<void> {
  await transact(scope, async (tx) => {
    if (await deletePicture(tx, owner)) tx.emit({ type: 'picture.changed', data: { agentId: owner.kind === 'agent' ? owner.id : null } });
  });
}

async function checkedType(blobs: Pick<Blobs, 'read'>, { kind }: Owner, { sha256, bytes }: { sha256: string; bytes: number }) {
  if (bytes > MAX_PICTURE_BYTES) throw new InvalidError({ picture: `pictures.problem.large_${kind}` });
  const found = pictureSize(await blobs.read(sha256));
  if (!found) throw new InvalidError({ picture: 'pictures.problem.type' });
  if (Math.max(found.width, found.height) > MAX_SIDE[kind]) throw new InvalidError({ picture: `pictures.problem.large_${kind}` });
  if (kind === 'agent' && found.width !== found.height) throw new InvalidError({ picture: 'pictures.problem.square' });
  return found.type;
}
