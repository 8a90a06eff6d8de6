import { Checkbox, NumberInput, Radio, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { decimalsOf } from './money';
import type { OfferField } from './providerFields';
import classes from './Admin.module.css';

interface OffersFieldProps {
  value: OfferField[];
  /** The visit type offered first to somebody who just wants "a visit". */
  first: string | null;
  onChange: (offers: OfferField[]) => void;
  onFirst: (id: string) => void;
  error: ReactNode;
}

/** Which kinds of visit a provider offers, each with a fee of their own where it differs. */
export function OffersField({ value, first, onChange, onFirst, error }: OffersFieldProps) {
  const { t } = useTranslation('admin');
  const set = (id: string, change: Partial<OfferField>) =>
    onChange(value.map((one) => (one.id === id ? { ...one, ...change } : one)));
  const chosen = value.find(({ id, offered }) => offered && id === first)?.id ?? value.find(({ offered }) => offered)?.id;
  return (
    <div>
      <Text size="sm" c="dimmed" mb="xs">
        {t('offer.hint')}
      </Text>
      <Radio.Group aria-label={t('offer.first')} value={chosen ?? null} onChange={onFirst}>
        <ul className={classes.offers}>
          {value.map((one) => (
            <li key={one.id}>
              <Checkbox
                size="md"
                label={one.name}
                checked={one.offered}
                onChange={(event) => set(one.id, { offered: event.currentTarget.checked })}
              />
              {one.offered && (
                <NumberInput
                  aria-label={t('offer.fee', { name: one.name, currency: one.currency })}
                  placeholder={one.usual === '' ? t('visitType.noPrice') : String(one.usual)}
                  suffix={` ${one.currency}`}
                  min={0}
                  decimalScale={decimalsOf(one.currency)}
                  value={one.fee}
                  onChange={(fee) => set(one.id, { fee })}
                />
              )}
              {one.offered && (
                <Radio value={one.id} label={t('offer.first')} aria-label={t('offer.firstNamed', { name: one.name })} />
              )}
            </li>
          ))}
        </ul>
      </Radio.Group>
      {error && (
        <Text c="red" size="sm">
          {error}
        </Text>
      )}
    </div>
  );
}
