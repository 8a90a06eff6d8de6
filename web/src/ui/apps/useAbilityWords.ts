import { useTranslation } from 'react-i18next';

/** What an app may do, in words: `visits-see:own` is "See your visits". */
export function useAbilityWords(): (ability: string) => string {
  const { t, i18n } = useTranslation('apps');
  return (ability) => {
    const key = `ability.${ability.replace(':', '.')}`;
    return i18n.exists(key, { ns: 'apps' }) ? t(key as 'ability.sign-in') : ability;
  };
}
