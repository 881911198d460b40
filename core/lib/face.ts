/** What is shown of an agent wherever his initials would stand. */
export interface Face {
  /** Mark of his picture in its address; null = he has none. */
  readonly picture: string | null;
  readonly availability: 'available' | 'busy' | 'away';
  /** ISO-8601: until when he is not available; null = until he says so. */
  readonly availableAgainAt: string | null;
}

/** Of a person of whom nothing is known. */
export const NO_FACE: Face = { picture: null, availability: 'available', availableAgainAt: null };
