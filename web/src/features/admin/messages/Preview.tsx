import { Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { sendPreview, type TemplatePreview } from '@/api/messages';
import { FormError } from '../EditDrawer';
import classes from './Messages.module.css';

/** A message as it will read, and a test of it to oneself. */
export function Preview({ preview }: { preview: TemplatePreview }) {
  const { t } = useTranslation('messages');
  const send = useMutation({ mutationFn: () => sendPreview(preview.id) });
  const { sms } = preview;
  return (
    <Card component="section" aria-label={t('admin.previewOf')} withBorder>
      <Stack gap="sm">
        <Title order={3} size="h4">
          {t('admin.previewOf')}
        </Title>
        {preview.subject && <Text fw={650}>{preview.subject}</Text>}
        {preview.page && (
          <iframe title={t('admin.previewOf')} src={preview.page} sandbox="" className={classes.page ?? ''} />
        )}
        {preview.page && <Text fw={500}>{t('admin.plain')}</Text>}
        <pre className={classes.plain}>{preview.text}</pre>
        {sms && (
          <Text size="sm" c="dimmed">
            {t('admin.size', {
              count: sms.segments,
              places: sms.places,
              left: sms.left,
              encoding: sms.encoding.toUpperCase(),
            })}
          </Text>
        )}
        {sms?.because && <Text size="sm">{t('admin.because', { letters: Array.from(sms.because).join(' ') })}</Text>}
        <FormError error={send.error} />
        {send.isSuccess && <Text role="status">{t('admin.testSent')}</Text>}
        <Group>
          <Button variant="default" loading={send.isPending} onClick={() => send.mutate()}>
            {t('admin.sendTest')}
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}
