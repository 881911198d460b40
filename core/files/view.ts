import { fileIcon } from '../messages/attachment-view.ts';
import { previewKind } from '../messages/preview.ts';
import type { CompanyFile, FileId } from './types.ts';

/** The address of a folder's list; null = the top. */
export const folderHref = (id: FileId | null): string => (id === null ? '/files' : `/files?in=${id}`);

/** A row of the list. `extension` is what a person calls its type. */
export const fileRow = (file: CompanyFile) => ({
  id: file.id,
  isFolder: file.isFolder,
  name: file.name,
  href: file.isFolder ? folderHref(file.id) : `/files/${file.id}`,
  icon: file.isFolder ? 'folder' : fileIcon(file.contentType),
  extension: /\.([^.\s]{1,10})$/.exec(file.name)?.[1]?.toUpperCase() ?? '',
  bytes: file.bytes,
  by: file.addedBy?.name ?? '',
  at: file.addedAt,
  virus: file.virus,
  shows:
    file.isFolder || file.virus?.state === 'infected'
      ? null
      : previewKind({ filename: file.name, contentType: file.contentType, bytes: file.bytes }),
});
