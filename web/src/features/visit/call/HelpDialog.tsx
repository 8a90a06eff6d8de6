import { Kbd, Modal, Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { SHORTCUTS } from './useShortcuts';

/** The keys that do something in a call. */
export function HelpDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation(['call', 'ui']);
  return (
    <Modal opened={opened} onClose={onClose} title={t('help.title')} closeButtonProps={{ 'aria-label': t('ui:close') }}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('help.keys')}</Table.Th>
            <Table.Th>{t('help.does')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {SHORTCUTS.map(([letter, act]) => (
            <Table.Tr key={act}>
              <Table.Td>
                <Kbd>{t('help.alt', { letter })}</Kbd>
              </Table.Td>
              <Table.Td>{t(`help.${act}`)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
