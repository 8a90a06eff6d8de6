import type { ParseKeys } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { RecordAccess } from '@/api/audit';
import { formatDay } from '@/lib/time';
import { useLocale } from '@/ui/useLocale';

type Key = ParseKeys<'audit'>;

/** The audit's codes in words: to the patient in whole sentences, to who searches it in a few words. */
export function useAuditWords() {
  const { t, i18n } = useTranslation('audit');
  const { locale } = useLocale();
  // A code that is newer than the catalogue is shown as it is, rather than not at all.
  const known = (key: string): Key | null => (i18n.exists(key, { ns: 'audit' }) ? (key as Key) : null);
  const keyOf = (action: string) => action.replace(':', '_');

  function who({ by, clinic }: RecordAccess): string {
    const name = by.name || t('who.unknown');
    const words = t(known(`who.${by.role}`) ?? 'who.other', { name, clinic: clinic?.name ?? t('who.noClinic') });
    return by.on_behalf_of ? t('who.forOther', { who: words, other: by.on_behalf_of }) : words;
  }

  return {
    /** "Ada Moreno, the provider of your visit, opened your visit of Tuesday, 3 March 2027". */
    deed(access: RecordAccess): string {
      const { visit, action } = access;
      const when = visit ? formatDay(visit.start, visit.time_zone, locale, true) : '';
      const key = !visit && action.startsWith('appointment:') && !action.endsWith(':list') ? null : known(`deed.${keyOf(action)}`);
      return t(key ?? 'deed.other', { who: who(access), when, action });
    },
    /** "Why: your care"; nothing where no reason was kept. */
    why(reason: string | null): string {
      return reason ? t(known(`why.${reason}`) ?? 'why.other', { reason }) : '';
    },
    /** "Opened a visit". */
    action: (action: string): string => (known(`action.${keyOf(action)}`) ? t(`action.${keyOf(action)}` as Key) : action),
    /** "provider". */
    acting: (role: string | null): string => (role && known(`acting.${role}`) ? t(`acting.${role}` as Key) : (role ?? '')),
    /** "care". */
    reason: (reason: string | null): string =>
      reason && known(`reason.${reason}`) ? t(`reason.${reason}` as Key) : (reason ?? ''),
  };
}
