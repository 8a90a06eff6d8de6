import type { Session, User } from '@/api/types';
import type { FakeClinic } from './clinic';
import { type FakeRouter, ok, problem } from './router';

export const CODE = '246810';

/** Accounts: register, verify, sign in, refresh, sign out, me. */
export function accountRoutes(router: FakeRouter, clinic: FakeClinic): void {
  const open = (user: User): Session => {
    clinic.cookie = user.id;
    return { access_token: `token-${user.id}`, token_type: 'Bearer', expires_in: 600, user };
  };
  router.on('POST auth/register', ({ body }) => {
    const id = clinic.id('person');
    const user = { ...(body as unknown as User), id, roles: ['patient' as const], patient_id: `patient-${id}` };
    clinic.people.push({ user, password: String(body['password']), verified: false });
    return { status: 202 };
  });
  router.on('POST auth/verify', ({ body }) => {
    const person = clinic.people.find((one) => one.user.email === body['email']);
    if (!person || body['code'] !== CODE) return problem(401, 'code_invalid');
    person.verified = true;
    return ok(open(person.user));
  });
  router.on('POST auth/login', ({ body }) => {
    const person = clinic.people.find((one) => one.user.email === body['email']);
    if (!person || person.password !== body['password']) return problem(401, 'invalid_credentials');
    return ok(open(person.user));
  });
  router.on('POST auth/refresh', ({ headers }) => {
    const person = clinic.people.find((one) => one.user.id === clinic.cookie);
    if (!person || headers.get('X-OpenVisit') !== '1') return problem(401, 'not_signed_in');
    return ok(open(person.user));
  });
  router.on('GET auth/federation', () => ok({ items: [] }));
  router.on('GET auth/federation/proof', () => ok({ prove: null }));
  router.on('GET me/provider-sign-out', () => ok({ url: null }));
  router.on('GET me/identities', () => ok({ items: [], removable: true }));
  router.on('POST auth/logout', () => {
    clinic.cookie = null;
    return { status: 204 };
  });
  router.on('GET me', ({ headers }) => {
    const user = clinic.personOf(headers.get('Authorization'));
    return user ? ok(user) : problem(401, 'not_signed_in');
  });
  router.on('PATCH me', ({ headers, body }) => {
    const user = clinic.personOf(headers.get('Authorization'));
    if (!user) return problem(401, 'not_signed_in');
    return ok(Object.assign(user, body));
  });
}
