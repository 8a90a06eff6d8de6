import { Button, type ButtonProps } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconCalendarPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { calendarFile } from '@/api/appointments';
import { saveFile } from '@/lib/saveFile';
import { notifyFailed } from '@/ui/notify';
import { useErrorText } from '@/ui/useErrorText';

/** Downloads a visit as a calendar file. */
export function CalendarButton({ visitId, ...props }: ButtonProps & { visitId: string }) {
  const { t } = useTranslation('ui');
  const errorText = useErrorText();
  const download = useMutation({
    mutationFn: () => calendarFile(visitId),
    onSuccess: (file) => saveFile(file, 'visit.ics'),
    onError: (error) => notifyFailed(errorText(error)),
  });
  return (
    <Button
      variant="default"
      leftSection={<IconCalendarPlus size={18} aria-hidden="true" />}
      {...props}
      loading={download.isPending}
      onClick={() => download.mutate()}
    >
      {t('calendar.add')}
    </Button>
  );
}
