import { Alert, List } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/errors';
import { FormError } from '../EditDrawer';

interface FieldError {
  path: string;
  message: string;
}

/** What keeps words from being used, in words of one's own; other errors as everywhere. */
export function Complaints({ error }: { error: unknown }) {
  const { t, i18n } = useTranslation('messages');
  if (!(error instanceof ApiError) || error.problem.code !== 'template_refused') return <FormError error={error} />;
  const found = (error.problem.errors ?? []) as FieldError[];
  return (
    <Alert color="red" role="alert" title={t('admin.wrong')}>
      <List size="sm">
        {found.map(({ path, message }) => {
          const [code = '', ...rest] = message.split(': ');
          const about = rest.join(': ');
          const key = `admin.problem.${code}`;
          const known = i18n.exists(key, { ns: 'messages' });
          return (
            <List.Item key={`${path} ${message}`} style={{ overflowWrap: 'anywhere' }}>
              {known ? t(key as 'admin.problem.other', { about }) : t('admin.problem.other', { about: message })}
            </List.Item>
          );
        })}
      </List>
    </Alert>
  );
}
