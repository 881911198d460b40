// What Node compiles at the first start of a version, packed into one file of the image (docs/decisions/0712-the-image-brings-its-compiled-code.md).
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { getCompileCacheDir } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PACK = fileURLToPath(new URL('../../compiled', import.meta.url));
/** Node names the folder of compiled code after its version, processor, flags and user: `v26.1.0-x64-5449647f-1000`. */
const CODE = /^v\d+\.\d+\.\d+-/;

/**
 * Once for each version: unpacks the file, where there is one, to where Node looks for compiled code, in place of what earlier versions left there. Without
 * it the start only takes longer, so whatever fails is left at that.
 */
export function unpackCompiled() {
  const code = getCompileCacheDir();
  if (code === undefined || !existsSync(PACK)) return;
  const home = dirname(code);
  const { size, mtimeMs } = statSync(PACK);
  const mark = `unpacked-${size}-${Math.floor(mtimeMs)}`;
  if (existsSync(join(home, mark))) return;
  try {
    const { deserialize } = process.getBuiltinModule('node:v8');
    const { zstdDecompressSync } = process.getBuiltinModule('node:zlib');
    const files = deserialize(zstdDecompressSync(readFileSync(PACK)));
    mkdirSync(home, { recursive: true });
    for (const name of readdirSync(home))
      if (CODE.test(name) || name.startsWith('unpacked-')) rmSync(join(home, name), { recursive: true });
    mkdirSync(code);
    for (const [name, bytes] of files.code) writeFileSync(join(code, name), bytes);
    for (const [name, bytes] of files.beside) writeFileSync(join(home, name), bytes);
    writeFileSync(join(home, mark), '');
  } catch {
    // A disk without room, or somebody else's folder.
  }
}

/** Packs what a process with these flags has left in `home`, the folder that holds Node's. */
export function packCompiled(home, file) {
  const { serialize } = process.getBuiltinModule('node:v8');
  const { constants, zstdCompressSync } = process.getBuiltinModule('node:zlib');
  const read = (folder, names) => names.map((name) => [name, readFileSync(join(folder, name))]);
  const [code, ...others] = readdirSync(home).filter((name) => CODE.test(name));
  if (code === undefined || others.length > 0)
    throw new Error(`One folder of compiled code was expected in ${home}, not ${[code, ...others].join(', ')}.`);
  const files = {
    code: read(join(home, code), readdirSync(join(home, code))),
    beside: read(
      home,
      readdirSync(home).filter((name) => name !== code),
    ),
  };
  writeFileSync(file, zstdCompressSync(serialize(files), { params: { [constants.ZSTD_c_compressionLevel]: 19 } }));
}
