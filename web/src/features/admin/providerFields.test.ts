import { describe, expect, it } from 'vitest';
import type { ClinicVisitType } from '@/api/catalogue';
import type { Provider } from '@/api/types';
import { bodyOf, fieldsOf } from './providerFields';

const usd = (amount_minor: number) => ({ amount_minor, currency: 'USD' });
const types = [
  { id: 'first', name: 'First visit', active: true, price: usd(12000) },
  { id: 'old', name: 'No longer', active: false, price: null },
] as ClinicVisitType[];
const provider = {
  name: 'Dr. Ada',
  title: 'MD',
  bio: '',
  time_zone: 'UTC',
  specialties: [{ code: '207Q00000X', name: 'Family medicine' }],
  languages: ['en'],
  insurance_plans: ['Blue'],
  locations: [{ id: 'north' }],
  visit_types: [{ visit_type_id: 'first', fee: usd(9000) }],
  default_visit_type_id: 'first',
  person_id: 'person',
} as unknown as Provider;

describe('the form of a provider', () => {
  it('says the same on its way out as came in', () => {
    expect(bodyOf(fieldsOf(provider, types, 'UTC', 'USD'), true)).toEqual({
      full_name: 'Dr. Ada',
      title: 'MD',
      bio: '',
      time_zone: 'UTC',
      specialties: ['207Q00000X'],
      languages: ['en'],
      insurance_plans: ['Blue'],
      location_ids: ['north'],
      visit_types: [{ visit_type_id: 'first', fee: usd(9000) }],
      default_visit_type_id: 'first',
      person_id: 'person',
    });
  });

  it('shows visit types that are switched off only where they are offered', () => {
    expect(fieldsOf(provider, types, 'UTC', 'USD').visit_types.map(({ id }) => id)).toEqual(['first']);
    const offering = { ...provider, visit_types: [{ visit_type_id: 'old', fee: null }] } as Provider;
    expect(fieldsOf(offering, types, 'UTC', 'USD').visit_types).toHaveLength(2);
  });

  it('leaves the account to staff, and no default to what is not offered', () => {
    const fields = fieldsOf(provider, types, 'UTC', 'USD');
    const none = bodyOf({ ...fields, visit_types: fields.visit_types.map((one) => ({ ...one, offered: false })) }, false);
    expect(none.visit_types).toEqual([]);
    expect('default_visit_type_id' in none).toBe(false);
    expect('person_id' in none).toBe(false);
  });

  it('takes an empty fee for the price of the visit type', () => {
    const fields = fieldsOf(provider, types, 'UTC', 'USD');
    const free = bodyOf({ ...fields, visit_types: fields.visit_types.map((one) => ({ ...one, fee: '' })) }, true);
    expect(free.visit_types).toEqual([{ visit_type_id: 'first', fee: null }]);
  });
});
