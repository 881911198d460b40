import type { Knex } from 'knex';
import type { Scope, WriteScope } from '../db/scope.ts';
import type { PictureType } from '../lib/picture-size.ts';
import type { Owner, Picture } from './types.ts';

interface Row {
  kind: 'agent' | 'company';
  owner_id: number;
  blob_sha256: string;
  content_type: PictureType;
  created_at: string;
}

const keyOf = (owner: Owner) => ({ kind: owner.kind, owner_id: owner.kind === 'agent' ? owner.id : 0 });

/** Without those in which a virus was found after they had been taken: nobody is shown such a one. */
const harmless = (db: Knex) =>
  db<Row>('pictures').whereNotIn('blob_sha256', db('file_scans').where({ virus_state: 'infected' }).select('sha256'));

export async function findPicture({ db }: Scope, owner: Owner): Promise<Picture | null> {
  const row = await harmless(db).where(keyOf(owner)).first();
  return row ? { sha256: row.blob_sha256, contentType: row.content_type } : null;
}

export async function putPicture({ db, now }: WriteScope, owner: Owner, { sha256, contentType }: Picture): Promise<void> {
  await db<Row>('pictures')
    .insert({ ...keyOf(owner), blob_sha256: sha256, content_type: contentType, created_at: now().toISOString() })
    .onConflict(['kind', 'owner_id'])
    .merge();
}

/** False when there is none. */
export async function deletePicture({ db }: WriteScope, owner: Owner): Promise<boolean> {
  return (await db<Row>('pictures').where(keyOf(owner)).delete()) > 0;
}

/** All of them, each with whose it is; 0 = the company's. */
export async function allPictures({ db }: Scope): Promise<readonly { readonly ownerId: number; readonly sha256: string }[]> {
  return (await harmless(db).select('owner_id', 'blob_sha256')).map((row) => ({ ownerId: row.owner_id, sha256: row.blob_sha256 }));
}
