import type { Scope } from '../db/scope.ts';
import { findPicture, allPictures as readAll } from './store.ts';
import type { Owner, Picture } from './types.ts';

/** The file of every picture that may be shown, by the number of its agent; 0 = the company's logo. */
export const allPictures = (scope: Scope): Promise<readonly { readonly ownerId: number; readonly sha256: string }[]> => readAll(scope);

/** Null when somebody has none, or one with a virus. */
export const pictureOf = (scope: Scope, owner: Owner): Promise<Picture | null> => findPicture(scope, owner);
