/** What a proof of the ledger can find wrong. */
export const FINDINGS = [
  'entry_missing',
  'entry_changed',
  'head_wrong',
  'row_missing',
  'row_changed',
  'row_without_entry',
  'count_wrong',
  'blob_missing',
  'blob_damaged',
] as const;

export interface Finding {
  readonly kind: (typeof FINDINGS)[number];
  /** Where: an entry, a row, a day or a file, in words for whoever repairs it. */
  readonly detail: string;
}
