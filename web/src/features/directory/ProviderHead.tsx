import { Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Provider } from '@/api/types';
import { Portrait } from '@/ui/Portrait';
import { useLanguageName } from '@/ui/useLanguageName';
import { useLocale } from '@/ui/useLocale';
import classes from './Provider.module.css';

/** Who the provider is. */
export function ProviderHead({ provider }: { provider: Provider }) {
  const { t } = useTranslation('directory');
  const { locale } = useLocale();
  const nameOf = useLanguageName();
  const list = new Intl.ListFormat(locale);
  const facts: [label: string, words: string][] = [
    [
      t('provider.locations'),
      provider.locations.map(({ name, city }) => (city ? `${name}, ${city}` : name)).join(' · '),
    ],
    [t('provider.languages'), list.format(provider.languages.map((code) => nameOf(code)))],
    [t('provider.insurance'), list.format(provider.insurance_plans)],
  ];
  return (
    <header className={classes.head}>
      <Portrait name={provider.name} photo={provider.photo_url} size={96} />
      <div className={classes.headWords}>
        <Title order={1} tabIndex={-1} data-screen-heading>
          {provider.name}
        </Title>
        <Text size="lg" c="dimmed" mt={2}>
          {[provider.title, ...provider.specialties.map(({ name }) => name)].filter(Boolean).join(' · ')}
        </Text>
        {provider.bio && (
          <Text mt="sm" maw="44rem">
            {provider.bio}
          </Text>
        )}
        <dl className={classes.facts}>
          {facts.map(([label, words]) =>
            words ? (
              <div key={label}>
                <dt>{label}</dt>
                <dd>{words}</dd>
              </div>
            ) : null,
          )}
        </dl>
      </div>
    </header>
  );
}
