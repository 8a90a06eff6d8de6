import type { Channel, NotificationPreferences, NotificationPreferencesChange } from '@/api/messages';

/** The form of one's wishes: what is left to the clinic is a switch that is off. */
export interface WishFields {
  ownChannels: boolean;
  channels: Channel[];
  ownTimes: boolean;
  offsets: number[];
  quiet: 'clinic' | 'never' | 'own';
  from: string;
  until: string;
  language: 'account' | 'en' | 'es';
  custom: string;
  optedOut: Channel[];
}

const USUAL_QUIET = { from: '21:00', until: '08:00' };

/** The form's fields for what is kept. */
export function fieldsOf(kept: NotificationPreferences): WishFields {
  const never = kept.quiet !== null && kept.quiet.from === kept.quiet.until;
  const hours = kept.quiet && !never ? kept.quiet : (kept.usual.quiet ?? USUAL_QUIET);
  return {
    ownChannels: kept.channels !== null,
    channels: kept.channels ?? kept.usual.channels,
    ownTimes: kept.offsets !== null,
    offsets: kept.offsets ?? kept.usual.offsets,
    quiet: kept.quiet === null ? 'clinic' : never ? 'never' : 'own',
    from: hours.from,
    until: hours.until,
    language: kept.language ?? 'account',
    custom: kept.custom_message,
    optedOut: kept.opted_out,
  };
}

/** What is kept from now on. Quiet hours that begin and end alike are none at all. */
export function changeOf(fields: WishFields): NotificationPreferencesChange {
  const quiet = {
    clinic: null,
    never: { from: '00:00', until: '00:00' },
    own: { from: fields.from, until: fields.until },
  }[fields.quiet];
  return {
    channels: fields.ownChannels && fields.channels.length > 0 ? fields.channels : null,
    offsets: fields.ownTimes ? fields.offsets : null,
    quiet,
    custom_message: fields.custom,
    language: fields.language === 'account' ? null : fields.language,
    opted_out: fields.optedOut,
  };
}
