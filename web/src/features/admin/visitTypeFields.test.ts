import { describe, expect, it } from 'vitest';
import type { ClinicVisitType } from '@/api/catalogue';
import { bodyOf, fieldsOf } from './visitTypeFields';

const type = {
  id: 'type',
  clinic_id: 'clinic',
  version: 3,
  active: true,
  name: 'Follow-up',
  description: 'Short.',
  duration_minutes: 30,
  step_minutes: 15,
  buffer_before_minutes: 0,
  buffer_after_minutes: 10,
  minimum_notice_minutes: 90,
  booking_window_days: 60,
  daily_cap: null,
  modes: ['telehealth'],
  price: { amount_minor: 7550, currency: 'USD' },
  needs_room: false,
  needs_device: false,
  approval_needed: true,
  bookable_by: ['patient', 'staff'],
  provider_ids: ['ada'],
} as ClinicVisitType;

describe('the form of a visit type', () => {
  it('says the same on its way out as came in', () => {
    const { id: _, clinic_id: __, version: ___, active: ____, ...said } = type;
    expect(bodyOf(fieldsOf(type), 'USD')).toEqual(said);
  });

  it('takes empty numbers for none, and the step for the length', () => {
    const body = bodyOf({ ...fieldsOf(null), name: ' New ', duration_minutes: '45', step_minutes: '' }, 'EUR');
    expect(body).toMatchObject({ name: 'New', duration_minutes: 45, step_minutes: 45, daily_cap: null, price: null });
    expect(bodyOf({ ...fieldsOf(null), price: '20', daily_cap: '4' }, 'EUR')).toMatchObject({
      price: { amount_minor: 2000, currency: 'EUR' },
      daily_cap: 4,
    });
  });
});
