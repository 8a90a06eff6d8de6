import { Button, Group, NumberInput, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { analyticsFile } from '@/api/privacy';
import { notifyDone } from '@/ui/notify';
import { saveFile } from '@/lib/saveFile';
import { FormError } from '../EditDrawer';

/** Facts about visits, without whatever tells whose they are. */
export function Analytics({ clinicId }: { clinicId: string }) {
  const { t } = useTranslation('admin');
  const year = new Date().getFullYear();
  const form = useForm({ initialValues: { from: year - 1, to: year } });
  const download = useMutation({
    mutationFn: ({ from, to }: typeof form.values) => analyticsFile(clinicId, from, to),
    onSuccess: (file) => {
      saveFile(file, 'visits.zip');
      notifyDone(t('privacy.analytics.done'));
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => download.mutate(values))} noValidate>
      <Stack>
        <Group align="flex-end">
          <NumberInput label={t('privacy.analytics.from')} min={2000} max={2200} thousandSeparator="" {...form.getInputProps('from')} />
          <NumberInput label={t('privacy.analytics.to')} min={2000} max={2200} thousandSeparator="" {...form.getInputProps('to')} />
          <Button type="submit" variant="default" loading={download.isPending}>
            {t('privacy.analytics.do')}
          </Button>
        </Group>
        <FormError error={download.error} />
      </Stack>
    </form>
  );
}
