/** Four letters at a time: what is typed off a screen is easier to follow so. */
export const GROUP = /.{1,4}/gu;

/** The digits of an app's code, however they were typed. */
export function codeOfApp(typed: string): string {
  return typed.replace(/\D/gu, '');
}

/** Recovery codes as a text file. */
export function codesFile(codes: string[], heading: string): string {
  return `${heading}\r\n\r\n${codes.join('\r\n')}\r\n`;
}
