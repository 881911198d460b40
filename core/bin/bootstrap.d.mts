export const LEAN: Readonly<Record<string, string>>;
export const RESOLVER: string;
export const LEAN_FLAGS: readonly string[];
