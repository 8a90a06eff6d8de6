import { Alert, Button, CopyButton, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconLink } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

/** A link that was just made, to be given to its guest. */
export function GuestLink({ name, link }: { name: string; link: string }) {
  const { t } = useTranslation('room');
  const mail = `mailto:?${new URLSearchParams({
    subject: t('guests.mailSubject'),
    body: t('guests.mailBody', { link }),
  })
    .toString()
    .replaceAll('+', '%20')}`;
  const share = 'share' in navigator;
  return (
    <Alert icon={<IconLink size={20} />} title={t('guests.link', { name })} role="status">
      <Stack gap="xs">
        <Text size="sm">{t('guests.linkText', { name })}</Text>
        <TextInput aria-label={t('guests.link', { name })} value={link} readOnly onFocus={(event) => event.target.select()} />
        <Group gap="xs">
          <CopyButton value={link}>
            {({ copied, copy }) => <Button onClick={copy}>{copied ? t('guests.copied') : t('guests.copy')}</Button>}
          </CopyButton>
          <Button component="a" href={mail} variant="default">
            {t('guests.mail')}
          </Button>
          {share && (
            <Button variant="default" onClick={() => void navigator.share({ url: link }).catch(() => undefined)}>
              {t('guests.share')}
            </Button>
          )}
        </Group>
      </Stack>
    </Alert>
  );
}
