import type { ClinicVisitType } from '@/api/catalogue';
import type { Mode, Role } from '@/api/types';
import { amountField, priceOf } from './money';

/** A kind of visit as the form shows it: an empty number means "none". */
export interface VisitTypeFields {
  name: string;
  description: string;
  duration_minutes: number | string;
  step_minutes: number | string;
  buffer_before_minutes: number | string;
  buffer_after_minutes: number | string;
  notice_hours: number | string;
  booking_window_days: number | string;
  daily_cap: number | string;
  price: number | string;
  modes: Mode[];
  bookable_by: Role[];
  needs_room: boolean;
  needs_device: boolean;
  approval_needed: boolean;
  provider_ids: string[];
}

const HOUR = 60;
const FRESH: VisitTypeFields = {
  name: '',
  description: '',
  duration_minutes: 30,
  step_minutes: '',
  buffer_before_minutes: 0,
  buffer_after_minutes: 0,
  notice_hours: 2,
  booking_window_days: 60,
  daily_cap: '',
  price: '',
  modes: ['in-person', 'telehealth'],
  bookable_by: ['patient', 'provider', 'staff', 'admin'],
  needs_room: false,
  needs_device: false,
  approval_needed: false,
  provider_ids: [],
};

/** The form of a visit type; that of a usual new one without. */
export function fieldsOf(type: ClinicVisitType | null): VisitTypeFields {
  if (!type) return FRESH;
  return {
    name: type.name,
    description: type.description,
    duration_minutes: type.duration_minutes,
    step_minutes: type.step_minutes,
    buffer_before_minutes: type.buffer_before_minutes,
    buffer_after_minutes: type.buffer_after_minutes,
    notice_hours: type.minimum_notice_minutes / HOUR,
    booking_window_days: type.booking_window_days,
    daily_cap: type.daily_cap ?? '',
    price: amountField(type.price),
    modes: type.modes,
    bookable_by: type.bookable_by as Role[],
    needs_room: type.needs_room,
    needs_device: type.needs_device,
    approval_needed: type.approval_needed,
    provider_ids: type.provider_ids,
  };
}

/** What is sent for the form. */
export function bodyOf({ notice_hours, price, daily_cap, step_minutes, ...plain }: VisitTypeFields, currency: string) {
  const duration_minutes = Number(plain.duration_minutes);
  return {
    name: plain.name.trim(),
    description: plain.description.trim(),
    duration_minutes,
    step_minutes: step_minutes === '' ? duration_minutes : Number(step_minutes),
    buffer_before_minutes: Number(plain.buffer_before_minutes),
    buffer_after_minutes: Number(plain.buffer_after_minutes),
    minimum_notice_minutes: Math.round(Number(notice_hours) * HOUR),
    booking_window_days: Number(plain.booking_window_days),
    daily_cap: daily_cap === '' ? null : Number(daily_cap),
    price: priceOf(price, currency),
    modes: plain.modes,
    bookable_by: plain.bookable_by,
    needs_room: plain.needs_room,
    needs_device: plain.needs_device,
    approval_needed: plain.approval_needed,
    provider_ids: plain.provider_ids,
  };
}
