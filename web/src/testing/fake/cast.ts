import type { Provider, User, VisitType } from '@/api/types';

export const PASSWORD = 'openvisit-demo';
export const CLINIC = 'clinic-harbor';

/** The small cast that all tests play with. */
export const patient: User = {
  id: 'person-ana',
  email: 'patient@demo.test',
  full_name: 'Ana Whitfield',
  roles: ['patient'],
  patient_id: 'patient-ana',
  provider_id: null,
  time_zone: 'America/New_York',
  language: 'en',
  clinic_roles: [],
  has_password: true,
};

export const doctor: User = {
  id: 'person-okafor',
  email: 'provider@demo.test',
  full_name: 'Dr. Grace Okafor',
  roles: ['provider'],
  patient_id: null,
  provider_id: 'provider-okafor',
  time_zone: 'America/New_York',
  language: 'en',
  clinic_roles: [{ clinic_id: CLINIC, role: 'provider' }],
  has_password: true,
};

export const staff: User = {
  id: 'person-reyes',
  email: 'staff@demo.test',
  full_name: 'Luis Reyes',
  roles: ['staff'],
  patient_id: null,
  provider_id: null,
  time_zone: 'America/New_York',
  language: 'es',
  clinic_roles: [{ clinic_id: CLINIC, role: 'staff', scopes: ['front-desk', 'clinical'] }],
  has_password: true,
};

export const admin: User = {
  id: 'person-lind',
  email: 'admin@demo.test',
  full_name: 'Maja Lind',
  roles: ['admin', 'staff'],
  patient_id: null,
  provider_id: null,
  time_zone: 'America/New_York',
  language: 'en',
  clinic_roles: [
    { clinic_id: CLINIC, role: 'admin' },
    { clinic_id: CLINIC, role: 'staff' },
  ],
  has_password: true,
};

export const locations = [
  { id: 'location-harbor', name: 'Harbor Clinic', city: 'Boston', time_zone: 'America/New_York' },
  { id: 'location-mesa', name: 'Mesa Health Center', city: 'Denver', time_zone: 'America/Denver' },
  { id: 'location-river', name: 'Riverside Practice', city: 'London', time_zone: 'Europe/London' },
];

const first = locations[0]!;
const second = locations[1]!;
const third = locations[2]!;

export const visitTypes: VisitType[] = [
  visitType('type-first', 'First visit', 'A longer talk to get to know you and your history.', 45, 12_000),
  visitType('type-follow', 'Follow-up', 'A short look at how things are going since last time.', 30, 7_500),
  {
    ...visitType('type-procedure', 'Procedure', 'Planned by the clinic together with you.', 60, null),
    bookable_by: ['staff'],
  },
  {
    ...visitType(
      'type-assess',
      'Full assessment',
      'A thorough examination, approved by the clinic beforehand.',
      60,
      null,
    ),
    approval_needed: true,
    modes: ['in-person'],
    needs_room: true,
  },
];

function visitType(id: string, name: string, description: string, minutes: number, price: number | null): VisitType {
  return {
    id,
    clinic_id: CLINIC,
    active: true,
    version: 1,
    name,
    description,
    duration_minutes: minutes,
    step_minutes: 30,
    buffer_before_minutes: 0,
    buffer_after_minutes: 0,
    minimum_notice_minutes: 120,
    booking_window_days: 60,
    daily_cap: null,
    modes: ['in-person', 'telehealth', 'phone'],
    price: price === null ? null : { amount_minor: price, currency: 'USD' },
    needs_room: false,
    needs_device: false,
    approval_needed: false,
    bookable_by: ['patient', 'staff'],
  };
}

type Sketch = [
  id: string,
  name: string,
  specialty: [string, string],
  place: typeof first,
  languages: string[],
  fee: number,
];

const SKETCHES: Sketch[] = [
  ['provider-okafor', 'Dr. Grace Okafor', ['207Q00000X', 'Family medicine'], first, ['en', 'fr'], 7_500],
  ['provider-marin', 'Dr. Elena Marín', ['207N00000X', 'Dermatology'], second, ['en', 'es'], 9_000],
  ['provider-chen', 'Dr. Wei Chen', ['2084P0800X', 'Psychiatry'], first, ['en', 'zh'], 14_000],
  ['provider-novak', 'Tomáš Novák', ['225100000X', 'Physical therapy'], second, ['en', 'cs'], 6_000],
  ['provider-shah', 'Dr. Priya Shah', ['208000000X', 'Pediatrics'], third, ['en', 'hi', 'gu'], 8_500],
];

export const providers: Omit<Provider, 'next_free'>[] = SKETCHES.map(
  ([id, name, [code, specialty], place, languages, fee]) => ({
    id,
    clinic_id: CLINIC,
    active: true,
    version: 1,
    person_id: null,
    default_visit_type_id: 'type-follow',
    visit_types: visitTypes.map((type) => ({ visit_type_id: type.id })),
    name,
    title: name.startsWith('Dr.') ? 'MD' : 'PT, DPT',
    specialties: [{ code, name: specialty }],
    languages,
    insurance_plans: ['Blue Harbor PPO', 'Medicare'],
    modes: ['in-person', 'telehealth', 'phone'],
    locations: [place],
    fee_from: { amount_minor: fee, currency: 'USD' },
    photo_url: null,
    time_zone: place.time_zone,
    bio: `${name} listens first and explains in plain words. Before joining the clinic, years in community practice.`,
  }),
);
