/** Leaves for an app's own address, which the server has checked; never for one that would run as a script here. */
export function leaveFor(address: string): void {
  if (/^(javascript|data|vbscript|blob|file):/iu.test(address.trim())) return;
  window.location.assign(address);
}
