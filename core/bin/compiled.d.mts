export function unpackCompiled(): void;
export function packCompiled(home: string, file: string): void;
