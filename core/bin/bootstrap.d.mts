export const LEAN: Readonly<Record<string, string>>;
export const LEAN_FLAGS: readonly string[];
