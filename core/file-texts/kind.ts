/** How the words of a file are got out: `reading` = from what was read of it when it came (a message in a message). */
export const FILE_KINDS = ['pdf', 'office', 'text', 'markup', 'reading'] as const;
export type FileKind = (typeof FILE_KINDS)[number];

/** Larger ones stay files to open. */
export const MAX_FILE_BYTES = 10 * 1024 * 1024;

const BY_ENDING: readonly (readonly [RegExp, FileKind])[] = [
  [/\.pdf$/, 'pdf'],
  [/\.(docx|docm|dotx|xlsx|xlsm|pptx|odt|ods|odp|ott)$/, 'office'],
  [/\.(txt|csv|tsv|md|log|ics|vcf|eml|json|yaml|yml)$/, 'text'],
  [/\.(html?|xml)$/, 'markup'],
];
const BY_TYPE: readonly (readonly [RegExp, FileKind])[] = [
  [/^application\/pdf$/, 'pdf'],
  [/^application\/vnd\.(openxmlformats-officedocument|oasis\.opendocument)\./, 'office'],
  [/^text\/(html|xml)$/, 'markup'],
  [/^(text\/|message\/rfc822)/, 'text'],
];

/** By its name, else by the type it was sent with; null when no words are looked for in it. */
export function kindOf(file: { readonly filename: string; readonly contentType: string; readonly bytes: number }): FileKind | null {
  if (file.bytes === 0 || file.bytes > MAX_FILE_BYTES) return null;
  const [name, type] = [file.filename.trim().toLowerCase(), file.contentType.toLowerCase()];
  const [, kind = null] = BY_ENDING.find(([ending]) => ending.test(name)) ?? BY_TYPE.find(([known]) => known.test(type)) ?? [];
  return kind;
}
