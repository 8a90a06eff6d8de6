import { Group, Text, TextInput } from '@mantine/core';
import { IconPencil, IconPlus, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { clinicProvidersQuery, setProviderActive } from '@/api/catalogue';
import type { ProviderCard } from '@/api/types';
import { ButtonLink } from '@/ui/ButtonLink';
import { Portrait } from '@/ui/Portrait';
import { QueryView } from '@/ui/QueryView';
import { EmptyState } from '@/ui/States';
import { AdminScreen } from './AdminScreen';
import { Resources } from './Resources';
import { useActive } from './useActive';

/** The clinic's providers. */
export function ProvidersScreen() {
  return (
    <AdminScreen section="providers" actions={(clinicId) => <AddLink clinicId={clinicId} />}>
      {(clinicId) => <List clinicId={clinicId} />}
    </AdminScreen>
  );
}

function AddLink({ clinicId }: { clinicId: string }) {
  const { t } = useTranslation('admin');
  return (
    <ButtonLink
      to="/admin/providers/new"
      search={{ clinic: clinicId }}
      leftSection={<IconPlus size={18} aria-hidden="true" />}
    >
      {t('provider.add')}
    </ButtonLink>
  );
}

function List({ clinicId }: { clinicId: string }) {
  const { t } = useTranslation('admin');
  const [words, setWords] = useState('');
  const query = useQuery(clinicProvidersQuery(clinicId));
  const setActive = useActive<ProviderCard>(['clinic', clinicId], (one, active) => setProviderActive(one.id, active));
  const matching = (all: ProviderCard[]) =>
    all.filter((one) => [one.name, ...one.specialties.map(({ name }) => name)].join(' ').toLowerCase().includes(words.trim().toLowerCase()));
  return (
    <>
      <TextInput
        type="search"
        label={t('provider.search')}
        maw="24rem"
        mb="md"
        leftSection={<IconSearch size={18} aria-hidden="true" />}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
      />
      <QueryView
        query={query}
        empty={{ when: (all) => matching(all).length === 0, show: <EmptyState title={t('provider.none')} /> }}
      >
        {(providers) => (
          <Resources
            name={t('section.providers')}
            things={matching(providers)}
            nameOf={({ name }) => name}
            columns={[
              { key: 'name', head: t('name'), cell: (provider) => <Name provider={provider} /> },
              {
                key: 'specialties',
                head: t('provider.specialties'),
                cell: ({ specialties }) => specialties.map(({ name }) => name).join(', '),
              },
              { key: 'locations', head: t('section.locations'), cell: ({ locations }) => locations.map(({ name }) => name).join(', ') },
            ]}
            edit={({ id, name }) => (
              <ButtonLink
                to="/admin/providers/$providerId"
                params={{ providerId: id }}
                size="sm"
                variant="default"
                leftSection={<IconPencil size={16} aria-hidden="true" />}
                aria-label={t('editNamed', { name })}
              >
                {t('edit')}
              </ButtonLink>
            )}
            onActive={setActive}
          />
        )}
      </QueryView>
    </>
  );
}

function Name({ provider }: { provider: ProviderCard }) {
  return (
    <Group gap="sm" wrap="nowrap">
      <Portrait name={provider.name} photo={provider.photo_url} size={40} />
      <span>
        <Text span fw={650} display="block">
          {provider.name}
        </Text>
        <Text span size="sm" c="dimmed">
          {provider.title}
        </Text>
      </span>
    </Group>
  );
}
