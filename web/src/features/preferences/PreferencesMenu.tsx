import { ActionIcon, Popover, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconAdjustmentsHorizontal } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { TextLink } from '@/ui/ButtonLink';
import { LanguageControl, LookControls } from './LookControls';

/** The quick way to look and language, in the header of every screen. */
export function PreferencesMenu() {
  const { t } = useTranslation('preferences');
  const [opened, { toggle, close }] = useDisclosure(false);
  return (
    <Popover
      opened={opened}
      onChange={toggle}
      onDismiss={close}
      position="bottom-end"
      width="21rem"
      shadow="lg"
      trapFocus
    >
      <Popover.Target>
        <ActionIcon variant="subtle" color="gray" size={44} aria-label={t('open')} onClick={toggle}>
          <IconAdjustmentsHorizontal size={22} stroke={1.7} color="var(--mantine-color-dimmed)" aria-hidden="true" />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('open')} maw="calc(100vw - 1rem)">
        <Stack gap="sm">
          <LanguageControl />
          <LookControls />
          <TextLink to="/preferences" onClick={close} mt={4}>
            {t('all')}
          </TextLink>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
