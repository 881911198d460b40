import { PassThrough, Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';

/** One file of an archive. */
export interface ZipEntry {
  /** Its path, with forward slashes; unique, relative and without `..`. */
  readonly name: string;
  readonly at: Date;
  readonly content: Readable | string;
}

/**
 * A ZIP archive (PKWARE APPNOTE 6.3, names in UTF-8) of files that are made one after the other, each when the one before has been read: none is
 * whole in memory. Fails as a stream when a file does; whoever ends it early ends the making.
 */
export function zipOf(entries: AsyncIterable<ZipEntry>): Readable {
  const zip = new ZipFile();
  const archive = new PassThrough();
  let current: Readable | null = null;
  archive.once('close', () => current?.destroy());
  const fill = async (): Promise<void> => {
    for await (const { name, at, content } of entries) {
      const file = typeof content === 'string' ? Readable.from([Buffer.from(content)]) : content;
      current = file;
      zip.addReadStreamLazy(name, { mtime: at }, (give) => give(null, file));
      if (archive.destroyed) file.destroy();
      await finished(file);
    }
    zip.end();
  };
  zip.on('error', (error: Error) => archive.destroy(error));
  fill().catch((error: Error) => archive.destroy(error));
  zip.outputStream.pipe(archive);
  return archive;
}
