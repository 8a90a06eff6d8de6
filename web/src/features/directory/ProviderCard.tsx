import { Text, Title } from '@mantine/core';
import { IconCoin, IconLanguage, IconMapPin } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { ProviderCard as Card } from '@/api/types';
import { formatMoney } from '@/lib/money';
import { TextLink } from '@/ui/ButtonLink';
import { Portrait } from '@/ui/Portrait';
import { useLanguageName } from '@/ui/useLanguageName';
import { useLocale } from '@/ui/useLocale';
import { NextFreeLink } from './NextFreeLink';
import classes from './Find.module.css';

const MOST_CHIPS = 3;

/** One provider in the list: who, where, which languages, what it costs, and the next free times. */
export function ProviderCard({ provider }: { provider: Card }) {
  const { t } = useTranslation('directory');
  const next = provider.next_free.slice(0, MOST_CHIPS);
  return (
    <article className={classes.card} aria-labelledby={`provider-${provider.id}`}>
      <div className={classes.who}>
        <Portrait name={provider.name} photo={provider.photo_url} size={64} />
        <div style={{ minWidth: 0 }}>
          <Title order={3} id={`provider-${provider.id}`}>
            <Link to="/providers/$providerId" params={{ providerId: provider.id }} className={classes.name}>
              {provider.name}
            </Link>
          </Title>
          <Text fw={500}>{provider.specialties.map(({ name }) => name).join(', ')}</Text>
          <Facts provider={provider} />
        </div>
      </div>
      <div className={classes.next}>
        <Text size="sm" c="dimmed" fw={500}>
          {next.length > 0 ? t('card.next') : t('card.noneSoon')}
        </Text>
        <ul className={classes.chips}>
          {next.map((free) => (
            <li key={`${free.start}${free.mode}`}>
              <NextFreeLink provider={provider} free={free} />
            </li>
          ))}
        </ul>
        {next.length === 0 && (
          <TextLink
            to="/providers/$providerId"
            params={{ providerId: provider.id }}
            hash="waitlist"
            size="sm"
            aria-label={t('card.waitFor', { name: provider.name })}
          >
            {t('card.wait')}
          </TextLink>
        )}
        <TextLink
          to="/providers/$providerId"
          params={{ providerId: provider.id }}
          size="sm"
          aria-label={t('card.allOf', { name: provider.name })}
        >
          {t('card.all')}
        </TextLink>
      </div>
    </article>
  );
}

function Facts({ provider }: { provider: Card }) {
  const { t } = useTranslation('directory');
  const { locale } = useLocale();
  const nameOf = useLanguageName();
  const places = provider.locations.map(({ name, city }) => (city ? `${name}, ${city}` : name)).join(' · ');
  const spoken = new Intl.ListFormat(locale).format(provider.languages.map((code) => nameOf(code)));
  const rows = [
    { Icon: IconMapPin, words: places },
    { Icon: IconLanguage, words: spoken },
    { Icon: IconCoin, words: provider.fee_from && t('card.from', { amount: formatMoney(provider.fee_from, locale) }) },
  ];
  return (
    <ul className={classes.facts}>
      {rows.map(({ Icon, words }, index) =>
        words ? (
          <li key={index}>
            <Icon size={18} stroke={1.7} aria-hidden="true" />
            <span>{words}</span>
          </li>
        ) : null,
      )}
    </ul>
  );
}
