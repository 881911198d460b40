import { execFileSync } from 'node:child_process';

/** An image whose root is mounted: nothing may write there, so one mount serves several containers. */
export interface Image {
  readonly root: string;
  readonly env: readonly string[];
  readonly args: readonly string[];
  readonly cwd: string;
  readonly megabytes: number;
  readonly unmount: () => void;
}

const buildah = (...args: readonly string[]): string => execFileSync('buildah', args, { encoding: 'utf8' }).trim();

interface Inspected {
  readonly OCIv1: {
    readonly config: { readonly Env?: string[]; readonly Entrypoint?: string[]; readonly Cmd?: string[]; readonly WorkingDir?: string };
  };
}

/** Mounts what `docker build` made (buildah's own store). Raises Error with what to do when there is no such image. */
export function mountImage(name: string): Image {
  let container: string;
  try {
    container = buildah('from', '--pull-never', name);
  } catch {
    throw new Error(`There is no image ${name}. Make it first: buildah bud --target plain -t ${name} .`);
  }
  const root = buildah('mount', container);
  const { config }: Inspected['OCIv1'] = (JSON.parse(buildah('inspect', container)) as Inspected).OCIv1;
  return {
    root,
    env: config.Env ?? [],
    args: [...(config.Entrypoint ?? []), ...(config.Cmd ?? [])],
    cwd: config.WorkingDir || '/',
    megabytes: Number(execFileSync('du', ['-sm', root], { encoding: 'utf8' }).split('\t')[0]),
    unmount: () => {
      buildah('umount', container);
      buildah('rm', container);
    },
  };
}
