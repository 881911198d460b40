import type { AgentId } from '../lib/ids.ts';
import type { PictureType } from '../lib/picture-size.ts';

/** Whose picture: an agent's, or the company's logo. */
export type Owner = { readonly kind: 'agent'; readonly id: AgentId } | { readonly kind: 'company' };

export interface Picture {
  readonly sha256: string;
  readonly contentType: PictureType;
}

/** Longest side in pixels of what is kept: browsers make a picture smaller and square before they send it. */
export const MAX_SIDE = { agent: 512, company: 1_024 } as const;
export const MAX_PICTURE_BYTES = 1_000_000;
/** What may be chosen at all. */
export const MAX_UPLOAD_BYTES = 5_500_000;
