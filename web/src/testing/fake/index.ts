import { accountRoutes } from './accounts';
import { bookingRoutes } from './booking';
import { FakeClinic } from './clinic';
import { directoryRoutes } from './directory';
import { FakeOffice, officeRoutes } from './office';
import { FakeRouter } from './router';

/** A server in memory that speaks the contract well enough for the screens. Tests only; never part of the build. */
export function makeFakeServer() {
  const clinic = new FakeClinic();
  const router = new FakeRouter();
  const office = new FakeOffice();
  accountRoutes(router, clinic);
  directoryRoutes(router, clinic);
  bookingRoutes(router, clinic);
  officeRoutes(router, clinic, office);
  return { clinic, office, router, answer: (request: Request) => router.answer(request) };
}

export type FakeServer = ReturnType<typeof makeFakeServer>;
