import type { ClinicVisitType } from '@/api/catalogue';
import type { Provider } from '@/api/types';
import { amountField, priceOf } from './money';

/** A visit type in the form of a provider: whether it is offered, and the fee where it is the provider's own. */
export interface OfferField {
  id: string;
  name: string;
  offered: boolean;
  /** In major units; empty where the visit type's own price holds. */
  fee: number | string;
  usual: number | '';
  currency: string;
}

export interface ProviderFields {
  full_name: string;
  title: string;
  bio: string;
  time_zone: string;
  specialties: string[];
  languages: string[];
  insurance_plans: string[];
  location_ids: string[];
  visit_types: OfferField[];
  default_visit_type_id: string | null;
  person_id: string | null;
}

/** The form of a provider, with a line for each visit type of the clinic that is switched on or offered. */
export function fieldsOf(provider: Provider | null, types: ClinicVisitType[], zone: string, currency: string): ProviderFields {
  const offers = new Map(provider?.visit_types.map((offer) => [offer.visit_type_id, offer.fee ?? null]));
  return {
    full_name: provider?.name ?? '',
    title: provider?.title ?? '',
    bio: provider?.bio ?? '',
    time_zone: provider?.time_zone ?? zone,
    specialties: provider?.specialties.map(({ code }) => code) ?? [],
    languages: provider?.languages ?? ['en'],
    insurance_plans: provider?.insurance_plans ?? [],
    location_ids: provider?.locations.map(({ id }) => id) ?? [],
    visit_types: types
      .filter(({ id, active }) => active || offers.has(id))
      .map(({ id, name, price }) => {
        const fee = offers.get(id) ?? null;
        return {
          id,
          name,
          offered: offers.has(id),
          fee: amountField(fee),
          usual: amountField(price),
          currency: fee?.currency ?? price?.currency ?? currency,
        };
      }),
    default_visit_type_id: provider?.default_visit_type_id ?? null,
    person_id: provider?.person_id ?? null,
  };
}

/** What is sent for the form. The account is for staff to tie. */
export function bodyOf(fields: ProviderFields, staff: boolean) {
  const { visit_types, default_visit_type_id, person_id, ...plain } = fields;
  const offered = visit_types.filter((one) => one.offered);
  const first = offered.find(({ id }) => id === default_visit_type_id) ?? offered[0];
  return {
    ...plain,
    full_name: fields.full_name.trim(),
    visit_types: offered.map(({ id, fee, currency }) => ({ visit_type_id: id, fee: priceOf(fee, currency) })),
    ...(first ? { default_visit_type_id: first.id } : {}),
    ...(staff ? { person_id } : {}),
  };
}
