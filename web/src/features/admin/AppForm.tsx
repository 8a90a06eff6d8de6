import { Radio, Stack, TagsInput, Text, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { type AppMade, type AuthMethod, changeApp, type RegisteredApp, registerApp } from '@/api/apps';
import { keysOf, keysText, lines } from './appFields';
import { EditForm } from './EditDrawer';
import { useSave } from './useSave';

const METHODS: AuthMethod[] = ['none', 'private_key_jwt', 'client_secret_basic', 'client_secret_post'];

interface AppFormProps {
  clinicId: string;
  app: RegisteredApp | null;
  /** The scopes that apps can be given. */
  known: string[];
  onMade: (answer: AppMade) => void;
  onClose: () => void;
}

/** Registers an app, or changes one. How it proves itself cannot be changed later. */
export function AppForm({ clinicId, app, known, onMade, onClose }: AppFormProps) {
  const { t } = useTranslation('admin');
  const form = useForm({
    initialValues: {
      name: app?.name ?? '',
      auth_method: app?.auth_method ?? ('none'),
      scopes: app?.scopes ?? ['openid'],
      redirect_uris: app?.redirect_uris.join('\n') ?? '',
      post_logout_redirect_uris: app?.post_logout_redirect_uris.join('\n') ?? '',
      jwks: app ? keysText(app) : '',
    },
    validate: {
      name: (value) => (value.trim() ? null : t('needed')),
      scopes: (value) => (value.length > 0 ? null : t('needed')),
      jwks: (value, { auth_method }) => (auth_method !== 'private_key_jwt' || keysOf(value) ? null : t('app.jwksWrong')),
    },
  });
  const byKey = form.values.auth_method === 'private_key_jwt';
  const save = useSave({
    form,
    save: async ({ name, auth_method, scopes, ...texts }) => {
      const body = {
        name: name.trim(),
        scopes,
        redirect_uris: lines(texts.redirect_uris),
        post_logout_redirect_uris: lines(texts.post_logout_redirect_uris),
        ...(byKey ? keysOf(texts.jwks) : {}),
      };
      if (app) return changeApp(app, body);
      const answer = await registerApp({ clinic_id: clinicId, auth_method, ...body });
      onMade(answer);
      return answer;
    },
    keys: [['clinic', clinicId, 'apps']],
    onSaved: onClose,
  });
  return (
    <EditForm
      busy={save.isPending}
      error={save.error}
      onClose={onClose}
      {...(app ? {} : { action: t('app.add') })}
      onSubmit={form.onSubmit((values) => save.mutate(values))}
    >
      <TextInput label={t('name')} data-autofocus maxLength={80} {...form.getInputProps('name')} />
      {!app && (
        <Radio.Group label={t('app.kind')} {...form.getInputProps('auth_method')}>
          <Stack mt="xs" gap="xs">
            {METHODS.map((method) => (
              <Radio
                key={method}
                size="md"
                value={method}
                label={t(`app.method.${method}`)}
                description={t(`app.methodHint.${method}`)}
              />
            ))}
          </Stack>
        </Radio.Group>
      )}
      <TagsInput
        label={t('app.scopes')}
        description={t('app.scopesHint')}
        data={known}
        maxDropdownHeight={240}
        limit={60}
        splitChars={[' ', ',']}
        {...form.getInputProps('scopes')}
      />
      {app && <Text c="dimmed">{t('app.fewer')}</Text>}
      <Textarea
        label={t('app.redirects')}
        description={t('app.redirectsHint')}
        autosize
        minRows={2}
        spellCheck={false}
        {...form.getInputProps('redirect_uris')}
      />
      <Textarea
        label={t('app.logouts')}
        autosize
        minRows={1}
        spellCheck={false}
        {...form.getInputProps('post_logout_redirect_uris')}
      />
      {byKey && (
        <Textarea
          label={t('app.jwks')}
          description={t('app.jwksHint')}
          autosize
          minRows={4}
          maxRows={12}
          spellCheck={false}
          {...form.getInputProps('jwks')}
        />
      )}
    </EditForm>
  );
}
