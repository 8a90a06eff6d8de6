/** The browser does not say where it is. */
export class NowhereError extends Error {}

const PATIENCE_MS = 15_000;

/** Where this device is. Errors: NowhereError. */
export function whereIAm(): Promise<{ latitude: number; longitude: number }> {
  return new Promise((resolve, reject) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ latitude: coords.latitude, longitude: coords.longitude }),
      () => reject(new NowhereError()),
      { timeout: PATIENCE_MS },
    );
  });
}
