import { Drawer } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { appointmentQuery } from '@/api/appointments';
import { QueryView } from '@/ui/QueryView';
import { CoveringContext } from './covering';
import { VisitSheet } from './VisitSheet';

interface VisitDrawerProps {
  /** The visit shown; nothing is open without one. */
  id: string | undefined;
  onClose: () => void;
}

/** One visit beside the list it was picked from, as the clinic sees it. */
export function VisitDrawer({ id, onClose }: VisitDrawerProps) {
  const { t } = useTranslation(['visit', 'ui']);
  const phone = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const [covered, setCovered] = useState(false);
  return (
    <Drawer
      opened={id !== undefined}
      onClose={onClose}
      closeOnEscape={!covered}
      position="right"
      size={phone ? '100%' : '32rem'}
      title={t('visit:title')}
      closeButtonProps={{ 'aria-label': t('ui:close') }}
    >
      <CoveringContext value={setCovered}>{id && <Loaded id={id} />}</CoveringContext>
    </Drawer>
  );
}

function Loaded({ id }: { id: string }) {
  const query = useQuery(appointmentQuery(id));
  return <QueryView query={query}>{(visit) => <VisitSheet visit={visit} />}</QueryView>;
}
