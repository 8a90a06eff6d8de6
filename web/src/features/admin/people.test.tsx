import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { admin, CLINIC, staff } from '@/testing/fake/cast';
import { makeFakeServer } from '@/testing/fake';
import { ok, problem } from '@/testing/fake/router';
import { renderApp } from '@/testing/renderApp';

/** A server with two people at the clinic, and what was asked of their accounts. */
function withPeople() {
  const server = makeFakeServer();
  const asked: unknown[] = [];
  const people = [admin, staff].map(({ id, email, full_name }) => ({
    id,
    email,
    full_name,
    roles: id === admin.id ? ['admin'] : ['staff'],
    scopes: ['front-desk'],
    verified: true,
    provider_id: null,
    active: true,
  }));
  server.router.on('GET people', () => ok({ items: people, next_cursor: null }));
  server.router.on(`GET clinics/${CLINIC}/factor-resets`, () => ok({ items: [] }));
  server.router.on('POST people/:id/end-sessions', ({ params, body }) => {
    asked.push({ end: params['id'], ...body });
    return ok({ ended: 2 });
  });
  server.router.on('PUT people/:id/account', ({ params, body }) => {
    asked.push({ switch: params['id'], ...body });
    const person = people.find(({ id }) => id === params['id']);
    if (!person) return problem(404, 'person_not_found');
    person.active = body['active'] === true;
    return ok(person);
  });
  return { server, asked };
}

describe('the accounts of people at a clinic', () => {
  it('are signed out everywhere after asking once more', async () => {
    const { server, asked } = withPeople();
    const { user } = await renderApp('/admin/people', { as: admin, server });
    await user.click(await screen.findByRole('button', { name: `Edit ${staff.full_name}` }));
    await user.click(await screen.findByRole('button', { name: 'Sign out everywhere' }));
    expect(asked).toEqual([]);
    const dialog = await screen.findByRole('dialog', { name: `Sign ${staff.full_name} out everywhere?` });
    await user.click(within(dialog).getByRole('button', { name: 'Sign out everywhere' }));
    await screen.findByText(`${staff.full_name} was signed out of 2 sessions.`);
    expect(asked).toEqual([{ end: staff.id, clinic_id: CLINIC }]);
  });

  it('are switched off and on again', async () => {
    const { server, asked } = withPeople();
    const { user } = await renderApp('/admin/people', { as: admin, server });
    await user.click(await screen.findByRole('button', { name: `Edit ${staff.full_name}` }));
    await user.click(await screen.findByRole('button', { name: 'Switch the account off' }));
    const off = await screen.findByRole('dialog', { name: `Switch the account of ${staff.full_name} off?` });
    await user.click(within(off).getByRole('button', { name: 'Switch the account off' }));
    await screen.findByText(`The account of ${staff.full_name} is switched off.`);

    await user.click(await screen.findByRole('switch'));
    await user.click(await screen.findByRole('button', { name: `Edit ${staff.full_name}` }));
    expect(screen.queryByRole('button', { name: 'Sign out everywhere' })).toBeNull();
    await user.click(await screen.findByRole('button', { name: 'Switch the account on' }));
    const on = await screen.findByRole('dialog', { name: `Switch the account of ${staff.full_name} on again?` });
    await user.click(within(on).getByRole('button', { name: 'Switch the account on' }));
    await waitFor(() => expect(asked).toHaveLength(2));
    expect(asked).toEqual([
      { switch: staff.id, clinic_id: CLINIC, active: false },
      { switch: staff.id, clinic_id: CLINIC, active: true },
    ]);
  });

  it('say why an account that is used elsewhere stays on', async () => {
    const { server } = withPeople();
    server.router.override('PUT people/:id/account', () => problem(409, 'account_elsewhere'));
    const { user } = await renderApp('/admin/people', { as: admin, server });
    await user.click(await screen.findByRole('button', { name: `Edit ${staff.full_name}` }));
    await user.click(await screen.findByRole('button', { name: 'Switch the account off' }));
    const dialog = await screen.findByRole('dialog', { name: `Switch the account of ${staff.full_name} off?` });
    await user.click(within(dialog).getByRole('button', { name: 'Switch the account off' }));
    expect(await within(dialog).findByRole('alert')).toHaveTextContent('used at another clinic');
  });

  it('are not one’s own to switch off', async () => {
    const { server } = withPeople();
    const { user } = await renderApp('/admin/people', { as: admin, server });
    await user.click(await screen.findByRole('button', { name: `Edit ${admin.full_name}` }));
    await screen.findByRole('dialog', { name: admin.full_name });
    expect(screen.queryByRole('button', { name: 'Switch the account off' })).toBeNull();
  });
});
