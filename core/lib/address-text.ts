/** An e-mail address or a number, which people know; the name of a window on the company's website tells them nothing. */
export const isForPeople = (address: string): boolean => /@|^\+?\d/.test(address);
